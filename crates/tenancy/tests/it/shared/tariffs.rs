//! Tariffs are kept for good, one document per version.

use crate::support::{NOW, TARIFF, at};

#[tokio::test]
async fn a_tariff_is_recorded_once_and_read_back() {
    let Some(world) = super::start().await else { return };
    for _ in 0..2 {
        world.store.record_tariff("v2", "{\"a\":1}", NOW).await.unwrap();
    }
    let document = world.store.tariff_document("v2").await.unwrap();
    assert_eq!(document.as_deref(), Some("{\"a\":1}"));
    assert_eq!(world.store.tariff_document("v3").await.unwrap(), None);
    world.finish().await;
}

#[tokio::test]
async fn another_document_under_a_known_version_is_refused() {
    let Some(world) = super::start().await else { return };
    let refusal = world.store.record_tariff(TARIFF, "other", at(1)).await.unwrap_err();
    assert!(refusal.is_conflict());
    assert_eq!(refusal.to_string(), "cannot record a tariff");
    let document = world.store.tariff_document(TARIFF).await.unwrap();
    assert_eq!(document.as_deref(), Some("{}"));
    world.finish().await;
}
