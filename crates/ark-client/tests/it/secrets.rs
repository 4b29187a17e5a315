//! No key, URL or word of the upstream shows in what is printed.

use std::error::Error as _;

use ark_client::{ArkClient, Error, Secret};
use seedance_model::TaskId;

use crate::support::{
    ACCESS_KEY_ID, API_KEY, Act, SECRET_ACCESS_KEY, Upstream, answer, answer_with, settings,
};

/// What an upstream might say of the platform, its own secrets included.
const ACCOUNT: &str = "2100canary";

#[track_caller]
fn shows_nothing(what: &str, text: &str) {
    for canary in [API_KEY, ACCESS_KEY_ID, SECRET_ACCESS_KEY, ACCOUNT, "127.0.0.1", "http"] {
        assert!(!text.contains(canary), "{what} shows {canary}: {text}");
    }
}

/// The error, and the whole chain below it.
#[track_caller]
fn error_shows_nothing(what: &str, error: &Error) {
    shows_nothing(what, &format!("{error} {error:?} {error:#?}"));
    let mut source = error.source();
    while let Some(cause) = source {
        shows_nothing(what, &cause.to_string());
        source = cause.source();
    }
}

/// Acts that echo everything that must stay inside, wherever an upstream can put it.
fn echoes() -> Vec<Act> {
    let words = format!("{API_KEY} {ACCESS_KEY_ID} {SECRET_ACCESS_KEY} {ACCOUNT}");
    let error = format!(
        r#"{{"error":{{"code":"{words}","message":"{words} Request id: {ACCOUNT}","param":"{words}"}},"id":"{words}"}}"#
    );
    let headers = format!("x-request-id: {ACCOUNT}\r\nlocation: http://{ACCOUNT}\r\n");
    let broken = format!("HTTP/1.1 {words}\r\n{words}\r\n\r\n").into_bytes();
    let chunk = format!("HTTP/1.1 200 X\r\ntransfer-encoding: chunked\r\n\r\n{words}");
    let mut acts: Vec<_> = [200, 302, 400, 401, 429, 500]
        .map(|status| Act::SayAndClose(answer_with(status, &headers, &error)))
        .into();
    acts.push(Act::SayAndClose(broken));
    acts.push(Act::SayAndClose(chunk.into_bytes()));
    acts.push(Act::SayAndHold(Vec::new()));
    acts.push(Act::CloseUnread);
    acts
}

#[tokio::test]
async fn p20_errors_show_no_secret_whatever_the_upstream_echoes() {
    let id = TaskId::parse("cgt-a").unwrap();
    for act in echoes() {
        let what = format!("{act:?}");
        let client = Upstream::always(act).await.client();
        let error = client.create_task(b"{}".to_vec()).await.unwrap_err();
        error_shows_nothing(&what, &error);
        error_shows_nothing(&what, &client.get_task(&id).await.unwrap_err());
        let error = client.call_asset_action("GetAsset", Vec::new(), 0).await.unwrap_err();
        error_shows_nothing(&what, &error);
    }
}

#[tokio::test]
async fn p20_a_failed_connection_shows_no_secret() {
    let client = ArkClient::new(settings("https://127.0.0.1:1")).unwrap();
    let error = client.create_task(b"{}".to_vec()).await.unwrap_err();
    error_shows_nothing("refused", &error);
}

#[test]
fn p20_settings_client_and_secret_show_no_secret() {
    let settings = settings("http://upstream");
    let shown = format!("{settings:?} {settings:#?}").replace("http", "");
    shows_nothing("settings", &shown);
    let client = ArkClient::new(settings).unwrap();
    shows_nothing("client", &format!("{client:?} {client:#?}"));
    let secret = Secret::new(API_KEY.to_owned());
    assert_eq!(format!("{secret} {secret:?} {secret:#?}"), "… … …");
    assert_eq!(secret.expose(), API_KEY);
}

#[test]
fn p20_a_key_that_cannot_be_sent_is_not_shown() {
    let mut settings = settings("http://upstream");
    settings.api_key = Secret::new(format!("{API_KEY}\n"));
    error_shows_nothing("bad key", &ArkClient::new(settings).unwrap_err());
}

#[tokio::test]
async fn an_error_reads_as_call_kind_status_and_code() {
    let body = r#"{"error":{"code":"QuotaExceeded","message":"of account 2100"}}"#;
    let upstream = Upstream::always(Act::SayAndClose(answer(429, body))).await;
    let error = upstream.client().create_task(b"{}".to_vec()).await.unwrap_err();
    let text = "create a task: answered with status 429, code `QuotaExceeded`";
    assert_eq!(error.to_string(), text);
    assert_eq!(format!("{error:?}"), format!("Error(Refused, {text})"));
    let odd = answer(400, r#"{"error":{"code":"no such account 2100"}}"#);
    let upstream = Upstream::always(Act::SayAndClose(odd)).await;
    let error = upstream.client().create_task(b"{}".to_vec()).await.unwrap_err();
    assert_eq!(error.to_string(), "create a task: answered with status 400");
}
