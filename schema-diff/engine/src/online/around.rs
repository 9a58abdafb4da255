//! The views, triggers, policies and other code that a plan drops around the columns that it replaces, and recreates.

use std::collections::BTreeSet;

use super::edit::edit;
use crate::{
    model::{ObjectId, Schema, TableName},
    plan::Statement,
    statement::{Ddl, Setting, TableAction},
};

/// Returns the statements of a plan that drop such code, and those that recreate it with its privileges, comments and states. Its text is the
/// same before and after: each time it reads the column that has the name then.
pub(super) fn code(statements: &[Statement]) -> (Vec<Statement>, Vec<Statement>) {
    let dropping: Vec<Statement> = statements
        .iter()
        .filter(|own| dropped(own).is_some())
        .cloned()
        .collect();
    if dropping.is_empty() {
        return (Vec::new(), Vec::new());
    }
    let code = Code {
        dropped: dropping.iter().filter_map(dropped).collect(),
    };
    let recreating = statements.iter().filter(|own| code.is_recreated_by(&own.ddl)).cloned();
    (dropping.clone(), recreating.collect())
}

/// Returns the code that a statement drops.
fn dropped(statement: &Statement) -> Option<&ObjectId> {
    match &statement.ddl {
        Ddl::Drop(
            id @ (ObjectId::View(_)
            | ObjectId::MaterializedView(_)
            | ObjectId::Trigger { .. }
            | ObjectId::Policy { .. }
            | ObjectId::Rule { .. }
            | ObjectId::Function(_)
            | ObjectId::Procedure(_)
            | ObjectId::Statistics(_)),
        ) => Some(id),
        _ => None,
    }
}

/// The code that a plan drops.
struct Code<'a> {
    dropped: BTreeSet<&'a ObjectId>,
}

impl Code<'_> {
    /// Returns whether a statement creates the code again, or gives it its settings.
    fn is_recreated_by(&self, ddl: &Ddl) -> bool {
        match ddl {
            Ddl::Drop(_) | Ddl::Guard { .. } | Ddl::Rows(_) => false,
            Ddl::AlterTable { table, actions, .. } => actions.iter().any(|action| self.is_state(table, action)),
            Ddl::CreateIndex { table, .. } => self.has_view(table),
            Ddl::CreateView { .. }
            | Ddl::AlterViewColumn { .. }
            | Ddl::CreateCode { .. }
            | Ddl::CreatePolicy { .. }
            | Ddl::CreateStatistics { .. }
            | Ddl::Grant(_)
            | Ddl::Revoke(_)
            | Ddl::CreateRole(_)
            | Ddl::Owner { .. } => true,
            Ddl::Set(setting) => !matches!(setting, Setting::RowSecurityOff | Setting::RowSecurityReset),
            Ddl::Comment { on, .. } => self.dropped.contains(on) || view_of(on).is_some_and(|view| self.has_view(view)),
            _ => false,
        }
    }

    /// Returns whether an action sets when a trigger or rule fires.
    fn is_state(&self, table: &TableName, action: &TableAction) -> bool {
        let (relation, id) = match action {
            TableAction::Trigger { name, .. } => {
                let (relation, name) = (table.clone(), name.clone());
                (table, ObjectId::Trigger { relation, name })
            }
            TableAction::Rule { name, .. } => {
                let (relation, name) = (table.clone(), name.clone());
                (table, ObjectId::Rule { relation, name })
            }
            _ => return false,
        };
        self.dropped.contains(&id) || self.has_view(relation)
    }

    fn has_view(&self, name: &TableName) -> bool {
        self.dropped.contains(&ObjectId::View(name.clone()))
            || self.dropped.contains(&ObjectId::MaterializedView(name.clone()))
    }
}

/// Returns the relation to which a column, a trigger or a rule belongs.
const fn view_of(id: &ObjectId) -> Option<&TableName> {
    match id {
        ObjectId::Column { relation, .. } | ObjectId::Trigger { relation, .. } | ObjectId::Rule { relation, .. } => {
            Some(relation)
        }
        _ => None,
    }
}

/// Returns a schema without the triggers and rules that statements drop: nothing has to disable them.
pub(super) fn without(schema: &Schema, dropping: &[Statement]) -> Schema {
    let mut found = schema.clone();
    for own in dropping {
        match &own.ddl {
            Ddl::Drop(ObjectId::Trigger { relation, name }) => {
                edit(&mut found, relation, |table| drop(table.triggers.remove(name)));
            }
            Ddl::Drop(ObjectId::Rule { relation, name }) => {
                edit(&mut found, relation, |table| drop(table.rules.remove(name)));
            }
            _ => {}
        }
    }
    found
}
