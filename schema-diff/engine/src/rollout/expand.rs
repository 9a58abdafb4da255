//! Adds to the schema after what the program that is still running needs.

use std::collections::BTreeMap;

use super::{
    Kept, Synchronized,
    blockers::{why_not_kept, why_not_twice},
};
use crate::{
    compare::Change,
    diagnostic::{Diagnostic, DiagnosticCode},
    model::{
        Column, ColumnRef, Constraint, Function, Index, ObjectId, Pair, QualifiedName, Schema, Table, TableName,
        Trigger, View, free_name, quote_ident, quote_ident_always,
    },
    render::dollar_quoted,
    resolve::Resolution,
};

/// A change with what it keeps.
pub struct Expansion {
    /// The resolution with the schema that both programs can use.
    pub resolution: Resolution,
    /// What it keeps.
    pub kept: Vec<Kept>,
    /// What cannot be kept, and why.
    pub notes: Vec<Diagnostic>,
}

/// Keeps what the program that is still running needs.
///
/// Type changes, new keys, checks and foreign keys, and labels of enum types have no such form.
pub fn expand(before: &Schema, resolution: &Resolution, changes: &[Change]) -> Expansion {
    let mut expand = Expand {
        before,
        after: &resolution.after,
        changes,
        decided: BTreeMap::new(),
        found: Expansion {
            resolution: resolution.clone(),
            kept: Vec::new(),
            notes: Vec::new(),
        },
    };
    for change in changes {
        expand.change(change);
    }
    // A view reads the columns that the changes above have kept.
    for change in changes {
        if let Change::RenameTable(names) = change {
            expand.rename_table(names);
        }
    }
    expand.found
}

struct Expand<'a> {
    before: &'a Schema,
    after: &'a Schema,
    changes: &'a [Change],
    /// The decided fills of renamed columns, which the old columns fill for now.
    decided: BTreeMap<(TableName, String), Option<String>>,
    found: Expansion,
}

