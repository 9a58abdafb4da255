//! Types of other crates: Diesel's types under all their names, and types of crates that Diesel's users share.

use crate::declared::DeclaredType;

/// The meaning of one of Diesel's type names.
enum Builtin {
    /// A type of Postgres, by its name in `pg_type`.
    Plain(&'static str),
    /// An integer with an owned sequence.
    Serial(&'static str),
    /// A type that Postgres does not have, with the type to write instead.
    Foreign(&'static str),
}

use Builtin::{Foreign, Plain, Serial};

/// All names in `diesel::sql_types` that can be a column's type.
const DIESEL: &[(&str, Builtin)] = &[
    ("BigInt", Plain("int8")),
    ("BigSerial", Serial("int8")),
    ("Bigint", Plain("int8")),
    ("Bigserial", Serial("int8")),
    ("Binary", Plain("bytea")),
    ("Bit", Plain("bit")),
    ("Blob", Foreign("Bytea")),
    ("Bool", Plain("bool")),
    ("Bpchar", Plain("bpchar")),
    ("Bytea", Plain("bytea")),
    ("CChar", Plain("char")),
    ("Char", Plain("bpchar")),
    ("Cidr", Plain("cidr")),
    ("Citext", Plain("citext")),
    ("Date", Plain("date")),
    ("Datemultirange", Plain("datemultirange")),
    ("Daterange", Plain("daterange")),
    ("Datetime", Foreign("Timestamp")),
    ("Decimal", Plain("numeric")),
    ("Double", Plain("float8")),
    ("Float", Plain("float4")),
    ("Float4", Plain("float4")),
    ("Float8", Plain("float8")),
    ("Inet", Plain("inet")),
    ("Int2", Plain("int2")),
    ("Int4", Plain("int4")),
    ("Int4multirange", Plain("int4multirange")),
    ("Int4range", Plain("int4range")),
    ("Int8", Plain("int8")),
    ("Int8multirange", Plain("int8multirange")),
    ("Int8range", Plain("int8range")),
    ("Integer", Plain("int4")),
    ("Interval", Plain("interval")),
    ("Json", Plain("json")),
    ("Jsonb", Plain("jsonb")),
    ("Longblob", Foreign("Bytea")),
    ("Longtext", Foreign("Text")),
    ("MacAddr", Plain("macaddr")),
    ("MacAddr8", Plain("macaddr8")),
    ("Macaddr", Plain("macaddr")),
    ("Macaddr8", Plain("macaddr8")),
    ("Mediumblob", Foreign("Bytea")),
    ("Mediumtext", Foreign("Text")),
    ("Money", Plain("money")),
    ("Numeric", Plain("numeric")),
    ("Nummultirange", Plain("nummultirange")),
    ("Numrange", Plain("numrange")),
    ("Oid", Plain("oid")),
    ("PgLsn", Plain("pg_lsn")),
    ("Serial", Serial("int4")),
    ("SmallInt", Plain("int2")),
    ("SmallSerial", Serial("int2")),
    ("Smallint", Plain("int2")),
    ("Smallserial", Serial("int2")),
    ("Text", Plain("text")),
    ("Time", Plain("time")),
    ("Timestamp", Plain("timestamp")),
    ("Timestamptz", Plain("timestamptz")),
    ("TimestamptzSqlite", Foreign("Timestamptz")),
    ("TinyInt", Foreign("SmallInt")),
    ("Tinyblob", Foreign("Bytea")),
    ("Tinyint", Foreign("SmallInt")),
    ("Tinytext", Foreign("Text")),
    ("Tsmultirange", Plain("tsmultirange")),
    ("Tsrange", Plain("tsrange")),
    ("Tstzmultirange", Plain("tstzmultirange")),
    ("Tstzrange", Plain("tstzrange")),
    ("Unsigned", Foreign("BigInt")),
    ("Uuid", Plain("uuid")),
    ("VarChar", Plain("varchar")),
    ("Varbinary", Foreign("Bytea")),
    ("Varchar", Plain("varchar")),
];

/// Types of other crates: crate, type, name in `pg_type`.
const OTHERS: &[(&str, &str, &str)] = &[
    ("diesel_full_text_search", "RegConfig", "regconfig"),
    ("diesel_full_text_search", "Regconfig", "regconfig"),
    ("diesel_full_text_search", "TsQuery", "tsquery"),
    ("diesel_full_text_search", "TsVector", "tsvector"),
    ("diesel_full_text_search", "Tsquery", "tsquery"),
    ("diesel_full_text_search", "Tsvector", "tsvector"),
    ("diesel_geometry", "Box", "box"),
    ("diesel_geometry", "Circle", "circle"),
    ("diesel_geometry", "Line", "line"),
    ("diesel_geometry", "LineSegment", "lseg"),
    ("diesel_geometry", "Path", "path"),
    ("diesel_geometry", "Point", "point"),
    ("diesel_geometry", "Polygon", "polygon"),
    ("diesel_ltree", "Lquery", "lquery"),
    ("diesel_ltree", "Ltree", "ltree"),
    ("diesel_ltree", "Ltxtquery", "ltxtquery"),
    ("pgvector", "Bit", "bit"),
    ("pgvector", "HalfVector", "halfvec"),
    ("pgvector", "SparseVector", "sparsevec"),
    ("pgvector", "Vector", "vector"),
    ("postgis_diesel", "Geography", "geography"),
    ("postgis_diesel", "Geometry", "geometry"),
];

/// Returns `pg_catalog` for a built-in type of Postgres; `None` for all other types.
pub(super) fn schema_of(name: &str) -> Option<String> {
    crate::model::is_builtin_type(name).then(|| "pg_catalog".to_owned())
}

/// Suggests Diesel's type for a type name of Rust or another language.
pub(super) fn meant_by(name: &str) -> Option<&'static str> {
    Some(match name {
        "String" | "Str" | "str" | "string" => "Text",
        "Int" | "i32" | "u16" => "Int4",
        "Long" | "i64" | "u32" | "u64" => "Int8",
        "Short" | "i16" | "u8" | "i8" => "Int2",
        "f32" | "Real" => "Float4",
        "f64" => "Float8",
        "bool" | "Boolean" => "Bool",
        "DateTime" | "NaiveDateTime" => "Timestamptz",
        "NaiveDate" => "Date",
        "NaiveTime" => "Time",
        "Value" | "JSON" => "Jsonb",
        "BigDecimal" => "Numeric",
        "Vec" => "Array",
        "Option" => "Nullable",
        _ => return None,
    })
}

/// Lists Diesel's names for types of Postgres.
pub(super) fn diesel_names<'a>() -> impl Iterator<Item = &'a str> {
    DIESEL
        .iter()
        .filter(|(_, builtin)| !matches!(builtin, Foreign(_)))
        .map(|(name, _)| *name)
}

/// Checks whether a type's name in Rust is one of Diesel's.
pub(crate) fn is_diesels(rust_name: &str) -> bool {
    WRAPPERS.contains(&rust_name) || diesel_names().any(|own| own == rust_name)
}

/// Returns Diesel's name for a type of Postgres (or of the extension `citext`), spelt as `print_schema` does; `None` if
/// Diesel has none, so that a struct is needed.
pub(crate) fn diesel_name(pg_name: &str) -> Option<&'static str> {
    // Types for which Diesel has no name, or one that the rule below does not find.
    const OTHERS: &[(&str, Option<&str>)] = &[("bit", None), ("char", Some("CChar")), ("pg_lsn", Some("PgLsn"))];
    if let Some((_, name)) = OTHERS.iter().find(|(own, _)| *own == pg_name) {
        return *name;
    }
    let by_name = |(name, builtin): &&(&'static str, Builtin)| {
        matches!(builtin, Plain(own) if *own == pg_name) && name.to_lowercase() == pg_name
    };
    // Where several names differ only in case, as `MacAddr` and `Macaddr`, the last one in the list is
    // `print_schema`'s.
    DIESEL.iter().rev().find(by_name).map(|(name, _)| *name)
}

/// Diesel's generic types, which are read together with their arguments.
pub(super) const WRAPPERS: &[&str] = &["Nullable", "Array", "Range", "Multirange", "Record"];

/// Checks whether another crate's type is known here.
pub(super) fn knows(crate_name: &str, name: &str) -> bool {
    if crate_name == "diesel" {
        WRAPPERS.contains(&name) || DIESEL.binary_search_by_key(&name, |(own, _)| own).is_ok()
    } else {
        OTHERS
            .iter()
            .any(|(own, other, _)| (*own, *other) == (crate_name, name))
    }
}

/// Returns the declared type for a type of another crate.
///
/// # Errors
/// The name to write instead, if Postgres has no such type but a similar one; else `None`.
pub(super) fn find(crate_name: &str, name: &str) -> Result<DeclaredType, Option<&'static str>> {
    let (pg_name, serial) = if crate_name == "diesel" {
        let at = DIESEL.binary_search_by_key(&name, |(own, _)| own).map_err(|_| None)?;
        match &DIESEL.get(at).ok_or(None)?.1 {
            Plain(pg_name) => (*pg_name, false),
            Serial(pg_name) => (*pg_name, true),
            Foreign(instead) => return Err(Some(instead)),
        }
    } else {
        let other = OTHERS
            .iter()
            .find(|(own, other, _)| (*own, *other) == (crate_name, name))
            .ok_or(None)?;
        (other.2, false)
    };
    Ok(DeclaredType {
        schema: schema_of(pg_name),
        name: pg_name.into(),
        array: false,
        serial,
        rust_name: name.into(),
    })
}

