//! Comparison of expressions and queries that Postgres prints in several ways.

use postgres::Client;
use serde_json::Value;

/// The maximum number of times that a text is parsed and deparsed.
const ROUNDS: usize = 8;

/// Returns whether two expressions or queries are equal after repeated parsing and deparsing, until the text no longer
/// changes.
pub(super) fn same_when_printed_again(values: [Option<&Value>; 2], client: &mut Client) -> bool {
    let [Some(before), Some(after)] = values else {
        return false;
    };
    match (fixed_point(before, client), fixed_point(after, client)) {
        (Some(before), Some(after)) => before == after,
        _ => false,
    }
}

fn fixed_point(value: &Value, client: &mut Client) -> Option<String> {
    let text = |key: &str| value.get(key).and_then(Value::as_str);
    let mut query = match (text("query"), text("on"), text("expression")) {
        (Some(query), ..) => query.trim_end_matches(';').to_owned(),
        (None, Some(relation), Some(expression)) => format!("SELECT {expression} FROM ONLY {relation}"),
        _ => return None,
    };
    for _ in 0..ROUNDS {
        let mut transaction = client.transaction().ok()?;
        transaction.batch_execute("SET LOCAL search_path = ''").ok()?;
        transaction
            .batch_execute(&format!("CREATE TEMP VIEW printed_again AS {query}"))
            .ok()?;
        let row = transaction.query_one("SELECT pg_get_viewdef('pg_temp.printed_again'::regclass)", &[]);
        let printed: String = row.ok()?.get(0);
        transaction.rollback().ok()?;
        let printed = printed.trim_end_matches(';').to_owned();
        if printed == query {
            return Some(query);
        }
        query = printed;
    }
    None
}
