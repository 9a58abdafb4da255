//! The settings that a recreated object gets back: extended statistics, settings of indexes, comments and privileges.

use super::{
    access::{access, owner_of, privileges},
    column::settings as column_settings,
};
use crate::{
    model::{
        ColumnSettings, IndexSettings, ObjectId, PartitionTrigger, QualifiedName, Session, Settings, Statistics,
        TableName, View,
    },
    statement::{Ddl, Firing, IndexAction, TableAction},
};

/// Creates extended statistics.
pub fn statistics(name: &QualifiedName, of: &Statistics) -> Ddl {
    Ddl::CreateStatistics {
        name: name.clone(),
        of: Box::new(of.clone()),
    }
}

/// Sets the target, the comment and the owner of extended statistics.
pub fn statistics_settings(name: &QualifiedName, of: &Statistics, session: &Session) -> Vec<Ddl> {
    let id = ObjectId::Statistics(name.clone());
    let target = of.target.map(|target| Ddl::SetStatisticsTarget {
        name: name.clone(),
        target,
    });
    let comment = Ddl::comment(id.clone(), of.comment.as_deref());
    let mut statements: Vec<Ddl> = target.into_iter().chain(comment).collect();
    if !session.role.is_empty() && session.role != of.owner {
        statements.extend(owner_of(&id, &of.owner, session));
    }
    statements
}

/// Sets the settings of an index.
///
/// The index of a constraint also gets its options, its comment and `CLUSTER ON`; other indexes are created with these.
pub fn index_settings(table: &TableName, index: &str, is_key: bool, settings: &IndexSettings) -> Vec<Ddl> {
    let name = table.sibling(index);
    let alter = |action| Ddl::AlterIndex {
        index: name.clone(),
        action,
    };
    let targets = settings.targets.iter();
    let mut statements: Vec<Ddl> = targets
        .map(|(key, target)| {
            alter(IndexAction::SetStatistics {
                key: *key,
                target: *target,
            })
        })
        .collect();
    if is_key && !settings.options.is_empty() {
        statements.push(alter(IndexAction::SetOptions(settings.options.clone())));
    }
    if is_key && settings.clustered {
        statements.push(Ddl::alter_table(table, TableAction::ClusterOn(index.to_owned())));
    }
    let text = settings.comment.as_deref().filter(|_| is_key);
    statements.extend(Ddl::comment(ObjectId::Index(name.clone()), text));
    statements
}

/// Sets the storage, compression, statistics target and attribute options of a materialized view's column.
pub fn view_column_settings(view: &View, column: &str, settings: &ColumnSettings) -> Vec<Ddl> {
    column_settings(settings)
        .map(|action| Ddl::AlterViewColumn {
            view: ObjectId::MaterializedView(view.name.clone()),
            column: column.to_owned(),
            action,
        })
        .collect()
}

/// Sets the comment and the privileges of a sequence; its owner is that of its table.
pub fn sequence_settings(name: &QualifiedName, settings: &Settings, session: &Session) -> Vec<Ddl> {
    let id = ObjectId::Sequence(name.clone());
    Ddl::comment(id.clone(), settings.comment.as_deref())
        .into_iter()
        .chain(privileges(&id, &settings.access, session))
        .collect()
}

/// Sets the comment, the owner and the privileges of a function or procedure.
pub fn function_settings(id: &ObjectId, settings: &Settings, session: &Session) -> Vec<Ddl> {
    Ddl::comment(id.clone(), settings.comment.as_deref())
        .into_iter()
        .chain(access(id, &settings.access, session))
        .collect()
}

/// Sets when a trigger fires on one partition only.
pub fn partition_trigger(partition: &TableName, name: &str, of: &PartitionTrigger) -> Ddl {
    Ddl::AlterTable {
        table: partition.clone(),
        only: true,
        actions: vec![TableAction::Trigger {
            name: name.to_owned(),
            firing: Firing::of(of.enabled),
        }],
    }
}
