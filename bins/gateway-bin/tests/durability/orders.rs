//! What tenants order. The prompt numbers the order, so that whatever the simulator sold can be
//! traced to the tenant who asked for it; the gateway compares no prompts, so it gets no hint.

use serde_json::{Value, json};

use crate::canary::PROMPT;
use crate::dice::Dice;

/// One order of one tenant.
#[derive(Clone, Debug)]
pub(crate) struct Order {
    pub(crate) number: u64,
    /// The tenant's place in the world.
    pub(crate) tenant: usize,
    pub(crate) key: Option<String>,
    pub(crate) body: String,
}

impl Order {
    /// An order whose terms no other order has, or one that equals many others.
    pub(crate) fn new(number: u64, tenant: usize, dice: &mut Dice, distinct: bool) -> Self {
        let mut body = json!({
            "model": "doubao-seedance-2-0",
            "content": [{"type": "text", "text": format!("order {number} of {tenant}, {PROMPT}")}],
            "duration": 4,
            "ratio": "16:9",
            "resolution": "480p",
        });
        if distinct {
            let models =
                ["doubao-seedance-2-0", "doubao-seedance-2-0-fast", "doubao-seedance-2-0-mini"];
            body["model"] = dice.pick(&models).copied().into();
            body["priority"] = dice.below(10).into();
            body["safety_identifier"] = format!("end-user-{number}").into();
        }
        Self { number, tenant, key: None, body: body.to_string() }
    }

    #[must_use]
    pub(crate) fn keyed(self) -> Self {
        let key = Some(format!("key-{}", self.number));
        Self { key, ..self }
    }
}

/// Number and tenant of the order that a create's body carries.
pub(crate) fn origin(body: &Value) -> Option<(u64, usize)> {
    let text = body["content"][0]["text"].as_str()?;
    let (order, _) = text.split_once(", ")?;
    let (number, tenant) = order.strip_prefix("order ")?.split_once(" of ")?;
    Some((number.parse().ok()?, tenant.parse().ok()?))
}

/// Whether the terms of this order are its own.
pub(crate) fn is_distinct(body: &Value) -> bool {
    body["safety_identifier"].is_string()
}
