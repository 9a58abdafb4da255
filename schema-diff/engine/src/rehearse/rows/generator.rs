//! How the rows of one table are generated: which value each column gets for a row's number.

use std::collections::BTreeSet;

use super::value::{Value, base, values};
use crate::{
    model::{Column, ConstraintKind, DataType, Schema, Table, TableName, quote_ident},
    statistics::{ColumnStatistics, TableStatistics},
};

/// What is known before rows are generated.
pub(super) struct Known<'a> {
    pub schema: &'a Schema,
    /// The statistics of the table, if there are any.
    pub statistics: Option<&'a TableStatistics>,
    /// The number of rows of each filled table.
    pub rows: &'a dyn Fn(&TableName) -> u64,
    /// The share of NULLs in nullable columns without statistics.
    pub nulls: f32,
    /// The condition that some partition accepts a row; empty for other tables.
    pub partitions: String,
}

/// Generates the rows of one table.
#[derive(Clone, Debug)]
pub(in crate::rehearse) struct Generator {
    pub(super) columns: Vec<Generated>,
    joins: Vec<Join>,
    pub(super) conditions: Vec<Condition>,
    /// The largest number of different rows, if keys of several columns limit it.
    limit: Option<u64>,
    /// The largest number of different rows, if the values of one column limit it.
    unique_limit: Option<u64>,
}

/// A column with its values.
#[derive(Clone, Debug)]
pub(super) struct Generated {
    pub name: String,
    source: Source,
    /// The share of NULLs.
    nulls: f32,
    /// Whether its values alone make a key unique.
    is_unique: bool,
    /// The most characters of a text.
    length: Option<u64>,
}

#[derive(Clone, Debug)]
enum Source {
    /// A value of the row's number: one of several expressions.
    Value {
        choices: Vec<Value>,
        chosen: usize,
        digit: Digit,
    },
    /// A column of a row of a referenced table.
    Joined { join: usize, column: String },
    /// NULL of a type.
    Null(String),
}

/// Which number a value is computed from: `number / stride % modulus`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Digit {
    stride: u64,
    modulus: Option<u64>,
}

impl Digit {
    const WHOLE: Self = Self {
        stride: 1,
        modulus: None,
    };

    fn of(self, number: &str) -> String {
        let part = match self.stride {
            1 => number.to_owned(),
            stride => format!("{number} / {stride}"),
        };
        match self.modulus {
            Some(modulus) => format!("{part} % {}", modulus.max(1)),
            None => part,
        }
    }
}

/// The rows of a referenced table.
#[derive(Clone, Debug)]
struct Join {
    parent: TableName,
    columns: Vec<String>,
    digit: Digit,
    /// Columns of the parent, each with the column of this table that has its value from elsewhere.
    shared: Vec<(String, String)>,
}

/// A condition that every row satisfies.
#[derive(Clone, Debug)]
pub(super) struct Condition {
    pub sql: String,
    pub columns: Vec<String>,
}

impl Generator {
    /// Plans the values of each column; the error is a text that says what is not supported.
    pub(super) fn new(table: &Table, known: &Known<'_>) -> Result<Self, String> {
        let mut generator = Self {
            columns: Vec::new(),
            joins: Vec::new(),
            conditions: conditions(table, known),
            limit: None,
            unique_limit: None,
        };
        for column in table.columns.iter().filter(|column| column.generated.is_none()) {
            generator.plan(table, column, known)?;
        }
        for key in keys(table) {
            generator.make_unique(&key, known);
        }
        generator.share_columns(table);
        Ok(generator)
    }

    fn plan(&mut self, table: &Table, column: &Column, known: &Known<'_>) -> Result<(), String> {
        let key = table
            .foreign_keys()
            .filter_map(|own| own.foreign_key())
            .find(|key| key.columns.contains(&column.name));
        let source = match key {
            Some(key) if key.references != table.name && (known.rows)(&key.references) > 0 => {
                let at = key.columns.iter().position(|own| *own == column.name).unwrap_or(0);
                Source::Joined {
                    join: self.join(&key.references, &key.referenced_columns, known),
                    column: key.referenced_columns[at].clone(),
                }
            }
            Some(_) if column.nullable => null(column, known),
            Some(key) if key.references != table.name => {
                return Err(format!("it references {}, which has no rows", key.references.plain()));
            }
            _ => match self.value(column, known) {
                Some(source) => source,
                None if column.nullable => null(column, known),
                None if column.default.is_some() => return Ok(()),
                None => {
                    return Err(format!(
                        "no values are generated for its column {} of type {}",
                        column.name, column.data_type
                    ));
                }
            },
        };
        let shared = statistics(known, &column.name).map_or(known.nulls, |own| own.null_fraction);
        self.columns.push(Generated {
            name: column.name.clone(),
            source,
            nulls: if column.nullable { shared.clamp(0.0, 1.0) } else { 0.0 },
            is_unique: false,
            length: length(base(known.schema, &column.data_type)),
        });
        Ok(())
    }

