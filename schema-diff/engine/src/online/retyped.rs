//! Columns whose type changes: a new column takes the place of the old one.
//!
//! `ALTER COLUMN ... TYPE` rewrites the table while other sessions wait. Instead, the main part adds a column of the new type, which a trigger
//! keeps equal to the old one; the existing rows are filled in batches, and the indexes are built concurrently. One short transaction then
//! drops the old column and gives its name to the new one. Foreign keys and checks are added again in that transaction, and validated after it.
//!
//! Columns that foreign keys connect change together: `bigint` references `bigint` from the same moment on. So do all columns of an enum type
//! that a new one replaces ([`replaced_type`]).

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Input, free_name, helper,
    replaced_type::{self, ReplacedType},
    selected::{Named, Refused, Retyped, Selected},
};
use crate::{
    casts,
    compare::Change,
    diagnostic::{Diagnostic, DiagnosticCode},
    model::{Column, Constraint, DataType, Index, ObjectId, Pair, Table, TableName, quote_ident},
    plan::Statement,
    render,
    statement::{ColumnAction, Condition, Conversion, Ddl, RowTest, TableAction},
};

/// Selects the columns that are replaced by new ones, and what is built and validated for them.
pub(super) fn select(input: &Input<'_>, found: &mut Selected) {
    let candidates = Candidates::of(input);
    for group in candidates.groups() {
        if !group.iter().any(|own| (input.is_large)(&own.tables.before.name)) {
            continue;
        }
        match group.iter().find_map(|own| Some((own, candidates.why_not(own)?))) {
            Some((own, why)) => found.notes.push(note(own, &why)),
            None => {
                let names = new_names(input, &group);
                let columns = group.iter().filter_map(|own| candidates.retyped(own, &names));
                found.retyped.extend(columns.collect::<Vec<Retyped>>());
                let types = candidates.types.iter();
                let types = types.filter(|own| group.iter().any(|of| own.is_of(of.columns)));
                found.types.extend(types.cloned());
            }
        }
    }
}

/// Adds the indexes and constraints over the selected columns: those that exist on both sides are built or added again.
pub(super) fn add_dependents(input: &Input<'_>, found: &mut Selected) {
    let schemas = input.schemas();
    for table in schemas.after.tables.values() {
        for own in table.constraints.values() {
            if !found.is_over_retyped(&table.name, own) {
                continue;
            }
            let named = (table.name.clone(), own.name.clone());
            match kept_constraint(input, &table.name, &own.name) {
                Some(old) if own.is_indexed() => {
                    found.keys.push(named);
                    found.replaced.push((table.name.clone(), old));
                }
                Some(_) => found.revalidated.push(named),
                None => {}
            }
        }
        for own in table.indexes.values() {
            if found.is_index_over_retyped(&table.name, own)
                && let Some(old) = kept_index(input, &table.name, &own.name)
            {
                found.indexes.push((table.name.clone(), own.name.clone()));
                found.vanishing.push((table.name.clone(), old));
            }
        }
    }
}

/// Selects the foreign keys and checks over the selected columns that the migration drops.
pub(super) fn add_outgoing(input: &Input<'_>, found: &mut Selected) {
    let Pair { before, after } = input.schemas();
    for change in input.changes() {
        let Change::DropConstraint { table, name } = change else {
            continue;
        };
        let tables = before.tables.get(&table.before).zip(after.tables.get(&table.after));
        let Some((was, is)) = tables else { continue };
        let own = was
            .constraints
            .get(name)
            .filter(|own| !own.is_indexed() && !own.inherited);
        let Some(own) = own.map(|own| input.matches().map_constraint(&table.before, own)) else {
            continue;
        };
        let is_own = |column: &Retyped| own.columns().contains(&column.column.as_str());
        let mut columns = found.retyped.iter().filter(|column| column.table == table.after);
        if columns.any(is_own) && !is.constraints.contains_key(name) {
            found.outgoing.push((table.after.clone(), own));
        }
    }
}

/// Returns a constraint (named as after) as it was before, with names after; `None` if it is new.
pub(super) fn kept_constraint(input: &Input<'_>, table: &TableName, name: &str) -> Option<Constraint> {
    let mut changes = input.changes().iter();
    let old_name = changes.find_map(|change| match change {
        Change::AddConstraint { table: of, name: own } if of.after == *table && own == name => Some(None),
        Change::RenameConstraint { table: of, name: own } if of.after == *table && own.after == name => {
            Some(Some(own.before.as_str()))
        }
        _ => None,
    });
    let before = input.matches().table_before(table);
    let own = input.schemas().before.tables.get(&before)?;
    let own = own.constraints.get(old_name.unwrap_or(Some(name))?)?;
    let mapped = input.matches().map_constraint(&before, own);
    Some(Constraint {
        name: name.to_owned(),
        ..mapped
    })
}

