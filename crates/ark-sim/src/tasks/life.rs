//! The states of a task over time, computed when somebody looks.

use std::borrow::Cow;
use std::collections::VecDeque;

use crate::clock::millis;
use crate::settings::Pace;

/// Since when a task has which status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Moment {
    pub(crate) status: Cow<'static, str>,
    pub(crate) since_ms: i64,
}

impl Moment {
    fn natural(status: &'static str, since_ms: i64) -> Self {
        let status = Cow::Borrowed(status);
        Self { status, since_ms }
    }

    /// Whether the upstream changes nothing about the task any more.
    pub(crate) fn is_final(&self) -> bool {
        ["succeeded", "failed", "expired", "cancelled"].contains(&self.status.as_ref())
    }
}

/// The life of one task: its natural course, and what was done to it since.
#[derive(Clone, Debug)]
pub(crate) struct Life {
    queued: Moment,
    /// What the clock brings after the queue, oldest first.
    course: Vec<Moment>,
    /// What a cancel or a test has made of it, oldest first. The first of them ends the course.
    driven: Vec<Moment>,
    /// Statuses that the next looks will see.
    walk: VecDeque<String>,
}

impl Life {
    pub(crate) fn new(created_ms: i64, pace: Pace, expires_after_s: i64) -> Self {
        let running_ms = created_ms.saturating_add(millis(pace.queued));
        let succeeded_ms = running_ms.saturating_add(millis(pace.running));
        let expired_ms = created_ms.saturating_add(expires_after_s.saturating_mul(1000));
        let mut course = vec![
            Moment::natural("running", running_ms),
            Moment::natural("succeeded", succeeded_ms),
        ];
        if expired_ms <= succeeded_ms {
            course.retain(|moment| moment.since_ms < expired_ms);
            course.push(Moment::natural("expired", expired_ms));
        }
        Self {
            queued: Moment::natural("queued", created_ms),
            course,
            driven: Vec::new(),
            walk: VecDeque::new(),
        }
    }

    /// The status at `now_ms`.
    pub(crate) fn at(&self, now_ms: i64) -> &Moment {
        let begun = self.course.iter().rev().find(|moment| moment.since_ms <= now_ms);
        self.driven.last().or(begun).unwrap_or(&self.queued)
    }

    /// Every status up to `now_ms`, oldest first.
    pub(crate) fn until(&self, now_ms: i64) -> Vec<Moment> {
        let cut_ms = self.driven.first().map_or(now_ms, |moment| moment.since_ms);
        let begun = self.course.iter().filter(|moment| moment.since_ms <= cut_ms);
        std::iter::once(&self.queued).chain(begun).chain(&self.driven).cloned().collect()
    }

    /// When the course brings the next status by itself.
    pub(crate) fn next_change_ms(&self, now_ms: i64) -> Option<i64> {
        let mut ahead = self.course.iter().map(|moment| moment.since_ms);
        let next = ahead.find(|since_ms| *since_ms > now_ms);
        next.filter(|_| self.driven.is_empty())
    }

    /// Takes the task off its course.
    pub(crate) fn drive(&mut self, status: &str, now_ms: i64) {
        self.driven.push(Moment { status: Cow::Owned(status.to_owned()), since_ms: now_ms });
    }

    pub(crate) fn walk(&mut self, statuses: &[&str]) {
        self.walk = statuses.iter().map(ToString::to_string).collect();
    }

    /// Somebody looks: the next step of a walk is taken. Tells whether there was one.
    pub(crate) fn step(&mut self, now_ms: i64) -> bool {
        let Some(status) = self.walk.pop_front() else {
            return false;
        };
        self.drive(&status, now_ms);
        true
    }
}
