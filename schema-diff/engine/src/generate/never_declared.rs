//! Finds objects of the database that `schema.rs` never declared: columns that `patch_file` removes, tables of other
//! programs.
//!
//! They are not dropped. Git has the earlier versions of `schema.rs`; without them, everything that is missing is
//! dropped.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

use super::{Draft, Flag};
use crate::{
    compare::Change,
    config::Project,
    declared::{Declared, DeclaredColumn, DeclaredType},
    diagnostic::{Diagnostic, DiagnosticCode},
    git::{Repository, Unanswered},
    matching::{Decisions, Fate},
    model::{ColumnRef, DataType, ObjectId, Schema, TableName, mentioned_words},
    parse::{self, Role, SourceFile},
};

/// The objects that no committed version of the schema files declares.
#[derive(Debug, Default)]
pub(super) struct NeverDeclared {
    /// Tables and columns, by their names before.
    pub objects: BTreeSet<ColumnRef>,
    /// A remark for the user if git took too long.
    pub remark: Option<Diagnostic>,
}

impl NeverDeclared {
    fn unknown() -> Self {
        let remark = "reading earlier versions of schema.rs from git took too long: tables and columns that schema.rs does not declare are dropped, even if no earlier version declared them";
        Self {
            objects: BTreeSet::new(),
            remark: Some(Diagnostic::new(DiagnosticCode::NeverDeclared, remark)),
        }
    }
}

/// Finds drops of objects that no committed version of the schema files declares.
pub(super) fn never_declared(project: &Project, draft: &Draft, decisions: &Decisions) -> NeverDeclared {
    let mut missing = drops(draft, decisions);
    if missing.is_empty() {
        return NeverDeclared::default();
    }
    let repository = match Repository::of(&project.root) {
        Ok(repository) => repository,
        Err(Unanswered::TimedOut) => return NeverDeclared::unknown(),
        Err(Unanswered::NoRepository) => return NeverDeclared::default(),
    };
    let Ok(sources) = super::source_files(project, &project.schema_files) else {
        return NeverDeclared::default();
    };
    let schema_files: Vec<PathBuf> = sources
        .iter()
        .filter(|file| file.role == Role::Schema)
        .map(|file| project.root.join(&file.path))
        .collect();
    let mut known = BTreeSet::new();
    for version in repository.versions(&schema_files) {
        if missing.is_empty() {
            break;
        }
        match parse::parse(&as_committed(project, &sources, &version.files)) {
            Ok(declared) => {
                missing.retain(|object| !declares(&declared, &draft.base.schema, object));
                known.extend(
                    missing
                        .iter()
                        .filter(|object| agrees(&declared, &draft.base.schema, object))
                        .cloned(),
                );
            }
            // A version that cannot be parsed may have declared everything that it mentions.
            Err(_) => {
                let words: BTreeSet<String> = version.files.values().flat_map(|text| mentioned_words(text)).collect();
                missing.retain(|object| !words.contains(object.column.as_ref().unwrap_or(&object.relation.name)));
            }
        }
    }
    // A version that git has not returned in time may have declared them.
    if repository.has_timed_out() {
        return NeverDeclared::unknown();
    }
    missing.retain(|object| known.contains(object));
    NeverDeclared {
        objects: missing,
        remark: None,
    }
}

/// Returns the tables and columns that would be dropped without a decision of the user.
fn drops(draft: &Draft, decisions: &Decisions) -> BTreeSet<ColumnRef> {
    let alternative = draft.alternative.iter().flat_map(|alternative| &alternative.changes);
    let dropped = draft
        .changes
        .iter()
        .chain(alternative)
        .filter_map(|change| match change {
            Change::DropTable(name) => Some(ColumnRef::relation(name)),
            Change::DropColumn { table, column } => Some(ColumnRef::column(&table.before, column)),
            _ => None,
        });
    let is_decided = |object: &ColumnRef| match &object.column {
        None => {
            decisions.dropped_tables.contains(&object.relation)
                || decisions.tables.iter().any(|(old, _)| *old == object.relation)
        }
        Some(column) => {
            let matches = &draft.resolution.matches;
            let is_it = |table: &TableName| *table == object.relation || *table == matches.table(&object.relation);
            decisions
                .dropped_columns
                .iter()
                .any(|(table, own)| is_it(table) && own == column)
                || decisions
                    .columns
                    .iter()
                    .any(|(table, own, _)| is_it(table) && own == column)
        }
    };
    dropped.filter(|object| !is_decided(object)).collect()
}

/// Returns the source files with the texts of the schema files in one commit.
fn as_committed(project: &Project, sources: &[SourceFile], texts: &BTreeMap<PathBuf, String>) -> Vec<SourceFile> {
    let committed = sources.iter().filter_map(|file| match file.role {
        Role::Schema => Some(file.with_text(texts.get(&project.root.join(&file.path))?)),
        _ => Some(file.clone()),
    });
    committed.collect()
}

fn declares(declared: &Declared, before: &Schema, object: &ColumnRef) -> bool {
    declared.tables.iter().any(|table| match &object.column {
        None => table.name == object.relation,
        // A declared table that does not exist may be this one under an earlier name.
        Some(column) => {
            (table.name == object.relation || !before.tables.contains_key(&table.name))
                && table.columns.iter().any(|own| own.name == *column)
        }
    })
}

/// Checks whether a version describes this database: it declares an existing table, or the table of this column, with
/// the names and types that exist.
fn agrees(declared: &Declared, before: &Schema, object: &ColumnRef) -> bool {
    declared.tables.iter().any(|table| {
        let Some(found) = before.tables.get(&table.name) else {
            return false;
        };
        let has = |own: &DeclaredColumn| {
            let column = found.column(&own.name);
            column.is_some_and(|column| is_of_type(before, &column.data_type, &own.data_type))
        };
        (object.column.is_none() || table.name == object.relation) && table.columns.iter().all(has)
    })
}

/// Checks whether a column's type is the declared one for Diesel, to which all text types are equal.
fn is_of_type(schema: &Schema, actual: &DataType, declared: &DeclaredType) -> bool {
    let (mut name, mut array) = (&actual.name, actual.array);
    while let Some(domain) = schema.domain(name) {
        (name, array) = (&domain.base.name, array || domain.base.array);
    }
    let is_text = |name: &str| matches!(name, "text" | "varchar" | "bpchar" | "citext");
    array == declared.array && (name.name == declared.name || (is_text(&name.name) && is_text(&declared.name)))
}

/// Returns a remark on each unmanaged object, with the ways to manage it.
pub(super) fn remarks(objects: &BTreeSet<ColumnRef>) -> Vec<Diagnostic> {
    let remark = |object: &ColumnRef| {
        let (what, id) = match &object.column {
            None => ("table", ObjectId::Table(object.relation.clone())),
            Some(column) => ("column", ObjectId::column(&object.relation, column)),
        };
        let message = format!(
            "{what} {} is left unchanged (unmanaged): no version of schema.rs in git declares it",
            id.path()
        );
        let hint = format!(
            "name it in `ignore` (schema-diff.toml), or declare it with `schema-diff pull`; {} drops it",
            Flag::of(&id, &Fate::Dropped)
        );
        Diagnostic::new(DiagnosticCode::NeverDeclared, message)
            .about(id)
            .hint(hint)
    };
    objects.iter().map(remark).collect()
}