/// Returns an index (named as after) as it was before, with names after; `None` if it is new.
fn kept_index(input: &Input<'_>, table: &TableName, name: &str) -> Option<Index> {
    let mut changes = input.changes().iter();
    let old_name = changes.find_map(|change| match change {
        Change::CreateIndex { table: of, name: own } if of.after == *table && own == name => Some(None),
        Change::RenameIndex { table: of, name: own } if of.after == *table && own.after == name => {
            Some(Some(own.before.as_str()))
        }
        _ => None,
    });
    let before = input.matches().table_before(table);
    let own = input.schemas().before.tables.get(&before)?;
    let own = own.indexes.get(old_name.unwrap_or(Some(name))?)?;
    let mapped = input.matches().map_index(&before, own);
    Some(Index {
        name: name.to_owned(),
        ..mapped
    })
}

fn note(of: &Candidate<'_>, why: &str) -> Diagnostic {
    let (table, column) = (&of.tables.after.name, &of.columns.after.name);
    let text = format!(
        "{}.{column} is rewritten while other sessions wait, because {why}",
        table.plain()
    );
    Diagnostic::new(DiagnosticCode::OnlineFormMissing, text).about(ObjectId::column(table, column))
}

/// A column whose values Postgres would rewrite.
#[derive(Clone, Copy)]
pub(super) struct Candidate<'a> {
    pub tables: Pair<&'a Table>,
    pub columns: Pair<&'a Column>,
}

impl Candidate<'_> {
    pub fn id(&self) -> Named {
        (self.tables.after.name.clone(), self.columns.after.name.clone())
    }
}

/// The columns whose values Postgres would rewrite.
pub(super) struct Candidates<'a> {
    pub input: &'a Input<'a>,
    /// The enum types that new ones replace.
    pub types: Vec<ReplacedType>,
    all: Vec<Candidate<'a>>,
}

impl<'a> Candidates<'a> {
    fn of(input: &'a Input<'a>) -> Self {
        let Pair { before, after } = input.schemas();
        let types = replaced_type::replaced(input);
        let altered = input.changes().iter().filter_map(|change| {
            let Change::AlterColumn { table, column, delta } = change else {
                return None;
            };
            let tables = Pair::new(before.tables.get(&table.before)?, after.tables.get(&table.after)?);
            let columns = Pair::new(
                tables.before.column(&column.before)?,
                tables.after.column(&column.after)?,
            );
            let using = conversion(&input.simple.statements, &table.before, &column.before)?;
            let is_kept = using.is_none()
                && !delta.collation
                && casts::keeps_rows(
                    &casts::base(before, &columns.before.data_type),
                    &casts::base(after, &columns.after.data_type),
                );
            (delta.data_type && !is_kept).then_some(Candidate { tables, columns })
        });
        let all = altered.chain(columns_of(input, &types)).collect();
        Self { input, types, all }
    }

    /// Returns whether a column (named as before) is one of them.
    pub fn has(&self, table: &Table, column: &Column) -> bool {
        let mut all = self.all.iter();
        all.any(|own| own.tables.before.name == table.name && own.columns.before.name == column.name)
    }

    /// Returns the enum type of a column, if nothing but its labels changes.
    pub fn replaced_type(&self, of: &Candidate<'_>) -> Option<&ReplacedType> {
        self.types.iter().find(|own| own.is_of_both(of.columns))
    }

    /// Returns how down.sql converts a column, `Some(None)` if Postgres converts it automatically; `None` if it has no conversion.
    pub fn conversion_back(&self, of: &Candidate<'_>) -> Option<Option<Conversion>> {
        // The simple form gives the label back to the type, without any conversion.
        if self.replaced_type(of).is_some() {
            let array = of.columns.before.data_type.array;
            return Some(Some(Conversion::ThroughText { array }));
        }
        let (table, column) = of.id();
        conversion(&self.input.simple_down.statements, &table, &column).cloned()
    }

