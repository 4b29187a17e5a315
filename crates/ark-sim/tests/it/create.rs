//! What POST accepts, and the upstream's words when it does not.

use ark_sim::{Endpoint, Sim, SimSettings, Verb};
use serde_json::{Value, json};

use crate::support::{
    TASKS, create, get, list, order, post, request, send, settings, start, task_request,
};

#[tokio::test]
async fn a_wrong_or_missing_key_is_401_with_the_upstreams_body() {
    let sim = start().await;
    for key in ["Bearer key-2", "key-1", "Bearer", ""] {
        let headers = [("authorization", key), ("connection", "close")];
        let answer = send(&sim, &request("POST", TASKS, &headers, b"{}")).await;
        answer.is(401, "AuthenticationError");
        let error = answer.json()["error"].clone();
        assert_eq!(error["type"], "Unauthorized");
        let message = error["message"].as_str().unwrap();
        let start = "The API key or AK/SK in the request is missing or invalid. Request id: 02";
        assert!(message.starts_with(start), "{message}");
        assert_eq!(answer.header("x-error-code"), Some("AuthN_AuthenticationError"));
        let request_id = answer.header("x-request-id").unwrap();
        assert!(request_id.len() == 53 && message.ends_with(request_id), "{request_id}");
    }
    assert!(sim.tasks().is_empty());
}

#[tokio::test]
async fn the_client_request_id_is_echoed() {
    let sim = start().await;
    let headers = [
        ("authorization", "Bearer key-1"),
        ("X-Client-Request-Id", "20260611204121abc"),
        ("connection", "close"),
    ];
    let answer = send(&sim, &request("GET", TASKS, &headers, b"")).await;
    assert_eq!(answer.header("x-client-request-id"), Some("20260611204121abc"));
}

#[tokio::test]
async fn dated_names_and_endpoints_are_accepted_and_family_names_are_not() {
    let endpoints = vec![Endpoint {
        name: "ep-20260611-abcde".to_owned(),
        model: "doubao-seedance-2-0-fast-260128".to_owned(),
    }];
    let sim = Sim::start(SimSettings { endpoints, ..settings() }).await.unwrap();
    let id = create(&sim, json!({"model": "ep-20260611-abcde"})).await;
    assert_eq!(get(&sim, &id).await.json()["model"], "doubao-seedance-2-0-fast-260128");
    assert_eq!(list(&sim, "filter.model=ep-20260611-abcde").await.json()["total"], 1);

    let refused = post(&sim, &order(json!({"model": "doubao-seedance-2-0"}))).await;
    refused.is(404, "InvalidEndpointOrModel.NotFound");
    let message = refused.json()["error"]["message"].to_string();
    assert!(message.contains("The model or endpoint doubao-seedance-2-0 does not exist or you do"));

    // The capabilities are those of the model behind the endpoint.
    let refused =
        post(&sim, &order(json!({"model": "ep-20260611-abcde", "resolution": "4k"}))).await;
    refused.is(400, "InvalidParameter");
}

/// Posts the order with these members, and compares code, param and a part of the message.
async fn check(members: Value, code: &str, param: &str, message: &str) {
    let sim = start().await;
    let answer = post(&sim, &order(members.clone())).await;
    answer.is(400, code);
    let error = &answer.json()["error"];
    assert_eq!(error["param"], param, "{members}");
    assert_eq!(error["type"], "BadRequest");
    let told = error["message"].as_str().unwrap();
    assert!(told.contains(message), "{members}: {told}");
    assert!(told.contains(" Request id: 02"), "{told}");
    assert!(sim.tasks().is_empty());
}

#[tokio::test]
async fn parameters_are_refused_in_the_upstreams_words() {
    let family = "for model doubao-seedance-2-0 in t2v";
    for (members, message) in [
        (json!({"duration": 3}), format!("the parameter duration specified in the request is not valid {family}")),
        (json!({"duration": "5"}), "the parameter duration".to_owned()),
        (json!({"resolution": "8k"}), "the parameter resolution".to_owned()),
        (json!({"ratio": "2:1"}), "the parameter ratio".to_owned()),
        (json!({"priority": 10}), "priority must be between 0 and 9".to_owned()),
        (json!({"seed": -2}), "seed must be between".to_owned()),
        (json!({"generate_audio": "no"}), "generate_audio must be a boolean".to_owned()),
        (json!({"service_tier": "flex"}), format!("service_tier is not supported {family}, must be empty")),
        (json!({"draft": true}), format!("draft is not supported {family}")),
        (json!({"output_format": "mov"}), "the parameter `output_format` is not supported by the current model".to_owned()),
        (json!({"execution_expires_after": 345_600}), "The parameter `execution_expires_after` specified in the request is not valid: the specified execution_expires_after 345600 does not support content generation.".to_owned()),
        (json!({"safety_identifier": "x".repeat(65)}), "longer than 64".to_owned()),
        (json!({"callback_url": 7}), "callback_url must be a string".to_owned()),
    ] {
        let param = members.as_object().unwrap().keys().next().unwrap().clone();
        check(members, "InvalidParameter", &param, &message).await;
    }
    check(json!({"model": null}), "MissingParameter", "model", "missing `model`").await;
}

