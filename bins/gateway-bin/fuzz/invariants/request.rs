//! Requests of tenants: what is accepted says the same again, and goes upstream as it was checked.

use seedance_model::{AssetAction, AssetRequest, Json, MediaPolicy, TaskQuery, TaskRequest};

/// Longest refusal that a tenant is told, in bytes, whatever it sent.
const REFUSAL_BYTES: usize = 4096;
const PROJECT: &str = "the-platforms";

/// The first byte chooses the policy for media; the rest is the body.
pub(crate) fn create_body(bytes: &[u8]) {
    let Some((choice, body)) = bytes.split_first() else {
        return;
    };
    let policy = if choice % 2 == 0 { MediaPolicy::AssetOnly } else { MediaPolicy::AnyPublicUrl };
    let request = match TaskRequest::parse(body, policy) {
        Ok(request) => request,
        Err(refusal) => return assert!(refusal.to_string().len() <= REFUSAL_BYTES, "{refusal}"),
    };
    let canonical = request.canonical_body();
    let again = TaskRequest::parse(&canonical, policy).expect("what was accepted is accepted");
    assert_eq!(again.canonical_body(), canonical);
    let callback = request.callback_url().map(str::to_owned);
    let sent = request.upstream_body(request.model().official_name(), callback.as_deref());
    let sent = TaskRequest::parse(&sent, policy).expect("what is sent is accepted");
    assert_eq!(sent.canonical_body(), canonical);
    assert_eq!((sent.has_video(), sent.scene()), (request.has_video(), request.scene()));
    assert_eq!(sent.asset_refs(), request.asset_refs());
}

pub(crate) fn query_string(bytes: &[u8]) {
    let Ok(query) = TaskQuery::parse(form_urlencoded::parse(bytes)) else {
        return;
    };
    assert!((1..=500).contains(&query.page_num) && (1..=500).contains(&query.page_size));
    let mut written = form_urlencoded::Serializer::new(String::new());
    written.append_pair("page_num", &query.page_num.to_string());
    written.append_pair("page_size", &query.page_size.to_string());
    written.extend_pairs(query.task_ids.iter().map(|id| ("filter.task_ids", id)));
    written.extend_pairs(query.status.iter().map(|status| ("filter.status", status.name())));
    written.extend_pairs(query.model.iter().map(|model| ("filter.model", model.name())));
    let tiers = query.service_tier.iter().map(|tier| ("filter.service_tier", tier.name()));
    let written = written.extend_pairs(tiers).finish();
    let again = TaskQuery::parse(form_urlencoded::parse(written.as_bytes()));
    assert_eq!(again.as_ref(), Ok(&query));
}

/// The first byte chooses the action; the rest is the body.
pub(crate) fn asset_action(bytes: &[u8]) {
    let Some((choice, body)) = bytes.split_first() else {
        return;
    };
    let action = AssetAction::ALL[usize::from(*choice) % AssetAction::ALL.len()];
    let request = match AssetRequest::parse(action, body) {
        Ok(request) => request,
        Err(refusal) => return assert!(refusal.to_string().len() <= REFUSAL_BYTES, "{refusal}"),
    };
    assert_eq!(request.action(), action);
    let sent = match &request {
        AssetRequest::CreateAssetGroup(new) => new.upstream_body(PROJECT),
        AssetRequest::CreateAsset(new) => new.upstream_body(PROJECT, new.url()),
        AssetRequest::ListAssetGroups(query) | AssetRequest::ListAssets(query) => {
            assert_eq!(query.upstream_body(PROJECT, []), None, "no group, so nothing to ask");
            match query.upstream_body(PROJECT, query.group_ids()) {
                Some(body) => body,
                None => return assert!(query.group_ids().is_empty()),
            }
        }
        AssetRequest::GetAssetGroup(id) | AssetRequest::GetAsset(id) => id.lookup_body(PROJECT),
    };
    let json = Json::parse(&sent).expect("what is sent is JSON");
    let object = json.as_object().expect("what is sent is an object");
    assert_eq!(object.get("ProjectName").and_then(Json::as_str), Some(PROJECT));
    assert!(
        AssetRequest::parse(action, &sent).is_ok() || action.creates(),
        "what is sent is known"
    );
    assert!(object.get("Moderation").is_none() && object.get("model").is_none());
}
