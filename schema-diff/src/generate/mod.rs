//! From a project to a migration: the whole loop, with all input and output at its edges and nothing printed.
//!
//! [`draft`] reads and resolves, so that open questions can be put to a person; [`finish`] plans, proves and gives the texts.

mod base;
mod error;
mod review;
mod said;
mod servers;

use std::collections::BTreeMap;

use crate::{
    compare::{Change, compare},
    config::{Project, UndeclaredKind},
    declared::Declared,
    history::Fingerprint,
    model::{Pair, Schema, TableName},
    normalize::normalize,
    plan::{Direction, Plan, Request, plan},
    prove::{Claim, Proof, prove},
    renames::decide::Decisions,
    resolve::{self, Input, IntegerKeys, ObjectKind, Resolution, Rules, Words},
    sql_text::sql_text,
};

pub use base::{Base, From, database_url, read as base};
pub use error::GenerateError;
pub use review::{Question, flags, questions, shown};
pub use servers::{Scratch, ScratchChoice};

/// What a person asked for.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// What is compared with `schema.rs`.
    pub from: From,
    /// Where scratch databases come from.
    pub scratch: ScratchChoice,
    /// Renames, drops, backfills that were said.
    pub decisions: Decisions,
    /// Whether the proof is left out.
    pub no_prove: bool,
}

/// What is wanted, before it is planned.
pub struct Draft {
    /// What there is.
    pub base: Base,
    /// What was declared.
    pub declared: Declared,
    /// What is wanted.
    pub resolution: Resolution,
    /// What differs.
    pub changes: Vec<Change>,
    rules: Rules,
    words: Words,
}

/// A migration, ready to be written.
pub struct Migration {
    /// What differs.
    pub changes: Vec<Change>,
    /// The SQL of `up.sql`, without its header.
    pub up: String,
    /// The SQL of `down.sql`.
    pub down: String,
    /// The schema before.
    pub before_fingerprint: Fingerprint,
    /// The schema after.
    pub after_fingerprint: Fingerprint,
    /// What the proof found; `None` when it was left out.
    pub proof: Option<Proof>,
    /// Which server proved it.
    pub proved_on: Option<String>,
    /// The major versions of the compared server and of the one that proved it, when they differ.
    pub other_major: Option<(u32, u32)>,
}

/// Reads the project and what it is compared with, and resolves one on the other.
///
/// # Errors
/// Anything that keeps it from being read: configuration, `schema.rs`, the database, the history.
pub fn draft(
    project: &Project,
    options: &Options,
    scratch: &mut Scratch<'_>,
    progress: &mut dyn FnMut(&str),
) -> Result<Draft, GenerateError> {
    progress("reading schema.rs");
    let declared = crate::parse::load(&project.root, &project.schema_files, &project.sources)?;
    let base = base::read(project, options.from, scratch, progress)?;
    let rules = rules(project);
    let mut draft = Draft {
        base,
        declared,
        resolution: Resolution::default(),
        changes: Vec::new(),
        rules,
        words: Words::default(),
    };
    draft.decide(&options.decisions)?;
    let expressions = resolve::expressions(&draft.declared);
    if !expressions.is_empty() && !draft.changes.is_empty() {
        progress("asking Postgres for its words for the declared expressions");
        draft.words = normalize(
            scratch.server(draft.base.major())?,
            &draft.base.schema,
            &draft.resolution,
            &expressions,
        )?;
        draft.decide(&options.decisions)?;
    }
    if !draft.changes.is_empty() && !draft.base.pending.is_empty() {
        return Err(GenerateError::Pending {
            pending: draft.base.pending.clone(),
        });
    }
    let unheeded = said::unheeded(
        &options.decisions,
        &draft.base.schema,
        &draft.resolution,
        &draft.changes,
    );
    if !unheeded.is_empty() {
        return Err(GenerateError::Unheeded { said: unheeded });
    }
    Ok(draft)
}

impl Draft {
    /// Resolves again with what a person has said since.
    ///
    /// # Errors
    /// What is declared or said does not fit the database.
    pub fn decide(&mut self, decisions: &Decisions) -> Result<(), GenerateError> {
        let input = Input {
            before: &self.base.schema,
            declared: &self.declared,
            rules: &self.rules,
            decisions,
            words: &self.words,
        };
        self.resolution = resolve::resolve(input)?;
        self.changes = compare(
            Pair::new(&self.base.schema, &self.resolution.after),
            &self.resolution.renames,
        );
        Ok(())
    }
}

