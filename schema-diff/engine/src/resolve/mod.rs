//! From what was declared and what there is to the complete schema that is wanted.
//!
//! `schema.rs` is partial: what it does not speak of is kept as the database has it (or dropped, where the
//! configuration says so). The result is a [`Schema`] again, so that comparing never has to ask who said what.
//! Pure: no database, no clock, no environment.

mod attached;
mod attributes;
mod comments;
mod consequences;
mod decided_drops;
mod declared_objects;
mod dependents;
mod enums;
mod expressions;
mod foreign_keys;
mod inheritance;
mod keys;
mod mentions;
mod normalized;
mod replication;
mod server_version;
mod storage;
mod tables;
mod unchanged;
mod undeclared;
mod views;
mod wire_formats;

use std::{
    cell::OnceCell,
    collections::{BTreeMap, BTreeSet, HashSet},
};

use crate::{
    declared::{Declared, DeclaredColumn, Location},
    declared_type::{NewType, Types},
    diagnostic::{Diagnostic, DiagnosticCode, ResolveErrors, Severity},
    matching::{self, Decisions, Matches, Matching, Rename, Undecided},
    model::{CustomType, DataType, EnumType, Extension, Schema, TableName},
    rules::Rules,
};

pub use dependents::{Code, Dependent};
pub(crate) use expressions::qualified_type;
pub use expressions::{Expression, ExpressionKind, expressions};
pub(crate) use keys::unique_over;
pub use normalized::{NormalizedExpression, NormalizedExpressions, Stored, stored};
pub use unchanged::Unchanged;

/// What is known when resolving.
#[derive(Clone, Copy)]
struct Input<'a> {
    /// The existing schema.
    pub before: &'a Schema,
    /// What was declared.
    pub declared: &'a Declared,
    /// What the configuration says.
    pub rules: &'a Rules,
    /// What a person decided.
    pub decisions: &'a Decisions,
    /// Which thing of before is which declared thing.
    pub matching: &'a Matching<'a>,
    /// Declared expressions in Postgres's own words.
    pub normalized: &'a NormalizedExpressions,
}

/// The schema that is wanted, and what a person should know about it.
#[derive(Clone, Debug, Default)]
pub struct Resolution {
    /// The complete schema.
    pub after: Schema,
    /// Tables of schemas of which schema.rs names no table: nothing drops them.
    pub unmanaged_tables: BTreeSet<TableName>,
    /// What has another name in it than before.
    pub matches: Matches,
    /// The renames, each with who decided it and what speaks for it.
    pub renames: Vec<Rename>,
    /// Matches that somebody has to decide; written as drop + add behind a guard.
    pub undecided: Vec<Undecided>,
    /// Code that reads what is dropped; the user decides. Until then it is dropped behind a guard.
    pub dependents: Vec<Dependent>,
    /// What the user should know of this change, and beside it; sorted, without errors.
    pub diagnostics: Vec<Diagnostic>,
    /// What fills a column's rows, by names of after.
    pub backfills: BTreeMap<(TableName, String), String>,
    /// How a column's values are converted, by names of before.
    pub usings: BTreeMap<(TableName, String), String>,
    /// How `down.sql` converts them back, by names of after.
    pub usings_down: BTreeMap<(TableName, String), String>,
    /// Which attribute or `joinable!` each declared constraint and index comes from, by table and name of after.
    pub declared_at: BTreeMap<(TableName, String), Location>,
}

/// Matches what was declared with what exists, and completes it.
///
/// # Errors
/// Everything that is wrong with the declaration, each with its place and the way out.
pub fn resolve(known: matching::Input<'_>, normalized: &NormalizedExpressions) -> Result<Resolution, ResolveErrors> {
    let (resolution, problems) = attempt(known, normalized, &Unchanged::default());
    if problems.is_empty() {
        Ok(resolution)
    } else {
        Err(ResolveErrors(problems))
    }
}

/// Matches and completes what was declared as far as possible, with everything that is wrong: an open question may be what is wrong.
///
/// Tables that are known to be unchanged stay as they are.
pub fn attempt(
    known: matching::Input<'_>,
    normalized: &NormalizedExpressions,
    unchanged: &Unchanged,
) -> (Resolution, Vec<Diagnostic>) {
    let matching = matching::find(known, |name, matches| unchanged.has(name, known.before, matches));
    let mut resolver = Resolver::new(Input {
        before: known.before,
        declared: known.declared,
        rules: known.rules,
        decisions: known.decisions,
        matching: &matching,
        normalized,
    });
    resolver.out.declared_at = unchanged.declared_in(&matching.unchanged);
    resolver.renamed_types();
    resolver.wire_formats();
    resolver.server_version();
    resolver.enum_types();
    resolver.tables();
    resolver.inheritance();
    resolver.unsupported_storage();
    resolver.declared_constraints();
    resolver.foreign_keys();
    resolver.decided_drops();
    resolver.attached_to_new();
    resolver.partitions();
    resolver.undeclared_views();
    resolver.consequences();
    resolver.mentions();
    resolver.replication();
    resolver.shared_sequences();
    resolver.unused_enum_types();
    resolver.undeclared_enum_types();
    resolver.rename_reads();
    let mut found = std::mem::take(&mut resolver.out.diagnostics);
    found.sort_by_cached_key(place_in_report);
    found.dedup();
    let is_error = |found: &Diagnostic| found.code.severity() == Severity::Error;
    let (errors, others) = found.into_iter().partition(is_error);
    resolver.out.diagnostics = others;
    (resolver.out, errors)
}