    /// Returns the values of a column that references no other table.
    fn value(&self, column: &Column, known: &Known<'_>) -> Option<Source> {
        let own = statistics(known, &column.name);
        let checks: Vec<&str> = self
            .conditions
            .iter()
            .filter(|condition| condition.columns.contains(&column.name))
            .map(|condition| condition.sql.as_str())
            .collect();
        let choices = values(known.schema, column, own, &checks);
        let rows = known.statistics.and_then(|table| table.rows);
        let modulus = own.and_then(|own| distinct(own.distinct, rows));
        let digit = Digit { stride: 1, modulus };
        (!choices.is_empty()).then_some(Source::Value {
            choices,
            chosen: 0,
            digit,
        })
    }

    /// Returns the join with the rows that a foreign key references.
    fn join(&mut self, parent: &TableName, columns: &[String], known: &Known<'_>) -> usize {
        let is_same = |own: &Join| own.parent == *parent && own.columns == columns;
        if let Some(at) = self.joins.iter().position(is_same) {
            return at;
        }
        let modulus = Some((known.rows)(parent));
        self.joins.push(Join {
            parent: parent.clone(),
            columns: columns.to_vec(),
            digit: Digit { stride: 1, modulus },
            shared: Vec::new(),
        });
        self.joins.len() - 1
    }

    /// Lets references that share a column refer to rows with the same value in it.
    fn share_columns(&mut self, table: &Table) {
        for key in table.foreign_keys().filter_map(|own| own.foreign_key()) {
            let is_own = |own: &Join| own.parent == key.references && own.columns == key.referenced_columns;
            let Some(at) = self.joins.iter().position(is_own) else {
                continue;
            };
            for (column, referenced) in key.columns.iter().zip(&key.referenced_columns) {
                let Some(source) = self.source(column) else { continue };
                // A later join cannot be named by an earlier one.
                let is_earlier = match source {
                    Source::Joined { join, .. } => *join < at,
                    Source::Value { .. } => true,
                    Source::Null(_) => false,
                };
                if is_earlier {
                    let shared = (referenced.clone(), column.clone());
                    self.joins[at].shared.push(shared);
                }
            }
        }
    }

    /// Makes the values of a key differ from row to row: by one column that has enough values, or else by all columns
    /// together, like the digits of a number.
    fn make_unique(&mut self, key: &[String], known: &Known<'_>) {
        let mut joins = Vec::new();
        let mut limited = Vec::new();
        let mut whole = None;
        for (at, column) in self
            .columns
            .iter()
            .enumerate()
            .filter(|(_, own)| key.contains(&own.name))
        {
            match &column.source {
                Source::Joined { join, .. } => joins.push(*join),
                Source::Value { choices, .. } if choices[0].distinct.is_none() => whole = whole.or(Some(at)),
                Source::Value { .. } => limited.push(at),
                Source::Null(_) => return,
            }
        }
        if let Some(at) = whole {
            self.set_digit(at, Digit::WHOLE);
            self.columns[at].is_unique = true;
            return;
        }
        if joins.is_empty() && limited.is_empty() {
            return;
        }
        joins.dedup();
        let mut stride = 1_u64;
        for join in joins {
            let modulus = (known.rows)(&self.joins[join].parent).max(1);
            self.joins[join].digit = Digit {
                stride,
                modulus: Some(modulus),
            };
            stride = stride.saturating_mul(modulus);
        }
        for at in limited {
            let Source::Value { choices, .. } = &self.columns[at].source else {
                continue;
            };
            let modulus = choices[0].distinct.unwrap_or(1);
            self.set_digit(
                at,
                Digit {
                    stride,
                    modulus: Some(modulus),
                },
            );
            stride = stride.saturating_mul(modulus);
        }
        self.limit = Some(self.limit.map_or(stride, |limit| limit.min(stride)));
    }

    fn set_digit(&mut self, at: usize, new: Digit) {
        if let Source::Value { digit, .. } = &mut self.columns[at].source {
            *digit = new;
        }
    }

    /// Returns how many choices a column has.
    pub(super) fn choices(&self, column: &str) -> usize {
        match self.source(column) {
            Some(Source::Value { choices, .. }) => choices.len(),
            _ => 0,
        }
    }

