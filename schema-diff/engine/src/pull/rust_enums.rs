//! Updates Rust enums: variants for new labels, and enums for types that have none.

use std::path::Path;

use super::{
    edit::{Edits, indentation, indented},
    source::Source,
    types::append,
};
use crate::{
    declaration::{self, Dialect},
    declared::DeclaredEnum,
    model::{DataType, Schema, TypeName},
    parse::{EnumPlace, Role, SourceFile},
    report::Sign,
};

/// Updates the variants of existing enums. Returns notes on the enums that the user has to change.
pub(super) fn variants(source: &Source, database: &Schema, edits: &mut Edits) -> Vec<String> {
    let mut notes = Vec::new();
    for declared in &source.declared.enums {
        let Some((name, found)) = find(database, declared) else {
            continue;
        };
        let same = |a: &[String], b: &[String]| a.iter().all(|label| b.contains(label));
        if same(&declared.labels, &found.labels) && same(&found.labels, &declared.labels) {
            continue;
        }
        let place = source.places.iter().enumerate().find_map(|(file, places)| {
            let place = places
                .enums
                .iter()
                .find(|place| source.is_at(file, place.at, &declared.location))?;
            Some((file, place))
        });
        match place {
            Some((file, place)) if place.variants.len() == declared.labels.len() && !is_diesels(source.text(file)) => {
                update(source, file, place, declared, &found.labels, edits);
            }
            _ => notes.push(format!(
                "{}:{}: the labels of {} are now: {}; change the enum {} manually",
                declared.location.file.display(),
                declared.location.line,
                name.plain(),
                found.labels.join(", "),
                declared.rust_name
            )),
        }
    }
    notes
}

/// Checks whether a file uses Diesel's own derive, which has other attributes.
fn is_diesels(text: &str) -> bool {
    text.contains("diesel(sql_type")
}

fn find<'a>(database: &'a Schema, declared: &DeclaredEnum) -> Option<(&'a TypeName, &'a crate::model::EnumType)> {
    let schema = declared.schema.as_deref().unwrap_or("public");
    database
        .enums()
        .find(|(name, _)| name.name == declared.name && name.schema == schema)
}

fn update(
    source: &Source,
    file: usize,
    place: &EnumPlace,
    declared: &DeclaredEnum,
    labels: &[String],
    edits: &mut Edits,
) {
    let text = source.text(file);
    let dialect = dialect_of(text).unwrap_or(Dialect::Namespaced);
    let mut names: Vec<String> = place.variants.iter().map(|variant| variant.name.clone()).collect();
    let renames = place
        .variants
        .iter()
        .zip(&declared.labels)
        .any(|(variant, label)| heck::ToSnakeCase::to_snake_case(variant.name.as_str()) != *label);
    for (variant, label) in place.variants.iter().zip(&declared.labels) {
        if !labels.contains(label) {
            let rest = text.get(variant.range.end..place.content.end).unwrap_or_default();
            let comma = rest
                .trim_start()
                .starts_with(',')
                .then(|| rest.find(',').map_or(0, |at| at + 1));
            edits.remove(
                source,
                file,
                variant.range.start..variant.range.end + comma.unwrap_or(0),
            );
            edits.record(
                Sign::Remove,
                format!("{}::{} ('{label}')", declared.rust_name, variant.name),
            );
        }
    }
    let mut previous: Option<usize> = None;
    for label in labels {
        if let Some(at) = declared.labels.iter().position(|own| own == label) {
            previous = Some(at);
            continue;
        }
        let (name, lines) = declaration::variant(label, dialect, |name| names.iter().any(|own| own == name), renames);
        let first = place.variants.first();
        let gap = first
            .and_then(|variant| indentation(text, variant.range.start))
            .map_or_else(|| " ".to_owned(), |own| format!("\n{own}"));
        let item = lines
            .iter()
            .cloned()
            .chain([name.clone()])
            .collect::<Vec<_>>()
            .join(&gap);
        match (previous.and_then(|at| place.variants.get(at)), first) {
            (Some(before), _) => edits.insert(file, before.range.end, format!(",{gap}{item}")),
            (None, Some(first)) => edits.insert(file, first.range.start, format!("{item},{gap}")),
            (None, None) => edits.insert(file, place.content.start, format!("\n    {item},\n")),
        }
        edits.record(Sign::Add, format!("{}::{name} ('{label}')", declared.rust_name));
        names.push(name);
    }
}

