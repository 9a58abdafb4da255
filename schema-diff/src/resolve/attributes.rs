//! Unique keys, indexes, checks and exclusions that are declared, and what becomes of the others.

use super::{
    ObjectKind, Resolver,
    expressions::{Expression, ExpressionKind, exclusion_text},
};
use crate::{
    declaration::{self, Names, Spelling},
    declared::{DeclaredTable, Location},
    model::{Constraint, ConstraintKind, Index, IndexKey, Table},
    render::default_name,
};
use schema_diff_grammar::attribute::{self, ColumnAttribute, TableAttribute};

impl<'a> Resolver<'a> {
    /// Adds what is declared, drops what is not where the rules say so.
    pub(super) fn declared_constraints(&mut self) {
        for (declared, _) in self.managed.clone() {
            let Some(mut table) = self.out.after.tables.remove(&declared.name) else {
                continue;
            };
            for column in &declared.columns {
                let own = || vec![column.name.clone()];
                for (attribute, at) in &column.attributes {
                    match attribute {
                        ColumnAttribute::Unique(said) => self.unique(&mut table, declared, said, own(), at),
                        ColumnAttribute::Index(said) => self.index(&mut table, declared, said, Some(&column.name), at),
                        ColumnAttribute::Check(said) => self.check(&mut table, said, Some(&column.name), at),
                        _ => {}
                    }
                }
            }
            for (attribute, at) in &declared.attributes {
                match attribute {
                    TableAttribute::Unique(said) => {
                        let columns = self.sql_columns(declared, &said.columns, at);
                        self.unique(&mut table, declared, said, columns, at);
                    }
                    TableAttribute::Index(said) => self.index(&mut table, declared, said, None, at),
                    TableAttribute::Check(said) => self.check(&mut table, said, None, at),
                    TableAttribute::Exclude(said) => self.exclude(&mut table, said, at),
                    _ => {}
                }
            }
            self.drop_undeclared(&mut table);
            self.out.after.tables.insert(table.name.clone(), table);
        }
    }

    /// Names as written, in Rust or in SQL, to names in SQL.
    pub(super) fn sql_columns(&mut self, table: &DeclaredTable, written: &[String], at: &Location) -> Vec<String> {
        written
            .iter()
            .filter_map(|name| {
                let found = table
                    .columns
                    .iter()
                    .find(|column| column.rust_name == *name || column.name == *name);
                if found.is_none() {
                    self.problem(
                        Some(at),
                        format!("table {} has no column {name}", table.name.plain()),
                        format!(
                            "its columns are {}",
                            table
                                .columns
                                .iter()
                                .map(|column| column.name.as_str())
                                .collect::<Vec<_>>()
                                .join(", ")
                        ),
                    );
                }
                found.map(|column| column.name.clone())
            })
            .collect()
    }

    fn unique(
        &mut self,
        table: &mut Table,
        declared: &'a DeclaredTable,
        said: &attribute::Unique,
        columns: Vec<String>,
        at: &Location,
    ) {
        let include = self.sql_columns(declared, &said.include, at);
        let name = said
            .name
            .clone()
            .unwrap_or_else(|| default_name::unique(&table.name.name, columns.iter().map(String::as_str)));
        let kind = ConstraintKind::Unique {
            columns: columns.clone(),
            include,
            nulls_not_distinct: said.nulls_not_distinct,
        };
        let mut constraint = Constraint::new(name, kind);
        constraint.deferrable = said.deferrable || said.initially_deferred;
        constraint.initially_deferred = said.initially_deferred;
        // A unique index over the same columns does the same, and projects often have that.
        let is_there = table.constraints.values().any(|found| {
            found.kind == constraint.kind
                && found.deferrable == constraint.deferrable
                && !self.claimed.contains(&(table.name.clone(), found.name.clone()))
        });
        let by_index = table.indexes.values().find(|index| {
            index.unique
                && !is_there
                && !self.claimed.contains(&(table.name.clone(), index.name.clone()))
                && !constraint.deferrable
                && index.predicate.is_none()
                && index.nulls_not_distinct == said.nulls_not_distinct
                && index.keys.iter().all(|key| *key == IndexKey::column(key.text.clone()))
                && index.keys.iter().map(|key| &key.text).eq(&columns)
                && said.name.as_ref().is_none_or(|name| *name == index.name)
        });
        if let Some(name) = by_index.map(|index| index.name.clone()) {
            self.claim(&table.name, name, at);
            return;
        }
        self.settle_constraint(table, constraint, said.name.is_some(), at);
    }

