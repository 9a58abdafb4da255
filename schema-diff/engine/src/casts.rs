//! Which conversions Postgres makes automatically, and which of them may lose data.
//!
//! The tables below are `pg_cast` and the rules for text types of a fresh Postgres. Casts that users created are not
//! known and count as explicit ones.

use crate::model::{DataType, Schema};

/// How Postgres converts one type to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cast {
    /// `ALTER COLUMN ... TYPE` converts without `USING`.
    Assignment,
    /// The conversion needs `USING column::type`.
    Explicit,
    /// The conversion is possible only through text: `USING column::text::type`.
    ThroughText,
    /// The conversion is possible only through integer: `USING column::integer::type`.
    ThroughInteger,
    /// A value becomes an array of one element: `USING ARRAY[column]`.
    IntoArray,
    /// The only element of an array becomes the value: `USING column[1]`.
    OutOfArray,
    /// There is no meaningful conversion.
    None,
}

/// What a conversion may do to the values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
    /// Every value is kept, or Postgres refuses.
    None,
    /// It may round or truncate without an error: a query has to check whether the values survive the conversion in
    /// both directions.
    Silent,
}

const NUMBERS: &[&str] = &["int2", "int4", "int8", "numeric", "float4", "float8"];
const TEXTS: &[&str] = &["text", "varchar", "bpchar", "name", "citext"];
const ASSIGNMENT: &[(&str, &str)] = &[
    ("bit", "varbit"),
    ("varbit", "bit"),
    ("cidr", "inet"),
    ("inet", "cidr"),
    ("date", "timestamp"),
    ("date", "timestamptz"),
    ("int4", "money"),
    ("int4", "oid"),
    ("int8", "money"),
    ("int8", "oid"),
    ("interval", "time"),
    ("json", "jsonb"),
    ("jsonb", "json"),
    ("macaddr", "macaddr8"),
    ("macaddr8", "macaddr"),
    ("money", "numeric"),
    ("numeric", "money"),
    ("oid", "int4"),
    ("oid", "int8"),
    ("text", "char"),
    ("varchar", "char"),
    ("char", "text"),
    ("time", "interval"),
    ("time", "timetz"),
    ("timestamp", "date"),
    ("timestamp", "time"),
    ("timestamp", "timestamptz"),
    ("timestamptz", "date"),
    ("timestamptz", "time"),
    ("timestamptz", "timestamp"),
    ("timestamptz", "timetz"),
    ("timetz", "time"),
];
const EXPLICIT: &[(&str, &str)] = &[
    ("bool", "int4"),
    ("bit", "int4"),
    ("bit", "int8"),
    ("char", "int4"),
    ("int4", "bit"),
    ("int4", "bool"),
    ("int4", "char"),
    ("int8", "bit"),
    ("jsonb", "bool"),
    ("jsonb", "float4"),
    ("jsonb", "float8"),
    ("jsonb", "int2"),
    ("jsonb", "int4"),
    ("jsonb", "int8"),
    ("jsonb", "numeric"),
];

/// Types that Postgres compares with each other without converting either.
const FAMILIES: &[&[&str]] = &[
    &["int2", "int4", "int8"],
    &["float4", "float8"],
    &["text", "varchar", "bpchar", "name"],
    &["date", "timestamp", "timestamptz"],
    &["inet", "cidr"],
    &["bit", "varbit"],
];

/// Returns whether Postgres deparses an expression over a column of one type as it does over the other, without casts
/// that remain when the column's type changes back.
pub fn same_family(a: &DataType, b: &DataType) -> bool {
    if a.name == b.name && a.array == b.array {
        return true;
    }
    match (a.builtin_name(), b.builtin_name()) {
        (Some(a), Some(b)) => FAMILIES.iter().any(|family| family.contains(&a) && family.contains(&b)),
        _ => false,
    }
}

/// Returns how Postgres converts `from` to `to`.
pub fn cast(from: &DataType, to: &DataType) -> Cast {
    if from.name == to.name && from.array == to.array {
        return Cast::Assignment;
    }
    if from.array != to.array {
        // Text represents an array as its literal: `{1,2}`.
        if is_text(to) && !to.array {
            return Cast::Assignment;
        }
        if is_text(from) && !from.array && to.is_builtin() && !is_text(to) {
            return Cast::Explicit;
        }
        return match (cast(&element(from), &element(to)), to.array) {
            (Cast::None, _) => Cast::None,
            (_, true) => Cast::IntoArray,
            (_, false) => Cast::OutOfArray,
        };
    }
    let (old, new) = (from.name.name.as_str(), to.name.name.as_str());
    if is_text(to) {
        return Cast::Assignment;
    }
    if is_text(from) {
        return if ASSIGNMENT.contains(&(old, new)) {
            Cast::Assignment
        } else {
            Cast::Explicit
        };
    }
    if !from.is_builtin() || !to.is_builtin() {
        return Cast::ThroughText;
    }
    let pair = (old, new);
    if (NUMBERS.contains(&old) && NUMBERS.contains(&new)) || ASSIGNMENT.contains(&pair) {
        Cast::Assignment
    } else if EXPLICIT.contains(&pair) {
        Cast::Explicit
    } else if (old == "bool" && NUMBERS.contains(&new)) || (NUMBERS.contains(&old) && new == "bool") {
        Cast::ThroughInteger
    } else {
        Cast::None
    }
}

/// Returns the type of an array's elements.
pub fn element(of: &DataType) -> DataType {
    DataType {
        array: false,
        ..of.clone()
    }
}

