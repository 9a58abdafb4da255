//! What an object gets back that is created again: extended statistics, settings of indexes, comments and privileges.

use super::{
    access::{Target, access, privileges},
    column::settings_of,
    comment::comment,
    options,
};
use crate::{
    model::{
        ColumnSettings, IndexSettings, PartitionTrigger, QualifiedName, Session, Settings, Statistics, TableName, View,
        quote_ident,
    },
    render::parenthesized,
};

/// Creates extended statistics.
pub fn statistics(name: &QualifiedName, of: &Statistics) -> String {
    let kinds = if of.kinds.is_empty() || of.columns.len() + of.expressions.len() < 2 {
        String::new()
    } else {
        format!(" ({})", of.kinds.join(", "))
    };
    let columns = of.columns.iter().map(|column| quote_ident(column));
    let expressions = of.expressions.iter().map(|text| parenthesized(text));
    let keys: Vec<String> = columns.chain(expressions).collect();
    format!("CREATE STATISTICS {name}{kinds} ON {} FROM {}", keys.join(", "), of.on)
}

/// Sets the target, the comment and the owner of extended statistics.
pub fn statistics_settings(name: &QualifiedName, of: &Statistics, session: &Session) -> Vec<String> {
    let target = of
        .target
        .map(|target| format!("ALTER STATISTICS {name} SET STATISTICS {target}"));
    let text = of.comment.as_deref();
    let comment = text.map(|text| comment(&format!("STATISTICS {name}"), Some(text)));
    let mut statements: Vec<String> = target.into_iter().chain(comment).collect();
    if !session.role.is_empty() && session.role != of.owner {
        let target = Target {
            altered: &format!("STATISTICS {name}"),
            granted: "",
            namespace: &name.schema,
            kind: ' ',
        };
        statements.extend(super::access::owner_of(&target, &of.owner, session));
    }
    statements
}

/// Sets what was set on an index. One that belongs to a constraint also gets its options, comment and mark, which others are created
/// with.
pub fn index_settings(table: &TableName, index: &str, is_key: bool, settings: &IndexSettings) -> Vec<String> {
    let name = table.sibling(index);
    let targets = settings
        .targets
        .iter()
        .map(|(key, target)| format!("ALTER INDEX {name} ALTER COLUMN {key} SET STATISTICS {target}"));
    let mut statements: Vec<String> = targets.collect();
    if is_key && let Some(options) = options(&settings.options).strip_prefix(" WITH ") {
        statements.push(format!("ALTER INDEX {name} SET {options}"));
    }
    if is_key && settings.clustered {
        statements.push(format!("ALTER TABLE {table} CLUSTER ON {}", quote_ident(index)));
    }
    if let Some(text) = settings.comment.as_deref().filter(|_| is_key) {
        statements.push(comment(&format!("INDEX {name}"), Some(text)));
    }
    statements
}

/// Sets how the values of a materialized view's column are stored and counted.
pub fn view_column_settings(view: &View, column: &str, settings: &ColumnSettings) -> Vec<String> {
    settings_of(&format!("MATERIALIZED VIEW {}", view.name), column, settings)
}

/// Sets the comment and the privileges of a sequence; its owner is that of its table.
pub fn sequence_settings(name: &QualifiedName, settings: &Settings, session: &Session) -> Vec<String> {
    let what = format!("SEQUENCE {name}");
    let target = Target {
        altered: &what,
        granted: &what,
        namespace: &name.schema,
        kind: 'S',
    };
    let text = settings.comment.as_deref();
    let comment = text.map(|text| comment(&what, Some(text)));
    comment
        .into_iter()
        .chain(privileges(&target, &settings.access, session))
        .collect()
}

/// Sets the comment, the owner and the privileges of a function or procedure.
pub fn function_settings(
    signature: &str,
    namespace: &str,
    kind: &str,
    settings: &Settings,
    session: &Session,
) -> Vec<String> {
    let what = format!("{kind} {signature}");
    let target = Target {
        altered: &what,
        granted: &what,
        namespace,
        kind: 'f',
    };
    let text = settings.comment.as_deref();
    let comment = text.map(|text| comment(&what, Some(text)));
    comment
        .into_iter()
        .chain(access(&target, &settings.access, session))
        .collect()
}

/// Sets the state of a trigger on a partition alone.
pub fn partition_trigger(partition: &TableName, name: &str, of: &PartitionTrigger) -> String {
    let state = match of.enabled {
        'D' => "DISABLE",
        'R' => "ENABLE REPLICA",
        'A' => "ENABLE ALWAYS",
        _ => "ENABLE",
    };
    format!("ALTER TABLE ONLY {partition} {state} TRIGGER {}", quote_ident(name))
}
