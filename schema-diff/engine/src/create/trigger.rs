//! `CREATE TRIGGER`.

use crate::{
    model::{ObjectId, TableName, Trigger},
    statement::{Ddl, Firing, TableAction},
};

/// Creates a trigger, with its comment and whether it is enabled.
pub fn trigger(on: &TableName, trigger: &Trigger) -> Vec<Ddl> {
    let id = ObjectId::Trigger {
        relation: on.clone(),
        name: trigger.name.clone(),
    };
    let mut statements = vec![Ddl::CreateCode {
        id: id.clone(),
        definition: trigger.definition.clone(),
    }];
    let firing = Firing::of(trigger.enabled);
    if firing != Firing::Origin {
        let name = trigger.name.clone();
        statements.push(Ddl::alter_table(on, TableAction::Trigger { name, firing }));
    }
    statements.extend(Ddl::comment(id, trigger.comment.as_deref()));
    statements
}