impl<'a> Expand<'a> {
    const fn schemas(&self) -> Pair<&'a Schema> {
        Pair::new(self.before, self.after)
    }

    fn tables(&self, names: &Pair<TableName>) -> Option<Pair<&'a Table>> {
        Some(Pair::new(
            self.before.tables.get(&names.before)?,
            self.after.tables.get(&names.after)?,
        ))
    }

    fn change(&mut self, change: &Change) {
        match change {
            Change::RenameColumn { table, column } => self.rename_column(table, column),
            Change::DropColumn { table, column } => self.drop_column(table, column),
            Change::DropTable(name) => self.drop_table(name),
            Change::AddColumn { table, column } => self.stay_nullable(table, column),
            Change::AlterColumn { table, column, delta } => {
                if delta.nullable {
                    self.stay_nullable(table, &column.after);
                }
                if delta.data_type {
                    let text = format!(
                        "the type of {}.{} changes: a program that reads it as before fails as soon as the migration has run",
                        table.after.plain(),
                        column.after
                    );
                    self.note(ObjectId::column(&table.after, column.after.as_str()), text);
                }
            }
            Change::AlterEnum { name, .. } | Change::RenameType(name) => {
                let text = format!(
                    "enum type {} changes: a program that uses its old name, or a label that is renamed or dropped, fails as soon as the migration has run",
                    name.after.plain()
                );
                self.note(ObjectId::Type(name.after.clone()), text);
            }
            _ => {}
        }
    }

    fn note(&mut self, id: ObjectId, text: String) {
        let note = Diagnostic::new(DiagnosticCode::NotKept, text);
        self.found.notes.push(note.about(id));
    }

    /// Makes a renamed column two, which a trigger keeps equal.
    fn rename_column(&mut self, names: &Pair<TableName>, column: &Pair<String>) {
        let Some(tables) = self.tables(names) else { return };
        let columns = tables
            .before
            .column(&column.before)
            .zip(tables.after.column(&column.after));
        let Some((was, is)) = columns else { return };
        let is_altered = self.changes.iter().any(|change| {
            matches!(change, Change::AlterColumn { table, column: own, delta }
                if table == names && own == column && (delta.data_type || delta.generated || delta.identity || delta.sequence))
        });
        let why = why_not_kept(self.schemas(), tables, was)
            .or_else(|| why_not_twice(self.before, tables, Pair::new(was, is)))
            .or_else(|| is_altered.then(|| "its type changes, too".to_owned()));
        if let Some(why) = why {
            let text = format!(
                "{}.{} does not exist under both names, because {why}: a program that reads {} fails as soon as the migration has run",
                names.after.plain(),
                column.after,
                column.before
            );
            return self.note(ObjectId::column(&names.after, &column.after), text);
        }
        let synchronized = self.synchronized(&names.after, column);
        let resolution = &mut self.found.resolution;
        resolution.matches.unmatch_column(&names.before, &column.after);
        resolution.matches.unmatch_column(&names.before, &column.before);
        resolution
            .renames
            .retain(|rename| rename.before != ObjectId::column(&names.before, &column.before));
        let old = Column {
            name: column.before.clone(),
            nullable: was.nullable || is.nullable,
            ..resolution.matches.map_column(&names.before, was)
        };
        let new = Column {
            default: None,
            ..is.clone()
        };
        let id = (names.after.clone(), column.after.clone());
        let decided = resolution.backfills.insert(id.clone(), quote_ident(&column.before));
        self.decided.insert(id, decided);
        let trigger = trigger_of(&names.after, &synchronized.trigger, &synchronized.function);
        let function = function(column, &synchronized);
        let signature = format!("{}()", synchronized.function.qualified());
        resolution.after.functions.insert(signature, function);
        self.edit(&names.after, |table| {
            table.columns.retain(|own| own.name != column.after);
            table.columns.push(old);
            table.columns.push(new);
            table.triggers.insert(trigger.name.clone(), trigger);
        });
        self.keep_dependents(names, tables.before, &column.before, true);
        self.found.kept.push(Kept::Column {
            table: names.after.clone(),
            column: column.before.clone(),
            renamed: Some(synchronized),
        });
    }

    /// Keeps a dropped column; programs that do not know it need not fill it.
    fn drop_column(&mut self, names: &Pair<TableName>, column: &str) {
        let Some(tables) = self.tables(names) else { return };
        let Some(was) = tables.before.column(column) else {
            return;
        };
        if let Some(why) = why_not_kept(self.schemas(), tables, was) {
            let text = format!(
                "column {}.{column} is not kept, because {why}: a program that reads it fails as soon as the migration has run",
                names.before.plain()
            );
            return self.note(ObjectId::column(&names.after, column), text);
        }
        // Another column may have its name.
        if tables.after.column(column).is_some() {
            let text = format!(
                "column {}.{column} is not kept, because another column has its name",
                names.before.plain()
            );
            return self.note(ObjectId::column(&names.after, column), text);
        }
        let mapped = self.found.resolution.matches.map_column(&names.before, was);
        let has_value = was.default.is_some() || was.identity.is_some() || was.generated.is_some();
        let kept = Column {
            name: column.to_owned(),
            nullable: was.nullable || !has_value,
            ..mapped
        };
        let resolution = &mut self.found.resolution;
        resolution
            .matches
            .keep_type(&was.data_type.name, self.before, &mut resolution.after);
        self.edit(&names.after, |table| table.columns.push(kept));
        // The new program does not know the constraints.
        self.keep_dependents(names, tables.before, column, false);
        self.found.kept.push(Kept::Column {
            table: names.after.clone(),
            column: column.to_owned(),
            renamed: None,
        });
    }

    fn drop_table(&mut self, name: &TableName) {
        let Some(table) = self.before.tables.get(name) else {
            return;
        };
        let mut views = self.before.views.values();
        let view = views.find(|view| view.depends_on.iter().any(|read| read.relation == *name));
        let is_child = table.parents().next().is_some();
        let is_parent = self.before.is_parent(name);
        let why = match view {
            Some(view) => Some(format!("view {} reads it", view.name.plain())),
            None => (is_child || is_parent).then(|| "it is related to other tables".to_owned()),
        };
        if let Some(why) = why.or_else(|| {
            self.after
                .tables
                .contains_key(name)
                .then(|| "another table has its name".to_owned())
        }) {
            let text = format!("table {} is not kept, because {why}", name.plain());
            return self.note(ObjectId::Table(name.clone()), text);
        }
        let resolution = &mut self.found.resolution;
        let mut kept = resolution.matches.map_table(table);
        // The new program does not know that its rows are referenced.
        kept.constraints.retain(|_, own| own.foreign_key().is_none());
        resolution.after.tables.insert(name.clone(), kept);
        for column in &table.columns {
            resolution
                .matches
                .keep_type(&column.data_type.name, self.before, &mut resolution.after);
        }
        self.found.kept.push(Kept::Table(name.clone()));
    }

    /// Leaves a column nullable that the running program does not fill, or fills with NULL.
    fn stay_nullable(&mut self, names: &Pair<TableName>, column: &str) {
        let Some(table) = self.after.tables.get(&names.after) else {
            return;
        };
        let Some(own) = table.column(column) else { return };
        let was = self.before.tables.get(&names.before);
        let matches = &self.found.resolution.matches;
        let was = was.and_then(|table| table.column(&matches.column_before(&names.before, column)));
        let is_filled = own.can_be_omitted() && was.is_none();
        let is_key = table.primary_key_columns().iter().any(|key| key == column);
        if own.nullable || is_filled || is_key || was.is_some_and(|was| !was.nullable) {
            return;
        }
        let id = (names.after.clone(), column.to_owned());
        let fill = match self.decided.get(&id) {
            Some(decided) => decided.clone(),
            None => match self.found.resolution.backfills.get(&id).cloned() {
                Some(fill) => return self.fill(&names.after, column, &fill),
                None => None,
            },
        };
        self.edit(&names.after, |table| {
            if let Some(own) = table.column_mut(column) {
                own.nullable = true;
            }
        });
        self.found.kept.push(Kept::Nullable {
            table: names.after.clone(),
            column: column.to_owned(),
            fill,
        });
    }

    /// Fills a column where the running program does not write it, so that the new one never reads NULL.
    fn fill(&mut self, table: &TableName, column: &str, value: &str) {
        let functions = &self.before.functions;
        let is_taken = |name: &str| {
            let mut all = functions.values();
            all.any(|own| own.name.schema == table.schema && own.name.name == name)
        };
        let function = table.sibling(free_name(&format!("{}_{column}", table.name), "_default", is_taken));
        let trigger = free_name(&format!("zz_sync_{column}"), "", |_| false);
        let (own, row) = (quote_ident_always(column), quote_ident(&table.name));
        let body = format!(
            "\n#variable_conflict use_column\nBEGIN\n    IF NEW.{own} IS NULL THEN\n        SELECT {value}\n        INTO NEW.{own} FROM (SELECT NEW.*) AS {row};\n    END IF;\n    RETURN NEW;\nEND\n"
        );
        let signature = format!("{}()", function.qualified());
        let code = definition(&function, &body);
        self.found.resolution.after.functions.insert(signature, code);
        let created = trigger_of(table, &trigger, &function);
        self.edit(table, |table| {
            table.triggers.insert(trigger.clone(), created);
        });
        self.found.kept.push(Kept::Filled {
            table: table.clone(),
            column: column.to_owned(),
            trigger,
            function,
        });
    }

    /// Gives the old name of a table to a view, through which the running program reads and writes.
    fn rename_table(&mut self, names: &Pair<TableName>) {
        let Some(tables) = self.tables(names) else { return };
        let version = self.before.major_version();
        if self.after.tables.contains_key(&names.before) || tables.before.row_security && version < 15 {
            let text = format!(
                "no view has the old name {} of table {}: a program that uses it fails as soon as the migration has run",
                names.before.plain(),
                names.after.plain()
            );
            return self.note(ObjectId::Table(names.after.clone()), text);
        }
        let Some(table) = self.found.resolution.after.tables.get(&names.after) else {
            return;
        };
        let view = view(&names.before, tables.before, table, version, |name| {
            self.found.resolution.matches.column(&names.before, name)
        });
        self.found.resolution.after.views.insert(names.before.clone(), view);
        self.found.kept.push(Kept::View(names.before.clone()));
    }

    /// Keeps the constraints and indexes over a kept column under names that are free.
    fn keep_dependents(&mut self, names: &Pair<TableName>, was: &Table, column: &str, with_constraints: bool) {
        let schemas = self.schemas();
        let matches = self.found.resolution.matches.clone();
        let Some(now) = self.found.resolution.after.tables.get(&names.after).cloned() else {
            return;
        };
        let exists = |column: &str| now.column(column).is_some();
        let namespace = &names.after.schema;
        let old_name = |name: &str, is_taken: bool| match is_taken {
            true => free_name(name, "_old", |old| {
                schemas.before.has_relation(namespace, old) || schemas.after.has_relation(namespace, old)
            }),
            false => name.to_owned(),
        };
        let constraints = was.constraints.values().filter(|own| own.columns().contains(&column));
        let constraints = constraints.filter_map(|own| {
            let mapped = matches.map_constraint(&names.before, own);
            let is_whole = mapped.columns().into_iter().all(&exists);
            let is_taken = now.constraints.contains_key(&own.name) && !is_same(&now, &mapped);
            (is_whole && with_constraints).then(|| Constraint {
                name: old_name(&own.name, is_taken),
                ..mapped
            })
        });
        let indexes = was
            .indexes
            .values()
            .filter(|own| own.columns.iter().any(|own| own == column));
        let indexes = indexes.filter_map(|own| {
            let mapped = matches.map_index(&names.before, own);
            let is_whole = mapped.columns.iter().all(|column| exists(column));
            (is_whole && (with_constraints || !own.unique)).then(|| Index {
                name: old_name(&own.name, now.indexes.contains_key(&own.name)),
                ..mapped
            })
        });
        let (constraints, indexes): (Vec<Constraint>, Vec<Index>) = (constraints.collect(), indexes.collect());
        self.edit(&names.after, |table| {
            for own in constraints {
                table.constraints.insert(own.name.clone(), own);
            }
            for own in indexes {
                table.indexes.insert(own.name.clone(), own);
            }
        });
    }

    fn synchronized(&self, table: &TableName, column: &Pair<String>) -> Synchronized {
        let functions = &self.before.functions;
        let is_taken = |name: &str| {
            functions
                .values()
                .any(|own| own.name.schema == table.schema && own.name.name == name)
        };
        let name = format!("{}_{}_{}", table.name, column.before, column.after);
        let function = free_name(&name, "_sync", is_taken);
        Synchronized {
            column: column.after.clone(),
            // Triggers fire in the order of their names.
            trigger: free_name(&format!("zz_sync_{}", column.after), "", |_| false),
            function: table.sibling(function),
        }
    }

    fn edit(&mut self, table: &TableName, change: impl FnOnce(&mut Table)) {
        if let Some(own) = self.found.resolution.after.tables.get_mut(table) {
            change(own);
        }
    }
}

