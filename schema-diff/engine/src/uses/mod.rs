//! What the project's code says of a rename: which uses of a name became uses of another one.
//!
//! [`CodeEvidence::of`] compares two versions of the project's source files; [`CodeEvidence::column`] and its siblings
//! count the uses of two names. The versions come from `generate`, which reads git; `matching` asks. Pure.

mod align;
mod brackets;
mod chains;
mod count;
mod differing;
mod imports;
mod moved;
mod scan;
mod structs;
mod tokens;
mod version;
mod vocabulary;
mod wildcards;

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    declared::Declared,
    model::{TableName, TypeName},
    parse::with_stack,
};

pub use count::{Amounts, Uses};
pub use differing::Differing;

use chains::Substitutions;
use count::{Event, Query};

/// A source file in both versions; `None` where it does not exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceChange {
    /// Its text before.
    pub before: Option<String>,
    /// Its text after.
    pub after: Option<String>,
}

/// The uses of names in the project's code, before and after. Empty if nothing is known.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CodeEvidence {
    events: Vec<Event>,
    before: vocabulary::Vocabulary,
    after: vocabulary::Vocabulary,
    /// The columns whose names other columns may have taken.
    taken: BTreeMap<TableName, BTreeSet<String>>,
}

impl CodeEvidence {
    /// Nothing is known.
    pub const NONE: &'static Self = &Self {
        events: Vec::new(),
        before: vocabulary::Vocabulary::EMPTY,
        after: vocabulary::Vocabulary::EMPTY,
        taken: BTreeMap::new(),
    };

    /// Compares the uses of the names that differ in two versions of the source files. `declared` are the versions of
    /// the schema files.
    pub fn of(files: &[SourceChange], declared: (&Declared, &Declared), differing: &Differing) -> Self {
        let (before, after) = (
            vocabulary::Vocabulary::of(declared.0),
            vocabulary::Vocabulary::of(declared.1),
        );
        let (events, taken) = with_stack(|| {
            let substitutions = Substitutions::of(files, &differing.columns_in_rust(&before, &after));
            let taken = differing.taken(&substitutions, &before, &after);
            let wildcards = differing.wildcards(&taken, &before, &after);
            (version::events(files, &wildcards, (&before, &after)), taken)
        });
        Self {
            events,
            before,
            after,
            taken,
        }
    }

    /// Returns whether nothing is known.
    pub const fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    /// Returns the columns of a table (named as after) that keep their names, if another column may have taken the name.
    pub fn taken_columns(&self, table: &TableName) -> impl Iterator<Item = &str> {
        self.taken.get(table).into_iter().flatten().map(String::as_str)
    }

    /// Counts the uses of a column before and of one after.
    pub fn column(&self, before: (&TableName, &str), after: (&TableName, &str)) -> Uses {
        let query = |vocabulary: &vocabulary::Vocabulary, (table, column): (&TableName, &str)| {
            let rust_name = vocabulary.rust_name(table, column).unwrap_or(column);
            Query::column(table, column, rust_name)
        };
        self.count(&query(&self.before, before), &query(&self.after, after))
    }

    /// Counts the uses of a table before and of one after.
    pub fn table(&self, before: &TableName, after: &TableName) -> Uses {
        let query = |vocabulary: &vocabulary::Vocabulary, table: &TableName| {
            Query::table(table, vocabulary.module(table).unwrap_or(&table.name))
        };
        self.count(&query(&self.before, before), &query(&self.after, after))
    }

    /// Counts the uses of an enum type before and of one after.
    pub fn enum_type(&self, before: &TypeName, after: &TypeName) -> Uses {
        self.count(&Query::enum_type(&before.name), &Query::enum_type(&after.name))
    }

    /// Counts the uses of an enum's label before and of one after. Each label is given with its type.
    pub fn label(&self, before: (&TypeName, &str), after: (&TypeName, &str)) -> Uses {
        let query = |(of, label): (&TypeName, &str)| Query::label(&of.name, label);
        self.count(&query(before), &query(after))
    }

    fn count(&self, before: &Query, after: &Query) -> Uses {
        Uses::count(&self.events, before, after)
    }
}
