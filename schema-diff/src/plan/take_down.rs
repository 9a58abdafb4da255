//! What is taken down before columns change, what goes for good, and what is put back.

use super::{Direction, Phase, Planner, columns::comment_and_grants, constraints::add_constraint, obstacles};
use crate::{
    compare::{Change, loss},
    model::{ColumnRef, Constraint, ConstraintKind, Index, Table, TableName},
    render::{self, create},
};

impl Planner<'_> {
    fn put_back_all(&mut self, statements: Vec<String>) {
        for sql in statements {
            self.push(Phase::PutBack, self.in_force(&sql));
        }
    }

    pub(super) fn take_down(&mut self) {
        for name in obstacles::views(self).into_iter().rev() {
            let Some(view) = self.before().views.get(&name) else {
                continue;
            };
            let kind = if view.materialized { "MATERIALIZED VIEW" } else { "VIEW" };
            self.push(Phase::TakeDown, format!("DROP {kind} {name}"));
        }
        for table in self.before().tables.values() {
            if !self.goes(&table.name) {
                self.take_down_code(table);
            }
        }
        for table in self.before().tables.values() {
            let statements: Vec<String> = table
                .foreign_keys()
                .filter(|constraint| !constraint.inherited && self.falls(table, constraint))
                .map(|constraint| render::drop_constraint(&table.name, &constraint.name))
                .collect();
            self.push_all(Phase::TakeDown, statements);
        }
        for table in self.before().tables.values() {
            if self.goes(&table.name) {
                continue;
            }
            let constraints: Vec<String> = table
                .constraints
                .values()
                .filter(|constraint| {
                    constraint.foreign_key().is_none() && !constraint.inherited && self.falls(table, constraint)
                })
                .map(|constraint| render::drop_constraint(&table.name, &constraint.name))
                .collect();
            self.push_all(Phase::TakeDown, constraints);
            let indexes: Vec<String> = table
                .indexes
                .values()
                .filter(|index| !index.inherited && self.index_falls(table, index))
                .map(|index| format!("DROP INDEX {}", table.name.sibling(&index.name)))
                .collect();
            self.push_all(Phase::TakeDown, indexes);
            let generated: Vec<String> = table
                .columns
                .iter()
                .filter(|column| self.is_remade(&ColumnRef::column(&table.name, &column.name)))
                .map(|column| render::drop_column(&table.name, &column.name))
                .collect();
            self.push_all(Phase::TakeDown, generated);
        }
    }

    fn take_down_code(&mut self, table: &Table) {
        let mut statements = Vec::new();
        for rule in table
            .rules
            .values()
            .filter(|rule| obstacles::in_the_way(self, &rule.depends_on))
        {
            statements.push(format!("DROP RULE {} ON {}", render::ident(&rule.name), table.name));
        }
        for trigger in table
            .triggers
            .values()
            .filter(|trigger| obstacles::in_the_way(self, &trigger.depends_on))
        {
            statements.push(format!(
                "DROP TRIGGER {} ON {}",
                render::ident(&trigger.name),
                table.name
            ));
        }
        for policy in table.policies.values() {
            let goes = self.changed.drops_policy(&table.name, &policy.name);
            if goes || obstacles::in_the_way(self, &policy.depends_on) {
                statements.push(format!("DROP POLICY {} ON {}", render::ident(&policy.name), table.name));
            }
        }
        self.push_all(Phase::TakeDown, statements);
    }

    fn goes(&self, table: &TableName) -> bool {
        self.is_dropped(&ColumnRef::relation(table))
    }

    /// Whether a constraint is taken down: for good, or for the time being. One that goes with a column of its own is left to
    /// `DROP COLUMN`, one of a table that goes to `DROP TABLE`, but for foreign keys between tables.
    fn falls(&self, table: &Table, constraint: &Constraint) -> bool {
        let is_dropped = self.changed.drops_constraint(&table.name, &constraint.name);
        match (&constraint.kind, constraint.foreign_key()) {
            (_, Some(key)) => {
                let target_goes = self.goes(&key.references) && key.references != table.name;
                let target_falls = obstacles::target_falls(self, key);
                if self.goes(&table.name) {
                    return key.references != table.name && (target_goes || target_falls);
                }
                let with_column = key
                    .columns
                    .iter()
                    .any(|column| self.is_dropped(&ColumnRef::column(&table.name, column)));
                (is_dropped && (!with_column || target_falls)) || obstacles::foreign_key(self, table, constraint)
            }
            (ConstraintKind::Check { columns, .. } | ConstraintKind::Exclude { columns, .. }, _) => {
                let with_column = columns
                    .iter()
                    .any(|column| self.is_dropped(&ColumnRef::column(&table.name, column)));
                !with_column && (is_dropped || obstacles::expression(self, table, columns))
            }
            (ConstraintKind::PrimaryKey { columns, .. } | ConstraintKind::Unique { columns, .. }, _) => {
                let with_column = columns
                    .iter()
                    .any(|column| self.is_dropped(&ColumnRef::column(&table.name, column)));
                let over_generated = columns
                    .iter()
                    .any(|column| self.is_remade(&ColumnRef::column(&table.name, column)));
                (is_dropped && !with_column) || over_generated
            }
            _ => false,
        }
    }

    fn index_falls(&self, table: &Table, index: &Index) -> bool {
        let is_dropped = self.changed.drops_index(&table.name, &index.name);
        let with_column = index
            .columns
            .iter()
            .any(|column| self.is_dropped(&ColumnRef::column(&table.name, column)));
        let over_generated = index
            .columns
            .iter()
            .any(|column| self.is_remade(&ColumnRef::column(&table.name, column)));
        !with_column
            && (is_dropped
                || over_generated
                || (obstacles::has_expression(index) && obstacles::expression(self, table, &index.columns)))
    }

    /// What stood in the way, as it was; what goes for good is left out.
    pub(super) fn put_back(&mut self) {
        for table in self.before().tables.values() {
            if self.goes(&table.name) {
                continue;
            }
            let remade: Vec<String> = table
                .columns
                .iter()
                .filter(|column| self.is_remade(&ColumnRef::column(&table.name, &column.name)))
                .filter(|column| !self.generated_changes(table, &column.name))
                .flat_map(|column| {
                    let made = render::add_column(&table.name, column, &self.contexts.before);
                    std::iter::once(made).chain(comment_and_grants(&table.name, column))
                })
                .collect();
            self.put_back_all(remade);
            let mut statements = Vec::new();
            for constraint in table.constraints.values().filter(|constraint| !constraint.inherited) {
                let stays = !self.changed.drops_constraint(&table.name, &constraint.name);
                if constraint.foreign_key().is_none() && stays && self.falls(table, constraint) {
                    statements.extend(add_constraint(&table.name, constraint, &self.contexts.before));
                }
            }
            for index in table.indexes.values().filter(|index| !index.inherited) {
                let stays = !self.changed.drops_index(&table.name, &index.name);
                if stays && self.index_falls(table, index) {
                    statements.extend(create::index(&table.name, index, create::Build::Locking));
                }
            }
            for rule in table
                .rules
                .values()
                .filter(|rule| obstacles::in_the_way(self, &rule.depends_on))
            {
                statements.push(rule.definition.trim_end_matches(';').to_owned());
            }
            for trigger in table
                .triggers
                .values()
                .filter(|trigger| obstacles::in_the_way(self, &trigger.depends_on))
            {
                statements.extend(create::trigger(&table.name, trigger));
            }
            for policy in table.policies.values() {
                let stays = !self.changed.drops_policy(&table.name, &policy.name);
                if stays && obstacles::in_the_way(self, &policy.depends_on) {
                    statements.extend(create::policy(&table.name, policy));
                }
            }
            self.put_back_all(statements);
        }
        for name in obstacles::views(self) {
            let replaced = self.changed.replaced_views.contains(&name);
            let gone = self.changed.dropped_views.contains(&name);
            if let Some(view) = self.before().views.get(&name).filter(|_| !gone && !replaced) {
                // A view over one that is replaced has to wait for it.
                if self.reads_replaced(&name) {
                    self.push_all(Phase::Code, create::view(view));
                } else {
                    self.put_back_all(create::view(view));
                }
            } else if let Some(view) = self.after().views.get(&name).filter(|_| !gone) {
                let comments = vec![format!("view {} has other columns than before", name.plain())];
                for (at, sql) in create::view(view).into_iter().enumerate() {
                    self.push_with(Phase::Code, if at == 0 { comments.clone() } else { Vec::new() }, sql);
                }
            }
        }
    }

    fn reads_replaced(&self, name: &TableName) -> bool {
        self.before().views.get(name).is_some_and(|view| {
            view.depends_on.iter().any(|read| {
                self.changed.replaced_views.contains(&read.relation)
                    || (read.relation != *name
                        && self.before().views.contains_key(&read.relation)
                        && self.reads_replaced(&read.relation))
            })
        })
    }

    fn generated_changes(&self, table: &Table, column: &str) -> bool {
        let delta = self.changed.column(&ColumnRef::column(&table.name, column));
        delta.generated || delta.data_type
    }

    /// Tables and columns that go for good.
    pub(super) fn drops(&mut self) {
        let changes = self.changes;
        for change in changes {
            match change {
                Change::DropColumn { table, column } => {
                    let comments = self.losses(change);
                    self.push_with(Phase::Drop, comments, render::drop_column(&table.before, column));
                }
                Change::DropTable(table) => {
                    let comments = self.losses(change);
                    self.push_with(Phase::Drop, comments, format!("DROP TABLE {table}"));
                }
                _ => {}
            }
        }
    }

    /// What a statement loses, as its comment.
    pub(super) fn losses(&self, change: &Change) -> Vec<String> {
        let since = match (self.request.direction, change) {
            (Direction::Down, Change::DropTable(_) | Change::DropColumn { .. }) => "; up.sql made it",
            _ => "",
        };
        let lost = loss(change, self.request.pair);
        lost.map(|text| format!("DATA LOSS: {text}{since}"))
            .into_iter()
            .collect()
    }
}
