//! Plans how new columns take the place of the old ones ([`retyped`](super::retyped)).

use std::collections::BTreeMap;

use super::{
    Input, around,
    columns::around_fill,
    edit::edit,
    enum_types, free_name,
    part::{Steps, planned, without_guards},
    retyped,
    selected::{Filled, Retyped, Selected},
    states::States,
};
use crate::{
    matching::Matches,
    model::{Column, Identity, Index, Pair, QualifiedName, Schema, TableName},
    plan::{Phase, Request, Statement},
    render::data_type,
    statement::{ColumnAction, Condition, Ddl, RowChange, SequenceAction, SequenceOption, TableAction, all_of},
};

/// Returns the statement that locks the tables of the columns at once, those that others reference first: a program that writes several of them
/// usually begins with these. Nothing if there is only one.
pub(super) fn lock(input: &Input<'_>, selected: &Selected, name: impl Fn(&TableName) -> TableName) -> Vec<Statement> {
    let after = input.schemas().after;
    let mut left: Vec<&TableName> = retyped::tables(&selected.retyped).into_iter().collect();
    let may_lock = |own: &&TableName| {
        after
            .tables
            .get(own)
            .is_some_and(|table| table.revoked_from_owner.is_empty())
    };
    if left.len() < 2 || !left.iter().all(may_lock) {
        return Vec::new();
    }
    let mut ordered: Vec<TableName> = Vec::new();
    while !left.is_empty() {
        let is_free = |own: &&TableName| {
            let keys = after.tables.get(own).into_iter().flat_map(|table| table.foreign_keys());
            let mut references = keys.filter_map(|key| key.foreign_key()).map(|key| &key.references);
            !references.any(|other| other != *own && left.contains(&other))
        };
        // Tables that reference each other have no order.
        let at = left.iter().position(is_free).unwrap_or_default();
        ordered.push(name(left.remove(at)));
    }
    vec![Statement::new(Phase::Guard, Ddl::LockTablesExclusively(ordered))]
}

/// Returns how new columns of a table are filled; `main` is the schema after the main part.
pub(super) fn filled(
    input: &Input<'_>,
    table: &TableName,
    columns: &[(String, String)],
    main: &Schema,
) -> Option<Filled> {
    let key = main.tables.get(table)?.primary_key_columns().to_vec();
    let mut set = main.clone();
    edit(&mut set, table, |own| {
        for (name, _) in columns {
            own.column_mut(name)
                .into_iter()
                .for_each(|column| column.nullable = false);
        }
    });
    let backfills = columns
        .iter()
        .map(|(name, value)| ((table.clone(), name.clone()), value.clone()));
    let backfills: BTreeMap<(TableName, String), String> = backfills.collect();
    let request = Request {
        backfills: &backfills,
        ..input.up
    };
    let statements = planned(request, Pair::new(main, &set), &Matches::default())?;
    let (disable, enable) = around_fill(&statements, table);
    Some(Filled { key, disable, enable })
}

/// Adds the statements with which the numbers of a column go on in the new one. Returns the schema after them.
pub(super) fn move_numbers(steps: &mut Steps, now: Schema, selected: &Selected, end: &Schema) -> Schema {
    let mut moved = now;
    for own in &selected.retyped {
        let tables = moved.tables.get(&own.table).zip(end.tables.get(&own.table));
        let columns = tables.and_then(|(now, end)| now.column(&own.column).zip(end.column(&own.column)));
        let Some((was, is)) = columns.map(|(was, is)| (was.clone(), is.clone())) else {
            continue;
        };
        if let (Some(old), Some(new)) = (&was.identity, &is.identity) {
            move_identity(steps, &mut moved, own, Pair::new(old, new));
        } else if was.sequence.is_some() && is.sequence.is_some() {
            move_sequence(steps, &mut moved, own, Pair::new(&was, &is));
        }
    }
    moved
}

/// An identity sequence belongs to its column: the new column gets another one, at the same position.
fn move_identity(steps: &mut Steps, schema: &mut Schema, own: &Retyped, identities: Pair<&Identity>) {
    let old = &identities.before.sequence;
    let is_taken = |name: &str| schema.has_relation(&old.schema, name);
    let name = free_name(&old.name, "_new", is_taken);
    let identity = Identity {
        sequence: old.sibling(&name),
        ..identities.after.clone()
    };
    let copy = |from: &QualifiedName, to: &QualifiedName| {
        Ddl::Rows(RowChange::CopyPosition {
            from: from.clone(),
            to: to.clone(),
        })
    };
    let alter = |action| Ddl::alter_column(&own.table, &own.new, action);
    let lock = Ddl::AlterSequence {
        name: old.clone(),
        action: SequenceAction::Options(vec![SequenceOption::Cache(identities.before.options.cache)]),
    };
    let lock = Statement {
        comments: vec![
            "schema-diff: allow(ban-alter-sequence-values) this changes nothing, and locks the sequence: nobody takes a number in between"
                .to_owned(),
        ],
        ..Statement::new(Phase::Filled, lock)
    };
    let filled = |ddl| Statement::new(Phase::Filled, ddl);
    let up = vec![
        filled(alter(ColumnAction::AddIdentity(Box::new(identity.clone())))),
        lock,
        filled(copy(old, &identity.sequence)),
    ];
    let down = [copy(&identity.sequence, old), alter(ColumnAction::DropIdentity)];
    steps.add(up, down.map(filled).into());
    edit(schema, &own.table, |table| {
        if let Some(column) = table.column_mut(&own.new) {
            column.identity = Some(Box::new(identity));
        }
    });
}

