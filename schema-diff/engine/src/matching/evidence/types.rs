//! Compares two types.

use crate::{
    casts::{Cast, cast},
    model::DataType,
};

/// How a type before relates to a type after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TypeLikeness {
    /// The same type and modifier.
    Same,
    /// The same type with another modifier.
    Modifier,
    /// Another type of the same family: `int4` and `int8`, `text` and `varchar`.
    Family,
    /// Postgres converts it by a cast.
    Convertible,
    /// It can be converted only through text or another type, or to or from an array.
    ThroughText,
    /// It cannot be converted.
    Unrelated,
}

const FAMILIES: &[&[&str]] = &[
    &["int2", "int4", "int8", "numeric", "float4", "float8", "money"],
    &["text", "varchar", "bpchar", "citext", "name"],
    &["timestamp", "timestamptz", "date"],
    &["time", "timetz"],
    &["json", "jsonb"],
    &["inet", "cidr"],
    &["macaddr", "macaddr8"],
    &["bit", "varbit"],
];

/// Types that many columns have.
const COMMON: &[&str] = &["text", "varchar", "int4", "int8", "bool", "timestamp", "timestamptz"];

/// Compares the first type with the second.
pub fn type_likeness(before: &DataType, after: &DataType) -> TypeLikeness {
    if before.name == after.name && before.array == after.array {
        return if before.modifier == after.modifier {
            TypeLikeness::Same
        } else {
            TypeLikeness::Modifier
        };
    }
    let names = [before.name.name.as_str(), after.name.name.as_str()];
    let family = FAMILIES
        .iter()
        .any(|family| names.iter().all(|name| family.contains(name)));
    if family && before.array == after.array {
        return TypeLikeness::Family;
    }
    match cast(before, after) {
        Cast::Assignment | Cast::Explicit => TypeLikeness::Convertible,
        Cast::ThroughText | Cast::ThroughInteger | Cast::IntoArray | Cast::OutOfArray => TypeLikeness::ThroughText,
        Cast::None => TypeLikeness::Unrelated,
    }
}

/// Adds its reason.
pub fn add_reasons(before: &DataType, after: &DataType, reasons: &mut super::Reasons) {
    let becomes = || format!("{before} becomes {after}");
    match type_likeness(before, after) {
        TypeLikeness::Same => {
            let is_common = before
                .builtin_name()
                .is_some_and(|name| COMMON.contains(&name) && before.modifier.is_none());
            reasons.add(if is_common { 0.5 } else { 1.0 }, format!("same type ({after})"));
        }
        TypeLikeness::Modifier => reasons.add(0.3, becomes()),
        TypeLikeness::Family => reasons.add(-0.01, becomes()),
        TypeLikeness::Convertible => reasons.add(-2.0, becomes()),
        TypeLikeness::ThroughText => reasons.add(-2.5, becomes()),
        TypeLikeness::Unrelated => reasons.add(-4.5, format!("no conversion from {before} to {after}")),
    }
}
