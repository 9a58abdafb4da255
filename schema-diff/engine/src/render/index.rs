//! The SQL of indexes.

use super::{column_list, ident, option_list, with_options};
use crate::{
    model::{Index, IndexKey, QualifiedName, TableName},
    statement::{Build, IndexAction},
};

pub(super) fn create(table: &TableName, only: bool, index: &Index, build: Build) -> String {
    let only = if only { "ONLY " } else { "" };
    let unique = if index.unique { "UNIQUE " } else { "" };
    let concurrently = if build == Build::Concurrently {
        "CONCURRENTLY "
    } else {
        ""
    };
    format!(
        "CREATE {unique}INDEX {concurrently}{} ON {only}{table}{}",
        ident(&index.name),
        index_keys(index)
    )
}

/// Renders everything of an index that follows the table's name: ` USING gin (tags) WHERE ...`.
pub fn index_keys(index: &Index) -> String {
    let method = if index.method == "btree" {
        String::new()
    } else {
        format!(" USING {}", ident(&index.method))
    };
    let keys: Vec<String> = index.keys.iter().map(key).collect();
    let mut text = format!("{method} ({})", keys.join(", "));
    if !index.include.is_empty() {
        text.push_str(&format!(" INCLUDE {}", column_list(&index.include)));
    }
    if index.nulls_not_distinct {
        text.push_str(" NULLS NOT DISTINCT");
    }
    text.push_str(&with_options(&index.options));
    if let Some(predicate) = &index.predicate {
        text.push_str(&format!(" WHERE {predicate}"));
    }
    text
}

pub(super) fn alter(index: &QualifiedName, action: &IndexAction) -> String {
    let action = match action {
        IndexAction::RenameTo(to) => format!("RENAME TO {}", ident(to)),
        IndexAction::SetStatistics { key, target } => format!("ALTER COLUMN {key} SET STATISTICS {target}"),
        IndexAction::SetOptions(options) => format!("SET {}", option_list(options)),
        IndexAction::AttachPartition(partition) => format!("ATTACH PARTITION {partition}"),
    };
    format!("ALTER INDEX {index} {action}")
}

fn key(key: &IndexKey) -> String {
    let mut sql = if key.is_expression {
        key.text.clone()
    } else {
        ident(&key.text)
    };
    if let Some(collation) = &key.collation {
        sql.push_str(&format!(" COLLATE {collation}"));
    }
    if let Some(class) = &key.operator_class {
        sql.push_str(&format!(" {class}"));
    }
    if key.descending {
        sql.push_str(" DESC");
    }
    if key.nulls_first != key.descending {
        sql.push_str(if key.nulls_first { " NULLS FIRST" } else { " NULLS LAST" });
    }
    sql
}
