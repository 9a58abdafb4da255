//! Changes that Postgres refuses and that no order of statements makes possible.
//!
//! Each refusal names the object that blocks the change and has a hint. A plan with a refusal is never run.

use std::collections::BTreeMap;

use super::{Planner, one_side::is_on_one_side};
use crate::{
    compare::Change,
    model::{
        Caller, Column, ColumnRef, Constraint, CustomType, Pair, QualifiedName, Table, TableKind, TableName, TypeName,
        mentioned_words,
    },
};

/// The reason why a plan cannot run.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Refusal {
    /// The table or column whose change is refused (by its name in the after schema, or in the before schema if it is
    /// dropped).
    pub about: ColumnRef,
    /// The refused change, and the object that blocks it.
    pub message: String,
    /// The suggested action.
    pub hint: String,
}

impl Planner<'_> {
    /// Returns all refusals, in the order of the objects' names.
    pub(super) fn refusals(&self) -> Vec<Refusal> {
        let mut refusals = Vec::new();
        let row_types = self.row_types_in_use();
        for tables in self.kept_tables() {
            if let Some(user) = row_types.get(&tables.before.name) {
                self.row_type_in_use(tables, user, &mut refusals);
            }
            self.partition_key(tables, &mut refusals);
        }
        for change in self.changes {
            refusals.extend(self.dropped_row_type(change, &row_types));
            refusals.extend(self.identity_above_children(change));
            refusals.extend(self.unlogged_target(change));
            refusals.extend(self.typed_table(change));
            refusals.extend(self.name_in_use(change));
        }
        self.rebuilt_type_in_use(&mut refusals);
        self.called_function(&mut refusals);
        self.lost_access(&mut refusals);
        refusals.sort();
        refusals.dedup();
        refusals
    }

    /// Adds a refusal for each function that must be dropped but has a caller that is not dropped before it.
    fn called_function(&self, refusals: &mut Vec<Refusal>) {
        for (signature, function) in self.dependent_functions() {
            let callers = self.before().callers.get(signature).into_iter().flatten();
            let other = callers.filter_map(|caller| match caller {
                Caller::Other(what) => Some(what),
                Caller::View(_) => None,
            });
            for what in other {
                refusals.push(Refusal {
                    about: ColumnRef::relation(&function.name),
                    message: format!("function {signature} must be dropped and recreated, but {what} calls it"),
                    hint: format!(
                        "in a hand-written migration, drop the {what} first, or have it call another function; then run schema-diff again"
                    ),
                });
            }
        }
    }

    /// Adds a refusal for each column whose change rewrites a table whose row type is the type of another column.
    fn row_type_in_use(&self, tables: Pair<&Table>, user: &str, refusals: &mut Vec<Refusal>) {
        let name = &tables.before.name;
        for column in &tables.after.columns {
            let old = self.flipped.column(&tables.after.name, &column.name);
            let rewrites = match tables.before.column(&old) {
                Some(_) => self.is_retyped(&ColumnRef::column(name, &old)),
                None => is_computed(column),
            };
            if rewrites && !column.inherited {
                let shown = format!("{}.{}", tables.after.name.plain(), column.name);
                refusals.push(Refusal {
                    about: ColumnRef::column(&tables.after.name, &column.name),
                    message: format!("{shown} cannot change: column {user} has the row type of {}", name.plain()),
                    hint: format!(
                        "convert {user} to another type (jsonb) in a hand-written migration first: ALTER TABLE ... ALTER COLUMN ... TYPE jsonb USING to_jsonb(...)"
                    ),
                });
            }
        }
    }

    /// Returns a refusal if a table is dropped whose row type is the type of another column.
    fn dropped_row_type(&self, change: &Change, row_types: &BTreeMap<&TableName, String>) -> Option<Refusal> {
        let Change::DropTable(name) = change else { return None };
        let user = row_types.get(name)?;
        Some(Refusal {
            about: ColumnRef::relation(name),
            message: format!("{} cannot be dropped: column {user} has its row type", name.plain()),
            hint: format!(
                "convert {user} to another type (jsonb) in a hand-written migration first: ALTER TABLE ... ALTER COLUMN ... TYPE jsonb USING to_jsonb(...)"
            ),
        })
    }

    /// Returns a refusal if an identity column is added to a table with child tables, to which Postgres cannot add it.
    fn identity_above_children(&self, change: &Change) -> Option<Refusal> {
        let Change::AddColumn { table, column } = change else {
            return None;
        };
        let added = self.after().tables.get(&table.after)?.column(column)?;
        let mut tables = self.after().tables.values();
        let child = tables.find(|child| child.inherits.contains(&table.after))?;
        let shown = format!("{}.{column}", table.after.plain());
        added.identity.as_ref().map(|_| Refusal {
            about: ColumnRef::column(&table.after, column),
            message: format!(
                "{shown} cannot be added as an identity column: {} inherits from {}",
                child.name.plain(),
                table.after.plain()
            ),
            hint: format!(
                "number the rows by a sequence: create one in a hand-written migration, and declare {shown} with #[schema_diff::default(\"nextval('...')\")]"
            ),
        })
    }

    /// Returns a refusal if a foreign key of a logged table refers to an unlogged one.
    fn unlogged_target(&self, change: &Change) -> Option<Refusal> {
        let Change::AddConstraint { table, name } = change else {
            return None;
        };
        let own = self.after().tables.get(&table.after)?;
        let constraint = own.constraints.get(name)?;
        let target = self.after().tables.get(&constraint.foreign_key()?.references)?;
        (target.unlogged && !own.unlogged).then(|| Refusal {
            about: ColumnRef::relation(&own.name),
            message: format!(
                "{} cannot refer to {}, which is unlogged",
                own.name.plain(),
                target.name.plain()
            ),
            hint: format!(
                "make it permanent in a hand-written migration first: ALTER TABLE {} SET LOGGED",
                target.name
            ),
        })
    }

    /// Returns the tables whose row type is the type of a kept column, with that column as `table.column`.
    pub(super) fn row_types_in_use(&self) -> BTreeMap<&TableName, String> {
        let tables = &self.before().tables;
        let mut users = BTreeMap::new();
        for table in tables.values() {
            for column in table.columns.iter().filter(|column| !column.data_type.is_builtin()) {
                let read = ColumnRef::column(&table.name, &column.name);
                if let Some(of) = tables.get(&column.data_type.name)
                    && !self.is_dropped(&read)
                {
                    let shown = format!("{}.{}", table.name.plain(), column.name);
                    users.entry(&of.name).or_insert(shown);
                }
            }
        }
        users
    }

    /// Adds a refusal for each column of a partition key that is retyped or dropped.
    fn partition_key(&self, tables: Pair<&Table>, refusals: &mut Vec<Refusal>) {
        let TableKind::Partitioned { key } = &tables.before.kind else {
            return;
        };
        let words = mentioned_words(key);
        for column in tables
            .before
            .columns
            .iter()
            .filter(|column| words.contains(&column.name))
        {
            let read = ColumnRef::column(&tables.before.name, &column.name);
            let what = match (self.is_dropped(&read), self.is_retyped(&read)) {
                (true, _) => "be dropped",
                (_, true) => "change its type",
                _ => continue,
            };
            let table = tables.before.name.plain();
            refusals.push(Refusal {
                about: read,
                message: format!("{table}.{} cannot {what}: it is part of the partition key of {table}, {key}", column.name),
                hint: format!(
                    "in a hand-written migration, create a new partitioned table, copy the rows, and exchange the names of the two tables; then run schema-diff again (until then, leave the column unchanged in the declaration of {table})"
                ),
            });
        }
    }

    /// Returns a refusal if a column of a typed table changes, because its columns are those of its type.
    fn typed_table(&self, change: &Change) -> Option<Refusal> {
        let (table, column) = match change {
            Change::AddColumn { table, column } | Change::DropColumn { table, column } => (table, column),
            Change::RenameColumn { table, column } => (table, &column.after),
            Change::AlterColumn { table, column, delta } if delta.data_type => (table, &column.after),
            _ => return None,
        };
        let of = self.before().tables.get(&table.before)?.of_type.as_ref()?;
        let shown = table.before.plain();
        Some(Refusal {
            about: ColumnRef::column(&table.after, column),
            message: format!("{shown}.{column} cannot change: {shown} is a table OF {}", of.plain()),
            hint: format!(
                "change the type in a hand-written migration (ALTER TYPE {of} ADD | DROP | ALTER ATTRIBUTE ... CASCADE), or detach the table from it first (ALTER TABLE {} NOT OF)",
                table.before
            ),
        })
    }

    /// Returns a refusal if another relation or a type has the name of a new table.
    fn name_in_use(&self, change: &Change) -> Option<Refusal> {
        let name = match change {
            Change::CreateTable(name) => name,
            Change::RenameTable(names) => &names.after,
            _ => return None,
        };
        let (kind, hint) = self.owner_of_name(name)?;
        Some(Refusal {
            about: ColumnRef::relation(name),
            message: format!("table {} cannot be created: {kind} already has this name", name.plain()),
            hint: format!(
                "rename one of them: {hint} in a hand-written migration, or #[sql_name = \"...\"] on the table"
            ),
        })
    }

    /// Returns the object that has the name of a new table, and how to rename it.
    ///
    /// Objects that are dropped or renamed in the same migration are ignored.
    fn owner_of_name(&self, name: &QualifiedName) -> Option<(String, String)> {
        let before = self.before();
        let renamed = |kind: &str| format!("ALTER {kind} {name} RENAME TO ...");
        if before.views.contains_key(name) && !self.is_dropped(&ColumnRef::relation(name)) {
            return Some(("a view".to_owned(), renamed("VIEW")));
        }
        if before.sequences.contains_key(name) {
            return Some(("a sequence".to_owned(), renamed("SEQUENCE")));
        }
        if before.unmanaged.contains_key(name) {
            return Some(("a table that schema-diff does not manage".to_owned(), renamed("TABLE")));
        }
        let tables = self.complete.before.tables.values();
        for table in tables.filter(|table| table.name.schema == name.schema) {
            if self.is_dropped(&ColumnRef::relation(&table.name)) {
                continue;
            }
            let shown = table.name.plain();
            if table.sequences().any(|own| own == name) && !self.renames_sequence(name) {
                return Some((format!("a sequence (of {shown})"), renamed("SEQUENCE")));
            }
            let keeps_index = table.indexes.contains_key(&name.name)
                && !self.changed.drops_index(&table.name, &name.name)
                && self.changed.index_name(&table.name, &name.name) == name.name;
            let has_index = table.constraints.get(&name.name).is_some_and(Constraint::is_indexed);
            let keeps_key = has_index
                && !self.changed.drops_constraint(&table.name, &name.name)
                && self.changed.constraint_name(&table.name, &name.name) == name.name;
            if keeps_index || keeps_key {
                return Some((format!("an index (of {shown})"), renamed("INDEX")));
            }
        }
        let type_name = TypeName::row_of(name);
        let keeps_type =
            self.after().types.contains_key(&type_name) && self.request.matches.new_type(&type_name).is_none();
        (before.types.contains_key(&type_name) && keeps_type).then(|| ("a type".to_owned(), renamed("TYPE")))
    }

    fn renames_sequence(&self, name: &QualifiedName) -> bool {
        let is_it = |change: &Change| matches!(change, Change::RenameSequence(names) if names.before == *name);
        self.changes.iter().any(is_it)
    }

    /// Adds a refusal for each replaced type that is used by objects other than columns and domains, which would keep
    /// the old type.
    fn rebuilt_type_in_use(&self, refusals: &mut Vec<Refusal>) {
        let schemas = Pair::new(self.before(), self.after());
        for name in &self.rebuilt_types {
            let used_by = match self.before().types.get(name) {
                Some(CustomType::Enum(found)) => &found.used_by,
                Some(CustomType::Domain(found)) => &found.used_by,
                _ => continue,
            };
            let is_rebuilt = |user: &String| {
                let mut domains = self.rebuilt_types.iter();
                domains.any(|domain| *user == format!("type {}", domain.qualified()))
            };
            let users: Vec<&str> = used_by
                .iter()
                .filter(|user| !is_rebuilt(user) && !is_on_one_side(user, self.changes, schemas))
                .map(String::as_str)
                .collect();
            let Some(first) = users.first() else { continue };
            refusals.push(Refusal {
                about: ColumnRef::relation(name),
                message: format!(
                    "the labels of {} cannot change: Postgres can drop or move a label only by replacing the type, and {} would keep the old one",
                    name.plain(),
                    users.join(", ")
                ),
                hint: format!(
                    "drop {first} in a hand-written migration first, and recreate it after this one; or keep the label: an unused label does no harm"
                ),
            });
        }
    }
}

/// Returns whether adding the column computes a value for each row, which rewrites the table.
const fn is_computed(column: &Column) -> bool {
    column.identity.is_some() || column.sequence.is_some() || column.generated.is_some()
}
