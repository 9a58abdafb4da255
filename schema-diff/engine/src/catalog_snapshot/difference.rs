//! The differences between two snapshots.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use postgres::Client;
use serde_json::{Map, Value};

use super::{CatalogSnapshot, printed::same_when_printed_again};

/// The columns of a row, by name.
type Row = Map<String, Value>;

/// One difference between two snapshots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatalogDifference {
    /// The catalog: `pg_class`.
    pub catalog: String,
    /// The object, as Postgres names it with an empty `search_path`.
    pub object: String,
    /// The difference.
    pub what: Differs,
}

/// A difference in an object's row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Differs {
    /// A column has another value; `None` if the column has no value.
    Column {
        /// The column.
        name: String,
        /// Its value in the first snapshot.
        before: Option<Value>,
        /// Its value in the second one.
        after: Option<Value>,
    },
    /// Only the first snapshot has the row.
    Missing(Row),
    /// Only the second snapshot has it.
    Added(Row),
}

impl fmt::Display for CatalogDifference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { catalog, object, what } = self;
        let show = |value: &Option<Value>| value.as_ref().map_or_else(|| "nothing".to_owned(), Value::to_string);
        match what {
            Differs::Column { name, before, after } => {
                write!(f, "{catalog} {object}: {name}: - {} + {}", show(before), show(after))
            }
            Differs::Missing(row) => write!(f, "- {catalog} {object}: {}", Value::Object(row.clone())),
            Differs::Added(row) => write!(f, "+ {catalog} {object}: {}", Value::Object(row.clone())),
        }
    }
}

impl CatalogSnapshot {
    /// Returns the differences from this snapshot to a later one, by catalog and object.
    ///
    /// Expressions differ only if they still differ after Postgres has parsed and deparsed them repeatedly, in
    /// temporary views, until the text no longer changes.
    pub fn differences(&self, other: &Self, client: &mut Client) -> Vec<CatalogDifference> {
        let mut found = Vec::new();
        if self == other {
            return found;
        }
        let (old, new) = (self.unlike(other), other.unlike(self));
        let objects: BTreeSet<&(String, String)> = old.keys().chain(new.keys()).collect();
        for key in objects {
            let rows = [&old, &new].map(|rows| rows.get(key).map(Vec::as_slice).unwrap_or_default());
            let differs = match rows {
                [[before], [after]] => columns(before, after, client),
                [before, after] => {
                    let missing = before.iter().cloned().map(Differs::Missing);
                    missing.chain(after.iter().cloned().map(Differs::Added)).collect()
                }
            };
            found.extend(differs.into_iter().map(|what| CatalogDifference {
                catalog: key.0.clone(),
                object: key.1.clone(),
                what,
            }));
        }
        found
    }

    /// Returns the rows that the other snapshot does not have, by catalog and object.
    fn unlike(&self, other: &Self) -> BTreeMap<(String, String), Vec<Row>> {
        let known: BTreeSet<&String> = other.0.iter().collect();
        let mut rows: BTreeMap<(String, String), Vec<Row>> = BTreeMap::new();
        for line in self.0.iter().filter(|line| !known.contains(line)) {
            // A line that is not such an array is kept as text and counts as a difference.
            let (catalog, object, row) =
                serde_json::from_str(line).unwrap_or_else(|_| (line.clone(), String::new(), Row::new()));
            rows.entry((catalog, object)).or_default().push(row);
        }
        rows
    }
}

/// Returns the columns of a row that differ.
fn columns(before: &Row, after: &Row, client: &mut Client) -> Vec<Differs> {
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let mut found = Vec::new();
    for name in names {
        let values = [before.get(name), after.get(name)];
        if values[0] != values[1] && !same_when_printed_again(values, client) {
            found.push(Differs::Column {
                name: name.clone(),
                before: values[0].cloned(),
                after: values[1].cloned(),
            });
        }
    }
    found
}