struct Resolver<'a> {
    input: Input<'a>,
    out: Resolution,
    /// Columns that are new, by names of after.
    new_columns: BTreeSet<(TableName, String)>,
    /// Names that are taken, once somebody asks.
    names: OnceCell<declared_objects::Names>,
    /// Columns of which a `joinable!` says that they refer to another table.
    joined: HashSet<(&'a TableName, &'a str)>,
}

impl<'a> Resolver<'a> {
    fn new(input: Input<'a>) -> Self {
        let found = input.matching;
        let joinables = input.declared.joinables.iter();
        let joined = joinables.map(|join| (&join.child, join.column.as_str()));
        let out = Resolution {
            after: input.before.clone(),
            unmanaged_tables: found.unmanaged.clone(),
            matches: found.matches.clone(),
            renames: found.renames.clone(),
            undecided: found.undecided.clone(),
            diagnostics: found.diagnostics.clone(),
            ..Resolution::default()
        };
        Self {
            input,
            out,
            new_columns: BTreeSet::new(),
            names: OnceCell::new(),
            joined: joined.collect(),
        }
    }

    /// Notes that a constraint or an index is declared, and where.
    fn claim(&mut self, table: &TableName, name: String, at: &Location) {
        self.out.declared_at.insert((table.clone(), name), at.clone());
    }

    /// Whether a declaration names a constraint or an index, which is then never "undeclared".
    fn is_claimed(&self, table: &TableName, name: &str) -> bool {
        self.out.declared_at.contains_key(&(table.clone(), name.to_owned()))
    }

    fn types(&self) -> Types<'_> {
        Types {
            before: self.input.before,
            after: &self.out.after,
            declared: self.input.declared,
        }
    }

    /// Returns a column's type, and whether `sql_type` spells it in full; `None` after a problem was noted. What it needs is created.
    fn column_type(&mut self, column: &DeclaredColumn) -> Option<(DataType, bool)> {
        match self.types().of_column(column) {
            Ok(found) => {
                if let Some(new) = found.creates {
                    self.create_type(new);
                }
                Some((found.data_type, found.is_spelled))
            }
            Err(error) => {
                self.report(*error);
                None
            }
        }
    }

    fn create_type(&mut self, new: NewType) {
        let after = &mut self.out.after;
        match new {
            NewType::Enum(name, labels) => {
                after.namespaces.insert(name.schema.clone());
                after.types.insert(name, CustomType::Enum(EnumType::new(labels)));
            }
            NewType::OfExtension(name, extension) => {
                after.extension_types.insert(name, extension.to_owned());
                let new = || Extension {
                    schema: "public".into(),
                    version: String::new(),
                };
                after.extensions.entry(extension.to_owned()).or_insert_with(new);
            }
        }
    }

    /// Reports something that has to be corrected.
    fn problem(
        &mut self,
        code: DiagnosticCode,
        at: Option<&Location>,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        let found = Diagnostic::new(code, message).hint(hint);
        self.report(Diagnostic {
            place: at.cloned(),
            ..found
        });
    }

    fn report(&mut self, found: Diagnostic) {
        self.out.diagnostics.push(found);
    }
}

/// Returns where a diagnostic comes: errors in the order of their places, everything else in that of what is shown.
fn place_in_report(found: &Diagnostic) -> (Severity, Option<Location>, String, Diagnostic) {
    let severity = found.code.severity();
    let (place, text) = match severity {
        Severity::Error => (found.place.clone(), found.message.clone()),
        Severity::Note | Severity::Info => (None, found.to_string()),
    };
    (severity, place, text, found.clone())
}

impl Resolution {
    /// Returns what a reader of the migration should know.
    pub fn notes(&self) -> impl Iterator<Item = &Diagnostic> {
        let diagnostics = self.diagnostics.iter();
        diagnostics.filter(|found| found.code.severity() == Severity::Note)
    }

    /// Returns what has nothing to do with the change: what is unmanaged, what is no longer needed.
    pub fn remarks(&self) -> impl Iterator<Item = &Diagnostic> {
        let diagnostics = self.diagnostics.iter();
        diagnostics.filter(|found| found.code.severity() == Severity::Info)
    }
}
