//! SQL that creates each kind of object of the model from nothing.
//!
//! Pure functions, statements without a semicolon at their end, one file per kind of object; [`schema`] puts them in
//! order. Everything belongs to the role that runs the statements; [`access`] gives what is created again to its owner.

mod access;
mod column;
mod comment;
mod constraint;
mod context;
mod custom_type;
mod foreign_key;
mod function;
mod grant;
mod index;
mod order;
mod policy;
mod replication;
mod restored;
mod role;
mod rule;
mod schema;
mod sequence;
mod table;
mod trigger;
mod unmanaged;
mod view;

pub use access::{Target, access, owner, privileges};
pub use column::{column, column_settings, identity_clause, serial};
pub use comment::comment;
pub use constraint::{add_constraint, constraint, has_default_name};
pub use context::Context;
pub use custom_type::custom_type;
pub use foreign_key::foreign_key;
pub use function::function;
pub use grant::grants;
pub use index::{Build, index, index_and_attached};
pub use policy::policy;
pub use replication::{publish, replica_identity, replication, unpublish};
pub use restored::{
    function_settings, index_settings, partition_trigger, sequence_settings, statistics, statistics_settings,
    view_column_settings,
};
pub use role::{missing_owners, missing_roles, named_roles, owners, owning_roles};
pub use rule::rule;
pub use schema::schema;
pub use sequence::{sequence, sequence_options};
pub use table::table;
pub use trigger::trigger;
pub use view::{view, view_again};

use crate::model::{QualifiedName, quote_ident, quote_literal};

/// ` WITH (fillfactor = 70)`, or nothing.
fn options(options: &[String]) -> String {
    if options.is_empty() {
        return String::new();
    }
    let words: Vec<String> = options
        .iter()
        .map(|option| match option.split_once('=') {
            Some((name, value)) => {
                let is_plain = !value.is_empty() && value.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
                let value = if is_plain {
                    value.to_owned()
                } else {
                    quote_literal(value)
                };
                format!("{} = {value}", quote_ident(name))
            }
            None => quote_ident(option),
        })
        .collect();
    format!(" WITH ({})", words.join(", "))
}

/// A collation's name; Postgres's own need no schema.
fn collation(name: &QualifiedName) -> String {
    if name.schema == "pg_catalog" {
        quote_ident(&name.name)
    } else {
        name.to_string()
    }
}
