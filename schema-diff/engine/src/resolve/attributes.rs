//! Resolves declared unique constraints, indexes, checks and exclusions, and drops undeclared ones.

use super::{
    Resolver,
    declared_objects::{Object, Wanted},
    expressions::{Expression, ExpressionKind, exclusion_text},
    normalized::NormalizedExpression,
};
use crate::{
    declaration::{self, Names, Spelling},
    declared::{DeclaredTable, Location},
    diagnostic::DiagnosticCode,
    model::{Constraint, ConstraintKind, Index, IndexKey, Table, default_name, quote_ident},
    rules::ObjectKind,
};
use schema_diff_grammar::attribute::{self, ColumnAttribute, TableAttribute};

impl<'a> Resolver<'a> {
    /// Adds declared constraints and indexes, and drops undeclared ones if the configuration says so.
    pub(super) fn declared_constraints(&mut self) {
        for (declared, _) in self.input.matching.managed.clone() {
            let Some(found) = self.out.after.tables.shared(&declared.name) else {
                continue;
            };
            let mut wanted = self.wanted(&found, declared);
            if wanted.is_empty() && self.input.rules.undeclared.is_empty() {
                continue;
            }
            drop(found);
            let Some(mut table) = self.out.after.tables.remove(&declared.name) else {
                continue;
            };
            // Where two have equal definitions, the name decides.
            wanted.sort_by_key(|own| !own.named);
            let new: Vec<Wanted> = wanted
                .into_iter()
                .filter_map(|own| self.find(&mut table, own))
                .collect();
            self.drop_undeclared(&mut table);
            for own in new {
                self.add(&mut table, own);
            }
            self.insert_table(table);
        }
    }

    /// Collects the constraints and indexes that a table's attributes declare, except foreign keys.
    fn wanted(&mut self, table: &Table, declared: &'a DeclaredTable) -> Vec<Wanted> {
        let mut wanted = Vec::new();
        for column in &declared.columns {
            let own = || vec![column.name.clone()];
            for (attribute, at) in &column.attributes {
                match attribute {
                    ColumnAttribute::Unique(spec) => wanted.extend(self.unique(table, declared, spec, own(), at)),
                    ColumnAttribute::Index(spec) => {
                        wanted.push(self.index(table, declared, spec, Some(&column.name), at));
                    }
                    ColumnAttribute::Check(spec) => wanted.push(self.check(table, spec, at)),
                    _ => {}
                }
            }
        }
        for (attribute, at) in &declared.attributes {
            match attribute {
                TableAttribute::Unique(spec) => {
                    let columns = self.sql_columns(declared, &spec.columns, at);
                    wanted.extend(self.unique(table, declared, spec, columns, at));
                }
                TableAttribute::Index(spec) => wanted.push(self.index(table, declared, spec, None, at)),
                TableAttribute::Check(spec) => wanted.push(self.check(table, spec, at)),
                TableAttribute::Exclude(spec) => wanted.push(self.exclude(table, spec, at)),
                _ => {}
            }
        }
        wanted
    }

    /// Converts column names as written, in Rust or in SQL, to names in SQL. Reports unknown ones.
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
                        DiagnosticCode::UnknownColumn,
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

    /// Returns a declared unique constraint; `None` if an existing unique index serves as it.
    fn unique(
        &mut self,
        table: &Table,
        declared: &'a DeclaredTable,
        spec: &attribute::Unique,
        columns: Vec<String>,
        at: &Location,
    ) -> Option<Wanted> {
        let include = self.sql_columns(declared, &spec.include, at);
        let name = spec.name.clone().unwrap_or_else(|| {
            default_name::unique(&table.name.name, columns.iter().chain(&include).map(String::as_str))
        });
        let kind = ConstraintKind::Unique {
            columns: columns.clone(),
            include: include.clone(),
            nulls_not_distinct: spec.nulls_not_distinct,
        };
        let mut constraint = Constraint::new(name, kind);
        constraint.deferrable = spec.deferrable || spec.initially_deferred;
        constraint.initially_deferred = spec.initially_deferred;
        // A unique index over the same columns is equivalent and common. If undeclared unique constraints are dropped,
        // the index is not enough.
        let exact = self.input.rules.drops(ObjectKind::Uniques);
        let is_free = |name: &String| !self.is_declared(&table.name, name);
        let exists = table.constraints.values().any(|found| {
            found.kind == constraint.kind && found.deferrable == constraint.deferrable && is_free(&found.name)
        });
        let by_index = table.indexes.values().find(|index| {
            index.unique
                && index.valid
                && !exact
                && !exists
                && is_free(&index.name)
                && !constraint.deferrable
                && index.predicate.is_none()
                && index.nulls_not_distinct == spec.nulls_not_distinct
                && index.include == include
                && index.keys.iter().all(|key| *key == IndexKey::column(key.text.clone()))
                && index.keys.iter().map(|key| &key.text).eq(&columns)
                && spec.name.as_ref().is_none_or(|name| *name == index.name)
        });
        if let Some(name) = by_index.map(|index| index.name.clone()) {
            self.declare(&table.name, name, at);
            return None;
        }
        Some(Wanted {
            object: Object::Constraint(constraint),
            named: spec.name.is_some(),
            at: at.clone(),
        })
    }

    fn check(&self, table: &Table, spec: &attribute::Check, at: &Location) -> Wanted {
        let normalized = self.read(table, ExpressionKind::Condition, &spec.expression);
        let name = spec
            .name
            .clone()
            .unwrap_or_else(|| default_name::check(&table.name.name, &normalized.columns));
        let kind = ConstraintKind::Check {
            expression: normalized.text,
            columns: normalized.columns,
            no_inherit: spec.no_inherit,
        };
        let mut constraint = Constraint::new(name, kind);
        constraint.validated = !spec.not_valid;
        Wanted {
            object: Object::Constraint(constraint),
            named: spec.name.is_some(),
            at: at.clone(),
        }
    }

