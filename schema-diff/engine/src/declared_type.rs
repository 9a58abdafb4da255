//! Converts declared types to types of Postgres.

use crate::{
    declared::{Declared, DeclaredColumn, DeclaredEnum, Location},
    diagnostic::{Diagnostic, DiagnosticCode},
    model::is_builtin_type,
    model::{CustomType, DataType, Schema, TypeName},
};
use schema_diff_grammar::attribute::ColumnAttribute;

/// Types of well-known extensions, and the extension.
const EXTENSION_TYPES: &[(&str, &str)] = &[
    ("citext", "citext"),
    ("cube", "cube"),
    ("geography", "postgis"),
    ("geometry", "postgis"),
    ("halfvec", "vector"),
    ("hstore", "hstore"),
    ("ltree", "ltree"),
    ("lquery", "ltree"),
    ("ltxtquery", "ltree"),
    ("query_int", "intarray"),
    ("seg", "seg"),
    ("sparsevec", "vector"),
    ("vector", "vector"),
];

/// SQL spellings of the built-in types, and their names in `pg_type`.
const SPELLINGS: &[(&str, &str)] = &[
    ("bigint", "int8"),
    ("bit varying", "varbit"),
    ("boolean", "bool"),
    ("char", "bpchar"),
    ("character", "bpchar"),
    ("character varying", "varchar"),
    ("dec", "numeric"),
    ("decimal", "numeric"),
    ("double precision", "float8"),
    ("float", "float8"),
    ("int", "int4"),
    ("integer", "int4"),
    ("real", "float4"),
    ("smallint", "int2"),
    ("time with time zone", "timetz"),
    ("time without time zone", "time"),
    ("timestamp with time zone", "timestamptz"),
    ("timestamp without time zone", "timestamp"),
];

/// The types that a declared column may have.
#[derive(Clone, Copy)]
pub(crate) struct Types<'a> {
    /// The existing schema.
    pub before: &'a Schema,
    /// The objects known to exist in the after schema, under their names there.
    pub after: &'a Schema,
    /// The declarations.
    pub declared: &'a Declared,
}

/// A column's type as it is declared.
#[derive(Clone, Debug)]
pub(crate) struct ColumnType {
    /// The type.
    pub data_type: DataType,
    /// Whether `sql_type` spells it in full.
    pub is_spelled: bool,
    /// The type that has to be created for it.
    pub creates: Option<NewType>,
}

/// A type that does not exist yet.
#[derive(Clone, Debug)]
pub(crate) enum NewType {
    /// An enum type with the labels of a Rust enum.
    Enum(TypeName, Vec<String>),
    /// A type of an extension, and the extension.
    OfExtension(TypeName, &'static str),
}

/// A type's name, and the type that has to be created for it.
type Found = (TypeName, Option<NewType>);

impl<'a> Types<'a> {
    /// Returns the type of a declared column.
    ///
    /// # Errors
    /// No such type exists, or the type has no length; the error has the location and a hint.
    pub fn of_column(&self, column: &DeclaredColumn) -> Result<ColumnType, Box<Diagnostic>> {
        let spelled = column.attributes.iter().find_map(|(attribute, at)| match attribute {
            ColumnAttribute::SqlType(text) => Some((text, at)),
            _ => None,
        });
        if let Some((text, at)) = spelled {
            let (data_type, creates) = self.spelled(text, at)?;
            return Ok(ColumnType {
                data_type,
                is_spelled: true,
                creates,
            });
        }
        let declared = &column.data_type;
        let (name, creates) = match declared.schema.as_deref() {
            Some("pg_catalog") => (TypeName::builtin(&declared.name), None),
            Some(schema) => self.known(&TypeName::new(schema, &declared.name), &column.type_location)?,
            None => self.find(&declared.name, &column.type_location)?,
        };
        let mut found = DataType::named(name);
        found.array = declared.array;
        if let Some(length) = column.max_length {
            self.set_length(column, &mut found, length)?;
        }
        Ok(ColumnType {
            data_type: found,
            is_spelled: false,
            creates,
        })
    }