    fn check(&mut self, table: &mut Table, said: &attribute::Check, column: Option<&String>, at: &Location) {
        let expression = Expression {
            table: table.name.clone(),
            column: column.cloned(),
            kind: ExpressionKind::Condition,
            text: said.expression.clone(),
        };
        let expression = Expression {
            column: None,
            ..expression
        };
        let (words, columns) = self.input.words.of(&expression);
        let for_name: Vec<String> = if columns.len() == 1 {
            columns.clone()
        } else {
            Vec::new()
        };
        let name = said
            .name
            .clone()
            .unwrap_or_else(|| default_name::check(&table.name.name, &for_name));
        let kind = ConstraintKind::Check {
            expression: words,
            columns,
            no_inherit: said.no_inherit,
        };
        let mut constraint = Constraint::new(name, kind);
        constraint.validated = !said.not_valid;
        self.settle_constraint(table, constraint, said.name.is_some(), at);
    }

    fn exclude(&mut self, table: &mut Table, said: &attribute::Exclude, at: &Location) {
        let expression = Expression {
            table: table.name.clone(),
            column: None,
            kind: ExpressionKind::Exclusion,
            text: exclusion_text(said),
        };
        let (definition, columns) = self.input.words.of(&expression);
        let name = said.name.clone().unwrap_or_else(|| {
            format!(
                "{}excl",
                default_name::unique(&table.name.name, columns.iter().map(String::as_str)).trim_end_matches("key")
            )
        });
        let mut constraint = Constraint::new(name, ConstraintKind::Exclude { definition, columns });
        constraint.deferrable = said.deferrable || said.initially_deferred;
        constraint.initially_deferred = said.initially_deferred;
        self.settle_constraint(table, constraint, said.name.is_some(), at);
    }

    /// Finds the same constraint by what it demands, else adds it. A name counts only where one was declared.
    pub(super) fn settle_constraint(&mut self, table: &mut Table, mut wanted: Constraint, named: bool, at: &Location) {
        let same = |found: &&Constraint| {
            found.kind == wanted.kind
                && found.deferrable == wanted.deferrable
                && found.initially_deferred == wanted.initially_deferred
                && (found.validated || !wanted.validated)
                && !self.claimed.contains(&(table.name.clone(), found.name.clone()))
        };
        let found = table
            .constraints
            .get(&wanted.name)
            .filter(same)
            .or_else(|| table.constraints.values().find(same))
            .map(|found| found.name.clone());
        match found {
            Some(name) if !named || name == wanted.name => {
                self.claim(&table.name, name, at);
            }
            Some(name) => {
                if let Some(mut constraint) = table.constraints.remove(&name) {
                    constraint.name.clone_from(&wanted.name);
                    self.claim(&table.name, wanted.name.clone(), at);
                    table.constraints.insert(wanted.name, constraint);
                }
            }
            None => {
                if !named {
                    wanted.name = free_name(table, &wanted.name);
                }
                self.claim(&table.name, wanted.name.clone(), at);
                table.constraints.insert(wanted.name.clone(), wanted);
            }
        }
    }