    /// Returns the columns in groups: those of one table, those that foreign keys connect, and those of one enum type.
    fn groups(&self) -> Vec<Vec<Candidate<'a>>> {
        let mut left: Vec<Candidate<'a>> = self.all.clone();
        let mut groups = Vec::new();
        while let Some(first) = left.pop() {
            let mut group = vec![first];
            let mut at = 0;
            while let Some(own) = group.get(at).copied() {
                let (near, far): (Vec<_>, Vec<_>) = left.into_iter().partition(|other| self.are_connected(&own, other));
                group.extend(near);
                left = far;
                at += 1;
            }
            group.sort_by_key(Candidate::id);
            groups.push(group);
        }
        groups.sort_by_key(|group| group.first().map(Candidate::id));
        groups
    }

    fn are_connected(&self, one: &Candidate<'_>, other: &Candidate<'_>) -> bool {
        let refers = |from: &Candidate<'_>, to: &Candidate<'_>| {
            let mut keys = from.tables.after.foreign_keys().filter_map(Constraint::foreign_key);
            keys.any(|key| {
                let mut pairs = key.columns.iter().zip(&key.referenced_columns);
                key.references == to.tables.after.name
                    && pairs.any(|(own, referenced)| {
                        *own == from.columns.after.name && *referenced == to.columns.after.name
                    })
            })
        };
        let mut types = self.types.iter();
        one.tables.after.name == other.tables.after.name
            || refers(one, other)
            || refers(other, one)
            || types.any(|own| own.is_of(one.columns) && own.is_of(other.columns))
    }

    fn retyped(&self, of: &Candidate<'_>, names: &BTreeMap<Named, String>) -> Option<Retyped> {
        let Pair { before, after } = of.columns;
        let is_same = self.replaced_type(of).is_some();
        let is_plain = is_same || is_number(&before.data_type) && is_number(&after.data_type);
        Some(Retyped {
            table: of.tables.after.name.clone(),
            column: after.name.clone(),
            new: names.get(&of.id())?.clone(),
            value: self.value(of)?,
            back: self.value_back(of, names)?,
            default: self.default_until_then(of),
            has_own_type: !after.data_type.is_builtin(),
            depends_on_settings: !is_plain,
            refused: self.refused(of),
            check: (!after.nullable).then(|| name_of_check(of)),
        })
    }

    /// Returns the expression that fills the new column.
    fn value(&self, of: &Candidate<'_>) -> Option<String> {
        let Pair { before, after } = of.columns;
        let up = conversion(&self.input.simple.statements, &of.tables.before.name, &before.name)?;
        let to = replaced_type::renamed(&self.types).data_type(&after.data_type);
        Some(match up {
            Some(by) => render::conversion(&after.name, &to, by),
            None => quote_ident(&after.name),
        })
    }

    /// Returns the expression that fills the old column, if down.sql adds it again.
    fn value_back(&self, of: &Candidate<'_>, names: &BTreeMap<Named, String>) -> Option<String> {
        let new = names.get(&of.id())?;
        let to = self.input.matches().data_type(&of.columns.before.data_type);
        Some(match self.conversion_back(of)? {
            Some(Conversion::Expression(text)) => back(of, names, &text),
            Some(by) => render::conversion(new, &to, &by),
            None => quote_ident(new),
        })
    }

    /// Returns the default of the old column until the new one replaces it. That of an enum type changes at once, because the old one may be
    /// a label that is dropped.
    fn default_until_then(&self, of: &Candidate<'_>) -> Option<String> {
        let new = &of.columns.after.default;
        match self.replaced_type(of) {
            Some(own) if new.as_ref().is_none_or(|text| own.may_use(text)) => new.clone(),
            _ => {
                let table = &of.tables.before.name;
                self.input.matches().map_column(table, of.columns.before).default
            }
        }
    }

    /// Returns the guards against values that the conversion would change: programs may write such values after the guards have run.
    pub fn refused(&self, of: &Candidate<'_>) -> Vec<Refused> {
        let guards = self.input.simple.statements.iter().filter_map(|own| match &own.ddl {
            Ddl::Guard {
                condition: Some(Condition::Rows { table, test }),
                message,
                hint,
            } if *table == of.tables.before.name && test.columns() == [of.columns.before.name.as_str()] => {
                let guard = (test.clone(), message.clone(), hint.clone());
                Some(refused_label(of, test).unwrap_or(guard))
            }
            _ => None,
        });
        // NULL is refused by the check of the new column.
        guards.filter(|(test, ..)| !matches!(test, RowTest::Null(_))).collect()
    }
}