/// Plans, proves and gives the texts of a migration.
///
/// # Errors
/// The proof fails, or there is no server for it.
pub fn finish(
    draft: &Draft,
    options: &Options,
    scratch: &mut Scratch<'_>,
    progress: &mut dyn FnMut(&str),
) -> Result<Migration, GenerateError> {
    let resolution = &draft.resolution;
    let schemas = Pair::new(&draft.base.schema, &resolution.after);
    let up = plan(Request {
        pair: schemas,
        renames: &resolution.renames,
        backfills: &resolution.backfills,
        usings: &resolution.usings,
        direction: Direction::Up,
    });
    let flipped = resolution.renames.flip();
    let nothing = BTreeMap::new();
    let back = |pair: Pair<&Schema>| {
        plan(Request {
            pair,
            renames: &flipped,
            backfills: &nothing,
            usings: &nothing,
            direction: Direction::Down,
        })
    };
    let down = back(schemas.flip());
    let mut migration = Migration {
        changes: up.changes.clone(),
        up: String::new(),
        down: sql_text(&down),
        before_fingerprint: fingerprint(schemas.before),
        after_fingerprint: fingerprint(schemas.after),
        proof: None,
        proved_on: None,
        other_major: None,
    };
    if !options.no_prove && !up.is_empty() {
        let server = scratch.server(draft.base.major())?;
        let claim = Claim {
            schemas,
            renames: &resolution.renames,
            up: &up,
            down: &down,
        };
        let proof = prove(server, claim, progress)?;
        migration.proved_on = Some(server.description());
        let majors = (draft.base.major(), server.major());
        migration.other_major = (majors.0 != majors.1).then_some(majors);
        migration.proof = Some(proof);
    }
    migration.up = up_text(draft, &up);
    Ok(migration)
}

/// The way up, with what a person has to look at on top of it.
fn up_text(draft: &Draft, up: &Plan) -> String {
    let review = review::review(&draft.resolution);
    format!("{review}{}", sql_text(up))
}

/// A schema's fingerprint; the order of columns, owners and versions do not count.
pub fn fingerprint(schema: &Schema) -> Fingerprint {
    let mut schema = schema.clone();
    schema.server_version = 0;
    schema.unmanaged.clear();
    for table in schema.tables.values_mut() {
        table.columns.sort_by(|a, b| a.name.cmp(&b.name));
        table.owner.clear();
        table.grants.clear();
    }
    for view in schema.views.values_mut() {
        view.owner.clear();
        view.grants.clear();
    }
    Fingerprint::of(format!("{schema:?}"))
}

/// What the project's configuration says of what is compared.
pub(crate) fn rules(project: &Project) -> Rules {
    let kinds = [
        (UndeclaredKind::Defaults, ObjectKind::Defaults),
        (UndeclaredKind::Uniques, ObjectKind::Uniques),
        (UndeclaredKind::Indexes, ObjectKind::Indexes),
        (UndeclaredKind::Checks, ObjectKind::Checks),
        (UndeclaredKind::ForeignKeys, ObjectKind::ForeignKeys),
        (UndeclaredKind::Exclusions, ObjectKind::Exclusions),
        (UndeclaredKind::Comments, ObjectKind::Comments),
    ];
    let undeclared = kinds
        .into_iter()
        .filter(|(kind, _)| project.undeclared.drops(*kind))
        .map(|(_, kind)| (kind, resolve::Undeclared::Drop))
        .collect();
    let (tables, columns) = (project.filter.clone(), project.filter.clone());
    Rules {
        undeclared,
        ignores_table: Box::new(move |name: &TableName| !tables.admits(&name.schema, &name.name)),
        ignores_column: Box::new(move |table: &TableName, column: &str| {
            !columns.admits_column(&table.schema, &table.name, column)
        }),
        integer_keys: match project.integer_keys {
            crate::config::IntegerKeys::Identity => IntegerKeys::Identity,
            crate::config::IntegerKeys::Serial => IntegerKeys::Serial,
            crate::config::IntegerKeys::None => IntegerKeys::None,
        },
    }
}
