//! `CREATE TYPE` and `CREATE DOMAIN`.

use crate::{
    model::{CustomType, ObjectId, TypeName},
    statement::Ddl,
};

/// Creates a type, with its comment.
pub fn custom_type(name: &TypeName, of: &CustomType) -> Vec<Ddl> {
    let text = match of {
        CustomType::Enum(found) => &found.comment,
        CustomType::Domain(found) => &found.comment,
        CustomType::Composite(found) => &found.comment,
        CustomType::Range(found) => &found.comment,
    };
    let id = ObjectId::custom_type(name, matches!(of, CustomType::Domain(_)));
    let mut statements = vec![Ddl::CreateType {
        name: name.clone(),
        of: Box::new(of.clone()),
    }];
    statements.extend(Ddl::comment(id, text.as_deref()));
    if let CustomType::Domain(found) = of {
        statements.extend(found.checks.iter().filter_map(|check| {
            let id = ObjectId::DomainConstraint {
                domain: name.clone(),
                name: check.name.clone(),
            };
            Ddl::comment(id, check.comment.as_deref())
        }));
    }
    statements
}
