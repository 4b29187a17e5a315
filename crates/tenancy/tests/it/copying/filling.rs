//! A store with every kind of row, made through the public API, by a story that a seed tells.

use std::num::NonZeroU32;
use std::time::Duration;

use seedance_model::{AssetStatus, MediaKind, Model, TaskId, TaskStatus};
use tenancy::{
    Binding, Claim, LimitChange, NewCorrection, NewIntent, NewLedgerEntry, NewLibraryIntent,
    NewLibraryItem, NewTask, Observation, Settlement, Store, TenantScope, Token,
};

use crate::support::{
    NOW, TARIFF, UPSTREAM, at, charge, group_intent, image_intent, intent, keyed_intent,
    library_id, opened, seen, task_id, tenant_of,
};

/// Numbers that follow from a seed (xorshift).
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn of(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

/// Texts that a format could trip over.
const TEXTS: [&str; 5] =
    ["", "plain", "a\\b\n\"c\"\t'd'", "\u{feff}模型 🎬 \u{1}", "{\"a\":[1,null,\"\\u0000\"]}"];

/// Fills the store: `tasks` tasks, and one of everything else at least.
pub(crate) async fn fill(store: &Store, seed: u64, tasks: u64) {
    let mut dice = Dice::of(seed);
    for version in [TARIFF, "tariff-2", "Z", "a"] {
        store
            .record_tariff(version, if version == TARIFF { "{}" } else { TEXTS[4] }, NOW)
            .await
            .unwrap();
    }
    let mut scopes = Vec::new();
    for name in ["acme", "zen", "idle"] {
        scopes.push(tenant(store, name).await);
    }
    let busy = scopes.split_last().unwrap().1;
    for scope in busy {
        intents(store, scope).await;
        library(store, scope, scope_name(busy, scope)).await;
    }
    for number in 0..tasks {
        let scope = &busy[usize::try_from(dice.below(2)).unwrap()];
        // Every end at least once, whatever the dice say.
        let end = if number < ENDS { number } else { dice.below(ENDS) };
        task(store, scope, &mut dice, number, end).await;
    }
    let claim = Claim {
        upstream: UPSTREAM.into(),
        asked: Vec::new(),
        after: None,
        limit: 2,
        until: at(99_999),
    };
    store.claim_tasks(claim, at(9_000)).await.unwrap();
    store.record_audit("operator:ann", "looked", TEXTS[2], TEXTS[3], at(7)).await.unwrap();
}

fn scope_name(scopes: &[TenantScope], scope: &TenantScope) -> usize {
    scopes.iter().position(|known| std::ptr::eq(known, scope)).unwrap()
}

async fn tenant(store: &Store, name: &str) -> TenantScope {
    let tenant = store.create_tenant(tenant_of(name), NOW).await.unwrap().unwrap();
    for (label, expires) in [(None, None), (Some(TEXTS[3].to_owned()), Some(at(9_999_999)))] {
        let token = Token::generate().unwrap();
        store.issue_token(tenant.id, &token, label, expires, NOW).await.unwrap();
    }
    let last = store.list_tokens(tenant.id).await.unwrap().pop().unwrap();
    store.revoke_token(last.id, at(5)).await.unwrap();
    if name != "acme" {
        let limits = vec![
            LimitChange::RequestsPerSecond(NonZeroU32::new(9)),
            LimitChange::MonthlyUsdMicros(Some(900_000_000_000)),
        ];
        store.change_limits(&tenant.name, limits, "operator:bob", at(1)).await.unwrap();
    }
    store.set_suspended(&tenant.name, name == "idle", at(2)).await.unwrap();
    store.scope(&tenant)
}

/// An intent in each state that has no task.
async fn intents(store: &Store, scope: &TenantScope) {
    for (key, state) in
        [("a-key", "sent"), ("KEY", "unknown"), ("ключ", "refused"), ("-", "given up")]
    {
        let intent = NewIntent { terms: TEXTS[2].into(), ..keyed_intent(key, 7) };
        let id = opened(scope.open_intent(intent, NOW).await.unwrap());
        match state {
            "unknown" => assert!(store.mark_intent_unknown(id, at(1)).await.unwrap()),
            "refused" => assert!(store.refuse_intent(id, at(1)).await.unwrap()),
            "given up" => {
                assert!(store.mark_intent_unknown(id, at(1)).await.unwrap());
                assert!(store.abandon_intent(id, "reconciler", at(2)).await.unwrap());
            }
            _ => {}
        }
    }
}

async fn library(store: &Store, scope: &TenantScope, number: usize) {
    for state in ["sent", "unknown", "refused", "given up"] {
        let id = scope.open_library_intent(group_intent(), NOW).await.unwrap();
        match state {
            "unknown" => assert!(store.mark_library_intent_unknown(id, at(1)).await.unwrap()),
            "refused" => assert!(store.refuse_library_intent(id, at(1)).await.unwrap()),
            "given up" => {
                assert!(store.mark_library_intent_unknown(id, at(1)).await.unwrap());
                assert!(store.abandon_library_intent(id, "reconciler", at(2)).await.unwrap());
            }
            _ => {}
        }
    }
    let group = library_id(&format!("group-{number}"));
    let id = scope.open_library_intent(group_intent(), NOW).await.unwrap();
    store.bind_library_intent(id, &group, at(1)).await.unwrap();
    let found = library_id(&format!("group-found-{number}"));
    let id = scope.open_library_intent(group_intent(), NOW).await.unwrap();
    store.adopt_library_intent(id, &found, "reconciler", at(3)).await.unwrap();
    for (place, kind) in
        [MediaKind::Image, MediaKind::Video, MediaKind::Audio].into_iter().enumerate()
    {
        let creates =
            NewLibraryItem::Asset { group: group.clone(), kind, name: Some(TEXTS[3].into()) };
        let asset = library_id(&format!("asset-{number}-{place}"));
        let new = NewLibraryIntent { creates, ..image_intent(&group) };
        let id = scope.open_library_intent(new, NOW).await.unwrap();
        store.bind_library_intent(id, &asset, at(2)).await.unwrap();
        let status = [AssetStatus::Processing, AssetStatus::Active, AssetStatus::Failed][place];
        scope.record_asset_status(asset.as_str(), status, at(4)).await.unwrap();
    }
    let shown = library_id(&format!("asset-shown-{number}"));
    let (kind, status) = (MediaKind::Image, AssetStatus::Active);
    scope.adopt_asset(&group, &shown, kind, status, at(6)).await.unwrap();
}

/// How many ways a task can go.
const ENDS: u64 = 14;

/// A task from its intent to one of its ends.
async fn task(store: &Store, scope: &TenantScope, dice: &mut Dice, number: u64, end: u64) {
    let model = Model::ALL[usize::try_from(dice.below(Model::ALL.len() as u64)).unwrap()];
    let now = at(number * 40_000);
    let new = NewIntent {
        model,
        has_video: dice.below(2) == 1,
        tariff: [TARIFF, "Z"][usize::try_from(dice.below(2)).unwrap()].into(),
        reserve_usd_micros: i64::try_from(dice.below(3_000_000)).unwrap(),
        ..intent()
    };
    let id = opened(scope.open_intent(new, now).await.unwrap());
    let name = format!("cgt-{}-{number}", dice.below(1_000_000));
    let body =
        vec![u8::try_from(dice.below(256)).unwrap(); usize::try_from(dice.below(300)).unwrap()];
    let new = NewTask { id: task_id(&name), body, next_check_at: now };
    let bound = if end == 0 {
        store.mark_intent_unknown(id, now).await.unwrap();
        store.adopt_intent(id, new, "reconciler", now).await
    } else {
        store.bind_intent(id, new, now).await
    };
    assert_eq!(bound.unwrap(), Binding::Bound);
    go_on(store, scope, &task_id(&name), end, now.plus(Duration::from_secs(30))).await;
}

async fn go_on(
    store: &Store,
    scope: &TenantScope,
    task: &TaskId,
    end: u64,
    now: tenancy::UnixMillis,
) {
    let observe = async |status, settlement| {
        let seen = Observation { settlement, ..seen(task, status, now) };
        store.record_observation(seen).await.unwrap();
    };
    let odd = || Settlement::Quarantine { reason: TEXTS[2].into(), usage: TEXTS[4].into() };
    match end {
        1 => observe(TaskStatus::Running, Settlement::Free).await,
        2 => observe(TaskStatus::Failed, Settlement::Free).await,
        3 => observe(TaskStatus::Expired, Settlement::Free).await,
        4 => observe(TaskStatus::Cancelled, Settlement::Free).await,
        5 => observe(TaskStatus::Succeeded, odd()).await,
        6 | 7 => {
            observe(TaskStatus::Succeeded, odd()).await;
            let charge = (end == 6).then(charge);
            store.resolve_quarantine(task, charge, "operator:ann", TEXTS[3], now).await.unwrap();
        }
        8 => assert!(store.record_lost(task, now).await.unwrap()),
        9 => {
            scope.note_cancel(task, now).await.unwrap();
            store.record_vanished(task, now).await.unwrap();
        }
        10 => assert!(store.mark_missing(task, now, now).await.unwrap()),
        11..=13 => {
            observe(TaskStatus::Succeeded, Settlement::Charge(charge())).await;
            correct(store, scope, task, end, now).await;
        }
        _ => {}
    }
}

async fn correct(
    store: &Store,
    scope: &TenantScope,
    task: &TaskId,
    end: u64,
    now: tenancy::UnixMillis,
) {
    let NewLedgerEntry { charge_usd_micros, .. } = charge();
    if end == 12 {
        let correction = NewCorrection {
            task: task.clone(),
            number: 1,
            tokens: -7,
            charge_cny_micros: -100,
            charge_usd_micros: -charge_usd_micros / 2,
            reason: TEXTS[3].to_owned(),
        };
        assert!(store.add_correction(correction, "operator:ann", now).await.unwrap().is_some());
    }
    if end == 13 {
        assert!(scope.bury_task(task, now).await.unwrap());
    }
}
