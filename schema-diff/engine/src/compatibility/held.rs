//! Which values a column of one type holds of those that a program has for another one. Pure.

use crate::{casts::element, model::DataType};

/// Returns whether a column of a type refuses or changes some of the values that a program writes for another type.
pub(super) fn loses(from: &DataType, to: &DataType) -> bool {
    element_loses(&element(from), &element(to))
}

/// Returns whether a column of a type keeps a part of the values only. What a migration has cut from the values of before, it need not hold of
/// new ones either.
pub(super) fn cuts(from: &DataType, to: &DataType) -> bool {
    let parts: &[&str] = match to.builtin_name() {
        Some("date") => &["timestamp", "timestamptz"],
        Some("time") => &["interval"],
        // As text; it depends on the migration whether that becomes the document again.
        Some("text" | "varchar") if !to.array => &["json", "jsonb"],
        _ => &[],
    };
    from.array == to.array && from.builtin_name().is_some_and(|own| parts.contains(&own))
}

/// Returns whether a text column keeps values as the text that Postgres shows: an array with braces, bytes in hexadecimal digits.
pub(super) fn is_kept_as_text(from: &DataType, to: &DataType) -> bool {
    let is_text = !to.array && matches!(to.builtin_name(), Some("text" | "varchar" | "bpchar"));
    is_text && (from.array || from.builtin_name() == Some("bytea"))
}

fn element_loses(from: &DataType, to: &DataType) -> bool {
    let (Some(was), Some(is)) = (from.builtin_name(), to.builtin_name()) else {
        return false;
    };
    let is_real = matches!(was, "numeric" | "float4" | "float8");
    match is {
        "varchar" | "bpchar" => is_less(limit(to), limit(from)),
        "numeric" => is_less(digits(to), digits(from)),
        "int2" | "int4" | "int8" => is_real || is_less(digits(to), digits(from)) && digits(from).is_some(),
        "float4" => was == "float8",
        "money" => matches!(was, "numeric" | "int8"),
        _ => false,
    }
}

/// Compares limits; `None` is no limit.
fn is_less(is: Option<i64>, was: Option<i64>) -> bool {
    is.is_some_and(|is| was.is_none_or(|was| is < was))
}

fn limit(data_type: &DataType) -> Option<i64> {
    match data_type.builtin_name() {
        Some("bpchar" | "varchar") => data_type.modifier.as_ref()?.parse().ok(),
        _ => None,
    }
}

/// Returns the digits before the point.
fn digits(data_type: &DataType) -> Option<i64> {
    match data_type.builtin_name()? {
        "int2" => return Some(5),
        "int4" => return Some(10),
        "int8" => return Some(19),
        _ => {}
    }
    let text = data_type.modifier.as_ref()?;
    let (precision, scale) = text.split_once(',').unwrap_or((text, "0"));
    Some(precision.trim().parse::<i64>().ok()? - scale.trim().parse::<i64>().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str, modifier: Option<&str>, array: bool) -> DataType {
        DataType {
            modifier: modifier.map(str::to_owned),
            array,
            ..DataType::builtin(name)
        }
    }

    #[test]
    fn a_smaller_type_loses_values() {
        let plain = |name: &str| of(name, None, false);
        for (from, to, wanted) in [
            (plain("int8"), plain("int4"), true),
            (plain("int2"), plain("int4"), false),
            (plain("numeric"), plain("int8"), true),
            (of("int8", None, true), of("int4", None, true), true),
            (plain("int4"), of("numeric", Some("12,2"), false), false),
            (plain("int8"), of("numeric", Some("12,2"), false), true),
            (plain("float8"), plain("float4"), true),
            (of("varchar", Some("8"), false), of("varchar", Some("9"), false), false),
            (plain("text"), of("varchar", Some("9"), false), true),
        ] {
            assert_eq!(loses(&from, &to), wanted, "{from} {to}");
        }
        assert!(is_kept_as_text(&plain("bytea"), &plain("text")));
        assert!(is_kept_as_text(&of("text", None, true), &plain("text")));
        assert!(!is_kept_as_text(&of("text", None, true), &of("varchar", None, true)));
        assert!(cuts(&plain("timestamptz"), &plain("date")));
        assert!(!cuts(&plain("date"), &plain("timestamptz")));
    }
}
