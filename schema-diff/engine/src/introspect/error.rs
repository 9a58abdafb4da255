//! The errors of introspection.

use std::fmt::Write as _;

use thiserror::Error;

use crate::model::{TableName, quote_ident};

/// The reason why a database could not be read.
#[derive(Debug, Error)]
pub enum IntrospectError {
    /// The role may not see all relations; hidden ones would look as if they did not exist.
    #[error("{}", hidden_message(role, relations))]
    Hidden {
        /// The connected role.
        role: String,
        /// The hidden relations.
        relations: Vec<HiddenRelation>,
    },
    /// The server is older than the oldest supported version.
    #[error(
        "Postgres {} is too old: the oldest supported version is 12\n\nhint: upgrade the server, or point DATABASE_URL at a newer one",
        version / 10_000
    )]
    TooOld {
        /// `server_version_num`.
        version: u32,
    },
    /// A query failed.
    #[error("could not read {what} from the database: {}", source.as_db_error().map_or_else(|| source.to_string(), |cause| cause.message().to_owned()))]
    Query {
        /// The kind of objects that was read: `columns`, `indexes`, ...
        what: &'static str,
        /// The error of the query.
        source: postgres::Error,
    },
    /// Two results in the same transaction contradict each other.
    #[error(
        "the database changed while it was read ({what}: {detail})\n\nhint: run the command again when no migration is running"
    )]
    Changed {
        /// The kind of objects that was read: `columns`, `indexes`, ...
        what: &'static str,
        /// The contradiction.
        detail: String,
    },
}

/// A relation, or some of its columns, that the role may not see.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct HiddenRelation {
    /// The relation.
    pub name: TableName,
    /// The role that owns it.
    pub owner: String,
    /// The hidden columns; empty if the whole relation is hidden.
    pub columns: Vec<String>,
}

/// The number of hidden relations that a message names; it counts the others.
const NAMED_IN_MESSAGE: usize = 10;

fn hidden_message(role: &str, relations: &[HiddenRelation]) -> String {
    let mut text = format!(
        "the role {} is not allowed to see {} in this database, so {} would look as if they did not exist:\n",
        quote_ident(role),
        if relations.len() == 1 {
            "one relation".to_owned()
        } else {
            format!("{} relations", relations.len())
        },
        if relations.len() == 1 { "its columns" } else { "they" },
    );
    for relation in relations.iter().take(NAMED_IN_MESSAGE) {
        let columns = match relation.columns.as_slice() {
            [] => String::new(),
            some => format!(" (columns {})", some.join(", ")),
        };
        let _ = write!(
            text,
            "\n    {}{columns}, owned by {}",
            relation.name.plain(),
            relation.owner
        );
    }
    if let Some(more @ 1..) = relations.len().checked_sub(NAMED_IN_MESSAGE) {
        let _ = write!(text, "\n    and {more} more");
    }
    text.push_str("\n\nhint: connect as the owner, or let the owner run:\n");
    for relation in relations.iter().take(NAMED_IN_MESSAGE) {
        let _ = write!(
            text,
            "\n    GRANT SELECT ON {} TO {};",
            relation.name,
            quote_ident(role)
        );
    }
    text
}
