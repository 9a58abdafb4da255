//! `CREATE TYPE` and `CREATE DOMAIN`.

use super::comment::comment;
use crate::{
    model::{CustomType, Domain, TypeName, quote_ident, quote_literal},
    render::data_type,
};

/// Creates a type, with its comment.
pub fn custom_type(name: &TypeName, of: &CustomType) -> Vec<String> {
    let name = qualified_where_shadowed(name);
    let (statement, kind, text) = match of {
        CustomType::Enum(found) => {
            let labels: Vec<String> = found.labels.iter().map(|label| quote_literal(label)).collect();
            (
                format!("CREATE TYPE {name} AS ENUM ({})", labels.join(", ")),
                "TYPE",
                &found.comment,
            )
        }
        CustomType::Domain(found) => (domain(&name, found), "DOMAIN", &found.comment),
        CustomType::Composite(found) => {
            let attributes: Vec<String> = found
                .attributes
                .iter()
                .map(|(attribute, of)| format!("\n    {} {}", quote_ident(attribute), data_type(of)))
                .collect();
            let end = if attributes.is_empty() { "" } else { "\n" };
            (
                format!("CREATE TYPE {name} AS ({}{end})", attributes.join(",")),
                "TYPE",
                &found.comment,
            )
        }
        CustomType::Range(found) => {
            let mut options = vec![format!("subtype = {}", data_type(&found.subtype))];
            options.extend(found.options.iter().cloned());
            options.extend(
                found
                    .multirange
                    .iter()
                    .map(|name| format!("multirange_type_name = {}", quote_ident(name))),
            );
            (
                format!("CREATE TYPE {name} AS RANGE ({})", options.join(", ")),
                "TYPE",
                &found.comment,
            )
        }
    };
    let mut statements = vec![statement];
    if let Some(text) = text {
        statements.push(comment(&format!("{kind} {name}"), Some(text)));
    }
    if let CustomType::Domain(found) = of {
        for check in &found.checks {
            let target = format!("CONSTRAINT {} ON DOMAIN {name}", quote_ident(&check.name));
            statements.extend(check.comment.as_deref().map(|text| comment(&target, Some(text))));
        }
    }
    statements
}

fn domain(name: &str, domain: &Domain) -> String {
    let mut statement = format!("CREATE DOMAIN {name} AS {}", data_type(&domain.base));
    if let Some(collation) = &domain.collation {
        statement.push_str(&format!(" COLLATE {}", super::collation(collation)));
    }
    if let Some(default) = &domain.default {
        statement.push_str(&format!(" DEFAULT {default}"));
    }
    if domain.not_null {
        statement.push_str(" NOT NULL");
    }
    for check in &domain.checks {
        statement.push_str(&format!(
            "\n    CONSTRAINT {} {}",
            quote_ident(&check.name),
            check.definition
        ));
    }
    statement
}

/// The name as a column would have it, so that `public.text` is not taken for Postgres's own.
fn qualified_where_shadowed(name: &TypeName) -> String {
    crate::model::DataType::named(name.clone()).to_string()
}
