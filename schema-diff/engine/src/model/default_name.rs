//! The names that Postgres chooses for objects that are created without a name.
//!
//! Numbers that Postgres appends to names that are in use (`posts_title_key1`) are not included.

use super::{index::Index, name::MAX_IDENTIFIER_BYTES};

/// Returns the name of a primary key: `posts_pkey`.
pub fn primary_key(table: &str) -> String {
    object_name(table, None, "pkey")
}

/// Returns the name of a unique constraint on key columns and included columns: `posts_author_id_slug_key`.
pub fn unique<'a>(table: &str, columns: impl IntoIterator<Item = &'a str>) -> String {
    object_name(table, Some(&addition(columns)), "key")
}

/// Returns the name of a foreign key: `posts_author_id_fkey`.
pub fn foreign_key<'a>(table: &str, columns: impl IntoIterator<Item = &'a str>) -> String {
    object_name(table, Some(&addition(columns)), "fkey")
}

/// Returns the name of a check: `posts_age_check` if it reads exactly one column, otherwise `posts_check`.
pub fn check(table: &str, columns: &[String]) -> String {
    match columns {
        [column] => object_name(table, Some(column), "check"),
        _ => object_name(table, None, "check"),
    }
}

/// Returns the name of an exclusion constraint from the names of its index's keys: `bookings_room_during_excl`.
pub fn exclusion<'a>(table: &str, keys: impl IntoIterator<Item = &'a str>) -> String {
    object_name(table, Some(&addition(keys)), "excl")
}

/// Returns the name of an index: `posts_title_lower_idx`. An expression is named by its function, or otherwise `expr`.
pub fn index(table: &str, index: &Index) -> String {
    let keys = index.keys.iter().map(|key| {
        if key.is_expression {
            expression_name(&key.text)
        } else {
            key.text.as_str()
        }
    });
    index_over(table, keys.chain(index.include.iter().map(String::as_str)))
}

/// Returns the name of an index from the names of its keys and included columns.
pub fn index_over<'a>(table: &str, keys: impl IntoIterator<Item = &'a str>) -> String {
    let mut names: Vec<String> = Vec::new();
    for name in keys {
        names.push(distinct(name, &names));
    }
    object_name(table, Some(&addition(names.iter().map(String::as_str))), "idx")
}

/// Returns the name of a column's sequence: `posts_id_seq`.
pub fn sequence(table: &str, column: &str) -> String {
    object_name(table, Some(column), "seq")
}

/// Joins the parts with `_` and shortens the longer of the first two until the name fits.
fn object_name(first: &str, second: Option<&str>, label: &str) -> String {
    let overhead = label.len() + 1 + usize::from(second.is_some());
    let available = MAX_IDENTIFIER_BYTES.saturating_sub(overhead);
    let (mut first_length, mut second_length) = (first.len(), second.map_or(0, str::len));
    while first_length + second_length > available {
        if first_length > second_length {
            first_length -= 1
        } else {
            second_length -= 1
        }
    }
    let clip = |text: &str, length: usize| text[..text.floor_char_boundary(length)].to_owned();
    let first = clip(first, first_length);
    match second {
        Some(second) => format!("{first}_{}_{label}", clip(second, second_length)),
        None => format!("{first}_{label}"),
    }
}

/// Joins column names with `_`, until they exceed the length of a name.
fn addition<'a>(columns: impl IntoIterator<Item = &'a str>) -> String {
    let mut joined = String::new();
    for column in columns {
        if !joined.is_empty() {
            joined.push('_');
        }
        joined.push_str(column);
        if joined.len() > MAX_IDENTIFIER_BYTES {
            break;
        }
    }
    joined
}

/// Returns a name that is not taken, with a number appended if necessary.
fn distinct(name: &str, taken: &[String]) -> String {
    let is_free = |candidate: &str| !taken.iter().any(|other| other == candidate);
    if is_free(name) {
        return name.to_owned();
    }
    (1_u32..)
        .map(|number| {
            let digits = number.to_string();
            let length = name.floor_char_boundary(name.len().min(MAX_IDENTIFIER_BYTES - digits.len()));
            format!("{}{digits}", &name[..length])
        })
        .find(|candidate| is_free(candidate))
        .unwrap_or_else(|| name.to_owned())
}

/// Returns the name of the function in a plain call such as `lower(title)` or `app.slug(title)`.
fn expression_name(expression: &str) -> &str {
    let Some((function, _)) = expression.split_once('(') else {
        return "expr";
    };
    let name = function.rsplit('.').next().unwrap_or(function).trim_matches('"');
    if name.is_empty() || name.contains(' ') {
        "expr"
    } else {
        name
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn long_names_are_shortened_as_postgres_does() {
        let long = "a".repeat(63);
        assert_eq!(super::primary_key(&long), format!("{}_pkey", "a".repeat(58)));
        assert_eq!(
            super::foreign_key(&long, ["b".repeat(63).as_str()]),
            format!("{}_{}_fkey", "a".repeat(29), "b".repeat(28))
        );
        assert_eq!(
            super::unique("ä".repeat(31).as_str(), ["id"]),
            format!("{}_id_key", "ä".repeat(28))
        );
        assert_eq!(super::check("t", &["a".into(), "b".into()]), "t_check");
    }
}