    fn index(
        &mut self,
        table: &mut Table,
        declared: &'a DeclaredTable,
        said: &attribute::Index,
        column: Option<&String>,
        at: &Location,
    ) {
        let mut columns: Vec<String> = Vec::new();
        let mut keys = Vec::new();
        let ask = |text: &str, kind| Expression {
            table: table.name.clone(),
            column: None,
            kind,
            text: text.to_owned(),
        };
        let mut said_keys = said.keys.clone();
        if said_keys.is_empty()
            && let Some(name) = column
        {
            said_keys.push(attribute::IndexKey {
                text: name.clone(),
                is_expression: false,
                operator_class: None,
                collation: None,
                descending: false,
                nulls_first: None,
            });
        }
        for key in &mut said_keys {
            // A key without a text is the column that the attribute stands on.
            if key.text.is_empty()
                && let Some(name) = column
            {
                key.text.clone_from(name);
            }
            let text = if key.is_expression {
                let (words, read) = self.input.words.of(&ask(&key.text, ExpressionKind::IndexKey));
                columns.extend(read);
                words
            } else {
                let found = self.sql_columns(declared, std::slice::from_ref(&key.text), at).pop();
                columns.extend(found.clone());
                found.unwrap_or_else(|| key.text.clone())
            };
            keys.push(IndexKey {
                text,
                is_expression: key.is_expression,
                collation: key.collation.clone(),
                operator_class: key.operator_class.clone(),
                descending: key.descending,
                nulls_first: key.nulls_first.unwrap_or(key.descending),
            });
        }
        let predicate = said.predicate.as_ref().map(|text| {
            let (words, read) = self.input.words.of(&ask(text, ExpressionKind::Condition));
            columns.extend(read);
            words
        });
        let include = self.sql_columns(declared, &said.include, at);
        columns.extend(include.iter().cloned());
        columns.sort();
        columns.dedup();
        let mut wanted = Index {
            name: String::new(),
            unique: said.unique,
            method: said.method.clone().unwrap_or_else(|| "btree".into()),
            keys,
            include,
            predicate,
            nulls_not_distinct: said.nulls_not_distinct,
            options: said
                .fillfactor
                .map(|percent| format!("fillfactor={percent}"))
                .into_iter()
                .collect(),
            columns,
            comment: None,
            valid: true,
            inherited: false,
        };
        wanted.name = said
            .name
            .clone()
            .unwrap_or_else(|| default_name::index(&table.name.name, &wanted));
        let same = |found: &&Index| {
            same_index(found, &wanted) && !self.claimed.contains(&(table.name.clone(), found.name.clone()))
        };
        let found = table
            .indexes
            .get(&wanted.name)
            .filter(same)
            .or_else(|| table.indexes.values().find(same))
            .map(|found| found.name.clone());
        match found {
            Some(name) if said.name.is_none() || name == wanted.name => {
                self.claim(&table.name, name, at);
            }
            Some(name) => {
                if let Some(mut index) = table.indexes.remove(&name) {
                    index.name.clone_from(&wanted.name);
                    self.claim(&table.name, wanted.name.clone(), at);
                    table.indexes.insert(wanted.name, index);
                }
            }
            None => {
                if said.name.is_none() {
                    wanted.name = free_name(table, &wanted.name);
                }
                self.claim(&table.name, wanted.name.clone(), at);
                table.indexes.insert(wanted.name.clone(), wanted);
            }
        }
    }

    fn drop_undeclared(&mut self, table: &mut Table) {
        let rules = self.input.rules;
        let claimed = &self.claimed;
        let is_claimed = |name: &String| claimed.contains(&(table.name.clone(), name.clone()));
        let names = Names {
            declared: self.input.declared,
        };
        // What no attribute could name is not undeclared.
        let bare = table.clone();
        table.constraints.retain(|name, constraint| {
            let kind = match constraint.kind {
                ConstraintKind::PrimaryKey { .. } | ConstraintKind::ForeignKey(_) => return true,
                ConstraintKind::Unique { .. } => ObjectKind::Uniques,
                ConstraintKind::Check { .. } => ObjectKind::Checks,
                ConstraintKind::Exclude { .. } => ObjectKind::Exclusions,
            };
            constraint.inherited
                || !rules.drops(kind)
                || is_claimed(name)
                || declaration::constraint(names, &bare, constraint, Spelling::Exact).is_none()
        });
        table.indexes.retain(|name, index| {
            let kind = if index.unique {
                ObjectKind::Uniques
            } else {
                ObjectKind::Indexes
            };
            index.inherited
                || !rules.drops(kind)
                || is_claimed(name)
                || declaration::index(names, &bare, index, Spelling::Exact).is_none()
        });
    }
}

/// The same index but for name and comment.
fn same_index(found: &Index, wanted: &Index) -> bool {
    let blank = |index: &Index| Index {
        name: String::new(),
        comment: None,
        columns: Vec::new(),
        valid: true,
        inherited: false,
        ..index.clone()
    };
    found.valid && blank(found) == blank(wanted)
}

/// A default name that is not taken yet: Postgres numbers them from 1.
pub(super) fn free_name(table: &Table, name: &str) -> String {
    let taken = |name: &str| table.constraints.contains_key(name) || table.indexes.contains_key(name);
    if !taken(name) {
        return name.to_owned();
    }
    (1..)
        .map(|number| format!("{name}{number}"))
        .find(|name| !taken(name))
        .unwrap_or_else(|| name.to_owned())
}
