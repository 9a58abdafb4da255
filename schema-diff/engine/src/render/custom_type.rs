//! The SQL of `CREATE TYPE` and `CREATE DOMAIN`.

use super::{collation, data_type, ident, object::type_name};
use crate::model::{CustomType, Domain, TypeName, quote_literal};

pub(super) fn create(name: &TypeName, of: &CustomType) -> String {
    let name = type_name(name);
    match of {
        CustomType::Enum(found) => {
            let labels: Vec<String> = found.labels.iter().map(|label| quote_literal(label)).collect();
            format!("CREATE TYPE {name} AS ENUM ({})", labels.join(", "))
        }
        CustomType::Domain(found) => domain(&name, found),
        CustomType::Composite(found) => {
            let attributes: Vec<String> = found
                .attributes
                .iter()
                .map(|(attribute, of)| format!("\n    {} {}", ident(attribute), data_type(of)))
                .collect();
            let end = if attributes.is_empty() { "" } else { "\n" };
            format!("CREATE TYPE {name} AS ({}{end})", attributes.join(","))
        }
        CustomType::Range(found) => {
            let mut options = vec![format!("subtype = {}", data_type(&found.subtype))];
            options.extend(found.options.iter().cloned());
            let multirange = found.multirange.iter();
            options.extend(multirange.map(|name| format!("multirange_type_name = {}", ident(name))));
            format!("CREATE TYPE {name} AS RANGE ({})", options.join(", "))
        }
    }
}

fn domain(name: &str, domain: &Domain) -> String {
    let mut statement = format!("CREATE DOMAIN {name} AS {}", data_type(&domain.base));
    if let Some(of) = &domain.collation {
        statement.push_str(&format!(" COLLATE {}", collation(of)));
    }
    if let Some(default) = &domain.default {
        statement.push_str(&format!(" DEFAULT {default}"));
    }
    if domain.not_null {
        statement.push_str(" NOT NULL");
    }
    for check in &domain.checks {
        statement.push_str(&format!("\n    CONSTRAINT {} {}", ident(&check.name), check.definition));
    }
    statement
}