/// Returns the enum types that declared tables use and that have no Rust enum.
pub(super) fn without_enum<'a>(source: &Source, database: &'a Schema) -> Vec<&'a TypeName> {
    let is_declared = |name: &TypeName| {
        let enums = &source.declared.enums;
        enums
            .iter()
            .any(|own| own.name == name.name && own.schema.as_deref().unwrap_or("public") == name.schema)
    };
    let is_used = |name: &TypeName| {
        source.declared.tables.iter().any(|table| {
            let columns = database
                .tables
                .get(&table.name)
                .into_iter()
                .flat_map(|found| &found.columns);
            columns
                .into_iter()
                .any(|column| uses(database, &column.data_type, name))
        })
    };
    let enums = database.enums().map(|(name, _)| name);
    enums.filter(|name| !is_declared(name) && is_used(name)).collect()
}

fn uses(database: &Schema, data_type: &DataType, name: &TypeName) -> bool {
    data_type.name == *name
        || database
            .domain(&data_type.name)
            .is_some_and(|domain| uses(database, &domain.base, name))
}

/// Writes Rust enums for the types that have none, at the end of a file.
pub(super) fn new(source: &Source, database: &Schema, path: &Path, dialect: Dialect, edits: &mut Edits) {
    let Some(file) = source.files.iter().position(|file| *file.path == *path) else {
        return;
    };
    let Some(module) = source.places.get(file).and_then(|places| places.modules.first()) else {
        return;
    };
    let dialect = source
        .files
        .iter()
        .find_map(|file| dialect_of(&file.text))
        .unwrap_or(dialect);
    let mut taken: Vec<String> = source.declared.enums.iter().map(|own| own.rust_name.clone()).collect();
    let mut texts = Vec::new();
    for name in without_enum(source, database) {
        let Some(type_path) = struct_path(source, name) else {
            continue;
        };
        let Some(found) = database.enum_type(name) else {
            continue;
        };
        let own = declaration::type_name(&name.name, |own| taken.iter().any(|other| other == own));
        texts.push(declaration::rust_enum(&own, &type_path, &found.labels, dialect));
        edits.record(Sign::Add, format!("enum {own} ({} labels)", found.labels.len()));
        taken.push(own);
    }
    if !texts.is_empty() {
        append(edits, source, file, module, &indented(&texts.join("\n"), 0));
    }
}

/// Returns the path of the struct for a type.
fn struct_path(source: &Source, name: &TypeName) -> Option<String> {
    source.modules().find_map(|(file, module)| {
        let found = module.structs.iter().find(|own| own.stands_for(name))?;
        let file = source.files.get(file)?;
        let mut path = file.module_path();
        for segment in module.path.iter().chain([&found.name]) {
            path.push_str("::");
            path.push_str(segment);
        }
        Some(path)
    })
}

/// Returns how the enums of a file spell their attributes.
fn dialect_of(text: &str) -> Option<Dialect> {
    let bare = ["ExistingTypePath", "DieselExistingType", "db_rename", "DbValueStyle"];
    if text.contains("db_enum(") {
        Some(Dialect::Namespaced)
    } else if bare.iter().any(|word| text.contains(word)) {
        Some(Dialect::Bare)
    } else {
        None
    }
}

/// Adds the file for enums, which is empty if it does not exist.
pub(super) fn with_file(mut files: Vec<SourceFile>, path: &Path, text: Option<String>) -> Vec<SourceFile> {
    if !files.iter().any(|file| *file.path == *path) {
        files.push(SourceFile::new(path, text.unwrap_or_default(), Role::Rust));
    }
    files
}