fn image(role: Value) -> Value {
    let url = json!({"url": "https://media.example/a.png"});
    let mut image = json!({"type": "image_url", "image_url": url});
    image["role"] = role;
    image
}

#[tokio::test]
async fn content_is_refused_in_the_upstreams_words() {
    let text = json!({"type": "text", "text": "a boat"});
    let video = json!({"type": "video_url", "role": "reference_video",
        "video_url": {"url": "https://media.example/a.mp4"}});
    let audio = json!({"type": "audio_url", "audio_url": {"url": "https://media.example/a.wav"}});
    let wrong_video = json!({"type": "video_url", "role": "first_frame",
        "video_url": {"url": "https://media.example/a.mp4"}});
    let first = || image(json!("first_frame"));
    let no_role = || image(json!(null));
    for (content, message) in [
        (json!("text"), "content must be an array"),
        (json!([no_role(), no_role()]), "role must be specified for image contents"),
        (json!([no_role(), video]), "role must be specified for image contents"),
        (json!([image(json!("cover"))]), "invalid role specified for image content"),
        (
            json!([first(), first()]),
            "expected at most one first frame image content but got 2 instead.",
        ),
        (
            json!([first(), video]),
            "first/last frame content cannot be mixed with reference media content.",
        ),
        (
            json!([text, wrong_video]),
            "reference media mode requires video role to be reference_video",
        ),
        (json!([text, audio]), "audio cannot be the only"),
        (json!(vec![image(json!("reference_image")); 10]), "expected at most 9 image_url"),
    ] {
        check(json!({"content": content}), "InvalidParameter", "content", message).await;
    }
    let url = |url: &str| json!([{"type": "image_url", "image_url": {"url": url}}]);
    for bad in
        ["asset-20260611210100-image1", "Asset://asset-1", "data:image/PNG;base64,AA", "ftp://a/b"]
    {
        let (code, param) = ("InvalidParameter", "content[0].image_url.url");
        check(json!({"content": url(bad)}), code, param, "invalid url").await;
    }
    let video = json!([{"type": "video_url", "video_url": {"url": "data:video/mp4;base64,AA"}}]);
    let message = "reference_video must be provided as a web url";
    check(json!({"content": video}), "InvalidParameter", "content[0].video_url.url", message).await;
    check(json!({"content": []}), "MissingParameter", "content", "missing `content`").await;
    let plain = json!([{"type": "image_url", "image_url": "https://media.example/a.png"}]);
    check(json!({"content": plain}), "MissingParameter", "content[0].image_url.url", "").await;
}

#[tokio::test]
async fn ranges_include_their_ends() {
    let sim = start().await;
    for (name, accepted, refused) in [
        ("duration", [4_i64, 15], [3_i64, 16]),
        ("duration", [-1, 5], [-2, 0]),
        ("priority", [0, 9], [-1, 10]),
        ("seed", [-1, 2_147_483_647], [-2, 2_147_483_648]),
        ("execution_expires_after", [3600, 259_200], [3599, 259_201]),
    ] {
        for number in accepted {
            create(&sim, json!({ name: number })).await;
        }
        for number in refused {
            let answer = post(&sim, &order(json!({ name: number }))).await;
            answer.is(400, "InvalidParameter");
        }
    }
}

#[tokio::test]
async fn null_is_absent_and_unknown_keys_are_accepted() {
    let sim = start().await;
    let members = json!({
        "callback_url": null, "service_tier": null, "duration": null, "draft": false,
        "frames": null, "framespersecond": 999, "CallbackURL": 7, "service_tier": "default",
    });
    let id = create(&sim, members).await;
    assert_eq!(sim.task(&id).unwrap().body["framespersecond"], 999);
}

#[tokio::test]
async fn a_cancel_route_falls_into_create_and_every_create_is_a_purchase() {
    let sim = start().await;
    let id = create(&sim, json!({})).await;
    let body = order(json!({})).to_string();
    let target = format!("{TASKS}/{id}/cancel");
    for _ in 0..2 {
        let answer = send(&sim, &task_request("POST", &target, body.as_bytes())).await;
        assert_eq!(answer.status, 200);
    }
    assert_eq!(sim.tasks().len(), 3);
    assert_eq!(sim.count(Verb::Create), 3);
}

#[tokio::test]
async fn a_body_that_is_no_json_is_400() {
    let sim = start().await;
    let answer = send(&sim, &task_request("POST", TASKS, b"{\"model\":")).await;
    answer.is(400, "InvalidParameter");
}

#[tokio::test]
async fn a_chunked_body_is_read_to_its_end() {
    let sim = start().await;
    let body = order(json!({})).to_string();
    let (one, two) = body.split_at(20);
    let request = format!(
        "POST {TASKS} HTTP/1.1\r\nauthorization: Bearer key-1\r\nconnection: close\r\n\
         transfer-encoding: chunked\r\n\r\n{:x}\r\n{one}\r\n{:x}\r\n{two}\r\n0\r\n\r\n",
        one.len(),
        two.len(),
    );
    assert_eq!(send(&sim, request.as_bytes()).await.status, 200);
    assert_eq!(sim.calls()[0].json(), order(json!({})));
}