/// The sequence of a `serial` column belongs to the new column from now on.
fn move_sequence(steps: &mut Steps, schema: &mut Schema, own: &Retyped, columns: Pair<&Column>) {
    let (Some(old), Some(new)) = (&columns.before.sequence, &columns.after.sequence) else {
        return;
    };
    let give = |column: &str, options: &crate::model::SequenceOptions, other: &str, default: &Option<String>| {
        let alter = |action| Ddl::AlterSequence {
            name: old.name.clone(),
            action,
        };
        let set = default.clone().map(ColumnAction::SetDefault);
        let mut statements = vec![
            alter(SequenceAction::Options(vec![SequenceOption::DataType(
                options.data_type.clone(),
            )])),
            alter(SequenceAction::OwnedBy(Some((own.table.clone(), column.to_owned())))),
            Ddl::alter_column(&own.table, other, ColumnAction::DropDefault),
        ];
        statements.extend(set.map(|set| Ddl::alter_column(&own.table, column, set)));
        statements
    };
    let up = give(&own.new, &new.options, &own.column, &columns.after.default);
    let down = give(&own.column, &old.options, &own.new, &columns.before.default);
    steps.add_ddl(Phase::Filled, up, down);
    edit(schema, &own.table, |table| {
        if let Some(column) = table.column_mut(&own.column) {
            column.sequence = None;
            column.default = None;
        }
        if let Some(column) = table.column_mut(&own.new) {
            column.sequence = columns.after.sequence.clone();
            column.default = columns.after.default.clone();
        }
    });
}

/// Adds the statements that drop the old columns and the replaced keys, and give the old names to the new columns. Returns the schema after
/// them.
pub(super) fn switch(
    steps: &mut Steps,
    input: &Input<'_>,
    now: &Schema,
    selected: &Selected,
    states: &States,
) -> Option<Schema> {
    let mut bare = now.clone();
    for (table, key) in &states.replaced {
        edit(&mut bare, table, |own| drop(own.constraints.remove(&key.name)));
    }
    for (table, own) in &selected.outgoing {
        edit(&mut bare, table, |table| drop(table.constraints.remove(&own.name)));
    }
    for (table, name) in &selected.revalidated {
        edit(&mut bare, table, |own| drop(own.constraints.remove(name)));
    }
    for (table, index) in &states.vanishing {
        edit(&mut bare, table, |own| drop(own.indexes.remove(&index.name)));
    }
    if selected.retyped.is_empty() {
        steps.add_between(input, Pair::new(now, &bare))?;
        return Some(bare);
    }
    let mut dropped = bare.clone();
    for own in &selected.retyped {
        let is_own = |column: &Column| column.name == own.column;
        edit(&mut dropped, &own.table, |table| {
            table.columns.retain(|column| !is_own(column))
        });
        edit(&mut bare, &own.table, |table| {
            table.columns.iter_mut().filter(|column| is_own(column)).for_each(plain)
        });
    }
    let to_old = selected.renamed().flip();
    let mut switched = dropped.clone();
    for table in retyped::tables(&selected.retyped) {
        edit(&mut switched, table, |own| *own = to_old.map_table(own));
    }
    enum_types::switch(&mut switched, &selected.types);
    for (table, new, name) in &states.renamed {
        edit(&mut switched, table, |own| {
            if let Some(index) = own.indexes.remove(new) {
                let name = name.clone();
                own.indexes.insert(name.clone(), Index { name, ..index });
            }
        });
    }
    let up = planned(
        with_fills(input.up, &BTreeMap::new()),
        Pair::new(now, &switched),
        &to_old,
    )?;
    let (dropping, recreated) = around::code(&up);
    let mut back = guards_of(&input.simple_down.statements, selected);
    back.extend(dropping.iter().cloned());
    let states = [&switched, &dropped, &bare, now].map(|own| around::without(own, &dropping));
    back.extend(down(input, &states, selected)?);
    back.extend(recreated);
    let up = with_kept_values(without_guards(up), selected);
    steps.add(enum_types::explained(up, &selected.types), back);
    Some(switched)
}

/// Returns the guards of down.sql that read the columns whose types change back.
fn guards_of(statements: &[Statement], selected: &Selected) -> Vec<Statement> {
    let reads = |own: &&Statement| match &own.ddl {
        Ddl::Guard {
            condition: Some(Condition::Rows { table, test }),
            ..
        } => test.columns().iter().any(|column| selected.is_retyped(table, column)),
        _ => false,
    };
    statements.iter().filter(reads).cloned().collect()
}

