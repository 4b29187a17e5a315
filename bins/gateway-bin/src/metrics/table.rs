//! The one list of metrics. The table in docs/OPERATIONS.md is held against it.

/// A metric as operators see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Metric {
    /// The name, without the prefix `phanedge_` and the suffixes of its kind.
    pub name: &'static str,
    /// `counter`, `gauge` or `histogram`.
    pub kind: &'static str,
    /// Its labels, in order, separated by commas.
    pub labels: &'static str,
    /// What it says.
    pub meaning: &'static str,
}

impl Metric {
    /// The name that Prometheus stores and alarms are written with.
    pub fn exported_name(&self) -> String {
        let suffix = if self.kind == "counter" { "_total" } else { "" };
        format!("phanedge_{}{suffix}", self.name)
    }
}

/// All metrics.
pub const METRICS: [Metric; 21] = [
    Metric {
        name: "requests",
        kind: "counter",
        labels: "route, class",
        meaning: "Requests of tenants, by how they ended; `none`: the client went away.",
    },
    Metric {
        name: "request_seconds",
        kind: "histogram",
        labels: "route",
        meaning: "How long requests took, from their head to their answer.",
    },
    Metric {
        name: "requests_under_way",
        kind: "gauge",
        labels: "",
        meaning: "Requests whose answer is not there yet.",
    },
    Metric {
        name: "sheds",
        kind: "counter",
        labels: "reason",
        meaning: "What was turned away because there was too much of it.",
    },
    Metric {
        name: "framing_refusals",
        kind: "counter",
        labels: "reason",
        meaning: "Requests that servers could read differently, or that are too large to read.",
    },
    Metric {
        name: "slow_clients",
        kind: "counter",
        labels: "reason",
        meaning: "Connections that were closed because their client took too long.",
    },
    Metric { name: "connections", kind: "gauge", labels: "listener", meaning: "Open connections." },
    Metric {
        name: "upstream_calls",
        kind: "counter",
        labels: "upstream, call, outcome",
        meaning: "Calls to the upstream, by what came of them.",
    },
    Metric {
        name: "upstream_call_seconds",
        kind: "histogram",
        labels: "upstream, call",
        meaning: "How long calls to the upstream took.",
    },
    Metric {
        name: "looks_put_off",
        kind: "counter",
        labels: "upstream",
        meaning: "Polls of tenants that were answered from the store because no GET was left.",
    },
    Metric {
        name: "odd_replies",
        kind: "counter",
        labels: "upstream, oddity",
        meaning: "Replies that the upstream should not give.",
    },
    Metric {
        name: "settlements",
        kind: "counter",
        labels: "ending",
        meaning: "Tasks whose price was decided.",
    },
    Metric {
        name: "breaker_open",
        kind: "gauge",
        labels: "upstream",
        meaning: "1 while looks are held back because the upstream does not answer.",
    },
    Metric {
        name: "live_tasks",
        kind: "gauge",
        labels: "upstream",
        meaning: "Tasks that are followed.",
    },
    Metric {
        name: "oldest_unsettled_seconds",
        kind: "gauge",
        labels: "upstream",
        meaning: "The age of the oldest live task.",
    },
    Metric {
        name: "watch_lag_seconds",
        kind: "gauge",
        labels: "upstream",
        meaning: "For how long the task that is due the longest has been due.",
    },
    Metric {
        name: "asked_tasks",
        kind: "gauge",
        labels: "upstream",
        meaning: "Tasks that tenants wait for and that wait for a look.",
    },
    Metric {
        name: "open_intents",
        kind: "gauge",
        labels: "upstream",
        meaning: "Creates without a known outcome, those under way included.",
    },
    Metric {
        name: "ledger_unexplained",
        kind: "gauge",
        labels: "",
        meaning: "Differences that the last verification of the ledger found.",
    },
    Metric {
        name: "reloads",
        kind: "counter",
        labels: "outcome",
        meaning: "Reloads of the configuration, by what came of them.",
    },
    Metric {
        name: "log_lines_lost",
        kind: "counter",
        labels: "kind",
        meaning: "Lines of the log that were dropped because nobody read them.",
    },
];
