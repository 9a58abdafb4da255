//! `COMMENT ON`.

use crate::model::quote_literal;

/// Sets or, with `None`, removes a comment. `on` is such as `TABLE posts` or `COLUMN posts.title`.
pub fn comment(on: &str, text: Option<&str>) -> String {
    let text = text.map_or_else(|| "NULL".to_owned(), quote_literal);
    format!("COMMENT ON {on} IS {text}")
}
