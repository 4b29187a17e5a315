//! The requests of the demonstration, word for word those of the public contract.

use crate::router::TASKS;

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

curl -sS -X DELETE "$BASE_URL{TASKS}/$ID" -H "Authorization: Bearer $TOKEN""#
    )
}
