//! Three tenants do what they like, with their own ids and with those of others, and a model knows
//! who has what. After each step every tenant's whole view is compared.

use std::collections::BTreeSet;

use ark_sim::{Pace, Quotas, SimSettings};
use proptest::collection::vec;
use proptest::prelude::{Just, ProptestConfig, Strategy, prop_oneof, proptest};
use serde_json::json;

use crate::support::{GOOD, TenantClient, World};

/// Each case has a world of its own, which takes its time.
const CASES: u32 = 6;

#[derive(Clone, Copy, Debug)]
enum Deed {
    Create,
    /// The task, or the group, with this number, whoever has it.
    Get(usize),
    Delete(usize),
    Succeed(usize),
    CreateGroup,
    GetGroup(usize),
    PutInto(usize),
}

fn deed() -> impl Strategy<Value = Deed> {
    let number = 0_usize..64;
    prop_oneof![
        4 => Just(Deed::Create),
        4 => number.clone().prop_map(Deed::Get),
        3 => number.clone().prop_map(Deed::Delete),
        2 => number.clone().prop_map(Deed::Succeed),
        2 => Just(Deed::CreateGroup),
        2 => number.clone().prop_map(Deed::GetGroup),
        1 => number.prop_map(Deed::PutInto),
    ]
}

/// Something, and the number of the tenant who has it.
struct Owned {
    tenant: usize,
    id: String,
    is_deleted: bool,
}

struct Model {
    world: World,
    tenants: Vec<TenantClient>,
    tasks: Vec<Owned>,
    groups: Vec<Owned>,
}

impl Model {
    async fn new() -> Self {
        let settings =
            SimSettings { quotas: Quotas::OFF, pace: Pace::HELD, ..SimSettings::default() };
        let world = World::with(settings, "").await;
        world.names.set("example.com", &["93.184.215.14".parse().unwrap()]);
        let mut tenants = Vec::new();
        for name in ["acme", "zen", "third"] {
            tenants.push(world.tenant(name).await);
        }
        Self { world, tenants, tasks: Vec::new(), groups: Vec::new() }
    }

    async fn does(&mut self, tenant: usize, deed: Deed) {
        let client = &self.tenants[tenant];
        match deed {
            Deed::Create => {
                let id = client.creates(GOOD).await;
                self.tasks.push(Owned { tenant, id, is_deleted: false });
            }
            Deed::Get(number) => {
                let Some(task) = pick(&mut self.tasks, number) else { return };
                let expected = if task.is_seen_by(tenant) { 200 } else { 404 };
                assert_eq!(client.get(&task.id).await.status, expected);
            }
            Deed::Delete(number) => {
                let Some(task) = pick(&mut self.tasks, number) else { return };
                let status = client.delete(&task.id).await.status;
                if task.is_seen_by(tenant) {
                    // What is live is cancelled and stays visible, and is deleted by nobody then.
                    assert!([200, 409].contains(&status), "{status}");
                    task.is_deleted = client.get(&task.id).await.status == 404;
                } else {
                    assert_eq!(status, 404);
                }
            }
            Deed::Succeed(number) => {
                let Some(task) = pick(&mut self.tasks, number) else { return };
                // The upstream does as it likes; a cancelled task stays one.
                self.world.sim.succeed(&task.id).ok();
            }
            Deed::CreateGroup => {
                let group = client.acts("CreateAssetGroup", &json!({"Name": "g"})).await;
                let id = group["Id"].as_str().unwrap().to_owned();
                self.groups.push(Owned { tenant, id, is_deleted: false });
            }
            Deed::GetGroup(number) | Deed::PutInto(number) => {
                let Some(group) = pick(&mut self.groups, number) else { return };
                let (action, body) = if matches!(deed, Deed::GetGroup(_)) {
                    ("GetAssetGroup", json!({"Id": group.id}))
                } else {
                    let url = "https://example.com/a";
                    let body = json!({"GroupId": group.id, "URL": url, "AssetType": "Image"});
                    ("CreateAsset", body)
                };
                let expected = if group.is_seen_by(tenant) { 200 } else { 404 };
                assert_eq!(client.act(action, &body).await.status, expected);
            }
        }
    }

    /// Each tenant's lists have what is its own, and their totals count nothing else.
    async fn views_are_right(&self) {
        for (number, tenant) in self.tenants.iter().enumerate() {
            let list = tenant.list("page_size=500").await.json;
            same(&list["items"], "id", &list["total"], &self.tasks, number);
            let all = json!({"Filter": {"GroupType": "AIGC"}, "PageSize": 100});
            let list = tenant.acts("ListAssetGroups", &all).await;
            same(&list["Items"], "Id", &list["TotalCount"], &self.groups, number);
        }
    }
}

impl Owned {
    fn is_seen_by(&self, tenant: usize) -> bool {
        self.tenant == tenant && !self.is_deleted
    }
}

fn pick(all: &mut [Owned], number: usize) -> Option<&mut Owned> {
    let count = all.len().max(1);
    all.get_mut(number % count)
}

fn same(
    items: &serde_json::Value,
    key: &str,
    total: &serde_json::Value,
    all: &[Owned],
    tenant: usize,
) {
    let items = items.as_array().unwrap().iter();
    let shown: BTreeSet<&str> = items.map(|item| item[key].as_str().unwrap()).collect();
    let owned = all.iter().filter(|one| one.is_seen_by(tenant));
    let owned: BTreeSet<&str> = owned.map(|one| one.id.as_str()).collect();
    assert_eq!(shown, owned, "tenant {tenant}");
    assert_eq!(total, owned.len(), "tenant {tenant}");
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(CASES)
    })]

    #[test]
    fn p14_every_tenant_sees_its_own_and_nothing_else_whoever_asks_for_what(
        deeds in vec((0_usize..3, deed()), 1..30)
    ) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let mut model = Model::new().await;
            for (tenant, deed) in deeds {
                model.does(tenant, deed).await;
                model.views_are_right().await;
            }
        });
    }
}
