//! What each call puts on the wire, and what it makes of a good answer.

use ark_client::{ListQuery, Outcome};
use seedance_model::{TaskId, TaskStatus};
use url::Url;

use crate::support::{API_KEY, Act, EVERYTHING, Request, Upstream, answer, settings};

const ID: &str = "cgt-20260611204121-462cw";
const REPORT: &str = r#"{"id":"cgt-20260611204121-462cw","model":"doubao-seedance-2-0-260128","status":"running","created_at":1781181681,"updated_at":1781181690}"#;

fn id() -> TaskId {
    TaskId::parse(ID).unwrap()
}

async fn upstream(body: &str) -> Upstream {
    Upstream::always(Act::Say(answer(200, body))).await
}

/// The headers of every task call, and `more`.
fn headers(upstream: &Upstream, more: &[&str]) -> Vec<String> {
    let mut headers = vec![
        "accept: */*".to_owned(),
        format!("authorization: Bearer {API_KEY}"),
        format!("host: {}", upstream.address),
        concat!("user-agent: ark-client/", env!("CARGO_PKG_VERSION")).to_owned(),
    ];
    headers.extend(more.iter().map(|&line| line.to_owned()));
    headers.sort();
    headers
}

#[track_caller]
fn sent(request: &Request, line: &str, headers: &[String], body: &str) {
    assert_eq!(request.line, line);
    assert!(request.headers.iter().eq(headers), "{request:?}");
    assert_eq!(request.body, body.as_bytes());
}

#[tokio::test]
async fn a_create_posts_the_body_as_it_is() {
    let upstream = upstream(&format!(r#"{{"id":"{ID}"}}"#)).await;
    let body = r#"{"model":"ep-1","content":[{"type":"text","text":"一只猫"}]}"#;
    let created = upstream.client().create_task(body.into()).await.unwrap();
    assert_eq!(created.id, id());
    let headers = headers(&upstream, &["content-length: 63", "content-type: application/json"]);
    let line = "POST /api/v3/contents/generations/tasks HTTP/1.1";
    sent(&upstream.request(), line, &headers, body);
}

#[tokio::test]
async fn a_get_asks_for_the_task_by_its_path() {
    let upstream = upstream(REPORT).await;
    let report = upstream.client().get_task(&id()).await.unwrap();
    assert_eq!(report.id(), &id());
    assert_eq!(report.status(), Some(TaskStatus::Running));
    let line = format!("GET /api/v3/contents/generations/tasks/{ID} HTTP/1.1");
    sent(&upstream.request(), &line, &headers(&upstream, &[]), "");
}

#[tokio::test]
async fn a_list_names_page_status_and_every_task() {
    let upstream = upstream(&format!(r#"{{"items":[{REPORT}],"total":7}}"#)).await;
    let query = ListQuery {
        page_num: 2,
        page_size: 100,
        task_ids: vec![id(), TaskId::parse("cgt-b").unwrap()],
        status: Some(TaskStatus::Succeeded),
    };
    let page = upstream.client().list_tasks(&query).await.unwrap();
    assert_eq!((page.items.len(), page.total), (1, Some(7)));
    let line = format!(
        "GET /api/v3/contents/generations/tasks?page_num=2&page_size=100\
         &filter.status=succeeded&filter.task_ids={ID}&filter.task_ids=cgt-b HTTP/1.1"
    );
    sent(&upstream.request(), &line, &headers(&upstream, &[]), "");
}

#[tokio::test]
async fn a_page_without_items_is_one_only_if_it_says_so() {
    for (body, good) in [
        (r#"{"items":[],"total":0}"#, true),
        (r#"{"items":null}"#, true),
        (r#"{"total":0}"#, true),
        ("{}", false),
        (r#"{"error":{"code":"RateLimitExceeded"}}"#, false),
    ] {
        let reply = upstream(body).await.client().list_tasks(&EVERYTHING).await;
        assert_eq!(reply.is_ok_and(|page| page.items.is_empty()), good, "{body}");
    }
}

#[tokio::test]
async fn a_report_about_another_task_is_no_answer() {
    let upstream = upstream(REPORT).await;
    let other = TaskId::parse("cgt-other").unwrap();
    let error = upstream.client().get_task(&other).await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::Unknown);
    let text = "get a task: the answer is about another task with status 200";
    assert_eq!(error.to_string(), text);
}

#[tokio::test]
async fn a_list_of_everything_has_no_filter() {
    let upstream = upstream(r#"{"items":[],"total":0}"#).await;
    upstream.client().list_tasks(&EVERYTHING).await.unwrap();
    let line = "GET /api/v3/contents/generations/tasks?page_num=1&page_size=500 HTTP/1.1";
    assert_eq!(upstream.request().line, line);
}

#[tokio::test]
async fn a_delete_takes_an_empty_object_or_no_body() {
    for good in [answer(200, "{}"), answer(200, ""), b"HTTP/1.1 204 X\r\n\r\n".to_vec()] {
        let upstream = Upstream::always(Act::Say(good)).await;
        upstream.client().delete_task(&id()).await.unwrap();
        let line = format!("DELETE /api/v3/contents/generations/tasks/{ID} HTTP/1.1");
        sent(&upstream.request(), &line, &headers(&upstream, &[]), "");
    }
}

#[tokio::test]
async fn a_slash_at_the_end_of_the_base_url_changes_nothing() {
    let upstream = upstream("{}").await;
    let mut settings = settings(&format!("http://{}", upstream.address));
    settings.task_base_url = Url::parse(&format!("{}/", settings.task_base_url)).unwrap();
    let client = ark_client::ArkClient::new(settings).unwrap();
    client.delete_task(&id()).await.unwrap();
    let line = format!("DELETE /api/v3/contents/generations/tasks/{ID} HTTP/1.1");
    assert_eq!(upstream.request().line, line);
}

#[tokio::test]
async fn calls_share_a_connection() {
    let upstream = upstream("{}").await;
    let client = upstream.client();
    for _ in 0..3 {
        client.delete_task(&id()).await.unwrap();
    }
    assert_eq!((upstream.requests().len(), upstream.connections()), (3, 1));
}