/// Returns the range or multirange type over an element type, by their names in `pg_type`.
pub(super) fn range_of(element: &str, multi: bool) -> Option<&'static str> {
    const RANGES: &[(&str, &str, &str)] = &[
        ("int4", "int4range", "int4multirange"),
        ("int8", "int8range", "int8multirange"),
        ("numeric", "numrange", "nummultirange"),
        ("date", "daterange", "datemultirange"),
        ("timestamp", "tsrange", "tsmultirange"),
        ("timestamptz", "tstzrange", "tstzmultirange"),
    ];
    let (_, range, multirange) = RANGES.iter().find(|(name, ..)| *name == element)?;
    Some(if multi { multirange } else { range })
}

#[cfg(test)]
mod tests {
    use super::DIESEL;

    #[test]
    fn types_have_the_names_that_print_schema_gives_them() {
        let names = [
            "int4",
            "timestamptz",
            "varchar",
            "bpchar",
            "macaddr",
            "numrange",
            "bool",
            "citext",
            "xml",
            "bit",
        ];
        assert_eq!(
            names.map(|name| super::diesel_name(name).unwrap_or("-")),
            [
                "Int4",
                "Timestamptz",
                "Varchar",
                "Bpchar",
                "Macaddr",
                "Numrange",
                "Bool",
                "Citext",
                "-",
                "-"
            ]
        );
    }

    #[test]
    fn lists_are_sorted_for_searching() {
        assert!(DIESEL.is_sorted_by_key(|(name, _)| name));
    }
}
