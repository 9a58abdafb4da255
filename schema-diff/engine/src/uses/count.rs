//! Counts the uses of two names: how many of the old name became the new one.

use std::collections::BTreeMap;

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
    /// The rewritten code that contains it, if it was deleted or is new.
    pub rewritten: Option<Rewritten>,
}

/// Code between equal lines that was rewritten, by the numbers of its file and of its place there.
pub(super) type Rewritten = (usize, usize);

impl Event {
    /// Returns whether it is more than the declaration of a field.
    fn is_code(&self) -> bool {
        let own = self.after.as_ref().or(self.before.as_ref());
        own.is_some_and(|own| own.place != Place::Declaration)
    }
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
    /// Certain uses of the old name that were rewritten to uses of the new one, in code that has little in common.
    pub rewritten: f64,
    /// Uses of the old name that were deleted, or became something else.
    pub deleted: Ends,
    /// Uses of the new name in new code.
    pub written: Ends,
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

/// Uses of one of the names only.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Ends {
    /// Uses that concern the object.
    pub certain: f64,
    /// Names that need not concern the object.
    pub loose: f64,
}

impl Ends {
    fn add(&mut self, amount: f64, weight: f64) {
        if weight >= CERTAIN {
            self.certain += amount;
        } else {
            self.loose += amount;
        }
    }

    fn is_none(self) -> bool {
        self.certain + self.loose <= 0.0
    }
}

/// From this weight on, a use is certain.
const CERTAIN: f64 = 0.5;
/// From this share of equal tokens on, a line is the same.
const SAME: f64 = 0.999;
/// From this share of equal tokens on, a line is nearly the same.
const NEAR: f64 = 0.75;

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
        /// The key of the variant.
        key: String,
        /// The key of the label.
        label: String,
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

    /// A label of an enum, which has its own name in Rust, with its variant.
    pub fn label(of: &str, variant: &str, label: &str) -> Self {
        Self::Label {
            of: of.to_owned(),
            key: key(variant),
            label: key(label),
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
            (Self::Label { of, key: own, .. }, Named::Variant(other, name)) if key(name) == *own => {
                if of == other {
                    1.0
                } else {
                    CERTAIN
                }
            }
            (Self::Label { label, .. }, Named::Sql(word, _)) if key(word) == *label => CERTAIN,
            (_, Named::Loose(keys, weight)) if keys.contains(own) => *weight,
            _ => 0.0,
        }
    }
}

impl Uses {
    /// Counts the uses of a name before and of one after.
    pub(super) fn count(events: &[Event], before: &Query, after: &Query) -> Self {
        let mut found = Self::default();
        let mut rewritten = BTreeMap::new();
        for event in events {
            let old = before.weight(event.before.as_ref());
            let new = after.weight(event.after.as_ref());
            if old > 0.0 {
                let still = before.weight(event.after.as_ref());
                found.add_old(event, old, new, still);
            } else if new > 0.0 && after.weight(event.before.as_ref()) <= 0.0 {
                found.add_new(event, new);
            }
            if let Some(code) = event.rewritten {
                let (deleted, written): &mut (usize, usize) = rewritten.entry(code).or_default();
                *deleted += usize::from(old >= CERTAIN && event.is_code());
                *written += usize::from(new >= CERTAIN && event.is_code());
            }
        }
        found.pair(rewritten.into_values());
        found
    }

    /// Pairs deleted uses of the old name with those of the new one in the same rewritten code.
    fn pair(&mut self, rewritten: impl Iterator<Item = (usize, usize)>) {
        for (deleted, written) in rewritten {
            let pairs = deleted.min(written);
            #[expect(clippy::cast_precision_loss, reason = "there are few")]
            let amount = pairs as f64;
            self.rewritten += amount;
            self.deleted.certain -= amount;
            self.written.certain -= amount;
            self.renamed += pairs;
        }
    }

    /// Returns whether there is no use of either name.
    pub fn is_empty(&self) -> bool {
        let Amounts { code, declared, loose } = self.same;
        let became = code + declared + loose + self.near + self.far;
        became + self.rewritten <= 0.0 && self.deleted.is_none() && self.written.is_none()
    }

    /// Adds a use of the old name.
    fn add_old(&mut self, event: &Event, old: f64, new: f64, still: f64) {
        let place = event.before.as_ref().map(|own| own.place);
        let is_certain = old >= CERTAIN;
        self.total += usize::from(is_certain);
        if new <= 0.0 && (still > 0.0 || event.is_kept) {
            self.left += usize::from(is_certain);
        } else if new <= 0.0 {
            if place != Some(Place::Declaration) {
                self.deleted.add(1.0, old);
            }
        } else {
            self.renamed += usize::from(is_certain);
            self.add_renamed(event, place, is_certain);
        }
    }

    fn add_renamed(&mut self, event: &Event, place: Option<Place>, is_certain: bool) {
        match place {
            Some(Place::Declaration) => self.same.declared += 1.0,
            // Names in changed code need not concern the object.
            _ if !is_certain => self.same.loose += f64::from(u8::from(event.likeness >= SAME)),
            _ if event.likeness < NEAR => self.far += 1.0,
            _ if event.likeness < SAME => self.near += 1.0,
            Some(Place::Literal) => self.same.code += 0.5,
            _ => self.same.code += 1.0,
        }
    }

    /// Adds a use of the new name that was no use of either name before.
    fn add_new(&mut self, event: &Event, new: f64) {
        if event.is_code() {
            self.written.add(1.0, new);
        }
    }
}