/// Returns the guards against keys whose columns' conversions would make them equal; they follow other statements in the simple form.
pub(super) fn key_guards(input: &Input<'_>, selected: &Selected) -> Vec<Statement> {
    // The conversion may use a label or a type that does not exist yet.
    if selected.retyped.is_empty() || input.has_new_types() {
        return Vec::new();
    }
    let is_key = |own: &&Statement| {
        own.phase != Phase::Guard
            && matches!(
                &own.ddl,
                Ddl::Guard {
                    condition: Some(Condition::Duplicates { .. }),
                    ..
                }
            )
    };
    input.simple.statements.iter().filter(is_key).cloned().collect()
}

/// Returns the statements that add the old columns again: first the new columns get their other names, then the old ones are filled.
fn down(input: &Input<'_>, states: &[Schema; 4], selected: &Selected) -> Option<Vec<Statement>> {
    let [switched, dropped, bare, now] = states;
    let (none, same) = (BTreeMap::new(), Matches::default());
    let to_new = selected.renamed();
    let named = planned(with_fills(input.down, &none), Pair::new(switched, dropped), &to_new)?;
    let back = selected.retyped.iter();
    let back = back.map(|own| ((own.table.clone(), own.column.clone()), own.back.clone()));
    let back: BTreeMap<(TableName, String), String> = back.collect();
    let filled = planned(with_fills(input.down, &back), Pair::new(dropped, bare), &same)?;
    let keyed = planned(with_fills(input.down, &none), Pair::new(bare, now), &same)?;
    Some(without_guards(named.into_iter().chain(filled).chain(keyed).collect()))
}

const fn with_fills<'a>(request: Request<'a>, backfills: &'a BTreeMap<(TableName, String), String>) -> Request<'a> {
    Request { backfills, ..request }
}

/// Leaves a column its type, and whether it is nullable.
fn plain(column: &mut Column) {
    *column = Column {
        collation: column.collation.clone(),
        ..Column::new(column.name.clone(), column.data_type.clone(), column.nullable)
    };
}

/// Says of the dropped columns where their values are, and that the new ones are renamed on purpose.
pub(super) fn with_kept_values(statements: Vec<Statement>, selected: &Selected) -> Vec<Statement> {
    let mut statements = statements;
    for statement in &mut statements {
        let Ddl::AlterTable { table, actions, .. } = &statement.ddl else {
            continue;
        };
        let mut own = selected.retyped.iter().filter(|own| own.table == *table);
        let text = own.find_map(|own| match actions.as_slice() {
            [TableAction::DropColumn(name)] if own.column == *name => Some(dropped(own, selected)),
            [TableAction::DropColumn(name)] if own.new == *name => {
                Some(vec![format!("The values of {} stay.", own.column)])
            }
            [TableAction::RenameColumn { from, .. }] if own.new == *from => Some(vec![format!(
                "schema-diff: allow(renaming-column) no program uses {from}"
            )]),
            _ => None,
        });
        if let Some(text) = text {
            statement.comments = text;
        }
    }
    statements
}

/// Returns the comments above the statement that drops an old column.
fn dropped(own: &Retyped, selected: &Selected) -> Vec<String> {
    let name = &own.column;
    let mut comments = vec![format!(
        "schema-diff: allow(ban-drop-column) the values of {name} are in {}, which gets this name",
        own.new
    )];
    let is_key = selected
        .replaced
        .iter()
        .any(|(table, key)| *table == own.table && key.columns().contains(&name.as_str()));
    let mut indexes = selected.vanishing.iter();
    let is_unique = indexes.any(|(table, index)| *table == own.table && index.unique && index.columns.contains(name));
    if is_key || is_unique {
        comments.push(
            "schema-diff: allow(ban-drop-constraint) a new unique index takes the place of the old one".to_owned(),
        );
    }
    comments
}

/// Returns what a program has to know that runs when the new columns take the place of the old ones; empty if there are none.
pub(super) fn announcement(selected: &Selected, end: &Schema) -> String {
    let columns = selected.retyped.iter().filter_map(|own| {
        let column = end.tables.get(&own.table)?.column(&own.column)?;
        let is_replaced = selected.types.iter().any(|of| of.name.after == column.data_type.name);
        let of = data_type(&column.data_type);
        (!is_replaced).then(|| format!("{}.{} as {of}", own.table.plain(), own.column))
    });
    let columns: Vec<String> = columns.collect();
    let types: Vec<String> = selected.types.iter().map(|own| own.name.after.plain()).collect();
    let mut text = String::new();
    if !columns.is_empty() {
        text.push_str(&format!(
            "; DEPLOY: from here on, programs must read {}: start the new program when this part has run",
            all_of(&columns)
        ));
    }
    if !types.is_empty() {
        text.push_str(&format!(
            "; DEPLOY: connections that programs have opened before fail when they use {}: close them when this part has run",
            all_of(&types)
        ));
    }
    text
}
