//! The before schema on the scratch database, limited to the objects that the change touches.

use std::collections::BTreeSet;

use postgres::Client;

use super::{ProofError, Side, run::run_all, stand_in::stand_in};
use crate::{
    compare::Change,
    create,
    diagnostic::{Diagnostic, DiagnosticCode},
    matching::Matches,
    model::{ColumnRef, CustomType, ObjectId, Pair, Schema, Table, TableName, TypeName, quote_ident},
    render,
};

/// A schema, as far as a server could create it.
pub struct Prepared {
    /// The created part of the schema.
    pub schema: Schema,
    /// Messages about the parts that were not created.
    pub notes: Vec<Diagnostic>,
    /// Views that could not be created, with the views that read them, and the errors: they use objects that are not
    /// modelled, such as user-defined operators or aggregates.
    pub left_out: Vec<(BTreeSet<TableName>, ProofError)>,
}

/// Creates a schema in an empty database.
///
/// # Errors
/// A statement fails, for instance because the server lacks an extension whose type it uses.
pub fn prepare(client: &mut Client, mut schema: Schema) -> Result<Prepared, ProofError> {
    let roles = [create::missing_roles(&schema), create::missing_owners(&schema)];
    for statement in render::all(roles.iter().flatten()) {
        // Without the privilege to create roles, the statements that name a missing role fail with their own errors.
        let _ = client.batch_execute(&statement);
    }
    let mut notes = Vec::new();
    schema.extensions.retain(|name, extension| {
        let namespace = quote_ident(&extension.schema);
        let sql = format!(
            "CREATE SCHEMA IF NOT EXISTS {namespace}; CREATE EXTENSION IF NOT EXISTS {} WITH SCHEMA {namespace}",
            quote_ident(name)
        );
        let made = client.batch_execute(&sql);
        if let Err(error) = &made {
            let reason = error
                .as_db_error()
                .map_or_else(|| error.to_string(), |error| error.message().to_owned());
            notes.push(
                Diagnostic::new(
                    DiagnosticCode::ExtensionMissing,
                    format!("the scratch server has no extension {name} ({reason})"),
                )
                .about(ObjectId::Extension(name.clone())),
            );
        }
        made.is_ok()
    });
    let mut left_out = Vec::new();
    loop {
        let statements = render::all(&create::schema(&schema));
        let made = run_all(client, &statements, Side::Before);
        let Err((error, _)) = made else { break };
        if let Some((signature, definition, why)) = failed_function(&schema, &error) {
            notes.push(Diagnostic::new(
                DiagnosticCode::CodeNotProved,
                format!("the proof uses a stand-in for function {signature}: {why}"),
            ));
            if let Some(function) = schema.functions.get_mut(&signature) {
                function.definition = definition;
            }
            continue;
        }
        let Some((name, why)) = failed_view(&schema, &error) else {
            return Err(error);
        };
        notes.push(Diagnostic::new(
            DiagnosticCode::CodeNotProved,
            format!("the proof omits view {}: {why}", name.plain()),
        ));
        let mut names = BTreeSet::new();
        leave_out(&mut schema, name, &mut names);
        left_out.push((names, error));
    }
    Ok(Prepared {
        schema,
        notes,
        left_out,
    })
}

/// Returns the function whose statement failed, the definition of its stand-in, and Postgres's message.
fn failed_function(schema: &Schema, error: &ProofError) -> Option<(String, String, String)> {
    let ProofError::Statement { statement, message, .. } = error else {
        return None;
    };
    let mut functions = schema.functions.iter();
    let (signature, function) = functions.find(|(_, function)| function.definition == *statement)?;
    Some((signature.clone(), stand_in(function)?, message.clone()))
}

/// Returns the view whose statement failed, and Postgres's message.
fn failed_view(schema: &Schema, error: &ProofError) -> Option<(TableName, String)> {
    let ProofError::Statement { statement, message, .. } = error else {
        return None;
    };
    let mut views = schema.views.iter();
    let (name, _) = views.find(|(_, view)| render::all(&create::view(view)).contains(statement))?;
    Some((name.clone(), message.clone()))
}