    /// Chooses a column's values; false if it has no choice.
    pub(super) fn choose(&mut self, column: &str, choice: usize) -> bool {
        let Some(own) = self.columns.iter_mut().find(|own| own.name == column) else {
            return false;
        };
        let Source::Value { choices, chosen, .. } = &mut own.source else {
            return false;
        };
        *chosen = choice;
        if own.is_unique {
            // The key has no more rows than values.
            self.unique_limit = choices[choice].distinct;
        }
        true
    }

    /// Returns the largest number of different rows, if keys limit it.
    pub(super) fn limit(&self) -> Option<u64> {
        self.limit.into_iter().chain(self.unique_limit).min()
    }

    /// Returns the conditions that texts are not too long for their columns.
    pub(super) fn lengths(&self, columns: &BTreeSet<String>) -> Vec<String> {
        let own = self.columns.iter().filter(|own| columns.contains(&own.name));
        let limited = own.filter_map(|own| Some((quote_ident(&own.name), own.length?)));
        limited
            .map(|(name, length)| format!("pg_catalog.length({name}::text) <= {length}"))
            .collect()
    }

    /// Returns the clause that joins the rows of a referenced table.
    fn joined(&self, at: usize, join: &Join) -> String {
        let columns: Vec<String> = join.columns.iter().map(|own| quote_ident(own)).collect();
        let (columns, parent, number) = (columns.join(", "), &join.parent, join.digit.of(NUMBER));
        if join.shared.is_empty() {
            return format!(
                " LEFT JOIN (SELECT pg_catalog.row_number() OVER () - 1 AS row_number_, {columns} FROM {parent}) AS parent_{at} \
             ON parent_{at}.row_number_ = {number}"
            );
        }
        // The row's number among those with the same values in the shared columns.
        let shared: Vec<String> = join.shared.iter().map(|(column, _)| quote_ident(column)).collect();
        let window = format!("PARTITION BY {}", shared.join(", "));
        let same = join.shared.iter().zip(&shared).filter_map(|((_, own), column)| {
            let value = value_of(self.source(own)?);
            Some(format!("parent_{at}.{column} = {value}"))
        });
        let same: Vec<String> = same.collect();
        format!(
            " JOIN (SELECT pg_catalog.row_number() OVER ({window}) - 1 AS row_number_, pg_catalog.count(*) OVER ({window}) AS count_, {columns} \
         FROM {parent}) AS parent_{at} ON {} AND parent_{at}.row_number_ = ({number}) % parent_{at}.count_",
            same.join(" AND ")
        )
    }

    fn source(&self, column: &str) -> Option<&Source> {
        self.columns
            .iter()
            .find(|own| own.name == column)
            .map(|own| &own.source)
    }

    /// Returns the names of the generated columns, quoted.
    pub(super) fn names(&self) -> Vec<String> {
        self.columns.iter().map(|own| quote_ident(&own.name)).collect()
    }

    /// Returns the names of the generated columns.
    pub(in crate::rehearse) fn columns(&self) -> Vec<String> {
        self.columns.iter().map(|own| own.name.clone()).collect()
    }

    /// Returns a query for the rows of some numbers, both inclusive, that satisfy all conditions; the columns are those of
    /// [`names`](Self::names).
    pub(in crate::rehearse) fn select(&self, from: u64, to: u64) -> String {
        let conditions: Vec<&str> = self.conditions.iter().map(|own| own.sql.as_str()).collect();
        let names: Vec<String> = self.names().iter().map(|name| format!("made.{name}")).collect();
        format!(
            "SELECT {} FROM {}{}",
            names.join(", "),
            self.made(from, to),
            satisfying(&conditions)
        )
    }

    /// Returns some of the wanted rows as a table `made`, whatever their conditions: the first ones, and others as far as the last.
    pub(super) fn tried(&self, count: u64, wanted: u64) -> String {
        let step = (wanted / count).max(1);
        self.rows(&format!(
            "pg_catalog.generate_series(1::int8, {}::int8, {step}::int8)",
            count * step
        ))
    }

    /// Returns the rows of some numbers as a table `made`, whatever their conditions.
    fn made(&self, from: u64, to: u64) -> String {
        self.rows(&format!("pg_catalog.generate_series({from}::int8, {to}::int8)"))
    }

