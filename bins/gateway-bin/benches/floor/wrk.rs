//! The load: `wrk` on a core of its own, as many requests as the answers let it make.

use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, bail};

use crate::contestants::{Contestant, LOAD_CORE, on_core};
use crate::door::ORDER;

/// What a request is.
#[derive(Clone, Debug)]
pub(crate) enum Request {
    /// A new task.
    Create,
    /// This task.
    Get(String),
    /// The first page of the tenant's tasks.
    List,
}

/// What a run of `wrk` found.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Run {
    pub(crate) requests: u64,
    pub(crate) per_second: u64,
    pub(crate) p50_micros: u64,
    pub(crate) p99_micros: u64,
}

/// Whether there is one.
pub(crate) fn is_installed() -> bool {
    // It has no option that succeeds without a URL.
    Command::new("wrk").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
}

/// Asks one contestant the same over and over again. Any answer but 2xx is an error.
pub(crate) fn run(
    contestant: &Contestant,
    request: &Request,
    connections: usize,
    time: Duration,
) -> anyhow::Result<Run> {
    let folder = tempfile::tempdir()?;
    let script = folder.path().join("request.lua");
    std::fs::write(&script, lua(contestant.token()?, request))?;
    let url = match request {
        Request::Create => contestant.tasks_url(),
        Request::Get(task) => format!("{}/{task}", contestant.tasks_url()),
        Request::List => format!("{}?page_size=20", contestant.tasks_url()),
    };
    let output = on_core(LOAD_CORE, &Command::new("wrk"))
        .args(["-t1", "--latency", &format!("-c{connections}"), &format!("-d{}s", time.as_secs())])
        .arg("-s")
        .arg(&script)
        .arg(url)
        .stderr(Stdio::inherit())
        .output()?;
    let text = String::from_utf8(output.stdout)?;
    if !output.status.success() || text.contains("Non-2xx") || text.contains("Socket errors") {
        bail!("{}: {request:?}: {text}", contestant.name);
    }
    read(&text).with_context(|| format!("not understood: {text}"))
}

fn lua(token: &str, request: &Request) -> String {
    let authorization = format!("wrk.headers['Authorization'] = 'Bearer {token}'\n");
    match request {
        Request::Create => format!(
            "{authorization}wrk.method = 'POST'\nwrk.body = '{ORDER}'\n\
             wrk.headers['Content-Type'] = 'application/json'\n"
        ),
        Request::Get(_) | Request::List => authorization,
    }
}

fn read(text: &str) -> Option<Run> {
    let after = |name: &str| {
        let line = text.lines().find_map(|line| line.trim().strip_prefix(name));
        line.map(str::trim)
    };
    let requests = text.lines().find(|line| line.contains(" requests in "))?;
    Some(Run {
        requests: requests.split_whitespace().next()?.parse().ok()?,
        per_second: after("Requests/sec:")?.split('.').next()?.parse().ok()?,
        p50_micros: micros(after("50%")?)?,
        p99_micros: micros(after("99%")?)?,
    })
}

/// `3.62ms`, `412.00us` or `1.05s`.
#[expect(clippy::float_arithmetic, reason = "a figure for people")]
fn micros(text: &str) -> Option<u64> {
    let place = text.find(|letter: char| letter.is_ascii_alphabetic())?;
    let (number, unit) = text.split_at(place);
    let factor = match unit {
        "us" => 1.0,
        "ms" => 1e3,
        "s" => 1e6,
        _ => return None,
    };
    format!("{:.0}", number.parse::<f64>().ok()? * factor).parse().ok()
}
