//! New schemas, extensions and tables, and drops of unused objects.

use super::{Phase, Planner, current_names::Names};
use crate::{
    compare::Change,
    create,
    model::{Access, Constraint, ObjectId, Table},
    statement::Ddl,
};

impl Planner<'_> {
    pub(super) fn namespaces_and_extensions(&mut self) {
        let changes = self.changes;
        for change in changes {
            match change {
                Change::CreateNamespace(name) => {
                    self.push(Phase::Namespace, Ddl::CreateSchema(name.clone()));
                }
                Change::CreateExtension(name) => self.push(
                    Phase::Namespace,
                    Ddl::CreateExtension {
                        name: name.clone(),
                        schema: None,
                        cascade: false,
                    },
                ),
                _ => {}
            }
        }
    }

    pub(super) fn created_tables(&self) -> Vec<Table> {
        self.changes
            .iter()
            .filter_map(|change| match change {
                Change::CreateTable(name) => self.after().tables.get(name).cloned(),
                _ => None,
            })
            .collect()
    }

    /// Plans new tables without their foreign keys, which are added after all tables exist. The order of the tables
    /// therefore does not matter, and circles are possible.
    pub(super) fn create_tables(&mut self) {
        for table in self.created_tables() {
            let constraints = table.constraints.iter().filter(|(_, found)| is_own(found));
            let mut bare = Table {
                constraints: constraints.map(|(name, found)| (name.clone(), found.clone())).collect(),
                ..table.clone()
            };
            let taken = self.take_existing_sequences(&mut bare);
            let shown = table.name.plain();
            let is_downgrade = self.request.direction == super::Direction::Down;
            let comment = is_downgrade.then(|| format!("up.sql dropped the rows of {shown}; they are not restored."));
            let mut comments = Vec::from_iter(comment);
            for ddl in create::table(&bare, self.context(Names::After))
                .into_iter()
                .chain(taken)
            {
                self.push_with(Phase::CreateTable, std::mem::take(&mut comments), ddl);
            }
            self.create_parts(&table);
        }
    }

    /// Plans the objects that belong to a new table: indexes, triggers, policies, rules.
    fn create_parts(&mut self, table: &Table) {
        for index in table.indexes.values().filter(|index| !index.inherited) {
            self.push_all(Phase::Key, self.create_index(Names::After, table, index));
        }
        for trigger in table.triggers.values() {
            self.push_all(Phase::Code, create::trigger(&table.name, trigger));
        }
        for policy in table.policies.values() {
            self.push_all(Phase::Code, create::policy(&table.name, policy));
        }
        for rule in table.rules.values() {
            self.push_all(Phase::Code, create::rule(&table.name, rule));
        }
        self.push_all(Phase::Code, create::replication(table));
        self.push_all(Phase::Code, self.restore_owner(table));
    }

    /// Returns the statements that restore the owner of a table that a downgrade recreates.
    fn restore_owner(&self, table: &Table) -> Vec<Ddl> {
        if table.owner.is_empty() || self.request.direction == super::Direction::Up {
            return Vec::new();
        }
        let wanted = Access {
            owner: table.owner.clone(),
            grants: table.grants.clone(),
            revoked_from_owner: table.revoked_from_owner.clone(),
        };
        let mut statements = create::access(&ObjectId::Table(table.name.clone()), &wanted, self.session());
        // The table is created with its privileges.
        let granted = create::grants(&table.name, None, &table.grants);
        statements.retain(|ddl| !granted.contains(ddl));
        statements
    }

    pub(super) fn comments(&mut self) {
        let changes = self.changes;
        for change in changes {
            match change {
                Change::AlterTable { table, delta } if delta.comment => {
                    let text = self
                        .after()
                        .tables
                        .get(&table.after)
                        .and_then(|found| found.comment.clone());
                    let on = ObjectId::Table(table.after.clone());
                    self.push(Phase::Comment, Ddl::Comment { on, text });
                }
                Change::AlterColumn { table, column, delta } if delta.comment => {
                    let text = self
                        .after()
                        .tables
                        .get(&table.after)
                        .and_then(|found| found.column(&column.after)?.comment.clone());
                    let on = ObjectId::column(&table.after, &column.after);
                    self.push(Phase::Comment, Ddl::Comment { on, text });
                }
                Change::CreatePolicy { table, name } => {
                    if let Some(policy) = self
                        .after()
                        .tables
                        .get(&table.after)
                        .and_then(|found| found.policies.get(name))
                    {
                        self.push_all(Phase::Code, create::policy(&table.after, policy));
                    }
                }
                _ => {}
            }
        }
    }

    pub(super) fn cleanup(&mut self) {
        let changes = self.changes;
        for change in changes {
            if let Change::DropType(name) = change {
                let id = ObjectId::custom_type(name, self.before().domain(name).is_some());
                // A new table and a renamed type of that name need it to be free.
                let renamed = &mut self.request.matches.renamed_types();
                let phase = if self.after().tables.contains_key(name) || renamed.any(|(_, to)| to == name) {
                    Phase::Recreate
                } else {
                    Phase::Cleanup
                };
                self.push(phase, Ddl::Drop(id));
            }
        }
        for change in changes {
            if let Change::DropExtension(name) = change {
                self.push(Phase::Cleanup, Ddl::Drop(ObjectId::Extension(name.clone())));
            }
        }
        for change in changes {
            if let Change::DropNamespace(name) = change {
                self.push(Phase::Cleanup, Ddl::Drop(ObjectId::Schema(name.clone())));
            }
        }
    }
}

fn is_own(constraint: &Constraint) -> bool {
    constraint.foreign_key().is_none()
}
