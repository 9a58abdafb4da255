//! `CREATE INDEX`.

use std::collections::BTreeMap;

use super::{comment::comment, options};
use crate::{
    model::{Index, IndexKey, Table, TableKind, TableName, quote_ident},
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
    index_on(&table.to_string(), table, index, build)
}

/// An index of a partitioned table, with those of its partitions.
#[derive(Debug, Default)]
pub struct Attached<'a> {
    /// What creates them.
    pub statements: Vec<String>,
    /// What is created: the table, and the index's name.
    pub created: Vec<(&'a TableName, &'a str)>,
}

/// Creates an index of a partitioned table and attaches those of its partitions, where Postgres might take others than these for its own.
/// `None` where it finds them without being told.
pub fn index_and_attached<'a>(
    tables: &'a BTreeMap<TableName, Table>,
    table: &'a Table,
    index: &'a Index,
) -> Option<Attached<'a>> {
    if !matches!(table.kind, TableKind::Partitioned { .. }) || !is_ambiguous(tables, table, index) {
        return None;
    }
    let mut out = Attached::default();
    attach(tables, table, index, &mut out);
    Some(out)
}

/// The partitions of a table, each with what is attached to an index of the whole.
fn attached<'a>(
    tables: &'a BTreeMap<TableName, Table>,
    table: &'a Table,
    index: &'a Index,
) -> impl Iterator<Item = (&'a Table, Option<&'a Index>)> {
    let partitions = tables.values();
    let partitions = partitions.filter(|own| own.partition_of.as_ref().is_some_and(|of| of.parent == table.name));
    partitions.map(|own| {
        let mut indexes = own.indexes.values();
        (own, indexes.find(|own| own.attached_to.as_ref() == Some(&index.name)))
    })
}

fn is_ambiguous(tables: &BTreeMap<TableName, Table>, table: &Table, index: &Index) -> bool {
    attached(tables, table, index).any(|(partition, own)| {
        let Some(own) = own else {
            return false;
        };
        let mut others = partition.indexes.values();
        others.any(|other| other.name != own.name && other.is_part_of(index)) || is_ambiguous(tables, partition, own)
    })
}

fn attach<'a>(tables: &'a BTreeMap<TableName, Table>, table: &'a Table, index: &'a Index, out: &mut Attached<'a>) {
    let is_whole = attached(tables, table, index).all(|(_, own)| own.is_some()) || !index.valid;
    let mut attachments = Vec::new();
    for (partition, own) in attached(tables, table, index) {
        if let Some(own) = own {
            attach(tables, partition, own, out);
            attachments.push(format!(
                "ALTER INDEX {} ATTACH PARTITION {}",
                table.name.sibling(&index.name),
                partition.name.sibling(&own.name)
            ));
        }
    }
    // Without some of its partitions' it would not be valid.
    let is_alone = is_whole && !attachments.is_empty();
    let on = if is_alone {
        format!("ONLY {}", table.name)
    } else {
        table.name.to_string()
    };
    out.statements.extend(index_on(&on, &table.name, index, Build::Locking));
    if is_alone {
        out.statements.extend(attachments);
    }
    out.created.push((&table.name, &index.name));
}

fn index_on(on: &str, table: &TableName, index: &Index, build: Build) -> Vec<String> {
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
        "CREATE {unique}INDEX {concurrently}{} ON {on}{method} ({})",
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
