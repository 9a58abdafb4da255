//! Resolves the declarations and the existing schema to the complete schema after the migration.
//!
//! `schema.rs` is partial: whatever it does not declare is kept as the database has it (or dropped, if the
//! configuration says so). The result is a [`Schema`] again, so that comparing need not distinguish declared from kept
//! objects. Pure: no database, no clock, no environment.

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
mod names_in_use;
mod normalized;
mod part;
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
    declared::{Declared, DeclaredColumn, Location, TablesByName},
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
pub use names_in_use::NamesInUse;
pub use normalized::{NormalizedExpression, NormalizedExpressions, Stored, stored};
pub use unchanged::Unchanged;

/// The input of resolving.
#[derive(Clone, Copy)]
struct Input<'a> {
    /// The existing schema.
    pub before: &'a Schema,
    /// The declarations.
    pub declared: &'a Declared,
    /// The rules of the configuration.
    pub rules: &'a Rules,
    /// The user's decisions.
    pub decisions: &'a Decisions,
    /// The matches of existing objects with declared ones.
    pub matching: &'a Matching<'a>,
    /// The whole existing schema, of which `before` may be a part.
    pub whole: &'a Schema,
    /// The names in use in the whole existing schema, found on first use.
    pub names: &'a OnceCell<NamesInUse>,
    /// The normalized forms of declared expressions.
    pub normalized: &'a NormalizedExpressions,
}

/// The schema after the migration, and the notes and questions about it.
#[derive(Clone, Debug, Default)]
pub struct Resolution {
    /// The complete schema.
    pub after: Schema,
    /// Tables of schemas of which schema.rs declares no table: these are not dropped.
    pub unmanaged_tables: BTreeSet<TableName>,
    /// The names that differ between before and after.
    pub matches: Matches,
    /// The renames, each with its evidence and who decided it.
    pub renames: Vec<Rename>,
    /// Undecided matches; written as drop + add behind a guard.
    pub undecided: Vec<Undecided>,
    /// Code that reads dropped objects, about which the user has to decide. Until then it is dropped behind a guard.
    pub dependents: Vec<Dependent>,
    /// Notes about this change and about unrelated objects, sorted, without errors.
    pub diagnostics: Vec<Diagnostic>,
    /// The expressions that fill new and newly NOT NULL columns in existing rows, by names after.
    pub backfills: BTreeMap<(TableName, String), String>,
    /// The expressions that convert a column's values in `up.sql`, by names after.
    pub usings: BTreeMap<(TableName, String), String>,
    /// The expressions that convert them back in `down.sql`, by names after.
    pub usings_down: BTreeMap<(TableName, String), String>,
    /// The attribute or `joinable!` that declares each constraint and index, by table and name after.
    pub declared_at: BTreeMap<(TableName, String), Location>,
}

/// Resolves the declarations and the existing schema to the complete schema.
///
/// # Errors
/// All errors in the declarations, each with its location and a hint.
pub fn resolve(known: matching::Input<'_>, normalized: &NormalizedExpressions) -> Result<Resolution, ResolveErrors> {
    let (resolution, problems) = attempt(known, normalized, &Unchanged::default(), &OnceCell::new());
    if problems.is_empty() {
        Ok(resolution)
    } else {
        Err(ResolveErrors(problems))
    }
}

/// Resolves as far as possible, and returns the errors with the result: the answer to an open question may correct
/// them.
///
/// Tables that are known to be unchanged are kept as they are. If the change cannot affect them, they are not even
/// examined. The names in use in the existing schema are collected on first use, for all attempts against it.
pub fn attempt(
    known: matching::Input<'_>,
    normalized: &NormalizedExpressions,
    unchanged: &Unchanged,
    names: &OnceCell<NamesInUse>,
) -> (Resolution, Vec<Diagnostic>) {
    let within = |input| attempt_within(input, known.before, normalized, unchanged, names);
    let Some(part) = unchanged.affected_part(known) else {
        return within(known);
    };
    let (mut resolution, errors) = within(part.input(known));
    part.complete(&mut resolution, known.before);
    resolution
        .declared_at
        .append(&mut unchanged.declared_in(part.unaffected()));
    if cfg!(debug_assertions) {
        let whole = within(known);
        assert_same((&resolution, &errors), (&whole.0, &whole.1));
    }
    (resolution, errors)
}

