//! Counts the uses of two names: how many of the old name became the new one.

use heck::ToUpperCamelCase;

use super::{scan::Named, wildcards::key};
use crate::model::TableName;

/// A place in the code that names something before, after or both.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Event {
    /// What it named before; `None` if it is new.
    pub before: Option<Named>,
    /// What it names after; `None` if it was deleted.
    pub after: Option<Named>,
    /// How much of the line around it is the same, from 0 to 1.
    pub likeness: f64,
}

/// How many uses of an old name became a new one. The numbers are sums of weights: a use that certainly concerns the
/// object counts as 1.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Uses {
    /// Uses of the old name that became the new one, on lines that are otherwise nearly the same.
    pub became: f64,
    /// Uses of the old name that became the new one, on lines that changed.
    pub became_elsewhere: f64,
    /// Uses of the old name that were deleted or became something else.
    pub deleted: f64,
    /// Uses of the new name that are new code.
    pub written: f64,
    /// Uses of the old name that are left.
    pub left: f64,
    /// Uses of the new name that existed before.
    pub known: f64,
    /// The number of certain uses that became the new name.
    pub renamed: usize,
    /// The number of certain uses of the old name before.
    pub total: usize,
    /// The number of certain uses of the old name that are left.
    pub remaining: usize,
}

/// From this share of equal tokens on, a line is nearly the same.
const SAME_LINE: f64 = 0.7;
/// From this weight on, a use is certain.
const CERTAIN: f64 = 0.5;

/// A name whose uses are counted.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Query {
    Column {
        table: TableName,
        column: String,
        key: String,
    },
    Table {
        table: TableName,
        key: String,
    },
    Type {
        name: String,
        key: String,
    },
    Label {
        of: String,
        key: String,
    },
}

impl Query {
    pub fn column(table: &TableName, column: &str, rust_name: &str) -> Self {
        Self::Column {
            table: table.clone(),
            column: column.to_owned(),
            key: key(rust_name),
        }
    }

    pub fn table(table: &TableName) -> Self {
        Self::Table {
            table: table.clone(),
            key: key(&table.name),
        }
    }

    pub fn enum_type(name: &str) -> Self {
        Self::Type {
            name: name.to_upper_camel_case(),
            key: key(name),
        }
    }

    pub fn label(of: &str, label: &str) -> Self {
        Self::Label {
            of: of.to_upper_camel_case(),
            key: key(label),
        }
    }

    /// Returns how certainly a place names it, from 0 to 1.
    fn weight(&self, named: Option<&Named>) -> f64 {
        let Some(named) = named else { return 0.0 };
        let own = match self {
            Self::Column { key, .. } | Self::Table { key, .. } | Self::Type { key, .. } | Self::Label { key, .. } => key,
        };
        match (self, named) {
            (Self::Column { table, column, .. }, Named::Columns(columns, weight)) => {
                let is_it = columns.iter().any(|(of, name)| of == table && name == column);
                if is_it { *weight } else { 0.0 }
            }
            (Self::Column { table, column, .. }, Named::Sql(word, tables)) if word.eq_ignore_ascii_case(column) => {
                match (tables.contains(table), tables.is_empty()) {
                    (true, _) => 1.0 / f64::from(u32::try_from(tables.len()).unwrap_or(u32::MAX)).sqrt(),
                    (false, true) => CERTAIN,
                    (false, false) => 0.0,
                }
            }
            (Self::Table { table, .. }, Named::Table(other)) => f64::from(u8::from(table == other)),
            (Self::Table { table, .. }, Named::Sql(word, _)) => {
                f64::from(u8::from(word.eq_ignore_ascii_case(&table.name)))
            }
            (Self::Type { name, .. }, Named::Type(other)) => f64::from(u8::from(name == other)),
            (Self::Type { name, .. }, Named::Variant(other, _)) => f64::from(u8::from(name == other)),
            (Self::Label { of, key: own }, Named::Variant(other, name)) if key(name) == *own => {
                if of == other { 1.0 } else { CERTAIN }
            }
            (Self::Label { .. }, Named::Sql(word, _)) if key(word) == *own => CERTAIN,
            (_, Named::Loose(keys, weight)) if keys.contains(own) => *weight,
            _ => 0.0,
        }
    }
}

impl Uses {
    /// Counts the uses of a name before and of one after.
    pub(super) fn count(events: &[Event], before: &Query, after: &Query) -> Self {
        let mut found = Self::default();
        for event in events {
            let old = before.weight(event.before.as_ref());
            let still = before.weight(event.after.as_ref());
            let new = after.weight(event.after.as_ref());
            let known = after.weight(event.before.as_ref());
            if old > 0.0 {
                found.add_old(old, new, still, event.likeness);
            }
            if new > 0.0 && old <= 0.0 {
                if known > 0.0 {
                    found.known += new;
                } else {
                    found.written += new;
                }
            }
        }
        found
    }

    /// Adds a use of the old name.
    fn add_old(&mut self, old: f64, new: f64, still: f64, likeness: f64) {
        let is_certain = old >= CERTAIN;
        self.total += usize::from(is_certain);
        if new > 0.0 {
            let weight = old.min(new);
            self.renamed += usize::from(is_certain);
            if likeness >= SAME_LINE {
                self.became += weight;
            } else {
                self.became_elsewhere += weight;
            }
        } else if still > 0.0 {
            self.remaining += usize::from(is_certain);
            self.left += old;
        } else {
            self.deleted += old;
        }
    }
}
