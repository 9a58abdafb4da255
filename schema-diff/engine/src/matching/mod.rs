//! Which thing of before is which thing of after.
//!
//! [`find`] is the only place that answers this, for schemas, tables, columns, enum types and their labels; [`Matches`] is the
//! answer. What a person decided counts first, then `renamed_from`, then the evidence; what the evidence leaves open is asked.
//! Pure: no database, no clock, no environment.

mod assignment;
mod candidates;
mod choice;
mod column_facts;
mod columns;
mod decided_by;
mod decided_columns;
mod decisions;
mod declared_roles;
mod enum_types;
pub mod evidence;
mod exchanged_tables;
mod inherited;
mod labels;
mod matches;
mod moving_columns;
mod odds;
mod rename;
mod schemas;
mod table_facts;
mod tables;
mod two_way;
mod under_new_names;

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

use crate::{
    declared::{Declared, DeclaredColumn, DeclaredTable, Location},
    declared_type::{ColumnType, Types},
    diagnostic::{Diagnostic, DiagnosticCode},
    model::{Schema, Table, TableName, TypeName},
    rules::Rules,
};

pub use decided_by::DecidedBy;
pub(crate) use decisions::table_of_decision;
pub use decisions::{CodeName, Decisions};
pub use evidence::{Evidence, Sureness};
pub use matches::Matches;
pub use rename::{Fate, Rename, Undecided};

/// What is known when matching.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    /// The existing schema.
    pub before: &'a Schema,
    /// What was declared.
    pub declared: &'a Declared,
    /// What the configuration says.
    pub rules: &'a Rules,
    /// What a person decided.
    pub decisions: &'a Decisions,
}

/// Who is who, and what is open.
#[derive(Clone, Debug, Default)]
pub struct Matching<'a> {
    /// The names that differ.
    pub matches: Matches,
    /// Declared tables that are managed and may change, sorted by name, with their name before (`None`: new).
    pub managed: Vec<(&'a DeclaredTable, Option<TableName>)>,
    /// Declared tables that are known to be unchanged, and so are not among the managed ones.
    pub unchanged: BTreeSet<TableName>,
    /// Tables of before that no declared table is.
    pub dropped: BTreeSet<TableName>,
    /// Tables of schemas of which schema.rs names no table: nothing drops them.
    pub unmanaged: BTreeSet<TableName>,
    /// The labels that are declared for enum types (named as before) that declared columns have.
    pub declared_labels: BTreeMap<TypeName, Vec<String>>,
    /// The renames, each with who decided it and what speaks for it.
    pub renames: Vec<Rename>,
    /// What may have been renamed; a person has to decide.
    pub undecided: Vec<Undecided>,
    /// Decisions and attributes that match nothing, and what else the user should know.
    pub diagnostics: Vec<Diagnostic>,
}

/// Finds which thing of before is which declared thing.
///
/// Tables that are known to be unchanged, given the names that differ, are not looked at.
pub fn find(input: Input<'_>, is_unchanged: impl Fn(&TableName, &Matches) -> bool) -> Matching<'_> {
    let mut matcher = Matcher {
        input,
        types: Cow::Borrowed(input.before),
        exchanged: BTreeSet::new(),
        out: Matching::default(),
    };
    matcher.enum_types();
    matcher.tables();
    matcher.labels();
    let Matching {
        managed,
        unchanged,
        matches,
        ..
    } = &mut matcher.out;
    managed.retain(|(table, _)| {
        let is_managed = !is_unchanged(&table.name, matches);
        if !is_managed {
            unchanged.insert(table.name.clone());
        }
        is_managed
    });
    for (declared, before) in matcher.out.managed.clone() {
        if let Some(before) = before.and_then(|name| input.before.tables.get(&name)) {
            matcher.columns(declared, before);
        }
    }
    matcher.inherited_columns();
    matcher.without_columns_of_exchanged_tables();
    matcher.out
}

struct Matcher<'a> {
    input: Input<'a>,
    /// What there is, its types under their names of after.
    types: Cow<'a, Schema>,
    /// Tables that may have another name although theirs is there: their columns are asked about once that is decided.
    exchanged: BTreeSet<TableName>,
    out: Matching<'a>,
}

impl<'a> Matcher<'a> {
    fn types(&self) -> Types<'_> {
        Types {
            before: self.input.before,
            after: &self.types,
            declared: self.input.declared,
        }
    }

    /// A declared column's type; `None` where it is wrong, which resolving says.
    fn column_type(&self, column: &DeclaredColumn) -> Option<ColumnType> {
        self.types().of_column(column).ok()
    }

    /// Reports a decision that matches nothing; `at` is the declaration that it does not match.
    fn conflict(&mut self, at: Option<&Location>, message: impl Into<String>, hint: impl Into<String>) {
        let found = Diagnostic::new(DiagnosticCode::ConflictingDecision, message).hint(hint);
        self.out.diagnostics.push(Diagnostic {
            place: at.cloned(),
            ..found
        });
    }

    /// Says that a `renamed_from` has nothing to rename any more.
    fn stale_renamed_from(&mut self, at: &Location, what: &str, old: &str) {
        let message = format!("renamed_from({old:?}): there is no such {what} any more; the attribute can go");
        let found = Diagnostic::new(DiagnosticCode::StaleRenamedFrom, message);
        self.out.diagnostics.push(found.at(at));
    }
}

impl Input<'_> {
    /// Whether a table of before is one that schema.rs would declare.
    fn is_managed(&self, table: &Table) -> bool {
        let diesel_can_model_it = table.primary_key().is_some();
        table.partition_of.is_none() && diesel_can_model_it && !(self.rules.ignores_table)(&table.name)
    }
}