/// Removes a view and the views that read it.
fn leave_out(schema: &mut Schema, name: TableName, names: &mut BTreeSet<TableName>) {
    schema.views.remove(&name);
    let readers: Vec<TableName> = schema
        .views
        .iter()
        .filter(|(_, view)| view.depends_on.iter().any(|read| read.relation == name))
        .map(|(reader, _)| reader.clone())
        .collect();
    names.insert(name);
    for reader in readers {
        leave_out(schema, reader, names);
    }
}

/// The changed objects by kind (by their names in the before schema), so that each question is one lookup.
#[derive(Default)]
struct Touch<'a> {
    tables: BTreeSet<&'a TableName>,
    dropped_tables: BTreeSet<&'a TableName>,
    /// Columns that are dropped or altered.
    columns: BTreeSet<ColumnRef>,
    /// Tables with a column that is dropped or altered.
    with_columns: BTreeSet<&'a TableName>,
    /// Tables with a key or an index that is dropped.
    with_keys: BTreeSet<&'a TableName>,
    enums: BTreeSet<&'a TypeName>,
    views: BTreeSet<&'a TableName>,
}

impl<'a> Touch<'a> {
    fn of(changes: &'a [Change], before: &'a Schema) -> Self {
        let mut touch = Self::default();
        for change in changes {
            match change {
                Change::DropTable(name) => {
                    touch.dropped_tables.insert(name);
                }
                Change::RenameTable(table)
                | Change::AlterTable { table, .. }
                | Change::AddColumn { table, .. }
                | Change::RenameColumn { table, .. }
                | Change::AddConstraint { table, .. }
                | Change::RenameConstraint { table, .. }
                | Change::CreateIndex { table, .. }
                | Change::RenameIndex { table, .. }
                | Change::CreatePolicy { table, .. }
                | Change::DropPolicy { table, .. } => {
                    touch.tables.insert(&table.before);
                }
                Change::DropConstraint { table, .. } | Change::DropIndex { table, .. } => {
                    touch.with_keys.insert(&table.before);
                }
                Change::DropColumn { table, column } => touch.column(&table.before, column, before),
                Change::AlterColumn { table, column, .. } => touch.column(&table.before, &column.before, before),
                Change::AlterEnum { name, .. } | Change::RenameType(name) => {
                    touch.enums.insert(&name.before);
                    touch.domains_over(&name.before, before);
                }
                Change::CreateView(name) | Change::DropView(name) | Change::ReplaceView(name) => {
                    touch.views.insert(name);
                }
                Change::CreateNamespace(_)
                | Change::DropNamespace(_)
                | Change::CreateExtension(_)
                | Change::DropExtension(_)
                | Change::CreateType(_)
                | Change::DropType(_)
                | Change::CreateTable(_)
                | Change::RenameSequence(_) => {}
            }
        }
        touch
    }

    /// Adds the domains over an enum type, which change with it.
    fn domains_over(&mut self, base: &TypeName, before: &'a Schema) {
        for (name, kind) in &before.types {
            if let CustomType::Domain(domain) = kind
                && domain.base.name == *base
                && self.enums.insert(name)
            {
                self.domains_over(name, before);
            }
        }
    }

    fn column(&mut self, table: &'a TableName, column: &str, before: &Schema) {
        self.with_columns.insert(table);
        self.columns.insert(ColumnRef::column(table, column));
        // Generated columns that read it are recreated with it.
        for own in before.tables.get(table).into_iter().flat_map(|table| &table.columns) {
            let reads = own
                .generated
                .as_ref()
                .is_some_and(|generated| generated.columns.iter().any(|read| read == column));
            if reads {
                self.columns.insert(ColumnRef::column(table, &own.name));
            }
        }
    }

