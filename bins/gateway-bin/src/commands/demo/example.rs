//! The requests of the demonstration, word for word those of the public contract. Ids in them are
//! the contract's; the play puts its own in their place.

use crate::paths::TASKS;

/// The 4K example of section 5.
pub(super) const CREATE_4K: &str = r#"{
    "model": "doubao-seedance-2-0",
    "content": [
      {
        "type": "text",
        "text": "一艘纸船漂浮在清晨平静的水面上，电影感镜头，柔和自然光。"
      }
    ],
    "duration": 4,
    "ratio": "16:9",
    "resolution": "4k",
    "generate_audio": false,
    "watermark": true,
    "return_last_frame": true,
    "execution_expires_after": 3600,
    "priority": 0,
    "safety_identifier": "user-hash-001",
    "callback_url": "https://example.com/volcark/callback"
  }"#;

/// The editing example of section 5.
pub(super) const EDIT_VIDEO: &str = r#"{
    "model": "doubao-seedance-2-0",
    "content": [
      {
        "type": "text",
        "text": "编辑视频 1：保持原始镜头运动，把红色马克杯替换成玻璃茶壶，并参考图片 1 的材质风格。"
      },
      {
        "type": "video_url",
        "role": "reference_video",
        "video_url": {
          "url": "asset://asset-20260611210200-video1"
        }
      },
      {
        "type": "image_url",
        "role": "reference_image",
        "image_url": {
          "url": "asset://asset-20260611210100-image1"
        }
      }
    ],
    "duration": 6,
    "ratio": "16:9",
    "resolution": "720p",
    "generate_audio": false
  }"#;

/// The extension example of section 5.
pub(super) const EXTEND_VIDEO: &str = r#"{
    "model": "doubao-seedance-2-0",
    "content": [
      {
        "type": "text",
        "text": "将视频 1 向前延展，保持同一人物、光线和手持镜头运动，最后自然接入视频 1。"
      },
      {
        "type": "video_url",
        "role": "reference_video",
        "video_url": {
          "url": "asset://asset-20260611210200-video1"
        }
      }
    ],
    "duration": 6,
    "ratio": "16:9",
    "resolution": "720p",
    "generate_audio": false
  }"#;

/// The example of section 9.4.
pub(super) const ASSET_IMAGE: &str = r#"{
    "model": "doubao-seedance-2-0",
    "content": [
      {
        "type": "text",
        "text": "以素材图片作为首帧，镜头缓慢推进。"
      },
      {
        "type": "image_url",
        "role": "reference_image",
        "image_url": {
          "url": "asset://asset-20260611210100-efgh2"
        }
      }
    ],
    "duration": 4,
    "ratio": "16:9",
    "resolution": "720p",
    "generate_audio": false
  }"#;

/// The example of section 9.1.
pub(super) const CREATE_GROUP: &str = r#"{
    "model": "doubao-seedance-2-0",
    "Name": "campaign-product-shots",
    "GroupType": "AIGC",
    "Description": "Assets for product videos"
  }"#;

/// The example of section 9.2.
pub(super) const CREATE_ASSET: &str = r#"{
    "model": "doubao-seedance-2-0",
    "GroupId": "group-20260611210000-abcd1",
    "URL": "https://example.com/product.png",
    "AssetType": "Image",
    "Name": "product-front.png"
  }"#;

/// The example of section 9.3.
pub(super) const LIST_ASSETS: &str = r#"{
    "model": "doubao-seedance-2-0",
    "Filter": {
      "GroupType": "AIGC",
      "GroupIds": ["group-20260611210000-abcd1"]
    },
    "PageNumber": 1,
    "PageSize": 20
  }"#;

/// The group in the contract's examples.
pub(super) const GROUP_ID: &str = "group-20260611210000-abcd1";
/// The images in the contract's examples.
pub(super) const IMAGE_IDS: [&str; 2] =
    ["asset-20260611210100-image1", "asset-20260611210100-efgh2"];
/// The video in the contract's examples.
pub(super) const VIDEO_ID: &str = "asset-20260611210200-video1";

/// Lines to paste into another terminal.
pub(super) fn curl_lines(base_url: &str, token: &str) -> String {
    format!(
        r#"
Paste into another terminal:

export BASE_URL={base_url} TOKEN={token}

curl -sS -X POST "$BASE_URL{TASKS}" \
  -H "Authorization: Bearer $TOKEN" \
  -H "Content-Type: application/json" \
  -d '{{
    "model": "doubao-seedance-2-0-fast",
    "content": [{{"type": "text", "text": "A paper boat on calm water at dawn."}}],
    "duration": 4, "ratio": "16:9", "resolution": "720p"
  }}'

curl -sS "$BASE_URL{TASKS}?page_num=1&page_size=20" -H "Authorization: Bearer $TOKEN"

ID=cgt-…   # the id of the create

curl -sS "$BASE_URL{TASKS}/$ID" -H "Authorization: Bearer $TOKEN"

curl -sS -X DELETE "$BASE_URL{TASKS}/$ID" -H "Authorization: Bearer $TOKEN"

curl -sS -X POST "$BASE_URL/volcark/?Action=ListAssets&Version=2024-01-01" \
  -H "Authorization: Bearer $TOKEN" \
  -H "Content-Type: application/json" \
  -d '{{"Filter": {{"GroupType": "AIGC"}}}}'"#
    )
}
