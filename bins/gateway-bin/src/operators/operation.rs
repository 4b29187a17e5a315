//! One operation of the operators' API: where it is, what serves it, and what the document says of
//! it. The router and the document are made of the same list, so neither has what the other lacks.

use axum::routing::MethodRouter;
use schemars::generate::SchemaGenerator;
use schemars::{JsonSchema, Schema};

use super::Desk;
use crate::error::Kind;

/// One method of one path.
pub(crate) struct Operation {
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    /// Its name in the document, which clients are generated with.
    pub(crate) id: &'static str,
    pub(crate) summary: &'static str,
    /// The family that it belongs to.
    pub(crate) tag: &'static str,
    pub(crate) query: Option<SchemaOf>,
    pub(crate) takes: Option<Content>,
    pub(crate) answers: Option<Content>,
    /// What it refuses, beside what every operation does.
    pub(crate) refuses: &'static [Kind],
    handler: fn() -> MethodRouter<Desk>,
}

/// Writes the schema of a type, and of those that it is made of.
pub(crate) type SchemaOf = fn(&mut SchemaGenerator) -> Schema;

/// A body, and an example of it as JSON.
#[derive(Clone, Copy)]
pub(crate) struct Content {
    pub(crate) schema: SchemaOf,
    pub(crate) example: &'static str,
}

/// A parameter in the path of an operation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Parameter {
    pub(crate) name: &'static str,
    pub(crate) meaning: &'static str,
    pub(crate) example: &'static str,
}

/// Every parameter that stands in a path.
pub(crate) const PARAMETERS: [Parameter; 4] = [
    Parameter { name: "tenant", meaning: "The name of the tenant.", example: "acme" },
    Parameter { name: "token", meaning: "The id of the token, as lists show it.", example: "7" },
    Parameter {
        name: "intent",
        meaning: "The intent, as the list shows it: `12`, or `library-7`.",
        example: "12",
    },
    Parameter { name: "task", meaning: "The id of the task.", example: "cgt-20261101120000-fffff" },
];

impl Operation {
    /// An operation with this method, served by what `handler` gives.
    pub(crate) fn new(
        [method, path, id]: [&'static str; 3],
        tag: &'static str,
        summary: &'static str,
        handler: fn() -> MethodRouter<Desk>,
    ) -> Self {
        Self {
            method,
            path,
            id,
            summary,
            tag,
            query: None,
            takes: None,
            answers: None,
            refuses: &[],
            handler,
        }
    }

    /// With the parameters that the fields of `T` are.
    pub(crate) fn asking<T: JsonSchema>(self) -> Self {
        Self { query: Some(SchemaGenerator::subschema_for::<T>), ..self }
    }

    /// With a body that is a `T`.
    pub(crate) fn taking<T: JsonSchema>(self, example: &'static str) -> Self {
        let schema: SchemaOf = SchemaGenerator::subschema_for::<T>;
        Self { takes: Some(Content { schema, example }), ..self }
    }

    /// With an answer that is a `T`.
    pub(crate) fn answering<T: JsonSchema>(self, example: &'static str) -> Self {
        let schema: SchemaOf = SchemaGenerator::subschema_for::<T>;
        Self { answers: Some(Content { schema, example }), ..self }
    }

    /// With these refusals, beside what every operation refuses.
    pub(crate) fn refusing(self, refuses: &'static [Kind]) -> Self {
        Self { refuses, ..self }
    }

    /// What serves it.
    pub(super) fn routed(&self) -> MethodRouter<Desk> {
        (self.handler)()
    }
}