/// Returns whether a table has a constraint of the same name and definition.
fn is_same(table: &Table, own: &Constraint) -> bool {
    table
        .constraints
        .get(&own.name)
        .is_some_and(|other| other.kind == own.kind)
}

fn trigger_of(table: &TableName, name: &str, function: &QualifiedName) -> Trigger {
    Trigger {
        name: name.to_owned(),
        definition: format!(
            "CREATE TRIGGER {} BEFORE INSERT OR UPDATE ON {} FOR EACH ROW EXECUTE FUNCTION {}()",
            quote_ident(name),
            table.qualified(),
            function.qualified()
        ),
        // It fires for what logical replication applies, too.
        enabled: 'A',
        depends_on: Vec::new(),
        comment: None,
    }
}

fn definition(name: &QualifiedName, body: &str) -> Function {
    Function {
        name: name.clone(),
        definition: format!(
            "CREATE OR REPLACE FUNCTION {}()\n RETURNS trigger\n LANGUAGE plpgsql\nAS {}\n",
            name.qualified(),
            dollar_quoted("function", body)
        ),
        depends_on: Vec::new(),
    }
}

/// Returns the function that keeps two columns equal. If an UPDATE changes both, the new name counts.
fn function(column: &Pair<String>, of: &Synchronized) -> Function {
    let [old, new] = [&column.before, &column.after].map(|name| quote_ident_always(name));
    let body = format!(
        "
BEGIN
    -- A program writes the old column or the new one.
    IF TG_OP = 'INSERT' THEN
        IF NEW.{new} IS NULL THEN
            NEW.{new} := NEW.{old};
        ELSE
            NEW.{old} := NEW.{new};
        END IF;
    ELSIF NEW.{new}::text IS DISTINCT FROM OLD.{new}::text THEN
        NEW.{old} := NEW.{new};
    ELSIF NEW.{old}::text IS DISTINCT FROM OLD.{old}::text THEN
        NEW.{new} := NEW.{old};
    END IF;
    RETURN NEW;
END
"
    );
    definition(&of.function, &body)
}

