//! Comments on objects.

use std::collections::HashMap;

use super::{
    error::IntrospectError,
    reader::{Fields, Reader},
};

/// The catalogs of the objects whose comments are kept.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Class {
    Relation,
    Constraint,
    Type,
    Trigger,
    Policy,
    Rule,
}

/// Comments by catalog, OID and column number (0 for the object itself).
pub(super) struct Comments(HashMap<(Class, u32, i32), String>);

impl Comments {
    /// Removes and returns an object's comment.
    pub fn take(&mut self, class: Class, oid: u32, column: i16) -> Option<String> {
        self.0.remove(&(class, oid, i32::from(column)))
    }
}

/// Reads all comments on objects that are not built in.
pub(super) fn read(reader: &mut Reader<'_>) -> Result<Comments, IntrospectError> {
    const WHAT: &str = "comments";
    let rows = reader.query(
        WHAT,
        "SELECT d.classoid::regclass::text, d.objoid, d.objsubid, d.description \
         FROM pg_catalog.pg_description d \
         WHERE d.objoid >= 16384 AND d.classoid IN ('pg_catalog.pg_class'::regclass, 'pg_catalog.pg_constraint'::regclass, \
               'pg_catalog.pg_type'::regclass, 'pg_catalog.pg_trigger'::regclass, 'pg_catalog.pg_policy'::regclass, \
               'pg_catalog.pg_rewrite'::regclass)",
    )?;
    let mut comments = HashMap::with_capacity(rows.len());
    for row in &rows {
        let mut fields = Fields::of(row, WHAT);
        let class = match fields.next::<&str>()? {
            "pg_constraint" => Class::Constraint,
            "pg_type" => Class::Type,
            "pg_trigger" => Class::Trigger,
            "pg_policy" => Class::Policy,
            "pg_rewrite" => Class::Rule,
            _ => Class::Relation,
        };
        comments.insert((class, fields.next()?, fields.next()?), fields.next()?);
    }
    Ok(Comments(comments))
}
