//! Reads a database into the model.
//!
//! The number of queries is fixed and does not depend on the number of tables: one for each kind of object, all in one
//! read-only `REPEATABLE READ` transaction with an empty `search_path`, so that every text is qualified and has the
//! same snapshot. `information_schema` is read first for tables and columns, because it hides objects that the role may
//! not see: an object that is in `pg_class` but not there is an error, and never a missing table. Everything else is
//! read from `pg_catalog`.
//!
//! Objects that no migration concerns are not read: objects of extensions (except the names of their relations and
//! types), temporary objects, aggregates, operators, casts and event triggers.
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

use std::{collections::BTreeMap, sync::Arc};

use postgres::Client;

pub use bookkeeping::is_bookkeeping;
pub use error::{HiddenRelation, IntrospectError};
pub use reader::Observed;
pub(crate) use reader::SETTINGS;

use crate::model::Schema;
use reader::Reader;

/// The number of queries that [`introspect`] sends, in addition to those that begin and end its transaction.
pub const QUERIES: usize = 35;

/// Reads all objects of the connected database that concern migrations.
///
/// The client must not be inside a transaction. The settings of its session are not changed.
///
/// # Errors
///
/// When the role may not see all relations, the server is too old, or a query fails.
pub fn introspect(client: &mut Client) -> Result<Schema, IntrospectError> {
    introspect_observed(client, &mut |_| ())
}

/// Reads a database as [`introspect`] does, and calls `observe` after every query.
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
        restored: Arc::new(restored::read(&mut reader, &relations, &attributes)?),
        callers: functions::read_callers(&mut reader)?,
        session: session::read(&mut reader)?,
        ..Schema::default()
    };
    reader.finish()?;
    assemble::assemble(&mut schema, &relations, &attributes, &dependencies, comments, parts);
    Ok(schema)
}
