//! Matches existing objects with declared ones.
//!
//! [`find`] is the only function that does this, for schemas, tables, columns, enum types and their labels; [`Matches`]
//! is its result. The user's decisions come first, then `renamed_from`, then the evidence; if the evidence is not
//! enough, the match is undecided. Pure: no database, no clock, no environment.

mod assignment;
mod candidates;
mod choice;
mod column_facts;
mod columns;
mod decided_by;
mod decided_columns;
mod decisions;
mod declared_usage;
mod enum_types;
pub mod evidence;
mod exchanged_tables;
mod inherited;
mod labels;
mod matches;
mod odds;
mod rename;
mod replaced_columns;
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
    uses::CodeEvidence,
};

pub use decided_by::DecidedBy;
pub(crate) use decisions::table_of_decision;
pub use decisions::{CodeName, Decisions};
pub use evidence::{Evidence, Sureness};
pub use matches::Matches;
pub use rename::{Fate, Rename, Undecided};

/// The input of matching.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    /// The existing schema.
    pub before: &'a Schema,
    /// The declarations.
    pub declared: &'a Declared,
    /// The rules of the configuration.
    pub rules: &'a Rules,
    /// The user's decisions.
    pub decisions: &'a Decisions,
    /// What the project's code says of renames.
    pub code: &'a CodeEvidence,
}

/// The result of matching: matches, and open questions.
#[derive(Clone, Debug, Default)]
pub struct Matching<'a> {
    /// The names that differ.
    pub matches: Matches,
    /// Declared tables that are managed and may change, sorted by name, with their name before (`None`: new).
    pub managed: Vec<(&'a DeclaredTable, Option<TableName>)>,
    /// Declared tables that are known to be unchanged, and so are not among the managed ones.
    pub unchanged: BTreeSet<TableName>,
    /// Existing tables that no declared table matches.
    pub dropped: BTreeSet<TableName>,
    /// Tables of schemas of which schema.rs declares no table: these are not dropped.
    pub unmanaged: BTreeSet<TableName>,
    /// The declared labels of enum types (named as before) that declared columns have.
    pub declared_labels: BTreeMap<TypeName, Vec<String>>,
    /// The renames, each with its evidence and who decided it.
    pub renames: Vec<Rename>,
    /// Possible renames that the user has to decide.
    pub undecided: Vec<Undecided>,
    /// Decisions and attributes that match nothing, and notes for the user.
    pub diagnostics: Vec<Diagnostic>,
}

/// Matches existing objects with declared ones.
///
/// Skips the columns of tables that are known to be unchanged, given the names that differ.
pub fn find(input: Input<'_>, is_unchanged: impl Fn(&TableName, &Matches) -> bool) -> Matching<'_> {
    let mut matcher = Matcher {
        input,
        types: Cow::Borrowed(input.before),
        exchanged: BTreeSet::new(),
        out: Matching::default(),
    };
    matcher.enum_types();
    matcher.tables(&is_unchanged);
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
    /// The existing schema, with its types under their names after.
    types: Cow<'a, Schema>,
    /// Tables that may be renamed although their names are declared: their columns are matched once that is decided.
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

    /// Returns a declared column's type; `None` if it is invalid, which `resolve` reports.
    fn column_type(&self, column: &DeclaredColumn) -> Option<ColumnType> {
        self.types().of_column(column).ok()
    }

    /// Reports a decision that matches nothing; `at` is the declaration that it does not match.
    fn report_conflict(&mut self, at: Option<&Location>, message: impl Into<String>, hint: impl Into<String>) {
        let found = Diagnostic::new(DiagnosticCode::ConflictingDecision, message).hint(hint);
        self.out.diagnostics.push(Diagnostic {
            place: at.cloned(),
            ..found
        });
    }

    /// Reports that a `renamed_from` renames nothing any more.
    fn report_stale_renamed_from(&mut self, at: &Location, what: &str, old: &str) {
        let message = format!("renamed_from({old:?}): the database has no such {what}; remove the attribute");
        let found = Diagnostic::new(DiagnosticCode::StaleRenamedFrom, message);
        self.out.diagnostics.push(found.at(at));
    }
}

impl Input<'_> {
    /// Returns whether an existing table is managed: Diesel can declare it, because it has a primary key; it is no
    /// partition and not ignored.
    fn is_managed(&self, table: &Table) -> bool {
        let diesel_can_model_it = table.primary_key().is_some();
        table.partition_of.is_none() && diesel_can_model_it && !(self.rules.ignores_table)(&table.name)
    }
}
