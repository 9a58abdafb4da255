//! Counts the uses of two names: how many of the old name became the new one.

use heck::ToUpperCamelCase;

use super::{
    scan::{Named, Place, Use},
    wildcards::key,
};
use crate::model::TableName;

/// A place in the code that names something before, after or both.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Event {
    /// What it named before; `None` if it is new.
    pub before: Option<Use>,
    /// What it names after; `None` if it was deleted.
    pub after: Option<Use>,
    /// Whether the identifier is still the same.
    pub is_kept: bool,
    /// How much of the line around it is the same, from 0 to 1.
    pub likeness: f64,
}

/// How uses of an old name relate to a new one. The amounts are sums of weights: a use that certainly concerns the object
/// counts as 1, any other one as less.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Uses {
    /// Uses that became the new name and are otherwise the same.
    pub same: Amounts,
    /// Uses that became the new name, in code that is nearly the same.
    pub near: f64,
    /// Uses that became the new name, in other code.
    pub far: f64,
    /// Uses of the old name that were deleted, or became something else.
    pub deleted: f64,
    /// Uses of the new name in new code.
    pub written: f64,
    /// Certain uses of the old name that are left.
    pub left: usize,
    /// Certain uses of the old name that became the new one.
    pub renamed: usize,
    /// Certain uses of the old name before.
    pub total: usize,
}

/// Uses by their place.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Amounts {
    /// In code, and fields in struct literals, which count half: the column's place determines theirs.
    pub code: f64,
    /// Declarations of fields, whose places the columns determine.
    pub declared: f64,
    /// Names that need not concern the object.
    pub loose: f64,
}

/// From this weight on, a use is certain.
const CERTAIN: f64 = 0.5;
/// From this share of equal tokens on, a line is the same.
const SAME: f64 = 0.999;
/// From this share of equal tokens on, a line is nearly the same.
const NEAR: f64 = 0.75;
/// The weights of uncertain uses.
const LOOSE_BECAME: f64 = 0.3;
const LOOSE_DELETED: f64 = 0.4;
const LOOSE_WRITTEN: f64 = 0.6;

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

    pub fn table(table: &TableName, rust_name: &str) -> Self {
        Self::Table {
            table: table.clone(),
            key: key(rust_name),
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
    fn weight(&self, found: Option<&Use>) -> f64 {
        let Some(Use { named, .. }) = found else { return 0.0 };
        let own = match self {
            Self::Column { key, .. } | Self::Table { key, .. } | Self::Type { key, .. } | Self::Label { key, .. } => {
                key
            }
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
                if of == other {
                    1.0
                } else {
                    CERTAIN
                }
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
            let new = after.weight(event.after.as_ref());
            if old > 0.0 {
                let still = before.weight(event.after.as_ref());
                found.add_old(event, old, new, still);
            } else if new > 0.0 && after.weight(event.before.as_ref()) <= 0.0 {
                found.add_new(event, new);
            }
        }
        found
    }

    /// Returns whether there is no use of either name.
    pub fn is_empty(&self) -> bool {
        let Amounts { code, declared, loose } = self.same;
        let became = code + declared + loose + self.near + self.far;
        became + self.deleted + self.written <= 0.0
    }

    /// Adds a use of the old name.
    fn add_old(&mut self, event: &Event, old: f64, new: f64, still: f64) {
        let place = event.before.as_ref().map(|own| own.place);
        let is_certain = old >= CERTAIN;
        let weight = |loose: f64| if is_certain { 1.0 } else { loose };
        self.total += usize::from(is_certain);
        if new <= 0.0 && (still > 0.0 || event.is_kept) {
            self.left += usize::from(is_certain);
        } else if new <= 0.0 {
            if place != Some(Place::Declaration) {
                self.deleted += weight(LOOSE_DELETED);
            }
        } else {
            self.renamed += usize::from(is_certain);
            self.add_renamed(event, place, is_certain, weight(LOOSE_BECAME));
        }
    }

    fn add_renamed(&mut self, event: &Event, place: Option<Place>, is_certain: bool, weight: f64) {
        match place {
            Some(Place::Declaration) => self.same.declared += 1.0,
            _ if event.likeness < NEAR => self.far += weight,
            _ if event.likeness < SAME => self.near += weight,
            Some(Place::Literal) => self.same.code += 0.5,
            _ if is_certain => self.same.code += 1.0,
            _ => self.same.loose += 1.0,
        }
    }

    /// Adds a use of the new name that was no use of either name before.
    fn add_new(&mut self, event: &Event, new: f64) {
        if event.after.as_ref().is_some_and(|own| own.place != Place::Declaration) {
            self.written += if new >= CERTAIN { 1.0 } else { LOOSE_WRITTEN };
        }
    }
}
