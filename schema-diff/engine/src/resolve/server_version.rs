//! Reports declarations that need a newer Postgres than the server.

use super::Resolver;
use crate::declared::{DeclaredColumn, Location};
use crate::diagnostic::DiagnosticCode;
use schema_diff_grammar::attribute::{ColumnAttribute, ColumnSetting, ForeignKey, Index, TableAttribute, Unique};

/// The first major version that supports a feature, and the feature.
type Since = (u32, String);

impl Resolver<'_> {
    /// Reports features that the server is too old for, where they are declared.
    pub(super) fn server_version(&mut self) {
        let server = self.input.before.major_version();
        // The server of an empty schema is unknown.
        if server == 0 {
            return;
        }
        let mut needed: Vec<(Since, Location)> = Vec::new();
        for (table, _) in &self.input.matching.managed {
            for column in &table.columns {
                needed.extend(type_needs(column));
                let of_attribute = |(attribute, at): &(ColumnAttribute, Location)| {
                    column_needs(attribute)
                        .into_iter()
                        .map(|need| (need, at.clone()))
                        .collect::<Vec<_>>()
                };
                needed.extend(column.attributes.iter().flat_map(of_attribute));
            }
            let of_attribute = |(attribute, at): &(TableAttribute, Location)| {
                table_needs(attribute)
                    .into_iter()
                    .map(|need| (need, at.clone()))
                    .collect::<Vec<_>>()
            };
            needed.extend(table.attributes.iter().flat_map(of_attribute));
        }
        for ((since, what), at) in needed {
            if since > server {
                self.problem(
                    DiagnosticCode::ServerTooOld,
                    Some(&at),
                    format!("{what} needs Postgres {since}; this server is {server}"),
                    "remove it, or use a newer server",
                );
            }
        }
    }
}

fn column_needs(attribute: &ColumnAttribute) -> Vec<Since> {
    match attribute {
        ColumnAttribute::Unique(spec) => unique_needs(spec),
        ColumnAttribute::Index(spec) => index_needs(spec),
        ColumnAttribute::References(spec) => foreign_key_needs(spec),
        ColumnAttribute::Generated(Some(spec)) if spec.is_virtual => vec![(18, "a virtual generated column".into())],
        ColumnAttribute::SqlType(text) => spelled_needs(text),
        ColumnAttribute::Setting(ColumnSetting::Compression, _) => vec![(14, "`compression`".into())],
        _ => Vec::new(),
    }
}

fn table_needs(attribute: &TableAttribute) -> Vec<Since> {
    match attribute {
        TableAttribute::Unique(spec) => unique_needs(spec),
        TableAttribute::Index(spec) => index_needs(spec),
        TableAttribute::ForeignKey(spec) => foreign_key_needs(spec),
        _ => Vec::new(),
    }
}

fn unique_needs(spec: &Unique) -> Vec<Since> {
    nulls_not_distinct(spec.nulls_not_distinct)
}

fn index_needs(spec: &Index) -> Vec<Since> {
    let mut needs = nulls_not_distinct(spec.nulls_not_distinct);
    if spec.method.as_deref() == Some("spgist") && !spec.include.is_empty() {
        needs.push((14, "`include` on an spgist index".into()));
    }
    needs
}

fn nulls_not_distinct(spec: bool) -> Vec<Since> {
    spec.then(|| (15, "`nulls_not_distinct`".into())).into_iter().collect()
}

fn foreign_key_needs(spec: &ForeignKey) -> Vec<Since> {
    let has_columns = !spec.on_delete_columns.is_empty();
    has_columns
        .then(|| (15, "`on_delete` with a list of columns".into()))
        .into_iter()
        .collect()
}

/// Returns what a type spelled in `sql_type` needs: multiranges, and scales of `numeric` outside its precision.
fn spelled_needs(text: &str) -> Vec<Since> {
    let Some(found) = crate::declared_type::spelled_builtin(text) else {
        return Vec::new();
    };
    let parts = found.modifier.as_deref().and_then(|own| own.split_once(','));
    let numbers = parts.and_then(|(precision, scale)| precision.parse::<i32>().ok().zip(scale.parse::<i32>().ok()));
    let mut needs = multirange(&found.name.name);
    if found.name.name == "numeric" && numbers.is_some_and(|(precision, scale)| scale < 0 || scale > precision) {
        needs.push((
            15,
            "a numeric scale that is negative or greater than the precision".into(),
        ));
    }
    needs
}

fn type_needs(column: &DeclaredColumn) -> Option<(Since, Location)> {
    let is_builtin = column.data_type.schema.as_deref() == Some("pg_catalog");
    let needs = multirange(&column.data_type.name).pop().filter(|_| is_builtin)?;
    Some((needs, column.type_location.clone()))
}

fn multirange(name: &str) -> Vec<Since> {
    let is_multirange = name.ends_with("multirange");
    is_multirange
        .then(|| (14, format!("the type {name}")))
        .into_iter()
        .collect()
}
