//! Reads a database into the model.
//!
//! A fixed number of queries whatever the number of tables, one per kind of object, all in one read-only
//! `REPEATABLE READ` transaction with an empty `search_path`, so that every text is qualified and of one moment.
//! `information_schema` is asked first for tables and columns, because it hides what the role may not see: what
//! `pg_class` has and it has not is an error, never a table that is not there. `pg_catalog` says the rest.
//!
//! Not read, because no migration is about them: objects of extensions (but for the names of their relations and
//! types), temporary objects, aggregates, operators, casts and event triggers.

mod assemble;
mod bookkeeping;
mod collations;
mod columns;
mod comments;
mod composites;
mod constraints;
mod data_type;
mod dependencies;
mod domains;
mod enums;
mod error;
mod functions;
mod index_definition;
mod indexes;
mod namespaces;
mod policies;
mod privileges;
mod ranges;
mod reader;
mod relations;
mod replication;
mod restored;
mod rules;
mod sequences;
mod server;
mod session;
mod triggers;
mod type_users;
mod views;

use std::collections::BTreeMap;

use postgres::Client;

pub use bookkeeping::is_bookkeeping;
pub use error::{HiddenRelation, IntrospectError};
pub use reader::Observed;
pub(crate) use reader::SETTINGS;

use crate::model::Schema;
use reader::Reader;

/// How many queries [`introspect`] sends, besides those that begin and end its transaction.
pub const QUERIES: usize = 35;

/// Reads everything of the connected database that migrations are about.
///
/// The client must not be inside a transaction. Its session is left as it was.
///
/// # Errors
///
/// When the role may not see all relations, the server is too old, or a query fails.
pub fn introspect(client: &mut Client) -> Result<Schema, IntrospectError> {
    introspect_observed(client, &mut |_| ())
}

/// The same as [`introspect`], telling `observe` of every query after it was run.
///
/// # Errors
///
/// As [`introspect`].
pub fn introspect_observed(client: &mut Client, observe: &mut dyn FnMut(Observed)) -> Result<Schema, IntrospectError> {
    let mut reader = Reader::begin(client, observe)?;
    let server = server::read(&mut reader)?;
    let mut comments = comments::read(&mut reader)?;
    let relations = relations::read(&mut reader, &server.role)?;
    let attributes = columns::read(&mut reader, &relations, &server.role)?;
    let dependencies = dependencies::read(&mut reader)?;

    let mut types = BTreeMap::new();
    enums::read(&mut reader, &mut comments, &mut types)?;
    domains::read(&mut reader, &mut comments, &mut types)?;
    composites::read(&mut reader, &attributes, &mut comments, &mut types)?;
    ranges::read(&mut reader, &mut comments, &mut types)?;

    let (publications, replication) = replication::read(&mut reader)?;
    let parts = assemble::Parts {
        constraints: constraints::read(&mut reader, &relations, &attributes, &dependencies, &mut comments)?,
        indexes: indexes::read(&mut reader, &relations, &attributes, &dependencies, &mut comments)?,
        sequences: sequences::read(&mut reader)?,
        views: views::read(&mut reader, &relations, &attributes, &dependencies)?,
        triggers: triggers::read(&mut reader, &relations, &attributes, &dependencies, &mut comments)?,
        policies: policies::read(&mut reader, &relations, &attributes, &dependencies, &mut comments)?,
        rules: rules::read(&mut reader, &relations, &attributes, &dependencies, &mut comments)?,
        grants: privileges::read(&mut reader)?,
        replication,
    };
    let mut schema = Schema {
        server_version: reader.version,
        namespaces: namespaces::read(&mut reader)?,
        extensions: namespaces::read_extensions(&mut reader)?,
        extension_types: namespaces::read_extension_types(&mut reader)?,
        functions: functions::read(&mut reader, &relations, &attributes, &dependencies)?,
        collations: collations::read(&mut reader)?,
        types,
        publications,
        type_access: privileges::read_types(&mut reader)?,
        restored: restored::read(&mut reader, &relations, &attributes)?,
        callers: functions::read_callers(&mut reader)?,
        session: session::read(&mut reader)?,
        ..Schema::default()
    };
    reader.finish()?;
    assemble::assemble(&mut schema, &relations, &attributes, &dependencies, comments, parts);
    Ok(schema)
}