    /// Returns whether the scratch database needs a table.
    fn takes(&self, table: &Table) -> bool {
        let name = &table.name;
        let itself = self.tables.contains(name)
            || self.dropped_tables.contains(name)
            || self.with_columns.contains(name)
            || self.with_keys.contains(name);
        let of_dropped = table
            .partition_of
            .as_ref()
            .is_some_and(|of| self.dropped_tables.contains(&of.parent));
        let of_enum = || {
            table
                .columns
                .iter()
                .any(|column| self.enums.contains(&column.data_type.name))
        };
        itself || of_dropped || !self.enums.is_empty() && of_enum() || self.refers(table) || self.reads(table)
    }

    /// Returns whether the table refers to a key that changes.
    fn refers(&self, table: &Table) -> bool {
        let mut keys = table.foreign_keys().filter_map(|found| found.foreign_key());
        keys.any(|key| {
            let mut columns = key.referenced_columns.iter();
            self.dropped_tables.contains(&key.references)
                || self.with_keys.contains(&key.references)
                || self.with_columns.contains(&key.references)
                    && columns.any(|column| self.columns.contains(&ColumnRef::column(&key.references, column)))
        })
    }

    /// Returns whether a rule, trigger or policy of the table reads a table that is dropped or a column that is dropped
    /// or altered.
    fn reads(&self, table: &Table) -> bool {
        let rules = table.rules.values().flat_map(|rule| &rule.depends_on);
        let triggers = table.triggers.values().flat_map(|trigger| &trigger.depends_on);
        let policies = table.policies.values().flat_map(|policy| &policy.depends_on);
        let mut all = rules.chain(triggers).chain(policies);
        all.any(|read| self.with_columns.contains(&read.relation) || self.dropped_tables.contains(&read.relation))
    }
}

/// Returns the tables (by names in the before schema) that a change touches or that use a type that it touches.
///
/// Takes time linear in tables and changes.
pub fn touched(changes: &[Change], schemas: Pair<&Schema>, matches: &Matches) -> BTreeSet<TableName> {
    let before = schemas.before;
    let touch = Touch::of(changes, before);
    let taken = before.tables.values().filter(|table| touch.takes(table));
    let mut tables: BTreeSet<TableName> = taken.map(|table| table.name.clone()).collect();
    let mut seen = BTreeSet::new();
    let mut views: Vec<&TableName> = touch.views.iter().copied().collect();
    while let Some(name) = views.pop() {
        let Some(view) = before.views.get(name) else { continue };
        if seen.insert(&view.name) {
            views.extend(view.depends_on.iter().map(|read| &read.relation));
            tables.extend(view.depends_on.iter().map(|read| read.relation.clone()));
        }
    }
    let flipped = matches.flip();
    let after = &schemas.after.tables;
    // A dropped trigger is no change of the declared schema.
    let has_other_triggers = |table: &&Table| {
        let old = before.tables.get(&flipped.table(&table.name));
        old.is_some_and(|old| !old.triggers.keys().eq(table.triggers.keys()))
    };
    let with_triggers = after.unshared(&before.tables).filter(has_other_triggers);
    tables.extend(with_triggers.map(|table| flipped.table(&table.name)));
    // Adds the tables to which new and changed foreign keys refer.
    let changed = after.unshared(&before.tables).filter(|table| {
        let old = flipped.table(&table.name);
        !before.tables.contains_key(&old) || tables.contains(&old)
    });
    let unchanged = tables.iter().filter(|name| after.shares(&before.tables, name));
    let targets: Vec<TableName> = changed
        .chain(unchanged.filter_map(|name| after.get(name)))
        .flat_map(|table| table.foreign_keys())
        .filter_map(|constraint| Some(flipped.table(&constraint.foreign_key()?.references)))
        .collect();
    tables.extend(targets);
    tables.retain(|name| before.tables.contains_key(name));
    tables
}
