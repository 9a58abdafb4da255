//! Maps a column's Rust type to the Postgres type.

use std::{path::Path, sync::Arc};

use schema_diff_grammar::nearest::{alternatives, nearest};
use syn::{GenericArgument, PathArguments, Type, TypePath, spanned::Spanned};

use super::{
    builtin,
    error::ParseError,
    path::{ModulePath, WrittenPath},
    scope::{Found, Scope},
    source::locate,
};
use crate::{declared::DeclaredType, diagnostic::DiagnosticCode};

/// A column's type, and whether it is nullable.
pub(super) struct ColumnType {
    pub data_type: DeclaredType,
    pub nullable: bool,
}

/// The scope and file in which one table's types are read.
pub(super) struct TypeReader<'a> {
    pub scope: &'a Scope,
    pub module: ModulePath,
    pub file: &'a Arc<Path>,
}

impl TypeReader<'_> {
    /// Returns the column type that `written` denotes.
    pub fn read(&self, written: &TypePath) -> Result<ColumnType, ParseError> {
        let (mut nullable, mut array) = (false, false);
        let mut inner = written.clone();
        loop {
            let Some((wrapper, argument)) = self.wrapper(&inner) else {
                break;
            };
            match wrapper.as_str() {
                "Nullable" => nullable |= !array,
                "Array" => array = true,
                "Range" | "Multirange" => {
                    return self
                        .range(&inner, argument, wrapper == "Multirange")
                        .map(|mut data_type| {
                            data_type.array = array;
                            ColumnType { data_type, nullable }
                        });
                }
                _ => return Err(self.record(&inner)),
            }
            inner = self.argument(&inner, argument)?;
        }
        let mut data_type = self.named(&inner)?;
        data_type.array = array;
        Ok(ColumnType { data_type, nullable })
    }

    /// Returns the name and the argument of a wrapper such as `Nullable<T>`.
    fn wrapper(&self, written: &TypePath) -> Option<(String, Option<Type>)> {
        let path = WrittenPath::new(&written.path);
        if !builtin::WRAPPERS.contains(&path.last())
            || matches!(self.scope.find_type(&self.module, &path), Found::Local(_))
        {
            return None;
        }
        let argument = match &written.path.segments.last()?.arguments {
            PathArguments::AngleBracketed(arguments) => arguments.args.iter().find_map(|argument| match argument {
                GenericArgument::Type(argument) => Some(argument.clone()),
                _ => None,
            }),
            _ => None,
        };
        Some((path.last().to_owned(), argument))
    }

    fn argument(&self, written: &TypePath, argument: Option<Type>) -> Result<TypePath, ParseError> {
        match argument {
            Some(Type::Path(path)) => Ok(path),
            Some(Type::Group(group)) => self.argument(written, Some(*group.elem)),
            Some(Type::Paren(paren)) => self.argument(written, Some(*paren.elem)),
            Some(other) => Err(self
                .error(
                    DiagnosticCode::InvalidDeclaration,
                    &other,
                    "an SQL type is expected here",
                )
                .hint("write the type as in `Nullable<Text>` or `Array<Int4>`")),
            None => Err(self
                .error(
                    DiagnosticCode::InvalidDeclaration,
                    written,
                    "this type needs a type argument in angle brackets",
                )
                .hint("such as `Nullable<Text>` or `Array<Int4>`")),
        }
    }

    fn range(&self, written: &TypePath, argument: Option<Type>, multi: bool) -> Result<DeclaredType, ParseError> {
        let element = self.argument(written, argument)?;
        let data_type = self.named(&element)?;
        let rust_name = if multi { "Multirange" } else { "Range" };
        match builtin::range_of(&data_type.name, multi).filter(|_| data_type.schema.as_deref() == Some("pg_catalog")) {
            Some(name) => Ok(DeclaredType {
                schema: Some("pg_catalog".into()),
                name: name.into(),
                array: false,
                serial: false,
                rust_name: rust_name.into(),
            }),
            None => Err(self
                .error(DiagnosticCode::TypeNotSupported, &element, format!("Postgres has no built-in range type over `{}`", data_type.rust_name))
                .hint("Postgres has built-in range types over Int4, Int8, Numeric, Date, Timestamp and Timestamptz; for a range type that you created with CREATE TYPE, write a Rust struct with #[diesel(postgres_type(name = \"...\"))], and use that struct here")),
        }
    }

    fn record(&self, written: &TypePath) -> ParseError {
        self.error(
            DiagnosticCode::TypeNotSupported,
            written,
            "a column cannot be declared as `Record<...>`, because `Record<...>` does not say which composite type of Postgres is meant",
        )
        .hint("write a Rust struct with #[diesel(postgres_type(name = \"the_type\"))] for the composite type, and use this struct as the column's type")
    }

    fn named(&self, written: &TypePath) -> Result<DeclaredType, ParseError> {
        let path = WrittenPath::new(&written.path);
        let rust_name = path.last().to_owned();
        if written.qself.is_some() {
            return Err(self.error(
                DiagnosticCode::InvalidDeclaration,
                written,
                "the path of an SQL type is expected here",
            ));
        }
        match self.scope.find_type(&self.module, &path) {
            Found::Local(local) => match &local.name {
                Some(name) => Ok(DeclaredType {
                    schema: local.schema.clone(),
                    name: name.clone(),
                    array: false,
                    serial: false,
                    rust_name,
                }),
                None => Err(self
                    .error(
                        DiagnosticCode::UnknownType,
                        written,
                        format!("the Rust type `{rust_name}` does not say which Postgres type it stands for"),
                    )
                    .related(local.location.clone(), "its struct has no type name")
                    .hint(
                        "put #[diesel(postgres_type(name = \"...\"))] on the struct of this type; `oid` in place of `name` does not work, because an OID is valid on one server only",
                    )),
            },
            Found::External(crate_name, name) => match builtin::find(&crate_name, &name) {
                Ok(mut data_type) => {
                    data_type.rust_name = rust_name;
                    Ok(data_type)
                }
                Err(Some(instead)) => Err(self
                    .error(
                        DiagnosticCode::TypeNotSupported,
                        written,
                        format!("Diesel's type `{name}` has no counterpart in Postgres: it is a type of another database system"),
                    )
                    .hint(format!("did you mean `{instead}`?"))),
                Err(None) => Err(self.unknown(written, &rust_name)),
            },
            Found::Ambiguous(types) => {
                let error = self.error(
                    DiagnosticCode::AmbiguousName,
                    written,
                    format!(
                        "there are {} types named `{rust_name}`, and the path written here does not decide which one is meant",
                        types.len()
                    ),
                );
                let error = types
                    .into_iter()
                    .fold(error, |error, one| error.related(one.location.clone(), "one of them"));
                Err(error.hint("write the full path of the type, or import the type that is meant with `use`"))
            }
            Found::Nothing => Err(self.unknown(written, &rust_name)),
        }
    }

    fn unknown(&self, written: &TypePath, name: &str) -> ParseError {
        let known = builtin::diesel_names().chain(self.scope.type_names());
        let near = builtin::meant_by(name).map_or_else(|| nearest(name, known, 3), |meant| vec![meant]);
        let way_out = format!(
            "for a type of your own or of an extension, write a struct `{name}` with #[diesel(postgres_type(name = \"...\"))]"
        );
        let hint = if near.is_empty() {
            way_out
        } else {
            format!("did you mean {}? If not: {way_out}", alternatives(&near))
        };
        self.error(
            DiagnosticCode::UnknownType,
            written,
            format!("the type `{name}` is not known"),
        )
        .hint(hint)
    }

    fn error(&self, code: DiagnosticCode, at: &impl Spanned, message: impl Into<String>) -> ParseError {
        ParseError::new(code, locate(self.file, at.span()), message)
    }
}
