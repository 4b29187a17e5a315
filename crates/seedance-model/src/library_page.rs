//! One page of the upstream's list of assets or groups.

use crate::asset_action::AssetAction;
use crate::asset_request::LibraryQuery;
use crate::error::Error;
use crate::json::{Json, Number, Object, Strictness, parse};
use crate::library_item::{LibraryItem, Shelf};
use crate::page_items;

/// A lens on the `Result` of an upstream `ListAssets` or `ListAssetGroups`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LibraryPage {
    items: Vec<LibraryItem>,
    unreadable: usize,
    total: Option<u64>,
    number: Option<u64>,
    size: Option<u64>,
}

impl LibraryPage {
    /// Reads the `Result` of `action`, which is `ListAssets` or `ListAssetGroups`.
    ///
    /// An item that cannot be read is counted and does not hide the others. No `Items`, or `null`,
    /// is an empty page; anything else that is no array is an error.
    pub fn parse(action: AssetAction, result: &[u8]) -> Result<Self, Error> {
        let mut page = parse(result, Strictness::Reply)?.into_object()?;
        let shelf = Shelf::of(action);
        let read = |item| LibraryItem::from_json(shelf, item);
        let (items, unreadable) = page_items::take(&mut page, "Items", read)?;
        Ok(Self {
            items,
            unreadable,
            total: count(&page, "TotalCount"),
            number: count(&page, "PageNumber"),
            size: count(&page, "PageSize"),
        })
    }

    /// The page that answers `query` where there is no group that may be seen.
    pub fn empty(query: &LibraryQuery) -> Self {
        Self {
            items: Vec::new(),
            unreadable: 0,
            total: Some(0),
            number: Some(query.page_number().into()),
            size: Some(query.page_size().into()),
        }
    }

    /// The items that could be read, in the upstream's order.
    pub fn items(&self) -> &[LibraryItem] {
        &self.items
    }

    /// How many items could not be read, because they are no object or have no id.
    pub fn unreadable(&self) -> usize {
        self.unreadable
    }

    /// `TotalCount`: how many there are on all pages; `None` if it is no such number.
    pub fn total(&self) -> Option<u64> {
        self.total
    }

    /// Keeps the items for which `keep` is true, and takes the others out of the total.
    pub fn retain(&mut self, keep: impl FnMut(&LibraryItem) -> bool) {
        let before = self.items.len();
        self.items.retain(keep);
        let gone = before.saturating_sub(self.items.len()) as u64;
        self.total = self.total.map(|total| total.saturating_sub(gone));
    }

    /// The `Result` for a tenant: `Items`, each as [`LibraryItem::public_body`] has it,
    /// `TotalCount`, `PageNumber` and `PageSize`, as compact JSON.
    pub fn public_body(&self, redact: impl Fn(&str) -> String) -> Vec<u8> {
        let items: Vec<Json> = self.items.iter().map(|item| item.public(&redact)).collect();
        let mut public = Object::new();
        public.insert("Items", items);
        public.insert_some("TotalCount", self.total);
        public.insert_some("PageNumber", self.number);
        public.insert_some("PageSize", self.size);
        Json::from(public).to_bytes()
    }
}

fn count(page: &Object, key: &str) -> Option<u64> {
    page.get(key)?.as_number().and_then(Number::as_u64)
}
