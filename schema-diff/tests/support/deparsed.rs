//! What Postgres prints differently from one major version to another, without another meaning.

use std::sync::LazyLock;

use regex::{Captures, Regex};

static QUERY: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?s)(CREATE (?:MATERIALIZED )?VIEW [^;]*? AS[\s-]+)(SELECT [^;]*;)").unwrap());
static FROM: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"FROM (?:\w+\.)?(\w+)(?: (\w+))?(?:;|\n|$)").unwrap());

/// A migration as Postgres 16 and later print it: columns of a view's only table without its name.
pub fn alike(text: &str) -> String {
    QUERY
        .replace_all(text, |found: &Captures<'_>| {
            let query = &found[2];
            let only = query.matches("FROM ").count() == 1 && !query.contains("JOIN");
            match FROM.captures(query).filter(|_| only) {
                Some(from) => {
                    let name = from.get(2).or(from.get(1)).map_or("", |name| name.as_str());
                    let prefix = Regex::new(&format!(r"\b{name}\.")).unwrap();
                    format!("{}{}", &found[1], prefix.replace_all(query, ""))
                }
                None => found[0].to_owned(),
            }
        })
        .into_owned()
}
