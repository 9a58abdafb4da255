//! Renders `table!`, `joinable!`, `allow_tables_to_appear_in_same_query!` and structs for SQL types, formatted as by
//! `print_schema`.

use std::collections::BTreeMap;

use super::{
    literal::string,
    rust_name::column_name,
    rust_type::{Portability, RustType, portable, rust_type, serial},
};
use crate::model::{Column, ForeignKey, Schema, Table, TableName, TypeName};

/// Renders a `table!` without schema-diff's attributes. `imports` are its `use` lines, `struct_name` returns the name
/// of a type's struct, and `columns` selects the columns.
pub fn table(
    schema: &Schema,
    found: &Table,
    rust_name: &str,
    imports: &[String],
    struct_name: &dyn Fn(&TypeName) -> String,
    columns: &dyn Fn(&str) -> bool,
    portability: Portability,
) -> String {
    let mut text = String::from("diesel::table! {\n");
    for line in imports {
        text.push_str(&format!("    {line}\n"));
    }
    if !imports.is_empty() {
        text.push('\n');
    }
    if found.name.name != rust_name {
        text.push_str(&format!("    #[sql_name = {}]\n", string(&found.name.name)));
    }
    let prefix = if found.name.schema == "public" {
        String::new()
    } else {
        format!("{}.", found.name.schema)
    };
    let mut names: BTreeMap<&str, String> = BTreeMap::new();
    for column in found.columns.iter().filter(|column| columns(&column.name)) {
        let name = column_name(&column.name, rust_name, |name| {
            names.values().any(|other| other == name)
        });
        names.insert(&column.name, name);
    }
    let keys: Vec<&str> = found
        .primary_key_columns()
        .iter()
        .filter_map(|column| names.get(column.as_str()).map(String::as_str))
        .collect();
    text.push_str(&format!("    {prefix}{rust_name} ({}) {{\n", keys.join(", ")));
    for column in &found.columns {
        let Some(name) = names.get(column.name.as_str()) else {
            continue;
        };
        if *name != column.name {
            text.push_str(&format!("        #[sql_name = {}]\n", string(&column.name)));
        }
        let data_type = column_type(schema, column, struct_name, portability);
        text.push_str(&format!("        {name} -> {data_type},\n"));
    }
    text.push_str("    }\n}\n");
    text
}

/// Returns a column's type as Rust source. Elements of arrays are nullable, because Diesel cannot know otherwise.
pub fn column_type(
    schema: &Schema,
    column: &Column,
    struct_name: &dyn Fn(&TypeName) -> String,
    portability: Portability,
) -> String {
    let is_portable = portability == Portability::Portable;
    let is_serial = column.sequence.is_some() && !column.nullable && !is_portable;
    if let Some(name) = serial(&column.data_type).filter(|_| is_serial) {
        return name.to_owned();
    }
    let (element, array) = rust_type(schema, &column.data_type);
    let mut text = match element {
        RustType::Diesels(name) if is_portable => portable(name).unwrap_or(name).to_owned(),
        RustType::Diesels(name) => name.to_owned(),
        RustType::Struct(name) => struct_name(&name),
    };
    if array {
        text = format!("Array<Nullable<{text}>>");
    }
    if column.nullable {
        text = format!("Nullable<{text}>");
    }
    text
}

/// Checks whether other back ends have the type of a column.
pub fn is_portable(schema: &Schema, column: &Column) -> bool {
    match rust_type(schema, &column.data_type) {
        (RustType::Diesels(name), false) => portable(name).is_some(),
        _ => false,
    }
}

/// Renders the struct for a type.
pub fn sql_type_struct(name: &str, data_type: &TypeName, derive: Option<&str>) -> String {
    let derive = derive.unwrap_or("#[derive(diesel::query_builder::QueryId, Clone, diesel::sql_types::SqlType)]");
    let schema = if data_type.schema == "public" {
        String::new()
    } else {
        format!(", schema = {}", string(&data_type.schema))
    };
    format!(
        "{derive}\n#[diesel(postgres_type(name = {}{schema}))]\npub struct {name};\n",
        string(&data_type.name)
    )
}

/// Renders a `joinable!` between two tables.
pub fn joinable(child: &str, parent: &str, column: &str) -> String {
    format!("diesel::joinable!({child} -> {parent} ({column}));\n")
}

/// Renders an `allow_tables_to_appear_in_same_query!`.
pub fn same_query(tables: &[String]) -> String {
    let on_one_line = format!(
        "diesel::allow_tables_to_appear_in_same_query!({});\n",
        tables.join(", ")
    );
    if on_one_line.len() <= 100 {
        return on_one_line;
    }
    let lines: String = tables.iter().map(|table| format!("    {table},\n")).collect();
    format!("diesel::allow_tables_to_appear_in_same_query!(\n{lines});\n")
}

/// Returns the foreign keys for which `print_schema` writes a `joinable!`: those with one column that reference the
/// other table's primary key and are the only foreign key between the two tables. Each is child, column and parent, in
/// this order.
pub fn joins(schema: &Schema) -> Vec<(&TableName, &str, &TableName)> {
    let pair = |child: &TableName, key: &ForeignKey| {
        let (one, other) = (child.clone(), key.references.clone());
        if one <= other { (one, other) } else { (other, one) }
    };
    let mut between: BTreeMap<(TableName, TableName), usize> = BTreeMap::new();
    let keys = || {
        schema.tables.values().flat_map(|table| {
            table
                .foreign_keys()
                .filter_map(move |constraint| Some((&table.name, constraint.foreign_key()?)))
        })
    };
    for (child, key) in keys() {
        *between.entry(pair(child, key)).or_default() += 1;
    }
    let mut joins: Vec<(&TableName, &str, &TableName)> = keys()
        .filter(|(child, key)| **child != key.references && between.get(&pair(child, key)) == Some(&1))
        .filter(|(_, key)| {
            let parent = schema.tables.get(&key.references);
            parent.is_some_and(|parent| parent.primary_key_columns() == key.referenced_columns)
        })
        .filter_map(|(child, key)| match key.columns.as_slice() {
            [column] => Some((child, column.as_str(), &key.references)),
            _ => None,
        })
        .collect();
    joins.sort();
    joins
}
