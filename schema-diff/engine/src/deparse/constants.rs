//! Recognizes defaults that have different text and always give the same value.

use postgres::Transaction;

use super::Deparser;

/// Values with several spellings, by the type of the column that they are the default of. Each spelling may have a cast
/// to that type around it: Postgres casts a default to its column's type anyway.
const ALIASES: &[(&str, &[&str])] = &[
    (
        "timestamp with time zone",
        &["now()", "CURRENT_TIMESTAMP", "transaction_timestamp()"],
    ),
    (
        "timestamp without time zone",
        &[
            "now()",
            "CURRENT_TIMESTAMP",
            "transaction_timestamp()",
            "LOCALTIMESTAMP",
        ],
    ),
    (
        "date",
        &[
            "CURRENT_DATE",
            "now()",
            "CURRENT_TIMESTAMP",
            "transaction_timestamp()",
            "LOCALTIMESTAMP",
            "('now'::text)::date",
        ],
    ),
    (
        "time with time zone",
        &["CURRENT_TIME", "now()", "CURRENT_TIMESTAMP", "transaction_timestamp()"],
    ),
    (
        "time without time zone",
        &[
            "LOCALTIME",
            "now()",
            "CURRENT_TIMESTAMP",
            "transaction_timestamp()",
            "LOCALTIMESTAMP",
        ],
    ),
    ("name", &["CURRENT_USER", "CURRENT_ROLE", "USER"]),
    ("text", &["CURRENT_USER", "CURRENT_ROLE", "USER"]),
    ("character varying", &["CURRENT_USER", "CURRENT_ROLE", "USER"]),
];

/// Returns whether two defaults are listed as spellings of one value.
fn are_aliases(data_type: &str, a: &str, b: &str) -> bool {
    let bare = without_modifier(data_type);
    let Some((_, spellings)) = ALIASES.iter().find(|(own, _)| *own == bare) else {
        return false;
    };
    let is_one = |text: &str| spellings.contains(&within_cast(text, &bare));
    is_one(a) && is_one(b)
}

/// Returns the type without its modifier in parentheses.
fn without_modifier(data_type: &str) -> String {
    match (data_type.find('('), data_type.find(')')) {
        (Some(open), Some(close)) if open < close => format!("{}{}", &data_type[..open], &data_type[close + 1..]),
        _ => data_type.to_owned(),
    }
}

/// Returns the expression within a cast to this type, with or without a modifier; the text itself if there is no such
/// cast.
fn within_cast<'a>(text: &'a str, data_type: &str) -> &'a str {
    let Some((inner, cast)) = text.rsplit_once("::") else {
        return text;
    };
    match inner.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')) {
        Some(inner) if without_modifier(cast) == data_type && inner != "'now'::text" => inner,
        _ if without_modifier(cast) == data_type && !inner.starts_with(['(', '\'']) => inner,
        _ => text,
    }
}

impl Deparser<'_> {
    /// Checks whether two defaults of a column of this type, as Postgres deparsed them, always give the same value:
    /// both are constants that are the same text after the cast to the column's type, or both are listed as spellings
    /// of one value.
    ///
    /// # Errors
    /// The connection is lost.
    pub fn same_default(&mut self, data_type: &str, a: &str, b: &str) -> Result<bool, postgres::Error> {
        if are_aliases(data_type, a, b) {
            return Ok(true);
        }
        let first = self.constant(data_type, a)?;
        Ok(match first {
            Some(value) => self.constant(data_type, b)? == Some(value),
            None => false,
        })
    }

    /// Returns the text of a constant as stored in a column of this type; `None` if it is not a constant or not a value
    /// of the type.
    fn constant(&mut self, data_type: &str, text: &str) -> Result<Option<Option<String>>, postgres::Error> {
        let mut inner = self.transaction.transaction()?;
        match stored(&mut inner, data_type, text) {
            Ok(value) => Ok(Some(value)),
            Err(error) if error.is_closed() => Err(error),
            Err(_) => Ok(None),
        }
    }
}

/// Evaluates a default by a generated column: Postgres rejects a generation expression that is not immutable, and a
/// default reads no columns.
fn stored(transaction: &mut Transaction<'_>, data_type: &str, text: &str) -> Result<Option<String>, postgres::Error> {
    transaction.batch_execute(&format!(
        "CREATE TEMP TABLE schema_diff_constant (n integer, v {data_type} GENERATED ALWAYS AS ({text}) STORED); \
         INSERT INTO pg_temp.schema_diff_constant (n) VALUES (1)"
    ))?;
    let row = transaction.query_one("SELECT v::text FROM pg_temp.schema_diff_constant", &[])?;
    row.try_get(0)
}

#[cfg(test)]
mod tests {
    use super::are_aliases;

    #[test]
    fn spellings_of_one_value() {
        let same = [
            ("timestamp with time zone", "now()", "CURRENT_TIMESTAMP"),
            ("timestamp(3) with time zone", "now()", "CURRENT_TIMESTAMP"),
            ("timestamp without time zone", "LOCALTIMESTAMP", "now()"),
            (
                "timestamp without time zone",
                "(now())::timestamp without time zone",
                "now()",
            ),
            ("date", "('now'::text)::date", "CURRENT_DATE"),
            ("date", "(now())::date", "CURRENT_DATE"),
            (
                "character varying(20)",
                "CURRENT_USER",
                "(CURRENT_USER)::character varying",
            ),
        ];
        for (data_type, a, b) in same {
            assert!(are_aliases(data_type, a, b), "{data_type}: {a}, {b}");
        }
        let other = [
            ("timestamp with time zone", "now()", "clock_timestamp()"),
            ("timestamp with time zone", "now()", "(now())::date"),
            ("timestamp with time zone", "CURRENT_TIMESTAMP", "CURRENT_TIMESTAMP(0)"),
            ("text", "now()", "CURRENT_TIMESTAMP"),
        ];
        for (data_type, a, b) in other {
            assert!(!are_aliases(data_type, a, b), "{data_type}: {a}, {b}");
        }
    }
}
