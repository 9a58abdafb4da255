//! Dependencies on relations and columns, as Postgres records them.

use std::collections::{BTreeSet, HashMap};

use super::{
    columns::Attributes,
    error::IntrospectError,
    reader::{Fields, Reader},
    relations::Relations,
};
use crate::model::ColumnRef;

/// The kinds of objects whose dependencies are kept.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Dependent {
    /// An index, by its OID.
    Index,
    /// A view's query or a rule, by the rule's OID.
    Rule,
    Trigger,
    Policy,
    Function,
    /// A generated column, by its table's OID and its number.
    Generated(i16),
}

/// The relations and columns that each object reads: relation and column number (0 for the relation as a whole).
pub(super) struct Dependencies(HashMap<(Dependent, u32), Vec<(u32, i16)>>);

impl Dependencies {
    fn of(&self, dependent: Dependent, oid: u32) -> &[(u32, i16)] {
        self.0.get(&(dependent, oid)).map_or(&[], Vec::as_slice)
    }

    /// Returns the references that an object reads, sorted. Relations that are not user-defined are left out.
    pub fn references(
        &self,
        dependent: Dependent,
        oid: u32,
        relations: &Relations,
        attributes: &Attributes,
    ) -> Vec<ColumnRef> {
        let found: BTreeSet<ColumnRef> = self
            .of(dependent, oid)
            .iter()
            .filter_map(|(relation, number)| {
                let name = &relations.get(relation)?.name;
                Some(match attributes.name(*relation, *number) {
                    Some(column) => ColumnRef::column(name, column),
                    None => ColumnRef::relation(name),
                })
            })
            .collect();
        found.into_iter().collect()
    }

    /// Returns the columns of a table that an index on it reads.
    pub fn columns_of_index<'a>(
        &'a self,
        index: u32,
        table: u32,
        attributes: &'a Attributes,
    ) -> impl Iterator<Item = String> + 'a {
        self.columns(Dependent::Index, index, table, attributes)
    }

    /// Returns the columns of a table that one of its generated columns reads.
    pub fn columns_of_generated(&self, table: u32, number: i16, attributes: &Attributes) -> Vec<String> {
        let found: BTreeSet<String> = self
            .columns(Dependent::Generated(number), table, table, attributes)
            .collect();
        found.into_iter().collect()
    }

    fn columns<'a>(
        &'a self,
        dependent: Dependent,
        oid: u32,
        table: u32,
        attributes: &'a Attributes,
    ) -> impl Iterator<Item = String> + 'a {
        self.of(dependent, oid)
            .iter()
            .filter(move |(relation, _)| *relation == table)
            .filter_map(move |(_, number)| attributes.name(table, *number))
            .map(str::to_owned)
    }
}

/// Reads the dependencies on relations and their columns.
pub(super) fn read(reader: &mut Reader<'_>) -> Result<Dependencies, IntrospectError> {
    const WHAT: &str = "dependencies";
    // Up to Postgres 14, a generated column's dependencies belong to the column; from 15 on, to its expression.
    let rows = reader.query(
        WHAT,
        "SELECT d.classid::regclass::text, d.objid, d.refobjid, d.refobjsubid::int2, 0::oid, 0::int2 \
         FROM pg_catalog.pg_depend d \
         WHERE d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid >= 16384 \
           AND d.classid IN ('pg_catalog.pg_rewrite'::regclass, 'pg_catalog.pg_trigger'::regclass, \
                             'pg_catalog.pg_policy'::regclass, 'pg_catalog.pg_proc'::regclass) \
           AND (d.deptype = 'n' OR d.refobjsubid > 0) \
         UNION ALL \
         SELECT 'pg_class', d.objid, d.refobjid, d.refobjsubid::int2, 0::oid, 0::int2 \
         FROM pg_catalog.pg_depend d \
         JOIN pg_catalog.pg_index i ON i.indexrelid = d.objid AND i.indrelid = d.refobjid \
         WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.refclassid = 'pg_catalog.pg_class'::regclass \
           AND d.objid >= 16384 AND (i.indexprs IS NOT NULL OR i.indpred IS NOT NULL) \
         UNION ALL \
         SELECT 'pg_attrdef', d.objid, d.refobjid, d.refobjsubid::int2, a.attrelid, a.attnum \
         FROM pg_catalog.pg_attribute a \
         JOIN pg_catalog.pg_attrdef ad ON ad.adrelid = a.attrelid AND ad.adnum = a.attnum \
         JOIN pg_catalog.pg_depend d ON d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = a.attrelid \
              AND d.refobjsubid <> a.attnum \
              AND (d.classid = 'pg_catalog.pg_attrdef'::regclass AND d.objid = ad.oid \
                   OR d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = a.attrelid AND d.objsubid = a.attnum) \
         WHERE a.attgenerated <> '' AND a.attrelid >= 16384 \
         UNION ALL \
         SELECT 'pg_proc', d.objid, t.typrelid, 0::int2, 0::oid, 0::int2 \
         FROM pg_catalog.pg_depend d \
         JOIN pg_catalog.pg_type t0 ON t0.oid = d.refobjid \
         JOIN pg_catalog.pg_type t ON t.oid = CASE WHEN t0.typrelid = 0 THEN t0.typelem ELSE t0.oid END \
         WHERE d.classid = 'pg_catalog.pg_proc'::regclass AND d.refclassid = 'pg_catalog.pg_type'::regclass \
           AND t.typrelid >= 16384",
    )?;
    let mut dependencies: HashMap<_, Vec<_>> = HashMap::new();
    for row in &rows {
        let mut fields = Fields::of(row, WHAT);
        let class = fields.next::<&str>()?;
        let mut oid: u32 = fields.next()?;
        let referred: (u32, i16) = (fields.next()?, fields.next()?);
        let table: u32 = fields.next()?;
        let number: i16 = fields.next()?;
        let dependent = match class {
            "pg_rewrite" => Dependent::Rule,
            "pg_trigger" => Dependent::Trigger,
            "pg_policy" => Dependent::Policy,
            "pg_proc" => Dependent::Function,
            "pg_attrdef" => {
                oid = table;
                Dependent::Generated(number)
            }
            _ => Dependent::Index,
        };
        dependencies.entry((dependent, oid)).or_default().push(referred);
    }
    Ok(Dependencies(dependencies))
}
