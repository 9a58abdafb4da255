//! What Postgres would not let stand while a column changes: it is taken down and put back.

use std::collections::BTreeSet;

use super::{Planner, code::Fate, columns::made_generated};
use crate::{
    casts::{base, may_refer, same_family},
    model::{
        ColumnRef, Constraint, ConstraintKind, DataType, ForeignKey, Index, Pair, Schema, Table, TableName, View,
        mentioned_names,
    },
    resolve::{Node, called, code_in_order},
};

/// Generated columns that have to be made again: their expression changes, what they read changes its type, or they were plain.
pub(super) fn remade(planner: &Planner<'_>) -> BTreeSet<ColumnRef> {
    let mut remade = BTreeSet::new();
    for tables in planner.kept_tables() {
        let name = &tables.before.name;
        for column in &tables.before.columns {
            let own = ColumnRef::column(name, &column.name);
            let after = tables.after.column(&planner.request.renames.column(name, &column.name));
            if after.is_some_and(|after| made_generated(column, after)) {
                remade.insert(own);
                continue;
            }
            let Some(generated) = &column.generated else { continue };
            let changes = planner.retyped.contains(&own)
                || planner.changed.column(&own).generated
                || generated
                    .columns
                    .iter()
                    .any(|read| planner.retyped.contains(&ColumnRef::column(name, read)));
            let stays = after.is_some_and(|after| after.generated.is_some());
            if changes && stays {
                remade.insert(own);
            }
        }
    }
    remade
}

/// Whether something that reads these columns has to be taken down.
pub(super) fn in_the_way(planner: &Planner<'_>, reads: &[ColumnRef]) -> bool {
    reads
        .iter()
        .any(|read| planner.is_dropped(read) || planner.is_retyped(read) || planner.is_remade(read))
}

/// Views and functions that are dropped, for good or for the time being.
#[derive(Default)]
pub(super) struct Fallen {
    /// In the order in which they can be created.
    pub order: Vec<Node>,
    /// The views among them.
    pub views: BTreeSet<TableName>,
    /// The functions among them, by their signatures.
    pub functions: BTreeSet<String>,
}

/// Views and functions that depend on what changes, and those that depend on such views and functions.
pub(super) fn fallen(planner: &Planner<'_>) -> Fallen {
    let before = planner.before();
    let mut fallen = Fallen {
        views: planner
            .changed
            .dropped_views
            .union(&planner.changed.replaced_views)
            .cloned()
            .collect(),
        ..Fallen::default()
    };
    let called = called(before);
    for node in code_in_order(before) {
        let falls = match &node {
            Node::View(name) => {
                let calls = called.get(name).into_iter().flatten();
                fallen.views.contains(name)
                    || calls.into_iter().any(|signature| fallen.functions.contains(*signature))
                    || before
                        .views
                        .get(name)
                        .is_some_and(|view| view_falls(planner, view, &fallen.views))
            }
            Node::Function(signature) => before.functions.get(signature).is_some_and(|function| {
                let uses = function
                    .depends_on
                    .iter()
                    .any(|read| fallen.views.contains(&read.relation));
                uses || in_the_way(planner, &function.depends_on)
                    || planner.fate_of_function(signature, function) == Fate::Dropped
            }),
        };
        if falls {
            match &node {
                Node::View(name) => fallen.views.insert(name.clone()),
                Node::Function(signature) => fallen.functions.insert(signature.clone()),
            };
            fallen.order.push(node);
        }
    }
    fallen
}

fn view_falls(planner: &Planner<'_>, view: &View, down: &BTreeSet<TableName>) -> bool {
    let reads_a_fallen_view = view.depends_on.iter().any(|read| down.contains(&read.relation));
    let names_rebuilt = !planner.rebuilt_types.is_empty()
        && mentioned_names(&view.query)
            .iter()
            .any(|name| planner.rebuilt_types.contains(name));
    reads_a_fallen_view || names_rebuilt || in_the_way(planner, &view.depends_on)
}

/// Whether a foreign key that stays has to be dropped and added again: one of its columns changes to a type that cannot be
/// compared with the other's meanwhile, or the key that it refers to is built anew.
pub(super) fn foreign_key(planner: &Planner<'_>, table: &Table, constraint: &Constraint) -> bool {
    let Some(key) = constraint.foreign_key() else {
        return false;
    };
    let pairs = key.columns.iter().zip(&key.referenced_columns);
    let apart = |(own, other): (&String, &String)| {
        let (own, other) = (
            ColumnRef::column(&table.name, own),
            ColumnRef::column(&key.references, other),
        );
        (planner.retyped.contains(&own) || planner.retyped.contains(&other)) && !stays_comparable(planner, &own, &other)
    };
    let remade = key
        .columns
        .iter()
        .any(|column| planner.is_remade(&ColumnRef::column(&table.name, column)));
    remade || pairs.into_iter().any(apart) || target_falls(planner, key)
}