/// Returns the name of the check that proves that the new column is NOT NULL.
fn name_of_check(of: &Candidate<'_>) -> String {
    let is_taken =
        |name: &str| of.tables.after.constraints.contains_key(name) || of.tables.before.constraints.contains_key(name);
    helper(&of.tables.after.name.name, &of.columns.after.name, is_taken)
}

/// Returns the error for a program that writes a label of an enum type that the migration drops.
fn refused_label(of: &Candidate<'_>, test: &RowTest) -> Option<Refused> {
    let RowTest::Label { labels, .. } = test else {
        return None;
    };
    let labels: Vec<String> = labels.iter().map(|label| format!("\"{label}\"")).collect();
    let message = format!(
        "{}.{} has a label that a running migration drops from enum type {}: {}",
        of.tables.after.name.plain(),
        of.columns.after.name,
        of.columns.after.data_type.name.plain(),
        labels.join(", ")
    );
    Some((test.clone(), message, "Write another label".to_owned()))
}

/// Returns the conversion of a column in statements, `Some(None)` if Postgres converts it automatically; `None` if its type does not change.
pub(super) fn conversion<'a>(
    statements: &'a [Statement],
    of: &TableName,
    name: &str,
) -> Option<&'a Option<Conversion>> {
    let actions = statements.iter().filter_map(|own| match &own.ddl {
        Ddl::AlterTable { table, actions, .. } if table == of => Some(actions),
        _ => None,
    });
    actions.flatten().find_map(|action| match action {
        TableAction::AlterColumn {
            column,
            action: ColumnAction::SetType { using, .. },
        } if column == name => Some(using),
        _ => None,
    })
}

/// Returns the names of the new columns, which no other column has.
fn new_names(input: &Input<'_>, group: &[Candidate<'_>]) -> BTreeMap<Named, String> {
    let mut names: BTreeMap<Named, String> = BTreeMap::new();
    for own in group {
        let Pair { before, after } = own.tables;
        let is_taken = |name: &str| {
            let was = before.columns.iter();
            let mut was = was.map(|column| input.matches().column(&before.name, &column.name));
            let mut given = names.iter().filter(|((table, _), _)| *table == after.name);
            after.column(name).is_some() || was.any(|own| own == name) || given.any(|(_, own)| own == name)
        };
        let new = free_name(&own.columns.after.name, "_new", is_taken);
        names.insert(own.id(), new);
    }
    names
}

/// Returns the expression that converts a column back, over the columns under their names after: others may change back, too.
fn back(of: &Candidate<'_>, names: &BTreeMap<Named, String>, text: &str) -> String {
    let table = of.tables.after;
    let name = quote_ident(&table.name.name);
    let columns = table.columns.iter().map(|column| {
        let own = quote_ident(&column.name);
        match names.get(&(table.name.clone(), column.name.clone())) {
            Some(new) => format!("{name}.{} AS {own}", quote_ident(new)),
            None => format!("{name}.{own}"),
        }
    });
    let columns: Vec<String> = columns.collect();
    format!("(SELECT {text} FROM (SELECT {}) AS {name})", columns.join(", "))
}

/// Returns whether a type is an integer or a decimal number, whose conversions do not depend on settings.
fn is_number(of: &DataType) -> bool {
    !of.array && matches!(of.builtin_name(), Some("int2" | "int4" | "int8" | "numeric"))
}

/// Returns the columns of replaced types that the simple form rewrites.
fn columns_of<'a>(input: &'a Input<'a>, types: &[ReplacedType]) -> Vec<Candidate<'a>> {
    let Pair { before, after } = input.schemas();
    let mut found = Vec::new();
    if types.is_empty() {
        return found;
    }
    for was in before.tables.values() {
        let Some(is) = after.tables.get(&input.matches().table(&was.name)) else {
            continue;
        };
        let own = was.columns.iter().filter_map(|column| {
            let new = is.column(&input.matches().column(&was.name, &column.name))?;
            let columns = Pair::new(column, new);
            let tables = Pair::new(was, is);
            let is_rewritten = conversion(&input.simple.statements, &was.name, &column.name).is_some();
            let is_replaced = types.iter().any(|own| own.is_of_both(columns));
            (is_rewritten && is_replaced).then_some(Candidate { tables, columns })
        });
        found.extend(own);
    }
    found
}

/// The tables of columns whose type changes.
pub(super) fn tables(all: &[Retyped]) -> BTreeSet<&TableName> {
    all.iter().map(|own| &own.table).collect()
}
