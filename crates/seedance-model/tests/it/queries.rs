//! The query of a tenant's list.

use std::borrow::Cow;

use seedance_model::{Error, ErrorKind, Model, ServiceTier, TaskQuery, TaskStatus};

fn parse(pairs: &[(&'static str, &'static str)]) -> Result<TaskQuery, Error> {
    TaskQuery::parse(pairs.iter().map(|(k, v)| (Cow::Borrowed(*k), Cow::Borrowed(*v))))
}

#[test]
fn no_query_is_the_first_ten_tasks() {
    let expected = TaskQuery {
        page_num: 1,
        page_size: 10,
        status: None,
        task_ids: Vec::new(),
        model: None,
        service_tier: None,
    };
    assert_eq!(parse(&[]), Ok(expected.clone()));
    // The official clients write what is not set as empty; unknown keys do not count.
    let empty = parse(&[
        ("page_num", ""),
        ("page_size", ""),
        ("filter.status", ""),
        ("filter.task_ids", ""),
        ("filter.model", ""),
        ("filter.service_tier", ""),
        ("unknown", "1"),
        ("unknown", "2"),
    ]);
    assert_eq!(empty, Ok(expected));
}

#[test]
fn every_filter_is_read() {
    let query = parse(&[
        ("filter.task_ids", "b"),
        ("page_size", "500"),
        ("filter.status", "expired"),
        ("filter.task_ids", "a"),
        ("page_num", "500"),
        ("filter.model", "doubao-seedance-2.0-mini"),
        ("filter.service_tier", "flex"),
    ]);
    let expected = TaskQuery {
        page_num: 500,
        page_size: 500,
        status: Some(TaskStatus::Expired),
        task_ids: vec!["b".to_owned(), "a".to_owned()],
        model: Some(Model::Mini),
        service_tier: Some(ServiceTier::Flex),
    };
    assert_eq!(query, Ok(expected));
    for status in TaskStatus::ALL {
        let query = parse(&[("filter.status", status.name())]).unwrap();
        assert_eq!(query.status, Some(status));
    }
    for name in Model::accepted_names() {
        let query = parse(&[("filter.model", name)]).unwrap();
        assert_eq!(query.model, Model::parse(name).ok());
    }
}

#[test]
fn a_value_that_is_wrong_is_refused_by_the_name_of_its_key() {
    let statuses = "`queued`, `running`, `succeeded`, `failed`, `expired` or `cancelled`";
    let cases = [
        ("page_num", "0", ErrorKind::OutOfRange, "`0` is out of range; use 1 to 500"),
        ("page_num", "501", ErrorKind::OutOfRange, "`501` is out of range; use 1 to 500"),
        ("page_size", "501", ErrorKind::OutOfRange, "`501` is out of range; use 1 to 500"),
        (
            "page_size",
            "99999999999",
            ErrorKind::OutOfRange,
            "`99999999999` is out of range; use 1 to 500",
        ),
        ("page_size", "-1", ErrorKind::Malformed, "`-1` is no integer; use 1 to 500"),
        ("page_size", "+1", ErrorKind::Malformed, "`+1` is no integer; use 1 to 500"),
        ("page_num", "1.0", ErrorKind::Malformed, "`1.0` is no integer; use 1 to 500"),
        (
            "filter.service_tier",
            "fast",
            ErrorKind::Unknown,
            "`fast` is not known; use `default` or `flex`",
        ),
    ];
    for (key, value, kind, rest) in cases {
        let error = parse(&[(key, value)]).unwrap_err();
        assert_eq!(error.to_string(), format!("{key} {rest}"));
        assert_eq!((error.field(), error.kind()), (key, kind));
    }
    let error = parse(&[("filter.status", "Queued")]).unwrap_err();
    let expected = format!("filter.status `Queued` is not known; use {statuses}");
    assert_eq!(error.to_string(), expected);
    let error = parse(&[("filter.model", "seedance-2-0")]).unwrap_err();
    assert_eq!(error.field(), "filter.model");
    assert!(error.to_string().starts_with("filter.model `seedance-2-0` is not known; use "));
}

#[test]
fn a_single_valued_key_may_be_given_once() {
    let keys = ["page_num", "page_size", "filter.status", "filter.model", "filter.service_tier"];
    for key in keys {
        let error = parse(&[(key, "queued"), (key, "queued")]).unwrap_err();
        assert_eq!(error.to_string(), format!("{key} is given twice; use it once"));
        assert_eq!((error.field(), error.kind()), (key, ErrorKind::Malformed));
    }
    assert_eq!(parse(&[("page_num", ""), ("page_num", "2")]).unwrap().page_num, 2);
}
