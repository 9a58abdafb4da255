//! `CREATE INDEX`.

use crate::{
    model::{Index, ObjectId, Table, TableKind, TableName, Tables},
    statement::{Build, Ddl, IndexAction, TableAction},
};

/// Creates an index on a table or materialized view, with its comment.
pub fn index(table: &TableName, index: &Index, build: Build) -> Vec<Ddl> {
    index_on(table, index, build, false)
}

/// An index of a partitioned table, with the indexes of its partitions.
#[derive(Debug, Default)]
pub struct Attached<'a> {
    /// The statements that create them.
    pub statements: Vec<Ddl>,
    /// The created indexes: the table, and the index's name.
    pub created: Vec<(&'a TableName, &'a str)>,
}

/// Creates an index of a partitioned table and attaches the indexes of its partitions, if Postgres might choose other
/// indexes of them. Returns `None` if Postgres attaches the right ones automatically.
pub fn index_and_attached<'a>(tables: &'a Tables, table: &'a Table, index: &'a Index) -> Option<Attached<'a>> {
    if !matches!(table.kind, TableKind::Partitioned { .. }) || !is_ambiguous(tables, table, index) {
        return None;
    }
    let mut out = Attached::default();
    attach(tables, table, index, &mut out);
    Some(out)
}

/// Returns the partitions of a table, each with the index that is attached to an index of the table.
fn attached<'a>(
    tables: &'a Tables,
    table: &'a Table,
    index: &'a Index,
) -> impl Iterator<Item = (&'a Table, Option<&'a Index>)> {
    let partitions = tables.values();
    let partitions = partitions.filter(|own| own.is_partition_of(&table.name));
    partitions.map(|own| {
        let mut indexes = own.indexes.values();
        (own, indexes.find(|own| own.attached_to.as_ref() == Some(&index.name)))
    })
}

fn is_ambiguous(tables: &Tables, table: &Table, index: &Index) -> bool {
    attached(tables, table, index).any(|(partition, own)| {
        let Some(own) = own else {
            return false;
        };
        let mut others = partition.indexes.values();
        others.any(|other| other.name != own.name && other.is_part_of(index)) || is_ambiguous(tables, partition, own)
    })
}

fn attach<'a>(tables: &'a Tables, table: &'a Table, index: &'a Index, out: &mut Attached<'a>) {
    let is_whole = attached(tables, table, index).all(|(_, own)| own.is_some()) || !index.valid;
    let mut attachments = Vec::new();
    for (partition, own) in attached(tables, table, index) {
        if let Some(own) = own {
            attach(tables, partition, own, out);
            attachments.push(Ddl::AlterIndex {
                index: table.name.sibling(&index.name),
                action: IndexAction::AttachPartition(partition.name.sibling(&own.name)),
            });
        }
    }
    // An index that is created with `ONLY` is not valid until every partition has an attached index.
    let is_alone = is_whole && !attachments.is_empty();
    out.statements
        .extend(index_on(&table.name, index, Build::Locking, is_alone));
    if is_alone {
        out.statements.extend(attachments);
    }
    out.created.push((&table.name, &index.name));
}

fn index_on(table: &TableName, index: &Index, build: Build, only: bool) -> Vec<Ddl> {
    let mut statements = vec![Ddl::CreateIndex {
        table: table.clone(),
        only,
        index: Box::new(index.clone()),
        build,
    }];
    if index.clustered {
        statements.push(Ddl::alter_table(table, TableAction::ClusterOn(index.name.clone())));
    }
    let id = ObjectId::Index(table.sibling(index.name.as_str()));
    statements.extend(Ddl::comment(id, index.comment.as_deref()));
    statements
}