    fn set_length(&self, column: &DeclaredColumn, found: &mut DataType, length: u32) -> Result<(), Box<Diagnostic>> {
        match length_of(found) {
            Length::Modifier => found.modifier = Some(length.to_string()),
            Length::AsVarchar => {
                found.name = TypeName::builtin("varchar");
                found.modifier = Some(length.to_string());
            }
            // `print_schema` writes the length of the type under the domain.
            Length::None if self.before.domain(&found.name).is_some() => {}
            Length::None => {
                let message = format!(
                    "#[max_length = {length}] on {}, which is of type {found}: that type has no length",
                    column.name
                );
                let found = Diagnostic::new(DiagnosticCode::LengthNotSupported, message).at(&column.location);
                return Err(Box::new(
                    found.hint("remove the attribute, or declare the column as Varchar or Bpchar"),
                ));
            }
        }
        Ok(())
    }

    fn spelled(&self, text: &str, at: &Location) -> Result<(DataType, Option<NewType>), Box<Diagnostic>> {
        if let Some(found) = spelled_builtin(text) {
            return Ok((found, None));
        }
        let (name, modifier, array) = split_sql_type(text);
        let (name, creates) = if let Some((schema, name)) = text.split_once('.') {
            let name = split_sql_type(name).0;
            self.known(&TypeName::new(schema.trim().trim_matches('"'), name), at)?
        } else {
            self.find(&name, at)?
        };
        let mut found = DataType::named(name);
        found.modifier = modifier;
        found.array = array;
        Ok((found, creates))
    }

    /// Finds a type whose schema is known.
    fn known(&self, name: &TypeName, at: &Location) -> Result<Found, Box<Diagnostic>> {
        let schema = self.after;
        if schema.types.contains_key(name)
            || multiranges(schema).any(|own| own == *name)
            || schema.extension_types.contains_key(name)
            || name.schema == "pg_catalog"
        {
            return Ok((name.clone(), None));
        }
        if let Some(found) = self.rust_enum(Some(&name.schema), &name.name) {
            let new = NewType::Enum(name.clone(), found.labels.clone());
            return Ok((name.clone(), Some(new)));
        }
        if row_types(schema).any(|own| own == *name) {
            return Ok((name.clone(), None));
        }
        Err(unknown(&name.plain(), at))
    }

    /// Finds a type by its bare name: in `public`, or else in the first schema with that name, or else one that a Rust
    /// enum or an extension provides.
    fn find(&self, name: &str, at: &Location) -> Result<Found, Box<Diagnostic>> {
        if let Some(found) = lookup(self.after, name) {
            return Ok((found, None));
        }
        if let Some(found) = self.rust_enum(None, name) {
            let schema = found.schema.clone().unwrap_or_else(|| "public".into());
            let created = TypeName::new(schema, name);
            let new = NewType::Enum(created.clone(), found.labels.clone());
            return Ok((created, Some(new)));
        }
        if let Some((_, extension)) = EXTENSION_TYPES.iter().find(|(own, _)| *own == name) {
            let created = TypeName::public(name);
            return Ok((created.clone(), Some(NewType::OfExtension(created, extension))));
        }
        if let Some(found) = row_types(self.after).find(|own| own.name == name) {
            return Ok((found, None));
        }
        Err(unknown(name, at))
    }

    /// Finds the Rust enum with a type's name; without a schema, in any schema.
    pub fn rust_enum(&self, schema: Option<&str>, name: &str) -> Option<&'a DeclaredEnum> {
        self.declared.enums.iter().find(|found| {
            found.name == name
                && (schema.is_none() || found.schema.as_deref().unwrap_or("public") == schema.unwrap_or("public"))
        })
    }

    /// Returns the declared type as `print_schema` uses it. `print_schema` writes `Char` for `"char"` too, and one
    /// struct for all types of the same name in different schemas; there, the result has the actual type's name.
    pub fn as_printed(&self, column: &DeclaredColumn, actual: &DataType, declared: DataType) -> DataType {
        let one_byte = column.data_type.rust_name == "Char" && declared.name.schema == "pg_catalog";
        let name = &actual.name;
        let merged = name.name == declared.name.name
            && name.schema != declared.name.schema
            && [name, &declared.name]
                .iter()
                .all(|own| self.before.types.contains_key(*own))
            && !self.declares_type(&column.type_location, name);
        if merged || (one_byte && actual.is_builtin() && name.name == "char" && declared.modifier.is_none()) {
            return DataType {
                name: name.clone(),
                ..declared
            };
        }
        declared
    }

