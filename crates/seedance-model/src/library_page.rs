//! One page of the upstream's list of assets or groups.

use crate::asset_action::AssetAction;
use crate::asset_request::LibraryQuery;
use crate::error::Error;
use crate::library_item::LibraryItem;

/// A lens on the `Result` of an upstream `ListAssets` or `ListAssetGroups`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LibraryPage {
    items: Vec<LibraryItem>,
}

impl LibraryPage {
    /// Reads the `Result` of `action`, which is `ListAssets` or `ListAssetGroups`.
    ///
    /// An item that cannot be read is counted and does not hide the others.
    pub fn parse(action: AssetAction, result: &[u8]) -> Result<Self, Error> {
        let _ = (action, result);
        todo!()
    }

    /// The page that answers `query` for a tenant who has no such group.
    pub fn empty(query: &LibraryQuery) -> Self {
        let _ = query;
        todo!()
    }

    /// The items that could be read, in the upstream's order.
    pub fn items(&self) -> &[LibraryItem] {
        &self.items
    }

    /// How many items could not be read, because they are no object or have no id.
    pub fn unreadable(&self) -> usize {
        todo!()
    }

    /// Keeps the items that `keep` says, and counts the others out of the total.
    pub fn retain(&mut self, keep: impl FnMut(&LibraryItem) -> bool) {
        self.items.retain(keep);
    }

    /// The `Result` for a tenant: `Items`, each as [`LibraryItem::public_body`], `TotalCount`,
    /// `PageNumber` and `PageSize`, as compact JSON.
    pub fn public_body(&self, redact: impl Fn(&str) -> String) -> Vec<u8> {
        let _ = redact("");
        todo!()
    }
}
