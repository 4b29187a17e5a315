//! Lists that are not what was asked for.

use serde_json::{Value, json};

use crate::faults::ListOddity;

/// Makes the body of a LIST answer odd. `calls` is how many there were before.
///
/// [`ListOddity::Overlap`] is not made here: it moves the page before the list is made.
pub(crate) fn distort(list: &mut Value, oddity: &ListOddity, calls: usize, now_ms: i64) {
    let true_total = list.get("total").and_then(Value::as_i64).unwrap_or(0);
    let Some(items) = list.get_mut("items").and_then(Value::as_array_mut) else {
        return;
    };
    let total = match oddity {
        ListOddity::Duplicates => {
            let twice = items.iter().flat_map(|item| [item.clone(), item.clone()]);
            *items = twice.collect();
            true_total
        }
        ListOddity::WrongTotal(wrong) => *wrong,
        ListOddity::ChangingTotal => true_total.saturating_add(i64::try_from(calls).unwrap_or(0)),
        ListOddity::ForeignTasks(count) => {
            let own = std::mem::take(items);
            items.extend((0..*count).map(|_| foreign_task(now_ms)));
            items.extend(own);
            true_total.saturating_add(i64::try_from(*count).unwrap_or(0))
        }
        ListOddity::UnreadableItems => {
            items.push(json!("not a task"));
            items.push(json!({"status": "succeeded"}));
            true_total
        }
        ListOddity::Hidden => {
            items.clear();
            true_total
        }
        ListOddity::Overlap => true_total,
    };
    if let Some(members) = list.as_object_mut() {
        members.insert("total".to_owned(), total.into());
    }
}

/// A task of somebody else, which no create of this account has made.
fn foreign_task(now_ms: i64) -> Value {
    json!({
        "id": crate::ids::task(now_ms),
        "model": "doubao-seedance-2-0-260128",
        "status": "succeeded",
        "content": {"video_url": "https://foreign.example/video.mp4"},
        "usage": {"completion_tokens": 108_900, "total_tokens": 108_900},
        "created_at": now_ms.div_euclid(1000),
        "updated_at": now_ms.div_euclid(1000),
        "resolution": "720p",
        "ratio": "16:9",
        "duration": 5,
        "framespersecond": 24,
        "service_tier": "default",
        "execution_expires_after": 172_800,
        "generate_audio": true,
        "draft": false,
        "priority": 0,
    })
}