/// Returns the view that has the old name of a table and its columns under their old names.
fn view(name: &TableName, was: &Table, is: &Table, version: u32, new_name: impl Fn(&str) -> String) -> View {
    let columns = was.columns.iter().filter_map(|column| {
        let kept = is.column(&column.name).map(|own| own.name.clone());
        let now = match kept {
            Some(kept) => kept,
            None => new_name(&column.name),
        };
        let own = is.column(&now)?;
        Some((column.name.clone(), now, own.data_type.clone()))
    });
    let columns: Vec<(String, String, _)> = columns.collect();
    let selected = columns.iter().map(|(old, now, _)| match old == now {
        true => quote_ident(now),
        false => format!("{} AS {}", quote_ident(now), quote_ident(old)),
    });
    let selected: Vec<String> = selected.collect();
    let relation: &QualifiedName = &is.name;
    View {
        name: name.clone(),
        materialized: false,
        query: format!("SELECT {}\n   FROM {}", selected.join(",\n    "), relation.qualified()),
        depends_on: columns
            .iter()
            .map(|(_, now, _)| ColumnRef::column(&is.name, now.clone()))
            .collect(),
        columns: columns
            .into_iter()
            .map(|(old, _, data_type)| (old, data_type))
            .collect(),
        options: match version {
            15.. => vec!["security_invoker=true".to_owned()],
            _ => Vec::new(),
        },
        populated: true,
        indexes: Default::default(),
        triggers: Default::default(),
        rules: Default::default(),
        defaults: Default::default(),
        comment: None,
        column_comments: Default::default(),
        owner: was.owner.clone(),
        grants: was.grants.clone(),
        revoked_from_owner: was.revoked_from_owner.clone(),
        column_grants: was
            .columns
            .iter()
            .filter(|column| !column.grants.is_empty())
            .map(|column| (column.name.clone(), column.grants.clone()))
            .collect(),
    }
}