/// Whether the key that a foreign key refers to is taken down, for good or for the time being.
pub(super) fn target_falls(planner: &Planner<'_>, key: &ForeignKey) -> bool {
    let is_rebuilt = planner.before().tables.get(&key.references).is_some_and(|target| {
        target.constraints.values().any(|own| {
            let same_columns = match &own.kind {
                ConstraintKind::PrimaryKey { columns, .. } | ConstraintKind::Unique { columns, .. } => {
                    columns.iter().collect::<BTreeSet<_>>() == key.referenced_columns.iter().collect::<BTreeSet<_>>()
                }
                _ => false,
            };
            let over_remade = own
                .columns()
                .into_iter()
                .any(|column| planner.is_remade(&ColumnRef::column(&target.name, column)));
            same_columns && (over_remade || planner.changed.drops_constraint(&target.name, &own.name))
        })
    });
    // A foreign key may rest on a unique index that is no constraint.
    let loses_index = planner.before().tables.get(&key.references).is_some_and(|target| {
        let mut indexes = target.indexes.values().filter(|own| own.unique && !has_expression(own));
        indexes.any(|own| {
            let keys: BTreeSet<&String> = own.keys.iter().map(|key| &key.text).collect();
            keys == key.referenced_columns.iter().collect() && planner.changed.drops_index(&target.name, &own.name)
        })
    });
    let goes = |column: &String| planner.is_dropped(&ColumnRef::column(&key.references, column));
    is_rebuilt || loses_index || key.referenced_columns.iter().any(goes)
}

/// Whether Postgres can compare a referring column with the referenced one at every moment while one or both change their types.
fn stays_comparable(planner: &Planner<'_>, own: &ColumnRef, other: &ColumnRef) -> bool {
    let (Some(own), Some(other)) = (column_types(planner, own), column_types(planner, other)) else {
        return false;
    };
    [
        (&own.before, &other.after),
        (&own.after, &other.before),
        (&own.after, &other.after),
    ]
    .into_iter()
    .all(|(own, key)| may_refer(own, key) && is_zoned(own) == is_zoned(key))
}

/// Whether a comparison with a type without a zone depends on the session's.
fn is_zoned(data_type: &DataType) -> bool {
    matches!(data_type.builtin_name(), Some("timestamptz" | "timetz"))
}

/// A column's type, without domains, before and after; `None` where its collation or the type itself is replaced, or the user converts it.
fn column_types(planner: &Planner<'_>, column: &ColumnRef) -> Option<Pair<DataType>> {
    let name = column.column.as_ref()?;
    let before = planner.before().tables.get(&column.relation)?.column(name)?;
    let renames = planner.request.renames;
    let after_table = planner.after().tables.get(&renames.table(&column.relation))?;
    let after = after_table.column(&renames.column(&column.relation, name))?;
    let by_user = (after_table.name.clone(), after.name.clone());
    let is_replaced = planner.rebuilt_types.contains(&before.data_type.name)
        || before.collation != after.collation
        || planner.request.usings.contains_key(&by_user);
    (!is_replaced).then(|| {
        Pair::new(
            base(planner.before(), &before.data_type),
            base(planner.after(), &after.data_type),
        )
    })
}

/// Whether an index, check or exclusion that stays has to be taken down: it has an expression over a column whose type
/// becomes one of another family, in which the expression's own casts no longer make sense.
pub(super) fn expression(planner: &Planner<'_>, table: &Table, columns: &[String]) -> bool {
    columns.iter().any(|name| {
        let read = ColumnRef::column(&table.name, name);
        planner.is_remade(&read) || (planner.retyped.contains(&read) && changes_family(planner, table, name))
    })
}

/// Whether an index has an expression as a key that reads a column of which the type becomes another. Postgres builds it again anyway, and
/// keeps of a cast to the new type nothing but the column, which it cannot undo.
pub(super) fn key_expression(planner: &Planner<'_>, table: &Table, index: &Index) -> bool {
    let retyped = |name: &String| {
        let after = planner
            .after()
            .tables
            .get(&planner.request.renames.table(&table.name))
            .and_then(|after| after.column(&planner.request.renames.column(&table.name, name)));
        match (table.column(name), after) {
            (Some(before), Some(after)) => {
                planner.request.renames.data_type(&before.data_type).name != after.data_type.name
            }
            _ => false,
        }
    };
    index.keys.iter().any(|key| key.is_expression) && index.columns.iter().any(retyped)
}

fn changes_family(planner: &Planner<'_>, table: &Table, name: &str) -> bool {
    let Some(before) = table.column(name) else { return false };
    if planner.rebuilt_types.contains(&before.data_type.name) {
        return true;
    }
    let after = planner
        .after()
        .tables
        .get(&planner.request.renames.table(&table.name))
        .and_then(|after| after.column(&planner.request.renames.column(&table.name, name)));
    after.is_none_or(|after| {
        let (old, new) = (
            base(planner.before(), &before.data_type),
            base(planner.after(), &after.data_type),
        );
        !same_family(&old, &new)
    })
}

/// Whether an index has anything but plain columns in it.
pub(super) fn has_expression(index: &Index) -> bool {
    index.predicate.is_some() || index.keys.iter().any(|key| key.is_expression)
}

/// Whether a type is a domain that takes no NULL, by itself or by a domain that it is made of.
pub(super) fn forbids_null(schema: &Schema, data_type: &DataType) -> bool {
    !data_type.array
        && schema
            .domain(&data_type.name)
            .is_some_and(|domain| domain.not_null || forbids_null(schema, &domain.base))
}
