//! `CREATE INDEX`.

use super::{comment::comment, options};
use crate::{
    model::{Index, IndexKey, TableName, quote_ident},
    render::column_list,
};

/// How an index is built.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Build {
    /// Writers wait.
    #[default]
    Locking,
    /// `CONCURRENTLY`, outside of a transaction.
    Concurrently,
}

/// Creates an index on a table or materialized view, with its comment.
pub fn index(table: &TableName, index: &Index, build: Build) -> Vec<String> {
    let unique = if index.unique { "UNIQUE " } else { "" };
    let concurrently = if build == Build::Concurrently {
        "CONCURRENTLY "
    } else {
        ""
    };
    let method = if index.method == "btree" {
        String::new()
    } else {
        format!(" USING {}", quote_ident(&index.method))
    };
    let keys: Vec<String> = index.keys.iter().map(key).collect();
    let mut statement = format!(
        "CREATE {unique}INDEX {concurrently}{} ON {table}{method} ({})",
        quote_ident(&index.name),
        keys.join(", ")
    );
    if !index.include.is_empty() {
        statement.push_str(&format!(" INCLUDE {}", column_list(&index.include)));
    }
    if index.nulls_not_distinct {
        statement.push_str(" NULLS NOT DISTINCT");
    }
    statement.push_str(&options(&index.options));
    if let Some(predicate) = &index.predicate {
        statement.push_str(&format!(" WHERE {predicate}"));
    }
    let mut statements = vec![statement];
    if index.clustered {
        statements.push(format!("ALTER TABLE {table} CLUSTER ON {}", quote_ident(&index.name)));
    }
    if let Some(text) = &index.comment {
        statements.push(comment(
            &format!("INDEX {}", table.sibling(index.name.as_str())),
            Some(text),
        ));
    }
    statements
}

fn key(key: &IndexKey) -> String {
    let mut words = if key.is_expression {
        key.text.clone()
    } else {
        quote_ident(&key.text)
    };
    if let Some(collation) = &key.collation {
        words.push_str(&format!(" COLLATE {collation}"));
    }
    if let Some(class) = &key.operator_class {
        words.push_str(&format!(" {class}"));
    }
    if key.descending {
        words.push_str(" DESC");
    }
    if key.nulls_first != key.descending {
        words.push_str(if key.nulls_first { " NULLS FIRST" } else { " NULLS LAST" });
    }
    words
}
