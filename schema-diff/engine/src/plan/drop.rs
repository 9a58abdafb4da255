//! Drops of dependents, and of the objects that the change drops permanently.

use super::{
    Direction, Phase, Planner,
    dependents::{Dependent, Object},
};
use crate::{
    compare::{Change, loss},
    model::{Column, ObjectId, Table, TableName},
    statement::{Ddl, TableAction},
};

impl<'a> Planner<'a> {
    /// Drops the dependents; those on which no others depend come first.
    pub(super) fn drop_dependents(&mut self) {
        let dependents: Vec<Dependent<'a>> = self.dependents.iter().cloned().collect();
        let is_ordered = |own: &&Dependent<'a>| matches!(own.object, Object::View(_) | Object::Function(..));
        let ordered = dependents.iter().filter(is_ordered).rev();
        let others = dependents.iter().filter(|own| !is_ordered(own));
        // An inherited column is dropped with the column of the parent.
        let is_inherited = |object: &Object<'a>| matches!(object, Object::Column(_, column) if column.inherited);
        let objects = ordered.chain(others).map(|own| own.object);
        let mut objects: Vec<Object<'a>> = objects.filter(|object| !is_inherited(object)).collect();
        objects.sort_by_key(|object| distance(*object));
        for object in objects {
            // A plain column that becomes a generated one loses its values.
            let comments = match object {
                Object::Column(table, column) => self.losses_of_recreated(table, column),
                _ => Vec::new(),
            };
            self.push_with(Phase::DropDependents, comments, drop(object));
        }
    }

    /// Drops the tables, columns and extended statistics that are dropped permanently.
    pub(super) fn drops(&mut self) {
        self.drop_statistics();
        // A column is dropped from the parent first, which drops it from the child tables.
        let mut changes: Vec<&Change> = self.changes.iter().collect();
        changes.sort_by_key(|change| match change {
            Change::DropColumn { table, .. } => self.generation(&table.before),
            _ => 0,
        });
        for change in changes {
            let ddl = match change {
                Change::DropColumn { table, column } => drop_column(&table.before, column),
                Change::DropTable(table) => Ddl::Drop(ObjectId::Table(table.clone())),
                _ => continue,
            };
            self.push_with(Phase::Drop, self.losses(change), ddl);
        }
    }

    /// Drops extended statistics that the user decided to drop; others are dropped with a column or table.
    fn drop_statistics(&mut self) {
        let (before, after) = (&self.before().restored.statistics, &self.after().restored.statistics);
        if self.request.direction == Direction::Up {
            for name in before.keys().filter(|name| !after.contains_key(*name)) {
                let id = ObjectId::Statistics(name.clone());
                self.push(Phase::DropDependents, Ddl::Drop(id));
            }
        }
    }

    /// Returns the number of generations of parents above a table.
    fn generation(&self, table: &TableName) -> i32 {
        let parents = self.before().tables.get(table).map_or(&[][..], |table| &table.inherits);
        parents
            .iter()
            .map(|parent| self.generation(parent) + 1)
            .max()
            .unwrap_or(0)
    }

    /// Returns the losses with a recreated column; only a plain column has values.
    fn losses_of_recreated(&self, table: &Table, column: &Column) -> Vec<String> {
        let is_it = |change: &&Change| matches!(change, Change::AlterColumn { table: of, column: name, .. } if of.before == table.name && name.before == column.name);
        let change = self.changes.iter().find(is_it).filter(|_| column.generated.is_none());
        change.map_or_else(Vec::new, |change| self.losses(change))
    }

    /// Returns the data loss of a change, as the comment of its statement.
    fn losses(&self, change: &Change) -> Vec<String> {
        let since = match (self.request.direction, change) {
            (Direction::Down, Change::DropTable(_) | Change::DropColumn { .. }) => "; up.sql created it",
            _ => "",
        };
        let lost = loss(change, self.request.pair);
        lost.map(|text| format!("DATA LOSS: {text}{since}"))
            .into_iter()
            .collect()
    }
}

/// Returns the place of an object in the order of drops. Within a kind, the effects of the statements decide.
const fn distance(object: Object<'_>) -> u8 {
    match object {
        Object::View(_) => 0,
        Object::Rule(..) | Object::Trigger(..) | Object::Policy(..) => 1,
        Object::Function(..) => 2,
        Object::Constraint(_, constraint) if constraint.foreign_key().is_some() => 3,
        Object::Constraint(..) | Object::Index(..) => 4,
        Object::Column(..) => 5,
    }
}

fn drop(object: Object<'_>) -> Ddl {
    match object {
        Object::Column(table, column) => drop_column(&table.name, &column.name),
        Object::Constraint(table, constraint) => {
            Ddl::alter_table(&table.name, TableAction::DropConstraint(constraint.name.clone()))
        }
        other => Ddl::Drop(other.id()),
    }
}

fn drop_column(table: &TableName, name: &str) -> Ddl {
    Ddl::alter_table(table, TableAction::DropColumn(name.to_owned()))
}
