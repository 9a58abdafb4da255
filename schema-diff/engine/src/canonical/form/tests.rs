//! Compares the form with one that is written by way of a tree.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value};

use super::{json, json_with};

#[derive(Clone, Serialize)]
enum Kind {
    Unit,
    Newtype(Option<String>),
    Tuple(bool, &'static str),
    Struct { zero: u8, list: Vec<i64>, owner: String },
}

#[derive(Serialize)]
struct Wrapped(Kind);

#[derive(Clone, Serialize)]
struct All {
    zeta: Vec<Kind>,
    empty: Vec<Kind>,
    text: &'static str,
    owner: &'static str,
    map: BTreeMap<String, Option<f64>>,
    letter: char,
    beta: Option<Box<All>>,
    unset: (),
    is_set: bool,
    alpha: (i32, u64),
}

/// The form by way of a tree: what is written in one pass is compared with it.
fn by_tree(of: Value) -> Option<Value> {
    match of {
        Value::Null | Value::Bool(false) => None,
        Value::String(text) if text.is_empty() => None,
        Value::Array(items) if items.is_empty() => None,
        Value::Array(items) => Some(items.into_iter().map(kept).collect()),
        Value::Object(fields) => {
            let fields = fields.into_iter().filter(|(key, _)| key != "owner");
            let mut fields: Vec<(String, Value)> = fields.filter_map(|(key, of)| Some((key, by_tree(of)?))).collect();
            fields.sort_by(|a, b| a.0.cmp(&b.0));
            (!fields.is_empty()).then(|| fields.into_iter().collect())
        }
        other => Some(other),
    }
}

/// An item of an array stays, with what it has.
fn kept(item: Value) -> Value {
    let empty = if item.is_object() {
        Value::Object(Map::new())
    } else {
        item.clone()
    };
    by_tree(item).unwrap_or(empty)
}

#[test]
fn one_pass_writes_what_a_tree_would() -> Result<(), serde_json::Error> {
    let empty = || Kind::Struct {
        zero: 0,
        list: Vec::new(),
        owner: "x".to_owned(),
    };
    let kinds = vec![
        Kind::Unit,
        Kind::Newtype(None),
        Kind::Newtype(Some("\"\u{1}\\ä".to_owned())),
        Kind::Tuple(false, ""),
        empty(),
    ];
    let inner = All {
        zeta: kinds.clone(),
        empty: Vec::new(),
        text: "",
        owner: "somebody",
        map: BTreeMap::new(),
        letter: 'ö',
        beta: None,
        unset: (),
        is_set: false,
        alpha: (-1, u64::MAX),
    };
    let map = [
        ("b\"".to_owned(), Some(1.5)),
        ("a".to_owned(), None),
        ("c".to_owned(), Some(2.0)),
    ];
    let all = All {
        beta: Some(Box::new(inner.clone())),
        text: "a\nb",
        is_set: true,
        map: map.into_iter().collect(),
        ..inner.clone()
    };
    for of in [serde_json::to_value(&all)?, serde_json::to_value(&inner)?] {
        let wanted = by_tree(of.clone()).unwrap_or_default().to_string();
        assert_eq!(json(&of, &["owner"]), wanted);
    }
    assert_eq!(json(&all, &["owner"]), json(&serde_json::to_value(&all)?, &["owner"]));
    for kind in kinds {
        let wanted = kept(serde_json::to_value(&kind)?).to_string();
        assert_eq!(json(&Wrapped(kind), &["owner"]), wanted);
    }
    Ok(())
}

#[test]
fn a_field_can_be_given() {
    let of = BTreeMap::from([("b", vec![1]), ("a", vec![2])]);
    assert_eq!(json(&of, &[]), r#"{"a":[2],"b":[1]}"#);
    assert_eq!(json_with(&of, &[], "b", "[3]".to_owned()), r#"{"a":[2],"b":[3]}"#);
    assert_eq!(json_with(&of, &[], "b", "[]".to_owned()), r#"{"a":[2]}"#);
}
