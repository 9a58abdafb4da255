//! Constraints and indexes that cannot be kept while columns change.

use std::collections::BTreeSet;

use super::{Dependent, Fate, Names, Object, Planner, Reason, of_table};
use crate::{
    casts::{base, may_refer, same_family},
    model::{Column, ColumnRef, Constraint, ConstraintKind, DataType, ForeignKey, Index, Pair, Table},
};

impl<'a> Planner<'a> {
    /// Adds the dependent constraints and indexes of a table. Postgres drops those of a dropped column or table
    /// automatically, except for foreign keys between tables.
    pub(super) fn dependent_keys(&self, table: &'a Table, found: &mut Vec<Dependent<'a>>) {
        for constraint in table.constraints.values().filter(|own| !own.inherited) {
            let object = Object::Constraint(table, constraint);
            if let Some(key) = constraint.foreign_key() {
                let reasons = self.reasons_of_foreign_key(table, constraint, key);
                found.extend(self.dependent(object, reasons, Names::After));
            } else if !self.drops_table(&table.name) {
                let reads = of_table(table, constraint.columns());
                let reasons = self.reasons_of_constraint(table, constraint, &reads);
                found.extend(self.dependent(object, reasons, self.names_when_recreatable(&reads)));
            }
        }
        if self.drops_table(&table.name) {
            return;
        }
        for index in table.indexes.values().filter(|own| !own.inherited) {
            let reads = of_table(table, index.columns.iter().map(String::as_str));
            let reasons = self.reasons_of_index(table, index, &reads);
            let names = self.names_when_recreatable(&reads);
            found.extend(self.dependent(Object::Index(table, index), reasons, names));
        }
    }

    fn reasons_of_constraint(&self, table: &Table, constraint: &Constraint, reads: &[ColumnRef]) -> Vec<Reason> {
        let is_dropped = self.changed.drops_constraint(&table.name, &constraint.name);
        let with_column = reads.iter().any(|read| self.is_dropped(read));
        let has_expression = matches!(
            constraint.kind,
            ConstraintKind::Check { .. } | ConstraintKind::Exclude { .. }
        );
        let mut reasons = match has_expression {
            true if with_column => Vec::new(),
            true => self.reasons_of_expression(table, reads),
            false => self.recreated_among(reads),
        };
        if is_dropped && (!with_column || !reasons.is_empty()) {
            reasons.insert(0, Reason::Dropped);
        }
        reasons
    }

    fn reasons_of_index(&self, table: &Table, index: &Index, reads: &[ColumnRef]) -> Vec<Reason> {
        if reads.iter().any(|read| self.is_dropped(read)) {
            return Vec::new();
        }
        let is_dropped = self.changed.drops_index(&table.name, &index.name);
        let mut reasons = Vec::from_iter(is_dropped.then_some(Reason::Dropped));
        if has_expression(index) {
            reasons.extend(self.reasons_of_expression(table, reads));
        } else {
            reasons.extend(self.recreated_among(reads));
        }
        for reason in self.rewritten_keys(table, index, reads) {
            if !reasons.contains(&reason) {
                reasons.push(reason);
            }
        }
        if self.is_ambiguous_in_partitions(table, index) {
            reasons.push(Reason::AmbiguousInPartitions);
        }
        reasons
    }

    /// Returns those of the columns that are dropped and recreated.
    fn recreated_among(&self, reads: &[ColumnRef]) -> Vec<Reason> {
        self.reasons_among(reads, |read| self.is_recreated(read))
    }

    /// Returns the reasons why an expression cannot be kept: a column is recreated, or changes to a type of another
    /// family, for which the casts in the expression are not valid.
    fn reasons_of_expression(&self, table: &Table, reads: &[ColumnRef]) -> Vec<Reason> {
        self.reasons_among(reads, |read| {
            let name = read.column.as_deref().unwrap_or_default();
            self.is_recreated(read) || (self.is_retyped(read) && self.changes_family(table, name))
        })
    }

    fn reasons_among(&self, reads: &[ColumnRef], blocks: impl Fn(&ColumnRef) -> bool) -> Vec<Reason> {
        let blocking: Vec<ColumnRef> = reads.iter().filter(|read| blocks(read)).cloned().collect();
        self.reasons(&blocking)
    }

    /// Returns the retyped columns of an index that has an expression as a key.
    ///
    /// Postgres rebuilds such an index anyway, and reduces a cast to the new type to the bare column, which it cannot
    /// revert.
    fn rewritten_keys(&self, table: &Table, index: &Index, reads: &[ColumnRef]) -> Vec<Reason> {
        if !index.keys.iter().any(|key| key.is_expression) {
            return Vec::new();
        }
        self.reasons_among(reads, |read| {
            let columns = read.column.as_ref().and_then(|name| self.columns_of(table, name));
            columns.is_some_and(|columns| {
                self.request.matches.data_type(&columns.before.data_type).name != columns.after.data_type.name
            })
        })
    }

    /// Returns a column (named as in the before schema) of a table in the before schema, before and after.
    fn columns_of<'t>(&'t self, table: &'t Table, name: &str) -> Option<Pair<&'t Column>> {
        let after = self.after().tables.get(&self.request.matches.table(&table.name))?;
        let after = after.column(&self.request.matches.column(&table.name, name))?;
        Some(Pair::new(table.column(name)?, after))
    }