    /// Returns whether a column declared in the same file has a type of exactly this schema and name.
    fn declares_type(&self, at: &Location, name: &TypeName) -> bool {
        let mut columns = self.declared.tables.iter().flat_map(|table| &table.columns);
        columns.any(|column| {
            column.type_location.file == at.file
                && column.data_type.name == name.name
                && column.data_type.schema.as_deref().unwrap_or("public") == name.schema
        })
    }
}

fn unknown(name: &str, at: &Location) -> Box<Diagnostic> {
    let message =
        format!("the database has no type \"{name}\", and there is no Rust enum from which this type could be created");
    let hint = format!(
        "for an enum, derive diesel_derive_enum::DbEnum on a Rust enum for \"{name}\" in src/ (its variants are the labels); \
         for any other type, create it in a hand-written migration first"
    );
    Box::new(Diagnostic::new(DiagnosticCode::UnknownType, message).at(at).hint(hint))
}

fn lookup(schema: &Schema, name: &str) -> Option<TypeName> {
    let known = || {
        schema
            .types
            .keys()
            .chain(schema.extension_types.keys())
            .cloned()
            .chain(multiranges(schema))
            .filter(|found| found.name == name)
    };
    known()
        .find(|found| found.schema == "public")
        .or_else(|| known().next())
}

/// Lists the row types of tables and views.
fn row_types(schema: &Schema) -> impl Iterator<Item = TypeName> {
    let unmanaged = schema.unmanaged.keys();
    let relations = schema.tables.keys().chain(schema.views.keys()).chain(unmanaged);
    relations.map(TypeName::row_of)
}

/// Lists the multirange types of range types.
fn multiranges(schema: &Schema) -> impl Iterator<Item = TypeName> {
    schema.types.iter().filter_map(|(name, kind)| match kind {
        CustomType::Range(range) => Some(name.sibling(range.multirange.as_ref()?)),
        _ => None,
    })
}

/// Returns a column's effective type: the actual type where the declaration describes it, otherwise the declared one. A
/// declaration may omit a length or modifier, and may declare a domain by its base type.
pub(crate) fn effective_type(
    schema: &Schema,
    actual: &DataType,
    declared: &DataType,
    spelled_in_full: bool,
) -> DataType {
    let is_declared = |own: &DataType| {
        own.name == declared.name
            && own.array == declared.array
            && (own.modifier == declared.modifier
                || (!spelled_in_full && declared.modifier.is_none() && !has_length(own)))
    };
    if is_declared(actual) {
        return actual.clone();
    }
    // A domain is declared by its base type; arrays of domains likewise.
    let mut under = actual.clone();
    while let Some(domain) = schema.domain(&under.name) {
        under = DataType {
            array: under.array || domain.base.array,
            ..domain.base.clone()
        };
        if !spelled_in_full && is_declared(&under) {
            return actual.clone();
        }
    }
    declared.clone()
}

/// Returns whether both are text types that Diesel reads alike, and no length is declared. A schema.rs for several back
/// ends declares `Text` for every text type of theirs.
pub(crate) fn both_are_texts(schema: &Schema, actual: &DataType, declared: &DataType) -> bool {
    let mut under = actual;
    while let Some(domain) = schema.domain(&under.name).filter(|_| !under.array) {
        under = &domain.base;
    }
    let is_citext = under.name.name == "citext" && schema.extension_types.contains_key(&under.name);
    let is_declared = declared.modifier.is_none() && is_text(declared);
    is_declared && (is_text(under) || (is_citext && !under.array))
}

fn is_text(own: &DataType) -> bool {
    !own.array && matches!(own.builtin_name(), Some("text" | "varchar" | "bpchar"))
}

