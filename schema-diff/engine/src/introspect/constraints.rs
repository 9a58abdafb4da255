//! Constraints of tables, except the NOT NULL constraints of Postgres 18, which belong to the columns.

use super::{
    columns::Attributes,
    comments::{Class, Comments},
    dependencies::Dependencies,
    error::IntrospectError,
    reader::{Fields, Reader},
    relations::Relations,
};
use crate::model::{Constraint, ConstraintKind, ForeignKey, Match, ReferentialAction};

const WHAT: &str = "constraints";

/// Reads all constraints, each with its table's OID.
pub(super) fn read(
    reader: &mut Reader<'_>,
    relations: &Relations,
    attributes: &Attributes,
    dependencies: &Dependencies,
    comments: &mut Comments,
) -> Result<Vec<(u32, Constraint)>, IntrospectError> {
    // A foreign key to a partitioned table has a row for each of its partitions; those are left out.
    let sql = format!(
        "SELECT c.oid, c.conrelid, c.conname::text, c.contype, c.condeferrable, c.condeferred, c.convalidated, \
                    c.coninhcount > 0 AND NOT c.conislocal, c.connoinherit, COALESCE(c.conkey, '{{}}'), \
                    c.confrelid, COALESCE(c.confkey, '{{}}'), c.confupdtype, c.confdeltype, c.confmatchtype, \
                    COALESCE({delete_columns}, '{{}}'), \
                    CASE c.contype WHEN 'c' THEN pg_catalog.pg_get_expr(c.conbin, c.conrelid) \
                                   WHEN 'x' THEN pg_catalog.pg_get_constraintdef(c.oid) END, \
                    i.indexrelid, COALESCE(i.indkey::int2[], '{{}}'), COALESCE(i.indnkeyatts, 0::int2), \
                    COALESCE({nulls_not_distinct}, false) \
             FROM pg_catalog.pg_constraint c \
             LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.conindid AND c.contype IN ('p', 'u', 'x') \
             LEFT JOIN pg_catalog.pg_constraint parent ON parent.oid = c.conparentid AND parent.conrelid = c.conrelid \
             WHERE c.conrelid >= 16384 AND c.contype IN ('p', 'u', 'c', 'f', 'x') AND parent.oid IS NULL",
        delete_columns = reader.since(15, "c.confdelsetcols", "NULL::int2[]"),
        nulls_not_distinct = reader.since(15, "i.indnullsnotdistinct", "false"),
    );
    let mut constraints = Vec::new();
    reader.each(WHAT, &sql, |fields| {
        let oid: u32 = fields.next()?;
        let table: u32 = fields.next()?;
        if !relations.contains_key(&table) {
            return Ok(());
        }
        let name: String = fields.next()?;
        let contype = fields.next_char()?;
        let mut constraint = Constraint {
            kind: ConstraintKind::PrimaryKey {
                columns: Vec::new(),
                include: Vec::new(),
            },
            deferrable: fields.next()?,
            initially_deferred: fields.next()?,
            validated: fields.next()?,
            inherited: fields.next()?,
            comment: comments.take(Class::Constraint, oid, 0),
            name,
        };
        let no_inherit = fields.next()?;
        let columns = attributes.names(table, &fields.next::<Vec<i16>>()?);
        let key = KeyFields::take(fields)?;
        let expression: Option<String> = fields.next()?;
        let index: Option<u32> = fields.next()?;
        let indexed: Vec<i16> = fields.next()?;
        let key_length = usize::try_from(fields.next::<i16>()?).unwrap_or_default();
        let include = attributes.names(table, indexed.get(key_length..).unwrap_or_default());
        let nulls_not_distinct = fields.next()?;
        let changed = || IntrospectError::Changed {
            what: WHAT,
            detail: constraint.name.clone(),
        };
        constraint.kind = match contype {
            'p' => ConstraintKind::PrimaryKey { columns, include },
            'u' => ConstraintKind::Unique {
                columns,
                include,
                nulls_not_distinct,
            },
            'c' => ConstraintKind::Check {
                expression: expression.ok_or_else(changed)?,
                columns: sorted(columns),
                no_inherit,
            },
            'x' => ConstraintKind::Exclude {
                definition: without_timing(&expression.ok_or_else(changed)?, &constraint).to_owned(),
                columns: sorted(
                    columns
                        .into_iter()
                        .chain(dependencies.columns_of_index(index.unwrap_or_default(), table, attributes))
                        .collect(),
                ),
            },
            _ => ConstraintKind::ForeignKey(
                key.foreign_key(columns, table, relations, attributes)
                    .ok_or_else(changed)?,
            ),
        };
        constraints.push((table, constraint));
        Ok(())
    })?;
    Ok(constraints)
}

/// The fields that only foreign keys have.
struct KeyFields {
    referenced: u32,
    referenced_columns: Vec<i16>,
    on_update: char,
    on_delete: char,
    matching: char,
    on_delete_columns: Vec<i16>,
}

impl KeyFields {
    fn take(fields: &mut Fields<'_>) -> Result<Self, IntrospectError> {
        Ok(Self {
            referenced: fields.next()?,
            referenced_columns: fields.next()?,
            on_update: fields.next_char()?,
            on_delete: fields.next_char()?,
            matching: fields.next_char()?,
            on_delete_columns: fields.next()?,
        })
    }

    /// Builds the foreign key; returns `None` if the referenced table was not read.
    fn foreign_key(
        &self,
        columns: Vec<String>,
        table: u32,
        relations: &Relations,
        attributes: &Attributes,
    ) -> Option<ForeignKey> {
        Some(ForeignKey {
            columns,
            references: relations.get(&self.referenced)?.name.clone(),
            referenced_columns: attributes.names(self.referenced, &self.referenced_columns),
            on_update: action(self.on_update),
            on_delete: action(self.on_delete),
            on_delete_columns: attributes.names(table, &self.on_delete_columns),
            matching: if self.matching == 'f' {
                Match::Full
            } else {
                Match::Simple
            },
        })
    }
}

const fn action(code: char) -> ReferentialAction {
    match code {
        'r' => ReferentialAction::Restrict,
        'c' => ReferentialAction::Cascade,
        'n' => ReferentialAction::SetNull,
        'd' => ReferentialAction::SetDefault,
        _ => ReferentialAction::NoAction,
    }
}

/// Removes the clauses that `pg_get_constraintdef` appends to an exclusion constraint, the last one first.
fn without_timing<'a>(definition: &'a str, constraint: &Constraint) -> &'a str {
    let suffixes = [
        (!constraint.validated, " NOT VALID"),
        (constraint.initially_deferred, " INITIALLY DEFERRED"),
        (constraint.deferrable, " DEFERRABLE"),
    ];
    suffixes
        .iter()
        .filter(|(present, _)| *present)
        .fold(definition, |rest, (_, suffix)| {
            rest.strip_suffix(suffix).unwrap_or(rest)
        })
}

fn sorted(mut names: Vec<String>) -> Vec<String> {
    names.sort_unstable();
    names.dedup();
    names
}
