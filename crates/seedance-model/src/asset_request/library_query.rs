//! `ListAssetGroups` and `ListAssets`.

use crate::asset_status::AssetStatus;
use crate::library_id::LibraryId;

/// Filter, order and page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LibraryQuery {
    group_ids: Vec<LibraryId>,
    name: Option<String>,
    statuses: Vec<AssetStatus>,
    page_number: u32,
    page_size: u32,
    sort_by: Option<&'static str>,
    sort_order: Option<&'static str>,
}

impl LibraryQuery {
    /// `Filter.GroupIds`: the groups that are asked for; empty for all that the tenant has.
    pub fn group_ids(&self) -> &[LibraryId] {
        &self.group_ids
    }

    /// `Filter.Name`, at most 64 characters: a part of the name.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// `Filter.Statuses`, of `ListAssets` only; empty for no filter.
    pub fn statuses(&self) -> &[AssetStatus] {
        &self.statuses
    }

    /// `PageNumber`, 1 or more; 1 by default.
    pub fn page_number(&self) -> u32 {
        self.page_number
    }

    /// `PageSize`, 1 to 100; 10 by default.
    pub fn page_size(&self) -> u32 {
        self.page_size
    }

    /// The body to send upstream, in our own serialisation; `project` is the platform's, and
    /// `group_ids` are the groups that may be seen.
    ///
    /// `None` if there are none: the upstream would take an empty list for no filter, and show
    /// everybody's. The answer is then [`LibraryPage::empty`](crate::LibraryPage::empty).
    pub fn upstream_body<'i>(
        &self,
        project: &str,
        group_ids: impl IntoIterator<Item = &'i LibraryId>,
    ) -> Option<Vec<u8>> {
        let _ = (project, group_ids.into_iter().count());
        let _ = (self.sort_by, self.sort_order);
        todo!()
    }
}
