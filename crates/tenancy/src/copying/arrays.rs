//! How values stand in the driver's types: read out of rows, and put into arrays, one for each
//! column, by which many rows go into one statement.

use tokio_postgres::types::ToSql;

use super::refusal::CopyRefusal;
use super::tables::{Column, Kind, Shape};
use super::value::{Row, Value};
use crate::error::Cause;
use crate::postgres::get;

/// What stands for a value in a statement.
pub(super) type Parameter = Box<dyn ToSql + Sync + Send>;

pub(super) fn sql_type(column: &Column) -> &'static str {
    match column.kind {
        Kind::Flag => "bool",
        Kind::Integer => "int8",
        Kind::Small => "int4",
        Kind::Text => "text",
        Kind::Bytes => "bytea",
    }
}

pub(super) fn read(row: &tokio_postgres::Row, shape: &Shape) -> Result<Row, Cause> {
    let value = |(number, column): (usize, &Column)| {
        Ok(match column.kind {
            Kind::Flag => get::<Option<bool>>(row, number)?.map(|flag| Value::Integer(flag.into())),
            Kind::Integer => get::<Option<i64>>(row, number)?.map(Value::Integer),
            Kind::Small => get::<Option<i32>>(row, number)?.map(|n| Value::Integer(n.into())),
            Kind::Text => get::<Option<String>>(row, number)?.map(Value::Text),
            Kind::Bytes => get::<Option<Vec<u8>>>(row, number)?.map(Value::Bytes),
        }
        .unwrap_or(Value::Null))
    };
    shape.columns.iter().enumerate().map(value).collect()
}

/// The values of a key, each as a parameter of its column's type.
pub(super) fn key(shape: &Shape, key: Row) -> Result<Vec<Parameter>, Cause> {
    let columns = shape
        .table
        .key
        .iter()
        .filter_map(|name| shape.columns.iter().find(|column| column.name == **name));
    let parameter = |(value, column): (Value, &Column)| -> Result<Parameter, Cause> {
        Ok(match (value, column.kind) {
            (Value::Integer(number), Kind::Small) => Box::new(i32::try_from(number).ok()),
            (Value::Integer(number), _) => Box::new(number),
            (Value::Text(text), _) => Box::new(text),
            (Value::Bytes(bytes), _) => Box::new(bytes),
            (Value::Null, _) => return Err(wrong(shape, column, &Value::Null)),
        })
    };
    key.into_iter().zip(columns).map(parameter).collect()
}

/// The rows, column by column.
pub(super) fn transposed(shape: &Shape, rows: Vec<Row>) -> Result<Vec<Parameter>, Cause> {
    let mut columns: Vec<Vec<Value>> =
        shape.columns.iter().map(|_| Vec::with_capacity(rows.len())).collect();
    for row in rows {
        for (column, value) in columns.iter_mut().zip(row) {
            column.push(value);
        }
    }
    let arrays = shape.columns.iter().zip(columns);
    arrays.map(|(column, values)| array(shape, column, values)).collect()
}

fn array(shape: &Shape, column: &Column, values: Vec<Value>) -> Result<Parameter, Cause> {
    let refused = |value: &Value| wrong(shape, column, value);
    Ok(match column.kind {
        Kind::Flag => Box::new(all(values, |value| {
            let flag = value.integer().filter(|number| (0..=1).contains(number));
            flag.map(|number| number == 1).ok_or_else(|| refused(&value))
        })?),
        Kind::Integer => {
            Box::new(all(values, |value| value.integer().ok_or_else(|| refused(&value)))?)
        }
        Kind::Small => Box::new(all(values, |value| {
            let number = value.integer().and_then(|number| i32::try_from(number).ok());
            number.ok_or_else(|| refused(&value))
        })?),
        Kind::Text => Box::new(all(values, |value| match value {
            Value::Text(text) => Ok(text),
            Value::Null | Value::Integer(_) | Value::Bytes(_) => Err(refused(&value)),
        })?),
        Kind::Bytes => Box::new(all(values, |value| match value {
            Value::Bytes(bytes) => Ok(bytes),
            Value::Null | Value::Integer(_) | Value::Text(_) => Err(refused(&value)),
        })?),
    })
}

fn all<T>(
    values: Vec<Value>,
    read: impl Fn(Value) -> Result<T, Cause>,
) -> Result<Vec<Option<T>>, Cause> {
    let value = |value| if value == Value::Null { Ok(None) } else { read(value).map(Some) };
    values.into_iter().map(value).collect()
}

fn wrong(shape: &Shape, column: &Column, value: &Value) -> Cause {
    let (table, column) = (shape.table.name, column.name.clone());
    let what = "a value of another type or size";
    CopyRefusal::Unstorable { table, column, key: value.to_string(), what }.into()
}
