//! Tenants are created once, found by name, and switched off and on.

use tenancy::{NewTenant, TenantName, Token};

use crate::support::{NOW, at};

#[tokio::test]
async fn a_tenant_is_found_as_it_was_created() {
    let Some(world) = super::start().await else { return };
    let created = world.tenant("acme").await;
    assert_eq!(created.name.as_str(), "acme");
    assert_eq!(created.upstream, "default");
    assert_eq!(created.created_at, NOW);
    assert!(created.tasks_enabled && created.assets_enabled && !created.suspended);
    let found = world.store.find_tenant(&created.name).await.unwrap();
    assert_eq!(found, Some(created));
    let nobody = TenantName::parse("nobody").unwrap();
    assert_eq!(world.store.find_tenant(&nobody).await.unwrap(), None);
    world.finish().await;
}

#[tokio::test]
async fn a_taken_name_changes_nothing() {
    let Some(world) = super::start().await else { return };
    let first = world.tenant("acme").await;
    let second = NewTenant {
        name: first.name.clone(),
        upstream: "other".into(),
        tasks_enabled: false,
        assets_enabled: false,
    };
    let answer = world.store.create_tenant(second, at(1)).await.unwrap();
    assert_eq!(answer, None);
    assert_eq!(world.store.list_tenants().await.unwrap(), [first]);
    world.finish().await;
}

#[tokio::test]
async fn a_suspended_tenant_can_be_resumed() {
    let Some(world) = super::start().await else { return };
    let name = world.tenant("acme").await.name;
    world.tenant("zeta").await;
    for suspended in [true, true, false, true] {
        let now = world.store.set_suspended(&name, suspended, at(1)).await;
        assert_eq!(now.unwrap().unwrap().suspended, suspended);
    }
    let others = world.store.list_tenants().await.unwrap();
    let suspended: Vec<bool> = others.iter().map(|tenant| tenant.suspended).collect();
    assert_eq!(suspended, [true, false]);
    let nobody = TenantName::parse("nobody").unwrap();
    let answer = world.store.set_suspended(&nobody, true, NOW).await.unwrap();
    assert_eq!(answer, None);
    world.finish().await;
}

#[test]
fn a_name_says_what_would_be_one() {
    let longest = "a".repeat(64);
    for good in ["a", "7", "acme", "a-b_c.d", "0.", longest.as_str()] {
        assert_eq!(TenantName::parse(good).unwrap().as_str(), good);
    }
    let too_long = "a".repeat(65);
    for bad in ["", "-a", ".a", "_a", "Acme", "a b", "a\0", "ä", "a/b", too_long.as_str()] {
        assert!(TenantName::parse(bad).is_err(), "{bad:?}");
    }
    assert_eq!(
        TenantName::parse("Acme").unwrap_err().to_string(),
        "tenant name `Acme` is not accepted; use 1 to 64 of `a-z`, `0-9`, `-`, `_` and `.`, \
         starting with a letter or digit"
    );
}

#[tokio::test]
async fn tenants_and_their_tokens_are_whole_whatever_the_size_of_the_pages() {
    let Some(world) = super::start().await else { return };
    for name in ["b", "a", "d", "c", "e"] {
        let tenant = world.tenant(name).await;
        for _ in 0..3 {
            let token = Token::generate().unwrap();
            world.store.issue_token(tenant.id, &token, None, None, NOW).await.unwrap();
        }
    }
    let all = world.store.list_tenants().await.unwrap();
    let tokens = world.store.list_tokens(all[1].id).await.unwrap();
    for limit in [1, 2, 5, 9] {
        let (mut tenants, mut after) = (Vec::new(), None);
        while let Some(page) = Some(world.store.tenants_page(after.as_ref(), limit).await.unwrap())
            .filter(|page| !page.is_empty())
        {
            after = page.last().map(|tenant| tenant.name.clone());
            tenants.extend(page);
        }
        assert_eq!(tenants, all);
        let (mut records, mut after) = (Vec::new(), None);
        while let Some(page) = Some(world.store.tokens_page(all[1].id, after, limit).await.unwrap())
            .filter(|page| !page.is_empty())
        {
            after = page.last().map(|token| token.id);
            records.extend(page);
        }
        assert_eq!(records, tokens);
    }
    world.finish().await;
}
