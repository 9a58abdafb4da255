//! How Postgres stores the values of a type where nothing else is set for a column.

use super::{custom_type::CustomType, data_type::DataType, schema::Schema};

/// Types of variable length whose values are kept in the row as long as that is possible.
const MAIN: &[&str] = &["cidr", "geography", "geometry", "inet", "numeric", "raster"];

/// Types of variable length whose values move out of the row without being compressed: pgvector's.
const EXTERNAL: &[&str] = &["halfvec", "sparsevec", "vector"];

/// Postgres's own types whose values are never moved out of the row or compressed.
const PLAIN: &[&str] = &[
    "aclitem",
    "bool",
    "box",
    "char",
    "cid",
    "circle",
    "date",
    "float4",
    "float8",
    "int2",
    "int2vector",
    "int4",
    "int8",
    "interval",
    "line",
    "lseg",
    "macaddr",
    "macaddr8",
    "money",
    "name",
    "oid",
    "oidvector",
    "pg_lsn",
    "point",
    "tid",
    "time",
    "timestamp",
    "timestamptz",
    "timetz",
    "tsquery",
    "uuid",
    "xid",
    "xid8",
];

/// Returns a type's own storage as the attribute `storage` writes it (`typstorage` of `pg_type`). Of an extension's types it is known
/// where an extension that many use sets another than the usual one, `extended`.
pub fn type_storage(schema: &Schema, of: &DataType) -> &'static str {
    if of.array {
        return "extended";
    }
    match schema.types.get(&of.name) {
        Some(CustomType::Domain(domain)) => return type_storage(schema, &domain.base),
        Some(CustomType::Enum(_)) => return "plain",
        Some(CustomType::Composite(_) | CustomType::Range(_)) => return "extended",
        None => {}
    }
    let name = of.name.name.as_str();
    if MAIN.contains(&name) {
        "main"
    } else if EXTERNAL.contains(&name) {
        "external"
    } else if of.is_builtin() && (PLAIN.contains(&name) || name.starts_with("reg")) {
        "plain"
    } else {
        "extended"
    }
}
