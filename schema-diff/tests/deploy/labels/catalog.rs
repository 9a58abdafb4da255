//! What a database says of the columns that programs write.

use std::collections::BTreeMap;

use postgres::Client;

/// The columns of a database, by schema, table and name.
pub type Catalog = BTreeMap<(String, String, String), Facts>;

/// What a program has to know of a column.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// Whether an `INSERT` may leave it out although it is NOT NULL.
    pub has_default: bool,
    /// Whether no `INSERT` may give it.
    pub is_generated: bool,
    /// Whether the database computes it.
    pub is_computed: bool,
    /// Whether it is part of a unique key.
    pub is_unique: bool,
    /// Whether it refers to another table.
    pub refers: bool,
    /// Whether its table is a view.
    pub is_view: bool,
    /// Its type with its length.
    pub data_type: String,
}

const SQL: &str = "
SELECT n.nspname::text, c.relname::text, a.attname::text,
       a.atthasdef OR a.attidentity <> '' AS has_default,
       a.attgenerated <> '' OR a.attidentity = 'a' AS is_generated,
       a.attgenerated <> '' AS is_computed,
       EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisunique AND (a.attnum = ANY (i.indkey) OR EXISTS
           (SELECT FROM pg_depend d WHERE d.objid = i.indexrelid AND d.refobjid = c.oid AND d.refobjsubid = a.attnum))) AS is_unique,
       EXISTS (SELECT FROM pg_constraint f WHERE f.conrelid = c.oid AND f.contype = 'f' AND a.attnum = ANY (f.conkey)) AS refers,
       c.relkind <> 'r' AS is_view,
       format_type(a.atttypid, a.atttypmod) AS data_type
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'v', 'm') AND n.nspname !~ '^pg_|^information_schema$'";

/// Reads a database.
pub fn catalog(client: &mut Client) -> Catalog {
    let rows = client.query(SQL, &[]).unwrap();
    let facts = |row: &postgres::Row| Facts {
        has_default: row.get(3),
        is_generated: row.get(4),
        is_computed: row.get(5),
        is_unique: row.get(6),
        refers: row.get(7),
        is_view: row.get(8),
        data_type: row.get(9),
    };
    rows.iter()
        .map(|row| ((row.get(0), row.get(1), row.get(2)), facts(row)))
        .collect()
}
