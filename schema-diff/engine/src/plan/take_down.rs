//! What is taken down before columns change, what goes for good, and what is put back.

use std::collections::BTreeSet;

use super::{Direction, Phase, Planner, code::Fate, columns::comment_and_grants, obstacles, partitions::Names};
use crate::{
    compare::{Change, loss},
    create,
    model::{Column, ColumnRef, Constraint, ConstraintKind, Index, ObjectId, Table, TableName, plain_part},
    resolve::{Node, called},
    statement::{Ddl, TableAction},
};

impl Planner<'_> {
    /// What a table has, in the words that are in force then; with what to do when Postgres refuses it.
    fn put_back_stored(&mut self, hint: Option<String>, statements: Vec<Ddl>) {
        let in_force = |ddl: Ddl| ddl.map_texts(|text| self.stored_in_force(text));
        let statements: Vec<Ddl> = statements.into_iter().map(in_force).collect();
        self.push_hinted(Phase::PutBack, hint, statements);
    }

    /// The same for code.
    fn put_back_in(&mut self, phase: Phase, hint: Option<String>, statements: Vec<Ddl>) {
        let in_force = |ddl: Ddl| match phase {
            Phase::PutBack => ddl.map_texts(|text| self.code_in_force(text)),
            _ => ddl,
        };
        let statements: Vec<Ddl> = statements.into_iter().map(in_force).collect();
        self.push_hinted(phase, hint, statements);
    }

    pub(super) fn take_down(&mut self) {
        self.drop_code();
        self.drop_statistics();
        for table in self.before().tables.values() {
            let statements: Vec<Ddl> = table
                .foreign_keys()
                .filter(|constraint| !constraint.inherited && self.falls(table, constraint))
                .map(|constraint| drop_constraint(table, constraint))
                .collect();
            self.push_all(Phase::TakeDown, statements);
        }
        for table in self.before().tables.values() {
            if self.goes(&table.name) {
                continue;
            }
            let constraints: Vec<Ddl> = table
                .constraints
                .values()
                .filter(|constraint| {
                    constraint.foreign_key().is_none() && !constraint.inherited && self.falls(table, constraint)
                })
                .map(|constraint| drop_constraint(table, constraint))
                .collect();
            self.push_all(Phase::TakeDown, constraints);
            let indexes: Vec<Ddl> = table
                .indexes
                .values()
                .filter(|index| !index.inherited && self.index_falls(table, index))
                .map(|index| Ddl::Drop(ObjectId::Index(table.name.sibling(&index.name))))
                .collect();
            self.push_all(Phase::TakeDown, indexes);
            for column in &table.columns {
                if self.is_remade(&ColumnRef::column(&table.name, &column.name)) {
                    let comments = self.losses_of(table, column);
                    self.push_with(Phase::TakeDown, comments, drop_column(&table.name, &column.name));
                }
            }
        }
    }

    pub(super) fn take_down_code(&mut self, table: &Table) {
        let mut statements = Vec::new();
        for rule in table.rules.values().filter(|rule| {
            obstacles::in_the_way(self, &rule.depends_on) || self.fate_of_rule(table, rule) != Fate::Stays
        }) {
            statements.push(Ddl::Drop(ObjectId::Rule {
                relation: table.name.clone(),
                name: rule.name.clone(),
            }));
        }
        for trigger in table.triggers.values().filter(|trigger| {
            obstacles::in_the_way(self, &trigger.depends_on) || self.fate_of_trigger(table, trigger) != Fate::Stays
        }) {
            statements.push(Ddl::Drop(ObjectId::Trigger {
                relation: table.name.clone(),
                name: trigger.name.clone(),
            }));
        }
        for policy in table.policies.values() {
            let goes = self.changed.drops_policy(&table.name, &policy.name);
            if goes || obstacles::in_the_way(self, &policy.depends_on) {
                statements.push(Ddl::Drop(ObjectId::Policy {
                    table: table.name.clone(),
                    name: policy.name.clone(),
                }));
            }
        }
        self.push_all(Phase::TakeDown, statements);
    }

    fn goes(&self, table: &TableName) -> bool {
        self.is_dropped(&ColumnRef::relation(table))
    }

    /// Whether a constraint is taken down: for good, or for the time being. One that goes with a column of its own is left to
    /// `DROP COLUMN`, one of a table that goes to `DROP TABLE`, but for foreign keys between tables.
    pub(super) fn falls(&self, table: &Table, constraint: &Constraint) -> bool {
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

    pub(super) fn index_falls(&self, table: &Table, index: &Index) -> bool {
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
                || (obstacles::has_expression(index) && obstacles::expression(self, table, &index.columns))
                || obstacles::key_expression(self, table, index)
                || self.is_ambiguous_in_partitions(table, index))
    }

    /// What stood in the way, as it was; what goes for good is left out.
    pub(super) fn put_back(&mut self) {
        for table in self.before().tables.values() {
            if self.goes(&table.name) {
                continue;
            }
            let remade: Vec<Ddl> = table
                .columns
                .iter()
                .filter(|column| self.is_remade(&ColumnRef::column(&table.name, &column.name)))
                .filter(|column| !self.generated_changes(table, &column.name))
                .flat_map(|column| {
                    let made = create::column(column, &self.contexts.before);
                    let made = Ddl::alter_table(&table.name, TableAction::AddColumn(Box::new(made)));
                    std::iter::once(made).chain(comment_and_grants(&table.name, column))
                })
                .collect();
            self.put_back_stored(None, remade);
            self.put_back_constraints(table);
            self.put_back_indexes(table);
            self.put_back_code(table);
        }
        self.put_back_views_and_functions();
    }

    fn put_back_views_and_functions(&mut self) {
        let mut later: BTreeSet<TableName> = BTreeSet::new();
        let called = called(self.before());
        for node in self.fallen.order.clone() {
            match &node {
                Node::View(name) => {
                    let calls = called.get(name).into_iter().flatten();
                    let waits = calls.into_iter().any(|own| self.fallen.functions.contains(*own));
                    self.put_back_view(name, waits, &mut later);
                }
                Node::Function(signature) => self.create_function_again(signature),
            }
        }
    }

    /// A view that was dropped for the time being. One over a view that is replaced has to wait for it.
    fn put_back_view(&mut self, name: &TableName, waits: bool, later: &mut BTreeSet<TableName>) {
        let replaced = self.changed.replaced_views.contains(name);
        let gone = self.changed.dropped_views.contains(name);
        if let Some(view) = self.before().views.get(name).filter(|_| !gone && !replaced) {
            let waits = waits || view.depends_on.iter().any(|read| later.contains(&read.relation));
            let phase = if waits || self.reads_replaced(name) {
                Phase::Code
            } else {
                self.phase_of(&view.depends_on)
            };
            if phase == Phase::Code {
                later.insert(name.clone());
            }
            let hint = {
                let name = name.plain();
                let way = format!("pass --drop {name} or --replace \"{name}=SELECT ...\"");
                self.depends_on_type(&format!("view {name}"), &view.depends_on, &way)
            };
            self.put_back_in(phase, hint, create::view_again(view, self.session()));
        } else if let Some(view) = self.after().views.get(name).filter(|_| !gone) {
            let comments = vec![format!("view {} has other columns than before", name.plain())];
            for (at, ddl) in create::view_again(view, self.session()).into_iter().enumerate() {
                self.push_with(Phase::Code, if at == 0 { comments.clone() } else { Vec::new() }, ddl);
            }
        }
    }

    fn put_back_constraints(&mut self, table: &Table) {
        for constraint in table.constraints.values().filter(|constraint| !constraint.inherited) {
            let stays = !self.changed.drops_constraint(&table.name, &constraint.name);
            if constraint.foreign_key().is_some() || !stays || !self.falls(table, constraint) {
                continue;
            }
            if self.comes_later(table, constraint.columns()) {
                let name = self.changed.constraint_name(&table.name, &constraint.name);
                let after = self.after().tables.get(&self.request.renames.table(&table.name));
                if let Some((table, after)) = after.and_then(|table| Some((table, table.constraints.get(&name)?))) {
                    let sql = self.add_with_partitions(Names::After, table, after);
                    self.push_all(Phase::Key, sql);
                }
                continue;
            }
            let sql = self.add_with_partitions(Names::Before, table, constraint);
            let reads = of_table(table, constraint.columns());
            let what = format!("constraint {} of {}", constraint.name, table.name.plain());
            let hint = self.depends_on_type(
                &what,
                &reads,
                &format!(
                    "declare it in schema.rs as it is to be (#[schema_diff::check(\"...\")]), or pass --drop {}",
                    member(table, &constraint.name)
                ),
            );
            self.put_back_stored(hint, sql);
        }
    }

    fn put_back_indexes(&mut self, table: &Table) {
        for index in table.indexes.values().filter(|index| !index.inherited) {
            let stays = !self.changed.drops_index(&table.name, &index.name);
            if !stays || !self.index_falls(table, index) {
                continue;
            }
            let columns = || index.columns.iter().map(String::as_str);
            if self.comes_later(table, columns()) {
                let name = self.changed.index_name(&table.name, &index.name);
                let after = self.after().tables.get(&self.request.renames.table(&table.name));
                if let Some((table, after)) = after.and_then(|table| Some((table, table.indexes.get(&name)?))) {
                    self.push_all(Phase::Key, self.create_index(Names::After, table, after));
                }
                continue;
            }
            let what = format!("index {} of {}", index.name, table.name.plain());
            let hint = self.depends_on_type(
                &what,
                &of_table(table, columns()),
                &format!(
                    "declare it in schema.rs as it is to be (#[schema_diff::index(...)]), or pass --drop {}",
                    member(table, &index.name)
                ),
            );
            let sql = self.create_index(Names::Before, table, index);
            self.put_back_stored(hint, sql);
        }
    }

    fn put_back_code(&mut self, table: &Table) {
        for rule in table.rules.values() {
            if obstacles::in_the_way(self, &rule.depends_on) && self.fate_of_rule(table, rule) == Fate::Stays {
                let phase = self.phase_of(&rule.depends_on);
                self.put_back_in(phase, None, create::rule(&table.name, rule));
            }
        }
        for trigger in table.triggers.values() {
            if obstacles::in_the_way(self, &trigger.depends_on) && self.fate_of_trigger(table, trigger) == Fate::Stays {
                let phase = self.phase_of(&trigger.depends_on);
                self.put_back_in(phase, None, create::trigger(&table.name, trigger));
            }
        }
        for policy in table.policies.values() {
            let stays = !self.changed.drops_policy(&table.name, &policy.name);
            if stays && obstacles::in_the_way(self, &policy.depends_on) {
                let phase = self.phase_of(&policy.depends_on);
                let what = format!("policy {} of {}", policy.name, table.name.plain());
                let hint = self.depends_on_type(
                    &what,
                    &policy.depends_on,
                    &format!("pass --drop {}", member(table, &policy.name)),
                );
                self.put_back_in(phase, hint, create::policy(&table.name, policy));
            }
        }
    }

    /// Whether one of the columns is a generated one that is made anew only when everything has its names of after.
    pub(super) fn comes_later<'c>(&self, table: &Table, columns: impl IntoIterator<Item = &'c str>) -> bool {
        columns.into_iter().any(|column| {
            self.is_remade(&ColumnRef::column(&table.name, column)) && self.generated_changes(table, column)
        })
    }

    /// When something that reads these columns can be put back.
    fn phase_of(&self, reads: &[ColumnRef]) -> Phase {
        let later = reads.iter().any(|read| {
            let table = self.before().tables.get(&read.relation);
            table.is_some_and(|table| self.comes_later(table, read.column.as_deref()))
        });
        // On the way back the words are those that hold once the names are back.
        let is_back = self.request.direction == Direction::Down && self.request.renames.changes_any(reads);
        if later || is_back { Phase::Code } else { Phase::PutBack }
    }

    /// Whether something that reads these columns exists when rows are filled.
    pub(super) fn is_back_before_filling(&self, reads: &[ColumnRef]) -> bool {
        !obstacles::in_the_way(self, reads) || self.phase_of(reads) == Phase::PutBack
    }

    /// Drops extended statistics that the user decided to drop.
    fn drop_statistics(&mut self) {
        let (before, after) = (&self.before().restored.statistics, &self.after().restored.statistics);
        if self.request.direction == Direction::Up {
            let dropped = before.keys().filter(|name| !after.contains_key(*name));
            let dropped: Vec<Ddl> = dropped
                .map(|name| Ddl::Drop(ObjectId::Statistics(name.clone())))
                .collect();
            self.push_all(Phase::TakeDown, dropped);
        }
    }

    /// What to do where Postgres cannot keep extended statistics of a table's retyped columns.
    pub(super) fn keeps_statistics(&self, table: &TableName) -> Option<String> {
        let found = self.restored().statistics.iter().find(|(name, of)| {
            let relation = self.both_names(&of.on);
            let is_read = |column: &String| {
                let column = self.both_columns(&relation, column).before;
                self.is_retyped(&ColumnRef::column(&relation.before, column))
            };
            let stay = self.after().restored.statistics.contains_key(*name);
            stay && !of.expressions.is_empty() && relation.before == *table && of.reads.iter().any(is_read)
        });
        found.map(|(name, _)| {
            let name = name.plain();
            format!("extended statistics {name} depend on a column whose type changes: where they do not fit the new type, pass --drop {name}")
        })
    }

    /// What to do when something cannot be recreated because of a column that it depends on.
    fn depends_on_type(&self, what: &str, reads: &[ColumnRef], way: &str) -> Option<String> {
        let retyped: Vec<String> = reads
            .iter()
            .filter(|read| self.is_retyped(read))
            .filter_map(|read| Some(format!("{}.{}", read.relation.plain(), read.column.as_ref()?)))
            .collect();
        (!retyped.is_empty()).then(|| format!("{what} depends on {}, whose type changes: {way}", retyped.join(", ")))
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
        // An heir goes before its parent; a column goes from the parent first, and leaves its heirs by itself.
        let mut changes: Vec<&Change> = self.changes.iter().collect();
        changes.sort_by_key(|change| match change {
            Change::DropTable(table) => -self.generation(table),
            Change::DropColumn { table, .. } => self.generation(&table.before),
            _ => 0,
        });
        for change in changes {
            match change {
                Change::DropColumn { table, column } => {
                    let comments = self.losses(change);
                    self.push_with(Phase::Drop, comments, drop_column(&table.before, column));
                }
                Change::DropTable(table) => {
                    let comments = self.losses(change);
                    self.push_with(Phase::Drop, comments, Ddl::Drop(ObjectId::Table(table.clone())));
                }
                _ => {}
            }
        }
    }

    /// How many parents, one above the other, a table has.
    fn generation(&self, table: &TableName) -> i32 {
        let parents = self.before().tables.get(table).map_or(&[][..], |table| &table.inherits);
        parents
            .iter()
            .map(|parent| self.generation(parent) + 1)
            .max()
            .unwrap_or(0)
    }

    /// What is lost with a column that is made anew: only a plain one has values of its own.
    fn losses_of(&self, table: &Table, column: &Column) -> Vec<String> {
        let is_it = |change: &&Change| matches!(change, Change::AlterColumn { table: of, column: name, .. } if of.before == table.name && name.before == column.name);
        let change = self.changes.iter().find(is_it).filter(|_| column.generated.is_none());
        change.map_or_else(Vec::new, |change| self.losses(change))
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

fn drop_column(table: &TableName, name: &str) -> Ddl {
    Ddl::alter_table(table, TableAction::DropColumn(name.to_owned()))
}

fn drop_constraint(table: &Table, constraint: &Constraint) -> Ddl {
    Ddl::alter_table(&table.name, TableAction::DropConstraint(constraint.name.clone()))
}

fn of_table<'a>(table: &Table, columns: impl IntoIterator<Item = &'a str>) -> Vec<ColumnRef> {
    let columns = columns.into_iter();
    columns.map(|column| ColumnRef::column(&table.name, column)).collect()
}

/// A table's object as an option names it.
fn member(table: &Table, name: &str) -> String {
    format!("{}.{}", table.name.plain(), plain_part(name))
}
