//! The default storage of a type's values, for columns without a storage setting.

use super::{custom_type::CustomType, data_type::DataType, schema::Schema};

/// Types of variable length whose values are kept in the row as long as possible.
const MAIN: &[&str] = &["cidr", "geography", "geometry", "inet", "numeric", "raster"];

/// Types of variable length whose values are moved out of the row without compression: those of pgvector.
const EXTERNAL: &[&str] = &["halfvec", "sparsevec", "vector"];

/// Built-in types whose values are never moved out of the row or compressed.
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

/// Returns a type's default storage (`typstorage` of `pg_type`) in the form of the attribute `storage`.
///
/// The types of extensions are assumed to have the usual storage, `extended`, except those of some common extensions.
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
