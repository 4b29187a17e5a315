//! `asset://` in the content of a create.

use ark_sim::{Sim, SimSettings};
use serde_json::{Value, json};

use crate::assets::signer::{create_asset, create_group};
use crate::support::{order, post, settings, start};

fn with_image(id: &str) -> Value {
    let url = json!({"url": format!("asset://{id}")});
    let image = json!({"type": "image_url", "role": "reference_image", "image_url": url});
    order(json!({"content": [{"type": "text", "text": "图片1"}, image]}))
}

/// The message of a create that is refused for its image.
async fn refusal(sim: &Sim, id: &str) -> String {
    let answer = post(sim, &with_image(id)).await;
    answer.is(400, "InvalidParameter");
    let error = answer.json()["error"].clone();
    assert_eq!(error["param"], "content[1].image_url.url");
    assert_eq!(error["type"], "BadRequest");
    error["message"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn only_an_active_asset_of_the_right_type_can_be_used() {
    let sim = start().await;
    let group = create_group(&sim, "shots").await;
    let image = create_asset(&sim, &group, "Image").await;
    let video = create_asset(&sim, &group, "Video").await;

    let message = refusal(&sim, "asset-20260924140015-hczmn").await;
    let expected = "The parameter `content[1].image_url.url` specified in the request is not \
                    valid: The specified asset asset-20260924140015-hczmn is not found. \
                    Request id: 02";
    assert!(message.starts_with(expected), "{message}");
    assert!(refusal(&sim, &image).await.contains("is not active"));
    sim.activate_asset(&image).unwrap();
    sim.activate_asset(&video).unwrap();
    assert_eq!(post(&sim, &with_image(&image)).await.status, 200);
    assert!(refusal(&sim, &video).await.contains("has another type"));
}

#[tokio::test]
async fn an_asset_of_another_project_is_not_found() {
    let project = "generation".to_owned();
    let sim = Sim::start(SimSettings { project, ..settings() }).await.unwrap();
    let group = create_group(&sim, "shots").await;
    let image = create_asset(&sim, &group, "Image").await;
    sim.activate_asset(&image).unwrap();
    assert!(refusal(&sim, &image).await.contains("is not found"));
}