/// The meaning of `#[max_length]` for a type.
enum Length {
    /// The type's length.
    Modifier,
    /// Text with a length: `varchar(n)`.
    AsVarchar,
    /// The type has no length.
    None,
}

fn length_of(data_type: &DataType) -> Length {
    match data_type.name.name.as_str() {
        _ if !data_type.is_builtin() => Length::None,
        "varchar" | "bpchar" | "bit" | "varbit" => Length::Modifier,
        "text" => Length::AsVarchar,
        _ => Length::None,
    }
}

/// Returns whether `table!` can declare the type's modifier, as `max_length`. `print_schema` writes none for an array.
fn has_length(data_type: &DataType) -> bool {
    !data_type.array && data_type.is_builtin() && matches!(data_type.name.name.as_str(), "varchar" | "bpchar")
}

/// Returns the built-in type that `sql_type` spells; `None` for all other types.
pub(crate) fn spelled_builtin(text: &str) -> Option<DataType> {
    let (name, modifier, array) = split_sql_type(text);
    // A quoted name is the type's exact name: `"char"` is not `char`.
    let is_quoted = text.trim_start().starts_with('"');
    let spelled = SPELLINGS
        .iter()
        .find(|(spelling, _)| *spelling == name && !is_quoted)
        .map_or(name.as_str(), |(_, own)| own);
    let mut found = is_builtin_type(spelled).then(|| DataType::builtin(spelled))?;
    // `char` and `bit` without a length have length 1.
    let is_one = modifier.is_none() && !is_quoted && matches!(name.as_str(), "char" | "character" | "bit");
    found.modifier = if is_one { Some("1".into()) } else { modifier };
    found.array = array;
    Some(found)
}

/// Splits `numeric(10, 2)[]`, `timestamp(3) with time zone`, `interval day to second` into name, modifier, array.
fn split_sql_type(text: &str) -> (String, Option<String>, bool) {
    let mut rest = text.trim();
    let mut array = false;
    while let Some(inner) = rest.strip_suffix(']') {
        array = true;
        rest = inner.rsplit_once('[').map_or("", |(head, _)| head).trim_end();
    }
    let (mut name, mut modifier) = match (rest.find('('), rest.rfind(')')) {
        (Some(open), Some(close)) if open < close => {
            let modifier = rest[open + 1..close]
                .split(',')
                .map(str::trim)
                .collect::<Vec<_>>()
                .join(",");
            (
                format!("{} {}", rest[..open].trim(), rest[close + 1..].trim()),
                Some(modifier),
            )
        }
        _ => (rest.to_owned(), None),
    };
    name = if name.contains('"') {
        name.trim().trim_matches('"').replace("\"\"", "\"")
    } else {
        name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
    };
    if let Some(fields) = name.strip_prefix("interval ") {
        let fields = fields.to_owned();
        modifier = Some(modifier.map_or_else(|| fields.clone(), |digits| format!("{fields}({digits})")));
        name = "interval".into();
    }
    // `numeric(10)` is `numeric(10,0)`.
    if matches!(name.as_str(), "numeric" | "decimal" | "dec") && modifier.as_deref().is_some_and(|m| !m.contains(',')) {
        modifier = modifier.map(|precision| format!("{precision},0"));
    }
    (name, modifier, array)
}

#[cfg(test)]
mod tests {
    use super::split_sql_type;

    #[test]
    fn sql_types_are_split() {
        let cases = [
            ("numeric(10, 2)", ("numeric", Some("10,2"), false)),
            ("numeric(10)", ("numeric", Some("10,0"), false)),
            (
                "TIMESTAMP(3) WITH TIME ZONE",
                ("timestamp with time zone", Some("3"), false),
            ),
            ("varchar(20)[][3]", ("varchar", Some("20"), true)),
            (
                "interval day to second(3)",
                ("interval", Some("day to second(3)"), false),
            ),
            ("geometry(Point,4326)", ("geometry", Some("Point,4326"), false)),
        ];
        for (text, (name, modifier, array)) in cases {
            assert_eq!(
                split_sql_type(text),
                (name.to_owned(), modifier.map(str::to_owned), array),
                "{text}"
            );
        }
    }
}
