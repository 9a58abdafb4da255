//! Keys over columns whose conversion may map several values to one: a migration stops on rows that would be
//! duplicates.

use super::{Direction, Phase, Planner, guards::raise_if};
use crate::{
    casts::{Loss, base, loss},
    model::{Column, ConstraintKind, Pair, Table},
    statement::{Condition, Conversion, Key},
};

/// A column whose type changes, and how its values are converted.
pub(super) struct Retyped<'a> {
    pub columns: Pair<&'a Column>,
    /// The conversion; `None` if Postgres converts the values automatically.
    pub using: Option<Conversion>,
}

impl Planner<'_> {
    /// Adds a guard before the types of a table change, for each kept key that could have duplicates afterwards.
    pub(super) fn guard_converted_keys(&mut self, tables: Pair<&Table>, retyped: &[Retyped<'_>]) {
        let merging: Vec<&Retyped<'_>> = retyped
            .iter()
            .filter(|conversion| self.may_merge(tables, conversion))
            .collect();
        if merging.is_empty() {
            return;
        }
        let table = &tables.before.name;
        for (columns, predicate, nulls_too) in self.kept_keys(tables.before) {
            let is_key = |own: &&&Retyped<'_>| columns.contains(&own.columns.before.name);
            let changing: Vec<&str> = merging
                .iter()
                .filter(is_key)
                .map(|conversion| conversion.columns.before.name.as_str())
                .collect();
            if changing.is_empty() {
                continue;
            }
            let key = |name: &String| match retyped.iter().find(|own| own.columns.before.name == *name) {
                Some(own) => Key::Converted {
                    column: name.clone(),
                    conversion: own.using.clone(),
                    data_type: self.retyped_to(own.columns.after),
                },
                None => Key::Column(name.clone()),
            };
            let condition = Condition::Duplicates {
                table: table.clone(),
                keys: columns.iter().map(key).collect(),
                predicate,
                nulls_too,
            };
            let shown = table.plain();
            let first = changing.first().copied().unwrap_or_default();
            let guard = raise_if(
                condition,
                format!(
                    "table {shown} would violate its unique key ({}), because the type conversion of {} makes different values equal",
                    columns.join(", "),
                    changing.join(", ")
                ),
                format!(
                    "First delete or change the rows whose keys would become equal; or, to convert the column in another way, pass --using \"{shown}.{first}=EXPRESSION\" to schema-diff autogenerate"
                ),
            );
            self.push(Phase::Alter, guard);
        }
    }

    /// Returns whether a conversion may map several values to one.
    fn may_merge(&self, tables: Pair<&Table>, retyped: &Retyped<'_>) -> bool {
        let Pair { before, after } = retyped.columns;
        let (from, to) = (
            base(self.before(), &before.data_type),
            base(self.after(), &after.data_type),
        );
        let decided = self
            .request
            .usings
            .contains_key(&(tables.after.name.clone(), after.name.clone()));
        let names = (from.builtin_name(), to.builtin_name());
        let is_text = |name: Option<&str>| matches!(name, Some("text" | "varchar" | "bpchar"));
        let ignores_something = matches!(names.1, Some("bpchar" | "bool")) || to.name.name == "citext";
        let is_other = from.name != to.name || from.array != to.array;
        // The values that a downgrade converts back were distinct before.
        if decided || self.request.direction == Direction::Down {
            return decided;
        }
        loss(&from, &to) == Loss::Silent || (is_other && ((is_text(names.0) && !is_text(names.1)) || ignores_something))
    }

    /// Returns the kept keys of a table (named as in the before schema): columns, predicate, and whether NULLs are
    /// equal.
    fn kept_keys(&self, table: &Table) -> Vec<(Vec<String>, Option<String>, bool)> {
        let constraints = table.constraints.values().filter_map(|own| match &own.kind {
            _ if own.deferrable || self.changed.drops_constraint(&table.name, &own.name) => None,
            ConstraintKind::PrimaryKey { columns, .. } => Some((columns.clone(), None, false)),
            ConstraintKind::Unique {
                columns,
                nulls_not_distinct,
                ..
            } => Some((columns.clone(), None, *nulls_not_distinct)),
            _ => None,
        });
        let indexes = table.indexes.values().filter_map(|own| {
            let is_kept = own.unique && !self.changed.drops_index(&table.name, &own.name);
            let is_plain = own.keys.iter().all(|key| !key.is_expression);
            (is_kept && is_plain).then(|| {
                let columns = own.keys.iter().map(|key| key.text.clone()).collect();
                (columns, own.predicate.clone(), own.nulls_not_distinct)
            })
        });
        constraints.chain(indexes).collect()
    }
}
