//! Which found group belongs to which intent. Pure: no store, no clock, no upstream.
//!
//! The upstream's filter takes any part of a name, so names are compared here, whole. A group is
//! adopted only where no other reading exists.

use std::ops::RangeInclusive;

use seedance_model::LibraryId;
use serde_json::Value;
use tenancy::{LibraryIntent, LibraryIntentId, NewLibraryItem};

/// A group that the upstream's list shows.
#[derive(Debug)]
pub(super) struct Shown {
    pub(super) id: LibraryId,
    name: String,
    /// When it was created, in Unix seconds.
    created_at: i64,
}

/// An open intent, as something that a group can be compared with.
#[derive(Debug)]
pub(super) struct Claim<'a> {
    pub(super) intent: &'a LibraryIntent,
    /// When its group can have been created, in Unix seconds.
    pub(super) created: RangeInclusive<i64>,
    /// Nobody is working on it.
    pub(super) is_orphan: bool,
}

/// What is to be done about an intent.
#[derive(Debug, PartialEq)]
pub(super) enum Verdict<'a> {
    /// The group is the intent's.
    Adopt(&'a Shown),
    /// So many groups fit, or one that so many intents of several tenants can have made.
    Uncertain { groups: usize, claims: usize },
    /// There is none, or a create under way may bind it itself.
    Nothing,
}

impl PartialEq for Shown {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

/// The name of the group that an intent creates.
pub(super) fn name(intent: &LibraryIntent) -> Option<&str> {
    match &intent.creates {
        NewLibraryItem::Group { name } => Some(name),
        NewLibraryItem::Asset { .. } => None,
    }
}

/// The groups in a `Result` of `ListAssetGroups`, as far as they can be read.
pub(super) fn shown(result: &[u8]) -> serde_json::Result<Vec<Shown>> {
    let page: Value = serde_json::from_slice(result)?;
    let items = page.get("Items").and_then(Value::as_array);
    Ok(items.into_iter().flatten().filter_map(group).collect())
}

fn group(item: &Value) -> Option<Shown> {
    let text = |name: &str| item.get(name).and_then(Value::as_str);
    let created_at: jiff::Timestamp = text("CreateTime")?.parse().ok()?;
    Some(Shown {
        id: LibraryId::parse(text("Id")?)?,
        name: text("Name")?.to_owned(),
        created_at: created_at.as_second(),
    })
}

/// Decides on one intent; `unowned` are the groups that nobody owns.
pub(super) fn decide<'a>(
    wanted: LibraryIntentId,
    claims: &[Claim<'_>],
    unowned: &'a [Shown],
) -> Verdict<'a> {
    let Some(wanted) = claims.iter().find(|claim| claim.intent.id == wanted) else {
        return Verdict::Nothing; // It was closed meanwhile.
    };
    let mut fitting = unowned.iter().filter(|group| wanted.fits(group));
    let Some(group) = fitting.next() else { return Verdict::Nothing };
    let groups = 1 + fitting.count();
    let rivals = || claims.iter().filter(|claim| claim.fits(group));
    if rivals().any(|rival| !rival.is_orphan) {
        return Verdict::Nothing;
    }
    let tenant = wanted.intent.tenant;
    if groups > 1 || rivals().any(|rival| rival.intent.tenant != tenant) {
        return Verdict::Uncertain { groups, claims: rivals().count() };
    }
    Verdict::Adopt(group)
}

impl Claim<'_> {
    /// Whether the intent can have made this group.
    fn fits(&self, group: &Shown) -> bool {
        name(self.intent) == Some(group.name.as_str()) && self.created.contains(&group.created_at)
    }
}
