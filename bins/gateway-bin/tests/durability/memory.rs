//! What the tenants remember over all kills: which tasks they were promised, and what they did to
//! them since.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::books::sold;
use crate::dice::Dice;
use crate::orders::Order;
use crate::tenant_client::{TenantClient, http_client};
use crate::verdict::Verdict;
use crate::weather::Weather;
use crate::world::World;

/// Older promises that are looked at after each restart, besides those of the last round.
const SAMPLE: usize = 40;

/// A task that a tenant was told to have.
#[derive(Clone, Debug)]
pub(crate) struct Promise {
    pub(crate) tenant: usize,
    pub(crate) id: String,
    fate: Fate,
}

/// What a tenant did to its task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// Nothing that removes it: it has to be there.
    Kept,
    /// A DELETE was sent, and nothing is known of it.
    Perhaps,
    /// A DELETE was acknowledged: it is gone, or stays as cancelled.
    Deleted,
}

/// Shared by all clients of one store.
#[derive(Debug)]
pub(crate) struct Memory {
    running: AtomicBool,
    /// Whether tenants may be refused for a while.
    pub(crate) weather: Weather,
    kept: Mutex<Kept>,
}

#[derive(Debug)]
struct Kept {
    next_number: u64,
    creates_left: u64,
    promises: Vec<Promise>,
    place_of: BTreeMap<String, usize>,
    /// Promises before this place have survived a restart already.
    seen: usize,
    /// Keyed orders without an answer.
    unanswered: Vec<Order>,
    by_key: BTreeMap<String, String>,
    /// Orders without a key that were refused because of the store.
    refused: BTreeSet<u64>,
    lost: u64,
    verdict: Verdict,
}

impl Memory {
    pub(crate) fn new(creates: u64) -> Self {
        let kept = Kept {
            next_number: 0,
            creates_left: creates,
            promises: Vec::new(),
            place_of: BTreeMap::new(),
            seen: 0,
            unanswered: Vec::new(),
            by_key: BTreeMap::new(),
            refused: BTreeSet::new(),
            lost: 0,
            verdict: Verdict::default(),
        };
        let (running, weather) = (AtomicBool::new(false), Weather::default());
        Self { running, weather, kept: Mutex::new(kept) }
    }

    /// So many more creates may be made.
    pub(crate) fn allow(&self, creates: u64) {
        self.kept().creates_left += creates;
    }

    pub(crate) fn begin(&self) {
        self.running.store(true, Ordering::SeqCst);
    }

    pub(crate) fn end(&self) {
        self.running.store(false, Ordering::SeqCst);
    }

    pub(crate) fn goes_on(&self) -> bool {
        self.running.load(Ordering::SeqCst)
    }

    /// A new order, or one that was not answered.
    pub(crate) fn next_order(&self, dice: &mut Dice, tenants: usize) -> Option<Order> {
        let mut kept = self.kept();
        if !kept.unanswered.is_empty() && dice.chance(30) {
            let place = dice.place(kept.unanswered.len());
            return Some(kept.unanswered.swap_remove(place));
        }
        kept.creates_left = kept.creates_left.checked_sub(1)?;
        drop(kept);
        Some(self.new_order(dice, tenants))
    }

    /// An order that nobody has sent before.
    pub(crate) fn new_order(&self, dice: &mut Dice, tenants: usize) -> Order {
        let mut kept = self.kept();
        kept.next_number += 1;
        let (tenant, distinct) = (dice.place(tenants), dice.chance(70));
        let order = Order::new(kept.next_number, tenant, dice, distinct);
        if dice.chance(30) { order.keyed() } else { order }
    }

    pub(crate) fn acknowledge(&self, order: &Order, id: &str) {
        let mut kept = self.kept();
        if let Some(key) = &order.key {
            let before = kept.by_key.insert(key.clone(), id.to_owned());
            if before.as_deref().is_some_and(|before| before != id) {
                kept.verdict.wrong(format!("{key} stood for {before:?}, and now for {id}"));
            }
        }
        if !kept.place_of.contains_key(id) {
            let place = kept.promises.len();
            kept.place_of.insert(id.to_owned(), place);
            let promise = Promise { tenant: order.tenant, id: id.to_owned(), fate: Fate::Kept };
            kept.promises.push(promise);
        }
    }

    pub(crate) fn retry_later(&self, order: &Order) {
        if order.key.is_some() {
            self.kept().unanswered.push(order.clone());
        }
    }

