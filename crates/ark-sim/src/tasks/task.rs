//! One task: what was ordered, its life, and what a test has laid over it.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::clock::millis;
use crate::rules::Order;
use crate::tasks::SimTask;
use crate::tasks::life::Life;
use crate::tasks::report;

/// Records are kept for 7 days.
pub(crate) const RECORD_MS: i64 = 7 * 24 * 3600 * 1000;
/// Cancelled tasks vanish after 24 hours.
const CANCELLED_MS: i64 = 24 * 3600 * 1000;

/// A task that was bought.
#[derive(Debug)]
pub(crate) struct Task {
    pub(crate) id: String,
    pub(crate) order: Order,
    /// The bytes of the create request.
    pub(crate) body: Vec<u8>,
    pub(crate) created_ms: i64,
    /// When GET and LIST first know the task.
    pub(crate) visible_ms: i64,
    pub(crate) life: Life,
    /// The error of a task that failed.
    pub(crate) error: Option<(String, String)>,
    /// What a test wants as usage; see [`crate::Sim::set_usage`].
    pub(crate) usage: Option<Value>,
    /// What a test wants in a top-level field; `None` takes the field away.
    pub(crate) fields: BTreeMap<String, Option<Value>>,
    /// Deleted or forgotten.
    pub(crate) gone: bool,
}

impl Task {
    pub(crate) fn new(
        id: String,
        order: Order,
        body: Vec<u8>,
        created_ms: i64,
        settings: &crate::settings::SimSettings,
    ) -> Self {
        Self {
            life: Life::new(created_ms, settings.pace, order.expires_after_s),
            visible_ms: created_ms.saturating_add(millis(settings.visible_after)),
            id,
            order,
            body,
            created_ms,
            error: None,
            usage: None,
            fields: BTreeMap::new(),
            gone: false,
        }
    }

    /// Whether GET, LIST and DELETE know the task.
    pub(crate) fn is_visible(&self, now_ms: i64) -> bool {
        if self.gone || now_ms < self.visible_ms {
            return false;
        }
        let moment = self.life.at(now_ms);
        let cancelled = moment.status == "cancelled";
        now_ms < self.created_ms.saturating_add(RECORD_MS)
            && !(cancelled && now_ms >= moment.since_ms.saturating_add(CANCELLED_MS))
    }

    /// What a test sees.
    pub(crate) fn show(&self, now_ms: i64, media: &report::Media) -> SimTask {
        let moment = self.life.at(now_ms);
        let report = report::of(self, moment, media);
        SimTask {
            id: self.id.clone(),
            model: self.order.model.clone(),
            status: moment.status.to_string(),
            created_at: self.created_ms.div_euclid(1000),
            visible: self.is_visible(now_ms),
            body: serde_json::from_slice(&self.body).unwrap_or_default(),
            usage: report.get("usage").cloned().unwrap_or_default(),
            report,
        }
    }
}
