//! How two snapshots differ.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use postgres::Client;
use serde_json::{Map, Value};

use super::{CatalogSnapshot, printed::same_when_printed_again};

/// The columns of a row, by name.
type Row = Map<String, Value>;

/// One thing that differs between two snapshots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatalogDifference {
    /// The catalog: `pg_class`.
    pub catalog: String,
    /// The object, as Postgres names it with an empty `search_path`.
    pub object: String,
    /// What differs of it.
    pub what: Differs,
}

/// What differs of an object's row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Differs {
    /// A column has another value; `None` where it has none.
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
    /// Returns what differs in a later snapshot, by catalog and object. Expressions differ only if they still do once Postgres has parsed and
    /// printed them until nothing changes, which is tried on temporary views.
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

    /// The rows that the other one does not have, by catalog and object.
    fn unlike(&self, other: &Self) -> BTreeMap<(String, String), Vec<Row>> {
        let known: BTreeSet<&String> = other.0.iter().collect();
        let mut rows: BTreeMap<(String, String), Vec<Row>> = BTreeMap::new();
        for line in self.0.iter().filter(|line| !known.contains(line)) {
            // A row that is no such array would be kept as text: it differs.
            let (catalog, object, row) =
                serde_json::from_str(line).unwrap_or_else(|_| (line.clone(), String::new(), Row::new()));
            rows.entry((catalog, object)).or_default().push(row);
        }
        rows
    }
}

/// The columns of a row that differ.
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