/// Checks that a part was resolved as the whole.
fn assert_same(part: (&Resolution, &[Diagnostic]), whole: (&Resolution, &[Diagnostic])) {
    assert_eq!(part.1, whole.1, "errors of a part");
    assert_eq!(
        format!("{:#?}", part.0),
        format!("{:#?}", whole.0),
        "resolution of a part"
    );
}

/// Resolves a part of the declarations against the same part of the existing schema, or all of it.
fn attempt_within(
    known: matching::Input<'_>,
    whole: &Schema,
    normalized: &NormalizedExpressions,
    unchanged: &Unchanged,
    names: &OnceCell<NamesInUse>,
) -> (Resolution, Vec<Diagnostic>) {
    let matching = matching::find(known, |name, matches| unchanged.has(name, known.before, matches));
    let mut resolver = Resolver::new(Input {
        before: known.before,
        declared: known.declared,
        rules: known.rules,
        decisions: known.decisions,
        matching: &matching,
        whole,
        names,
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
    /// New columns, by names after.
    new_columns: BTreeSet<(TableName, String)>,
    /// The declared tables by their names, collected on first use.
    declared_tables: OnceCell<TablesByName<'a>>,
    /// Columns that a `joinable!` declares to refer to another table.
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
            declared_tables: OnceCell::new(),
            joined: joined.collect(),
        }
    }

    /// Records where a constraint or an index is declared.
    fn declare(&mut self, table: &TableName, name: String, at: &Location) {
        self.out.declared_at.insert((table.clone(), name), at.clone());
    }

    /// Returns whether a constraint or an index has been matched with a declaration; it is then never undeclared.
    fn is_declared(&self, table: &TableName, name: &str) -> bool {
        self.out.declared_at.contains_key(&(table.clone(), name.to_owned()))
    }

    fn types(&self) -> Types<'_> {
        Types {
            before: self.input.before,
            after: &self.out.after,
            declared: self.input.declared,
        }
    }

    /// Returns a column's type, and whether `sql_type` spells it in full; `None` after reporting an error. Creates the
    /// type if it does not exist.
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

    /// Reports an error that has to be corrected.
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

/// Returns the sort key of a diagnostic: errors are sorted by location, all others by their text.
fn place_in_report(found: &Diagnostic) -> (Severity, Option<Location>, String, Diagnostic) {
    let severity = found.code.severity();
    let (place, text) = match severity {
        Severity::Error => (found.place.clone(), found.message.clone()),
        Severity::Warning | Severity::Note | Severity::Info => (None, found.to_string()),
    };
    (severity, place, text, found.clone())
}

impl Resolution {
    /// Returns whether there is no question, and every table is that of the before schema.
    pub fn changes_nothing(&self, before: &Schema) -> bool {
        let (own, before) = (&self.after.tables, &before.tables);
        self.undecided.is_empty() && own.len() == before.len() && own.unshared(before).next().is_none()
    }

    /// Returns what the reviewer of the migration should know.
    pub fn notes(&self) -> impl Iterator<Item = &Diagnostic> {
        let diagnostics = self.diagnostics.iter();
        diagnostics.filter(|found| found.code.severity() == Severity::Note)
    }

    /// Returns notes unrelated to the change: about unmanaged objects, and attributes that are no longer needed.
    pub fn remarks(&self) -> impl Iterator<Item = &Diagnostic> {
        let diagnostics = self.diagnostics.iter();
        diagnostics.filter(|found| found.code.severity() == Severity::Info)
    }
}