    fn changes_family(&self, table: &Table, name: &str) -> bool {
        let Some(before) = table.column(name) else { return false };
        if self.rebuilt_types.contains(&before.data_type.name) {
            return true;
        }
        self.columns_of(table, name).is_none_or(|columns| {
            let old = base(self.before(), &columns.before.data_type);
            let new = base(self.after(), &columns.after.data_type);
            !same_family(&old, &new)
        })
    }

    fn reasons_of_foreign_key(&self, table: &Table, constraint: &Constraint, key: &ForeignKey) -> Vec<Reason> {
        let loses_key = self.loses_referenced_key(key);
        if self.drops_table(&table.name) {
            // A foreign key within the table is dropped with the table.
            let is_between = key.references != table.name;
            let is_first = is_between && (self.drops_table(&key.references) || loses_key);
            return Vec::from_iter(is_first.then_some(Reason::Dropped));
        }
        let own = of_table(table, key.columns.iter().map(String::as_str));
        let mut reasons = self.recreated_among(&own);
        reasons.extend(self.incomparable_columns(table, key));
        reasons.extend(loses_key.then_some(Reason::ReferencedKey));
        let with_column = own.iter().any(|read| self.is_dropped(read));
        let is_dropped = self.changed.drops_constraint(&table.name, &constraint.name);
        if is_dropped && (!with_column || !reasons.is_empty()) {
            reasons.insert(0, Reason::Dropped);
        }
        reasons
    }

    /// Returns the columns of a foreign key that cannot be compared with their counterparts during the change.
    fn incomparable_columns(&self, table: &Table, key: &ForeignKey) -> Vec<Reason> {
        let pairs = key.columns.iter().zip(&key.referenced_columns);
        let pairs = pairs.map(|(own, other)| {
            (
                ColumnRef::column(&table.name, own),
                ColumnRef::column(&key.references, other),
            )
        });
        let is_incomparable = |(own, other): &(ColumnRef, ColumnRef)| {
            (self.is_retyped(own) || self.is_retyped(other)) && !self.is_always_comparable(own, other)
        };
        let incomparable = pairs
            .filter(is_incomparable)
            .map(|(own, other)| if self.is_retyped(&own) { own } else { other });
        incomparable
            .map(|read| Reason::DependsOn(read, Fate::Retyped))
            .collect()
    }

    /// Returns whether the key that a foreign key refers to is dropped, permanently or to be recreated.
    fn loses_referenced_key(&self, key: &ForeignKey) -> bool {
        let is_dropped = |column: &String| self.is_dropped(&ColumnRef::column(&key.references, column));
        if key.referenced_columns.iter().any(is_dropped) {
            return true;
        }
        let Some(target) = self.before().tables.get(&key.references) else {
            return false;
        };
        let wanted: BTreeSet<&String> = key.referenced_columns.iter().collect();
        let is_recreated = |column: &String| self.is_recreated(&ColumnRef::column(&target.name, column));
        let loses_constraint = target.constraints.values().any(|own| match &own.kind {
            ConstraintKind::PrimaryKey { columns, .. } | ConstraintKind::Unique { columns, .. } => {
                let is_lost =
                    self.changed.drops_constraint(&target.name, &own.name) || columns.iter().any(is_recreated);
                is_lost && columns.iter().collect::<BTreeSet<_>>() == wanted
            }
            _ => false,
        });
        // A foreign key may refer to a unique index that is not a constraint.
        let mut indexes = target.indexes.values().filter(|own| own.unique && !has_expression(own));
        let loses_index = indexes.any(|own| {
            let columns = || own.keys.iter().map(|key| &key.text);
            let is_lost = self.changed.drops_index(&target.name, &own.name) || columns().any(is_recreated);
            is_lost && columns().collect::<BTreeSet<_>>() == wanted
        });
        loses_constraint || loses_index
    }

    /// Returns whether Postgres can compare a referring column with the referenced one at all times while their types
    /// change.
    fn is_always_comparable(&self, own: &ColumnRef, other: &ColumnRef) -> bool {
        let (Some(own), Some(other)) = (self.compared_types(own), self.compared_types(other)) else {
            return false;
        };
        let moments = [
            (&own.before, &other.after),
            (&own.after, &other.before),
            (&own.after, &other.after),
        ];
        moments
            .into_iter()
            .all(|(own, key)| may_refer(own, key) && is_zoned(own) == is_zoned(key))
    }

    /// Returns the types of a column before and after, without domains; `None` if its collation or its type is
    /// replaced, or if the user decided the conversion.
    fn compared_types(&self, column: &ColumnRef) -> Option<Pair<DataType>> {
        let table = self.before().tables.get(&column.relation)?;
        let columns = self.columns_of(table, column.column.as_ref()?)?;
        let Pair { before, after } = columns;
        let by_user = (self.request.matches.table(&table.name), after.name.clone());
        let is_replaced = self.rebuilt_types.contains(&before.data_type.name)
            || before.collation != after.collation
            || self.request.usings.contains_key(&by_user);
        (!is_replaced).then(|| {
            Pair::new(
                base(self.before(), &before.data_type),
                base(self.after(), &after.data_type),
            )
        })
    }
}

/// Returns whether a comparison with a type without a time zone depends on the time zone of the session.
fn is_zoned(data_type: &DataType) -> bool {
    matches!(data_type.builtin_name(), Some("timestamptz" | "timetz"))
}

/// Returns whether an index has an expression as a key, or a predicate.
fn has_expression(index: &Index) -> bool {
    index.predicate.is_some() || index.keys.iter().any(|key| key.is_expression)
}