    /// The order was refused with 503, which says that nothing was bought.
    pub(crate) fn refused(&self, order: &Order) {
        self.retry_later(order);
        if order.key.is_none() {
            self.kept().refused.insert(order.number);
        }
    }

    pub(crate) fn any_promise(&self, dice: &mut Dice) -> Option<Promise> {
        dice.pick(&self.kept().promises).cloned()
    }

    pub(crate) fn fate(&self, id: &str) -> Option<Fate> {
        let kept = self.kept();
        kept.place_of.get(id).and_then(|place| kept.promises.get(*place)).map(|one| one.fate)
    }

    /// Whether a DELETE was sent, be it on its way or over.
    pub(crate) fn may_be_deleted(&self, id: &str) -> bool {
        self.fate(id).is_some_and(|fate| fate != Fate::Kept)
    }

    /// `false` if somebody is deleting it or has deleted it.
    pub(crate) fn begins_deleting(&self, id: &str) -> bool {
        let is_kept = self.fate(id) == Some(Fate::Kept);
        if is_kept {
            self.set_fate(id, Fate::Perhaps);
        }
        is_kept
    }

    pub(crate) fn set_fate(&self, id: &str, fate: Fate) {
        let mut kept = self.kept();
        if let Some(place) = kept.place_of.get(id).copied()
            && let Some(promise) = kept.promises.get_mut(place)
        {
            promise.fate = fate;
        }
    }

    pub(crate) fn wrong(&self, text: String) {
        self.kept().verdict.wrong(text);
    }

    pub(crate) fn lost(&self, text: &str) {
        let mut kept = self.kept();
        kept.lost += 1;
        kept.verdict.wrong(format!("lost: {text}"));
    }

    /// After a restart: everything that was acknowledged in the last round, and some of before.
    pub(crate) async fn look_again(
        &self,
        world: &World,
        url: &str,
        dice: &mut Dice,
    ) -> anyhow::Result<()> {
        let (mut asked, all) = {
            let mut kept = self.kept();
            let fresh = kept.promises.get(kept.seen..).unwrap_or_default().to_vec();
            kept.seen = kept.promises.len();
            (fresh, kept.promises.clone())
        };
        asked.extend((0..SAMPLE).filter_map(|_| dice.pick(&all).cloned()));
        self.look_at(world, url, &asked, &all).await
    }

    /// At the end: everything, and all figures.
    pub(crate) async fn everything(&self, world: &World, url: &str) -> anyhow::Result<Verdict> {
        let all = self.kept().promises.clone();
        self.look_at(world, url, &all, &all).await?;
        let mut kept = self.kept();
        let mut verdict = std::mem::take(&mut kept.verdict);
        verdict.add("acknowledged", all.len() as u64);
        let sold: BTreeSet<u64> = sold(&world.sim).iter().map(|task| task.order).collect();
        verdict.add("refused with 503", kept.refused.len() as u64);
        let bought: Vec<_> = kept.refused.intersection(&sold).collect();
        verdict.require(bought.is_empty(), || format!("refused with 503 and sold: {bought:?}"));
        verdict.add("lost", kept.lost);
        Ok(verdict)
    }

    /// GET of `asked` by its tenant and by the others, and everybody's whole list.
    async fn look_at(
        &self,
        world: &World,
        url: &str,
        asked: &[Promise],
        all: &[Promise],
    ) -> anyhow::Result<()> {
        let http = http_client()?;
        for (place, customer) in world.customers.iter().enumerate() {
            let client = TenantClient::new(&http, url, customer);
            for promise in asked {
                let answer = client.get(&promise.id).await?;
                self.judge(promise, place, answer.status, "GET");
            }
            let listed: BTreeSet<String> = client.list_all().await?.into_iter().collect();
            for promise in all {
                let status = if listed.contains(&promise.id) { 200 } else { 404 };
                self.judge(promise, place, status, "LIST");
            }
        }
        Ok(())
    }

    /// What the tenant at `place` may see of this promise.
    fn judge(&self, promise: &Promise, place: usize, status: u16, asked: &str) {
        let id = &promise.id;
        let is_own = promise.tenant == place;
        match status {
            200 if !is_own => self.wrong(format!("{asked} shows {id} to tenant {place}")),
            404 if is_own && promise.fate == Fate::Kept => self.lost(&format!("{asked} {id}: 404")),
            200 | 404 => {}
            _ => self.wrong(format!("{asked} {id}: {status}")),
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
