//! `CREATE RULE`.

use crate::{
    model::{ObjectId, Rule, TableName},
    statement::{Ddl, Firing, TableAction},
};

/// Creates a rewrite rule, with its comment and whether it is enabled.
pub fn rule(on: &TableName, rule: &Rule) -> Vec<Ddl> {
    let id = ObjectId::Rule {
        relation: on.clone(),
        name: rule.name.clone(),
    };
    let mut statements = vec![Ddl::CreateCode {
        id: id.clone(),
        definition: rule.definition.clone(),
    }];
    let firing = Firing::of(rule.enabled);
    if firing != Firing::Origin {
        let name = rule.name.clone();
        statements.push(Ddl::alter_table(on, TableAction::Rule { name, firing }));
    }
    statements.extend(Ddl::comment(id, rule.comment.as_deref()));
    statements
}
