//! Answers that say no: which of them are refusals, and the words that come with them.

use ark_client::{Error, Outcome};

use crate::support::{Act, Upstream, answer, answer_with};

const NATIVE: &str = r#"{"error":{"code":"InvalidParameter","message":"The specified asset asset-1 is not found. Request id: 0217902300389568808fc7e9ca3b","param":"content[0].image_url.url","type":"BadRequest"}}"#;

async fn create(act: Act) -> Error {
    let client = Upstream::always(act).await.client();
    client.create_task(b"{}".to_vec()).await.unwrap_err()
}

async fn refused(status: u16, body: &str) -> Error {
    create(Act::SayAndClose(answer(status, body))).await
}

async fn told_to_wait(headers: &str) -> Option<u64> {
    let error = create(Act::SayAndClose(answer_with(429, headers, "{}"))).await;
    error.retry_after_seconds()
}

#[tokio::test]
async fn only_a_4xx_that_no_intermediary_gave_up_with_is_a_refusal() {
    for status in 300..=599 {
        let error = refused(status, NATIVE).await;
        let refusal = (400..500).contains(&status) && ![408, 425, 499].contains(&status);
        let outcome = if refusal { Outcome::Refused } else { Outcome::Unknown };
        assert_eq!(error.outcome(), outcome, "{status}");
        assert_eq!(error.status(), Some(status));
        // By the rules of HTTP, a 304 has no body.
        let code = (status != 304).then_some("InvalidParameter");
        assert_eq!(error.upstream_code(), code, "{status}");
        assert!(!error.is_timeout(), "{status}");
    }
}

#[tokio::test]
async fn the_words_of_the_upstream_are_kept() {
    let error = refused(400, NATIVE).await;
    assert_eq!(error.upstream_code(), Some("InvalidParameter"));
    assert_eq!(error.upstream_param(), Some("content[0].image_url.url"));
    assert_eq!(error.request_id(), Some("0217902300389568808fc7e9ca3b"));
    let message = error.upstream_message().unwrap();
    assert!(message.starts_with("The specified asset asset-1 is not found."));
}

#[tokio::test]
async fn the_flat_form_is_understood() {
    let error = refused(409, r#"{"code":"A.B","message":"running"}"#).await;
    assert_eq!(error.upstream_code(), Some("A.B"));
    assert_eq!(error.upstream_message(), Some("running"));
    assert_eq!(error.upstream_param(), None);
}

#[tokio::test]
async fn a_body_that_says_nothing_leaves_the_outcome_as_it_is() {
    for body in
        ["", "<html>no</html>", "[]", "null", r#"{"error":"no"}"#, r#"{"error":{"code":5}}"#]
    {
        let error = refused(404, body).await;
        assert_eq!(error.outcome(), Outcome::Refused, "{body}");
        assert_eq!(error.upstream_code(), None, "{body}");
        assert_eq!(error.upstream_message(), None, "{body}");
    }
}

#[tokio::test]
async fn a_refusal_stands_although_its_body_never_arrives() {
    let cut = b"HTTP/1.1 400 X\r\ncontent-length: 100\r\n\r\n{".to_vec();
    let long = b"HTTP/1.1 400 X\r\ncontent-length: 4000000000\r\n\r\n".to_vec();
    for act in [Act::SayAndClose(cut.clone()), Act::SayAndHold(cut), Act::SayAndFlood(long)] {
        let error = create(act.clone()).await;
        assert_eq!(error.outcome(), Outcome::Refused, "{act:?}");
        assert_eq!(error.status(), Some(400), "{act:?}");
    }
}

#[tokio::test]
async fn half_a_head_is_no_refusal() {
    let error = create(Act::SayAndClose(b"HTTP/1.1 400 X\r\ncontent".to_vec())).await;
    assert_eq!((error.outcome(), error.status()), (Outcome::Unknown, None));
}

#[tokio::test]
async fn the_request_id_of_the_header_comes_first() {
    let headers = "x-request-id: 2026-header_1\r\n";
    let error = create(Act::SayAndClose(answer_with(400, headers, NATIVE))).await;
    assert_eq!(error.request_id(), Some("2026-header_1"));
    let headers = "x-request-id: <script>\r\n";
    let error = create(Act::SayAndClose(answer_with(400, headers, NATIVE))).await;
    assert_eq!(error.request_id(), Some("0217902300389568808fc7e9ca3b"));
}

#[tokio::test]
async fn retry_after_is_a_bounded_number_of_seconds() {
    let date = "date: Sun, 22 Nov 2026 10:00:00 GMT\r\n";
    let until = |time: &str| format!("{date}retry-after: Sun, 22 Nov 2026 {time} GMT\r\n");
    let cases = [
        ("retry-after: 7\r\n".to_owned(), Some(7)),
        ("retry-after: 0\r\n".to_owned(), Some(0)),
        ("retry-after: 301\r\n".to_owned(), Some(300)),
        ("retry-after: 99999999999999999999999\r\n".to_owned(), Some(300)),
        (until("10:00:20"), Some(20)),
        (until("11:00:00"), Some(300)),
        (until("09:00:00"), Some(0)),
        ("retry-after: Sun, 22 Nov 2026 10:00:20 GMT\r\n".to_owned(), None),
        ("retry-after: -1\r\n".to_owned(), None),
        ("retry-after: 1.5\r\n".to_owned(), None),
        ("retry-after: soon\r\n".to_owned(), None),
        ("retry-after: \r\n".to_owned(), None),
        (String::new(), None),
    ];
    for (headers, seconds) in cases {
        assert_eq!(told_to_wait(&headers).await, seconds, "{headers}");
    }
}
