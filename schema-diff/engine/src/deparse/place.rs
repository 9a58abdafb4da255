//! The places in which Postgres parses an expression: the statement that creates it, and the query that deparses it.

use super::Question;
use crate::{
    model::{Column, QualifiedName, TableName, quote_ident, quote_literal},
    resolve::qualified_type,
};

/// A place in which Postgres parses an expression or a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// The default of a column of this type; it reads no columns.
    Default {
        /// The type, as SQL.
        data_type: String,
    },
    /// A check or an index's predicate.
    Condition {
        /// The table's columns, as `CREATE TABLE` expects them.
        columns: String,
    },
    /// A generated column's value.
    Generated {
        /// The other columns of its table.
        columns: String,
        /// The generated column's name and type.
        own: String,
    },
    /// One key of an index.
    IndexKey {
        /// The table's columns.
        columns: String,
    },
    /// A whole exclusion constraint.
    Exclusion {
        /// The table's columns.
        columns: String,
    },
    /// A policy's condition; it may read other tables.
    Policy {
        /// The table.
        on: TableName,
    },
    /// A view's query.
    Query,
    /// A check of a domain, as `CHECK (...)`.
    DomainCheck {
        /// The base type.
        base: String,
    },
    /// A domain's default.
    DomainDefault {
        /// The base type.
        base: String,
    },
    /// A whole `CREATE RULE`.
    Rule {
        /// The table or view.
        on: TableName,
        /// The rule's name.
        name: String,
    },
    /// A whole `CREATE TRIGGER`.
    Trigger {
        /// The table or view.
        on: TableName,
        /// The trigger's name.
        name: String,
    },
    /// A whole `CREATE OR REPLACE FUNCTION` or `PROCEDURE`.
    Function {
        /// Its name.
        name: QualifiedName,
    },
}

/// Lists a table's columns, except one, as `CREATE TABLE` expects them, without anything that needs another object.
pub fn columns_of(columns: &[Column], without: Option<&str>) -> String {
    let columns: Vec<String> = columns
        .iter()
        .filter(|column| Some(column.name.as_str()) != without)
        .map(column)
        .collect();
    columns.join(", ")
}

fn column(column: &Column) -> String {
    let collation = column
        .collation
        .as_ref()
        .map_or_else(String::new, |name| format!(" COLLATE {}", name.qualified()));
    format!(
        "{} {}{collation}",
        quote_ident(&column.name),
        qualified_type(&column.data_type)
    )
}

/// Creates the temporary tables that several questions share.
pub(super) fn tables(questions: &[Question]) -> String {
    let mut script = String::new();
    for (number, question) in questions.iter().enumerate() {
        if let Some(columns) = question.place.table()
            && first_with(columns, questions) == number
        {
            script.push_str(&format!("CREATE TEMP TABLE schema_diff_probe_{number} ({columns});\n"));
        }
    }
    script
}

/// Returns the number of the first question about a table with these columns.
fn first_with(columns: &str, questions: &[Question]) -> usize {
    let mut places = questions.iter().map(|question| question.place.table());
    places.position(|own| own == Some(columns)).unwrap_or_default()
}

/// Returns SQL for the oid of the existing relation of a policy, rule or trigger.
fn on_relation(on: &TableName) -> String {
    format!("'{}'::pg_catalog.regclass", on.qualified().replace('\'', "''"))
}

const NO_NAMES: &str = "'{}'::text[]";

impl Place {
    /// Returns the columns of the temporary table that it shares with other questions.
    fn table(&self) -> Option<&str> {
        match self {
            Self::Condition { columns } | Self::IndexKey { columns } | Self::Exclusion { columns } => Some(columns),
            _ => None,
        }
    }

    /// Returns the statement that makes Postgres parse a text here.
    pub(super) fn create(&self, number: usize, text: &str, questions: &[Question]) -> String {
        let name = format!("schema_diff_{number}");
        let table = self.table().map_or_else(String::new, |columns| {
            format!("pg_temp.schema_diff_probe_{}", first_with(columns, questions))
        });
        match self {
            Self::Default { data_type } => format!("CREATE TEMP TABLE {name} (v {data_type} DEFAULT ({text}))"),
            Self::Condition { .. } => format!("ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({text})"),
            Self::Generated { columns, own } => {
                let comma = if columns.is_empty() { "" } else { ", " };
                // A check of the same expression: its constraint lists the columns that it reads.
                format!(
                    "CREATE TEMP TABLE {name} ({columns}{comma}{own} GENERATED ALWAYS AS ({text}) STORED, \
                     CONSTRAINT {name}_reads CHECK (({text}) IS NULL))"
                )
            }
            Self::IndexKey { .. } => format!("CREATE INDEX {name} ON {table} (({text}))"),
            Self::Exclusion { .. } => format!("ALTER TABLE {table} ADD CONSTRAINT {name} {text}"),
            Self::Policy { on } => format!("CREATE POLICY {name} ON {} USING ({text})", on.qualified()),
            Self::Query => format!("CREATE TEMP VIEW {name} AS {text}"),
            Self::DomainCheck { base } => {
                format!("CREATE DOMAIN pg_temp.{name} AS {base} CONSTRAINT {name} {text}")
            }
            Self::DomainDefault { base } => format!("CREATE DOMAIN pg_temp.{name} AS {base} DEFAULT ({text})"),
            Self::Rule { name: own, .. } | Self::Trigger { name: own, .. } => {
                let word = if matches!(self, Self::Rule { .. }) {
                    "RULE"
                } else {
                    "TRIGGER"
                };
                text.replacen(&format!("{word} {}", quote_ident(own)), &format!("{word} {name}"), 1)
            }
            Self::Function { name: own } => {
                text.replacen(&format!("{}(", own.qualified()), &format!("pg_temp.{name}("), 1)
            }
        }
    }

