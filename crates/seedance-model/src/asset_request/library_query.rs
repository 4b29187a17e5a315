//! `ListAssetGroups` and `ListAssets`.
//!
//! The upstream can also page by `MaxResults` and `NextToken`. That is not offered: the contract's
//! answer has a total, which there is only by page numbers.

use std::ops::RangeInclusive;

use super::fields::{FILTER, Fields, library_id};
use super::{GROUP_TYPE, LONGEST_NAME};
use crate::asset_action::AssetAction;
use crate::asset_status::AssetStatus;
use crate::error::{Error, ErrorKind};
use crate::field::integer_within;
use crate::json::{Json, Object};
use crate::library_id::{LibraryId, PROJECT};

const PAGE_NUMBERS: RangeInclusive<u32> = 1..=u32::MAX;
const PAGE_SIZES: RangeInclusive<u32> = 1..=100;
const DEFAULT_PAGE_NUMBER: u32 = 1;
const DEFAULT_PAGE_SIZE: u32 = 10;

/// The keys of the other way to page.
const TOKEN_KEYS: [&str; 2] = ["MaxResults", "NextToken"];

/// Filter, order and page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LibraryQuery {
    filter: Filter,
    page_number: u32,
    page_size: u32,
    sort_by: Option<&'static str>,
    sort_order: Option<&'static str>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Filter {
    group_ids: Vec<LibraryId>,
    name: Option<String>,
    statuses: Vec<AssetStatus>,
}

impl LibraryQuery {
    pub(super) fn read(action: AssetAction, body: &Object) -> Result<Self, Error> {
        refuse_tokens(body)?;
        let keys = [FILTER, "PageNumber", "PageSize", "SortBy", "SortOrder"];
        let fields = Fields::of_body(body, &keys)?;
        let sort_keys: &[_] = if action == AssetAction::ListAssets {
            &["CreateTime", "UpdateTime", "GroupId"]
        } else {
            &["CreateTime", "UpdateTime"]
        };
        Ok(Self {
            filter: Filter::read(action, body)?,
            page_number: integer_within(body, "PageNumber", &PAGE_NUMBERS)?
                .unwrap_or(DEFAULT_PAGE_NUMBER),
            page_size: integer_within(body, "PageSize", &PAGE_SIZES)?.unwrap_or(DEFAULT_PAGE_SIZE),
            sort_by: fields.choice("SortBy", sort_keys)?,
            sort_order: fields.choice("SortOrder", &["Desc", "Asc"])?,
        })
    }

    /// `Filter.GroupIds`: the groups that are asked for; empty for all that the tenant has.
    pub fn group_ids(&self) -> &[LibraryId] {
        &self.filter.group_ids
    }

    /// `Filter.Name`, at most 64 characters: a part of the name.
    pub fn name(&self) -> Option<&str> {
        self.filter.name.as_deref()
    }

    /// `Filter.Statuses`, of `ListAssets` only; empty for no filter.
    pub fn statuses(&self) -> &[AssetStatus] {
        &self.filter.statuses
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
        let filter = self.filter.upstream(group_ids)?;
        let mut body = Object::new();
        body.insert(FILTER, filter);
        body.insert("PageNumber", u64::from(self.page_number));
        body.insert("PageSize", u64::from(self.page_size));
        body.insert_some("SortBy", self.sort_by);
        body.insert_some("SortOrder", self.sort_order);
        body.insert(PROJECT, project);
        Some(Json::from(body).to_bytes())
    }
}

impl Filter {
    fn read(action: AssetAction, body: &Object) -> Result<Self, Error> {
        let keys: &[_] = if action == AssetAction::ListAssets {
            &["GroupType", "GroupIds", "Name", "Statuses"]
        } else {
            &["GroupType", "GroupIds", "Name"]
        };
        let fields = Fields::of_filter(body, keys)?;
        fields.required("GroupType", &format!("use `{GROUP_TYPE}`"))?;
        fields.choice("GroupType", &[GROUP_TYPE])?;
        Ok(Self {
            group_ids: fields.each("GroupIds", library_id)?,
            name: fields.short("Name", LONGEST_NAME)?.map(str::to_owned),
            statuses: fields.each("Statuses", status)?,
        })
    }

    fn upstream<'i>(&self, group_ids: impl IntoIterator<Item = &'i LibraryId>) -> Option<Object> {
        let ids = group_ids.into_iter().map(|id| Json::from(id.as_str()));
        let ids: Vec<Json> = ids.collect();
        if ids.is_empty() {
            return None;
        }
        let mut filter = Object::new();
        filter.insert("GroupIds", ids);
        filter.insert("GroupType", GROUP_TYPE);
        filter.insert_some("Name", self.name.as_deref());
        if !self.statuses.is_empty() {
            let statuses = self.statuses.iter().map(|status| Json::from(status.name()));
            filter.insert("Statuses", statuses.collect::<Vec<_>>());
        }
        Some(filter)
    }
}

fn refuse_tokens(body: &Object) -> Result<(), Error> {
    let Some(key) = TOKEN_KEYS.into_iter().find(|key| body.get(key).is_some()) else {
        return Ok(());
    };
    let message = format!("{key} is not supported; use `PageNumber` and `PageSize`");
    Err(Error::new(ErrorKind::Unsupported, key, message))
}

fn status(path: &str, name: &str) -> Result<AssetStatus, Error> {
    let accepted = AssetStatus::ALL.map(AssetStatus::name);
    AssetStatus::parse(name).ok_or_else(|| Error::unknown(path, name, accepted))
}