/// Returns how a column that [`cast`] has converted from `from` to `to` is converted back, from `to` to `from`.
pub fn inverse_cast(from: &DataType, to: &DataType) -> Cast {
    let is_element_reversible = || cast(&element(to), &element(from)) != Cast::None;
    match cast(from, to) {
        Cast::IntoArray if is_element_reversible() => Cast::OutOfArray,
        Cast::OutOfArray if is_element_reversible() => Cast::IntoArray,
        Cast::IntoArray | Cast::OutOfArray => Cast::None,
        _ if from.array && !to.array && is_text(to) => Cast::Explicit,
        _ => cast(to, from),
    }
}

/// Returns whether a foreign key of one type may refer to a key of another: btree compares the two types, or Postgres
/// casts the first to the second implicitly.
pub fn may_refer(own: &DataType, key: &DataType) -> bool {
    if own.array != key.array {
        return false;
    }
    // The creator of a type may also have created operators that compare it with other types.
    if own.name == key.name || (!own.is_builtin() && !key.is_builtin()) {
        return true;
    }
    let wider = |name: &str| NUMBERS.iter().position(|own| *own == name);
    match (own.builtin_name(), key.builtin_name()) {
        (Some(a), Some(b)) => same_family(own, key) || matches!((wider(a), wider(b)), (Some(a), Some(b)) if a <= b),
        _ => own.name.name == "citext" || key.name.name == "citext",
    }
}

/// Returns whether Postgres changes a column from one base type to the other without rewriting the rows: every value is stored in the same way,
/// and none can be too long.
pub fn keeps_rows(from: &DataType, to: &DataType) -> bool {
    if from.array || to.array || !from.is_builtin() || !to.is_builtin() {
        return false;
    }
    let grows = |from: &Option<String>, to: &Option<String>| match (from, to) {
        (_, None) => true,
        (Some(from), Some(to)) => number(from).zip(number(to)).is_some_and(|(from, to)| from <= to),
        (None, Some(_)) => false,
    };
    match (from.name.name.as_str(), to.name.name.as_str()) {
        ("varchar" | "text", "varchar") | ("varbit", "varbit") => grows(&from.modifier, &to.modifier),
        ("varchar" | "text", "text") | ("cidr", "inet") => true,
        ("timestamp", "timestamp") | ("timestamptz", "timestamptz") | ("time", "time") | ("timetz", "timetz") => {
            grows(&from.modifier, &to.modifier)
        }
        ("numeric", "numeric") => to.modifier.as_ref().is_none_or(|to| {
            let from = from.modifier.as_deref().unwrap_or_default();
            let (old, new) = (precision(from), precision(to));
            old.zip(new).is_some_and(|(old, new)| old.1 == new.1 && old.0 <= new.0)
        }),
        _ => false,
    }
}

fn number(text: &str) -> Option<u32> {
    text.trim().parse().ok()
}

/// Returns the precision and the scale of `10,2`.
fn precision(text: &str) -> Option<(u32, u32)> {
    match text.split_once(',') {
        Some((precision, scale)) => number(precision).zip(number(scale)),
        None => number(text).map(|precision| (precision, 0)),
    }
}

/// Returns the base type of a domain, through domains over domains; any other type unchanged.
pub fn base(schema: &Schema, data_type: &DataType) -> DataType {
    let mut found = data_type.clone();
    while let Some(domain) = schema.domain(&found.name) {
        found = DataType {
            array: found.array || domain.base.array,
            ..domain.base.clone()
        };
    }
    found
}

fn is_text(data_type: &DataType) -> bool {
    TEXTS.contains(&data_type.name.name.as_str()) && (data_type.is_builtin() || data_type.name.name == "citext")
}

/// Returns whether a conversion may lose data.
pub fn loss(from: &DataType, to: &DataType) -> Loss {
    if from.array || to.array {
        // Rounding inside an array is rounding, too.
        return if from.array && to.array {
            loss(&element(from), &element(to))
        } else {
            Loss::None
        };
    }
    let (Some(old), Some(new)) = (from.builtin_name(), to.builtin_name()) else {
        return Loss::None;
    };
    let silent = match (old, new) {
        ("numeric", "numeric") => scale(to).is_some_and(|new| scale(from).is_none_or(|old| new < old)),
        ("numeric", "int2" | "int4" | "int8") => scale(from) != Some(0),
        ("float4" | "float8", "int2" | "int4" | "int8")
        | ("float8" | "numeric", "float4")
        | ("numeric" | "int8", "float8")
        | ("int4" | "int8", "float4")
        | ("timestamp" | "timestamptz", "date" | "time" | "timetz")
        | ("timetz", "time")
        | ("interval", "time")
        | ("jsonb", _)
            if new != "json" && new != "text" =>
        {
            true
        }
        // Postgres converts 15 digits of a double precision, 6 of a real.
        ("float4" | "float8", "numeric" | "money") | ("numeric", "money") => true,
        // The bits to the right of the netmask become zero.
        ("inet", "cidr") => true,
        ("timestamp" | "timestamptz" | "time" | "timetz" | "interval", _) if to.modifier.is_some() => {
            digits(to) < digits(from)
        }
        _ => false,
    };
    if silent { Loss::Silent } else { Loss::None }
}

/// Returns the scale `s` of a `numeric(p,s)`.
fn scale(data_type: &DataType) -> Option<i32> {
    data_type.modifier.as_deref()?.split(',').nth(1)?.trim().parse().ok()
}

/// Returns the fractional digits of seconds; 6 without a modifier.
fn digits(data_type: &DataType) -> i32 {
    data_type
        .modifier
        .as_deref()
        .and_then(|text| text.parse().ok())
        .unwrap_or(6)
}