    /// Returns the query that deparses the text: number, text, columns and keys.
    pub(super) fn print(&self, number: usize, questions: &[Question]) -> String {
        let name = format!("schema_diff_{number}");
        let in_temp = format!("'pg_temp.{name}'::pg_catalog.regclass");
        let table = self.table().map_or_else(String::new, |columns| {
            format!(
                "'pg_temp.schema_diff_probe_{}'::pg_catalog.regclass",
                first_with(columns, questions)
            )
        });
        let checked = |relation: &str, constraint: &str| {
            format!(
                "ARRAY(SELECT a.attname::text FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_attribute a \
                 ON a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey) \
                 WHERE k.conrelid = {relation} AND k.conname = '{constraint}' ORDER BY 1)"
            )
        };
        // Key columns, and columns in expressions and the predicate.
        let indexed = format!(
            "ARRAY(SELECT DISTINCT a.attname::text FROM pg_catalog.pg_index i JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid \
             WHERE i.indexrelid = {in_temp} AND (a.attnum = ANY (i.indkey) OR EXISTS \
               (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = i.indexrelid \
                  AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = i.indrelid AND d.refobjsubid = a.attnum)) \
             AND a.attnum > 0 ORDER BY 1)"
        );
        let keys = format!(
            "ARRAY(SELECT attname::text FROM pg_catalog.pg_attribute WHERE attrelid = {in_temp} ORDER BY attnum)"
        );
        let none = || NO_NAMES.to_owned();
        let of_default = || {
            format!(
                "(SELECT pg_catalog.pg_get_expr(adbin, adrelid) FROM pg_catalog.pg_attrdef WHERE adrelid = {in_temp})"
            )
        };
        let (text, columns, keys) = match self {
            Self::Default { .. } => (of_default(), none(), none()),
            Self::Condition { .. } => (
                format!(
                    "(SELECT pg_catalog.pg_get_expr(conbin, conrelid) FROM pg_catalog.pg_constraint \
                     WHERE conrelid = {table} AND conname = '{name}')"
                ),
                checked(&table, &name),
                none(),
            ),
            Self::Generated { .. } => (of_default(), checked(&in_temp, &format!("{name}_reads")), none()),
            Self::IndexKey { .. } => (
                format!("pg_catalog.pg_get_indexdef({in_temp}, 1, false)"),
                indexed,
                keys,
            ),
            Self::Exclusion { .. } => (
                format!(
                    "(SELECT pg_catalog.pg_get_constraintdef(oid) FROM pg_catalog.pg_constraint \
                     WHERE conrelid = {table} AND conname = '{name}')"
                ),
                indexed,
                keys,
            ),
            Self::Policy { on } => (
                format!(
                    "(SELECT pg_catalog.pg_get_expr(polqual, polrelid) FROM pg_catalog.pg_policy \
                     WHERE polrelid = {} AND polname = '{name}')",
                    on_relation(on)
                ),
                none(),
                none(),
            ),
            Self::Query => (format!("pg_catalog.pg_get_viewdef({in_temp})"), none(), none()),
            Self::DomainCheck { .. } => (
                format!(
                    "(SELECT pg_catalog.pg_get_constraintdef(oid) FROM pg_catalog.pg_constraint \
                     WHERE contypid = 'pg_temp.{name}'::pg_catalog.regtype AND contype = 'c')"
                ),
                none(),
                none(),
            ),
            Self::DomainDefault { .. } => (
                format!(
                    "(SELECT pg_catalog.pg_get_expr(typdefaultbin, 0) FROM pg_catalog.pg_type \
                     WHERE oid = 'pg_temp.{name}'::pg_catalog.regtype)"
                ),
                none(),
                none(),
            ),
            Self::Rule { on, name: own } => (
                restore_name(
                    &format!(
                        "(SELECT pg_catalog.pg_get_ruledef(oid) FROM pg_catalog.pg_rewrite WHERE ev_class = {} AND rulename = '{name}')",
                        on_relation(on)
                    ),
                    "RULE",
                    &name,
                    own,
                ),
                none(),
                none(),
            ),
            Self::Trigger { on, name: own } => (
                restore_name(
                    &format!(
                        "(SELECT pg_catalog.pg_get_triggerdef(oid) FROM pg_catalog.pg_trigger WHERE tgrelid = {} AND tgname = '{name}')",
                        on_relation(on)
                    ),
                    "TRIGGER",
                    &name,
                    own,
                ),
                none(),
                none(),
            ),
            Self::Function { name: own } => (
                format!(
                    "(SELECT pg_catalog.replace(pg_catalog.pg_get_functiondef(oid), \
                     pg_catalog.concat(pronamespace::pg_catalog.regnamespace, '.{name}('), {}) \
                     FROM pg_catalog.pg_proc WHERE pronamespace = pg_catalog.pg_my_temp_schema() AND proname = '{name}')",
                    quote_literal(&format!("{}(", own.qualified()))
                ),
                none(),
                none(),
            ),
        };
        format!("SELECT {number}, {text}, {columns}, {keys}")
    }
}

/// Returns SQL that replaces the temporary name in a definition by the object's name.
fn restore_name(definition: &str, word: &str, name: &str, own: &str) -> String {
    let own = format!("{word} {}", quote_ident(own));
    format!(
        "pg_catalog.replace({definition}, '{word} {name}', {})",
        quote_literal(&own)
    )
}