    fn rows(&self, numbers: &str) -> String {
        let values: Vec<String> = self
            .columns
            .iter()
            .map(|own| format!("{} AS {}", expression(own), quote_ident(&own.name)))
            .collect();
        let joins: Vec<String> = self
            .joins
            .iter()
            .enumerate()
            .map(|(at, join)| self.joined(at, join))
            .collect();
        format!(
            "(SELECT {} FROM {numbers} AS number(n){}) AS made",
            values.join(", "),
            joins.concat()
        )
    }
}

/// Returns the clause for conditions of the rows `made`.
pub(super) fn satisfying(conditions: &[&str]) -> String {
    let conditions: Vec<String> = conditions.iter().map(|own| format!("({own}) IS NOT FALSE")).collect();
    match conditions.is_empty() {
        true => String::new(),
        false => format!(" WHERE {}", conditions.join(" AND ")),
    }
}

const NUMBER: &str = "number.n";

/// Returns the value of a source that is not NULL by chance.
fn value_of(source: &Source) -> String {
    match source {
        Source::Value { choices, chosen, digit } => choices[*chosen].at(&digit.of(NUMBER)),
        Source::Joined { join, column } => format!("parent_{join}.{}", quote_ident(column)),
        Source::Null(data_type) => format!("NULL::{data_type}"),
    }
}

fn expression(column: &Generated) -> String {
    let value = value_of(&column.source);
    if column.nulls <= 0.0 {
        return value;
    }
    // A multiplication that spreads neighbouring numbers.
    let share = f64::from(column.nulls) * 10_000.0;
    format!("CASE WHEN {NUMBER} * 7919 % 10000 >= {share:.0} THEN {value} END")
}

/// Returns NULL of the type on which a column's type is based: a domain may refuse it.
fn null(column: &Column, known: &Known<'_>) -> Source {
    Source::Null(base(known.schema, &column.data_type).to_string())
}

fn statistics<'a>(known: &Known<'a>, column: &str) -> Option<&'a ColumnStatistics> {
    known.statistics?.columns.iter().find(|own| own.name == column)
}

/// Returns the most characters that a column of a type has.
fn length(data_type: &DataType) -> Option<u64> {
    let is_text = matches!(data_type.builtin_name(), Some("varchar" | "bpchar"));
    data_type.modifier.as_deref().filter(|_| is_text)?.parse().ok()
}

/// Returns the number of different values, if it is less than the number of rows.
fn distinct(distinct: f32, rows: Option<u64>) -> Option<u64> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "an estimate"
    )]
    let count = match distinct {
        count if count > 0.0 => count as u64,
        share if share > -0.99 && share < 0.0 => (rows? as f32 * -share) as u64,
        _ => return None,
    };
    Some(count.max(1))
}

/// Returns the conditions of a table's rows: its checks, those of its domains, and that a partition accepts them.
fn conditions(table: &Table, known: &Known<'_>) -> Vec<Condition> {
    let checks = table.constraints.values().filter_map(|own| match &own.kind {
        ConstraintKind::Check {
            expression, columns, ..
        } => Some(Condition {
            sql: expression.clone(),
            columns: columns.clone(),
        }),
        _ => None,
    });
    let mut found: Vec<Condition> = checks.collect();
    for column in table.columns.iter().filter(|own| !own.data_type.array) {
        let mut data_type = &column.data_type;
        while let Some(domain) = known.schema.domain(&data_type.name) {
            for check in &domain.checks {
                let body = check.definition.trim_start_matches("CHECK ");
                found.push(Condition {
                    sql: body.replace("VALUE", &quote_ident(&column.name)),
                    columns: vec![column.name.clone()],
                });
            }
            data_type = &domain.base;
        }
    }
    if !known.partitions.is_empty() {
        let names = table.columns.iter().map(|own| own.name.clone());
        found.push(Condition {
            columns: names
                .filter(|name| known.partitions.contains(&quote_ident(name)))
                .collect(),
            sql: known.partitions.clone(),
        });
    }
    // A generated column has no value before the row exists.
    let is_generated = |name: &String| table.column(name).is_some_and(|own| own.generated.is_some());
    found.retain(|own| !own.columns.iter().any(is_generated));
    found
}

/// Returns the columns of each primary and unique key.
fn keys(table: &Table) -> Vec<Vec<String>> {
    let of_constraints = table.constraints.values().filter_map(|own| match &own.kind {
        ConstraintKind::PrimaryKey { columns, .. } | ConstraintKind::Unique { columns, .. } => Some(columns.clone()),
        ConstraintKind::Exclude { columns, .. } => Some(columns.clone()),
        _ => None,
    });
    let unique = table.indexes.values().filter(|own| own.unique);
    let of_indexes = unique.map(|own| own.columns.clone());
    of_constraints.chain(of_indexes).collect()
}