    fn exclude(&self, table: &Table, spec: &attribute::Exclude, at: &Location) -> Wanted {
        let normalized = self.read(table, ExpressionKind::Exclusion, &exclusion_text(spec));
        let name = spec
            .name
            .clone()
            .unwrap_or_else(|| default_name::exclusion(&table.name.name, normalized.keys.iter().map(String::as_str)));
        let kind = ConstraintKind::Exclude {
            definition: normalized.text,
            columns: normalized.columns,
        };
        let mut constraint = Constraint::new(name, kind);
        constraint.deferrable = spec.deferrable || spec.initially_deferred;
        constraint.initially_deferred = spec.initially_deferred;
        Wanted {
            object: Object::Constraint(constraint),
            named: spec.name.is_some(),
            at: at.clone(),
        }
    }

    /// Returns the normalized form of an expression over a table's columns.
    fn read(&self, table: &Table, kind: ExpressionKind, text: &str) -> NormalizedExpression {
        self.input.normalized.of(&Expression {
            table: table.name.clone(),
            column: None,
            kind,
            text: text.to_owned(),
        })
    }

    fn index(
        &mut self,
        table: &Table,
        declared: &'a DeclaredTable,
        spec: &attribute::Index,
        column: Option<&String>,
        at: &Location,
    ) -> Wanted {
        let mut columns: Vec<String> = Vec::new();
        let (mut keys, mut names) = (Vec::new(), Vec::new());
        let mut spec_keys = spec.keys.clone();
        if spec_keys.is_empty() {
            spec_keys.push(attribute::IndexKey {
                text: String::new(),
                is_expression: false,
                operator_class: None,
                collation: None,
                descending: false,
                nulls_first: None,
            });
        }
        for key in &mut spec_keys {
            // A key without text is the column that the attribute belongs to.
            if key.text.is_empty()
                && let Some(name) = column
            {
                key.text.clone_from(name);
            }
            let text = if key.is_expression {
                let normalized = self.read(table, ExpressionKind::IndexKey, &key.text);
                columns.extend(normalized.columns);
                names.extend(normalized.keys);
                normalized.text
            } else {
                let found = self.sql_columns(declared, std::slice::from_ref(&key.text), at).pop();
                columns.extend(found.clone());
                let found = found.unwrap_or_else(|| key.text.clone());
                names.push(found.clone());
                found
            };
            // An expression that does not change its column is the plain column.
            let column = table.columns.iter().find(|own| quote_ident(&own.name) == text);
            let alone = column.filter(|_| key.is_expression).map(|own| own.name.clone());
            keys.push(IndexKey {
                is_expression: key.is_expression && alone.is_none(),
                text: alone.unwrap_or(text),
                collation: key.collation.clone(),
                operator_class: key.operator_class.clone(),
                descending: key.descending,
                nulls_first: key.nulls_first.unwrap_or(key.descending),
            });
        }
        let predicate = spec.predicate.as_ref().map(|text| {
            let normalized = self.read(table, ExpressionKind::Condition, text);
            columns.extend(normalized.columns);
            normalized.text
        });
        let include = self.sql_columns(declared, &spec.include, at);
        columns.extend(include.iter().cloned());
        names.extend(include.iter().cloned());
        columns.sort();
        columns.dedup();
        let name = spec
            .name
            .clone()
            .unwrap_or_else(|| default_name::index_over(&table.name.name, names.iter().map(String::as_str)));
        let index = Index {
            name,
            unique: spec.unique,
            method: spec.method.clone().unwrap_or_else(|| "btree".into()),
            keys,
            include,
            predicate,
            nulls_not_distinct: spec.nulls_not_distinct,
            options: spec.options.clone(),
            columns,
            comment: None,
            valid: true,
            clustered: false,
            attached_to: None,
            inherited: false,
        };
        Wanted {
            object: Object::Index(index),
            named: spec.name.is_some(),
            at: at.clone(),
        }
    }

    fn drop_undeclared(&mut self, table: &mut Table) {
        let rules = self.input.rules;
        let names = Names {
            declared: self.input.declared,
        };
        // An object that no attribute can declare does not count as undeclared. Its declaration depends on the table's
        // name and columns.
        let (mut constraints, mut indexes) = (
            std::mem::take(&mut table.constraints),
            std::mem::take(&mut table.indexes),
        );
        constraints.retain(|name, constraint| {
            let kind = match constraint.kind {
                ConstraintKind::PrimaryKey { .. } | ConstraintKind::ForeignKey(_) => return true,
                ConstraintKind::Unique { .. } => ObjectKind::Uniques,
                ConstraintKind::Check { .. } => ObjectKind::Checks,
                ConstraintKind::Exclude { .. } => ObjectKind::Exclusions,
            };
            constraint.inherited
                || !rules.drops(kind)
                || self.is_declared(&table.name, name)
                || declaration::constraint(names, table, constraint, Spelling::Exact).is_none()
        });
        indexes.retain(|name, index| {
            let kind = if index.unique {
                ObjectKind::Uniques
            } else {
                ObjectKind::Indexes
            };
            index.inherited
                || !rules.drops(kind)
                || self.is_declared(&table.name, name)
                || declaration::index(names, table, index, Spelling::Exact).is_none()
        });
        (table.constraints, table.indexes) = (constraints, indexes);
    }
}
