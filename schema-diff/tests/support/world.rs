//! Random schemas with rows: as SQL for before, as `schema.rs` and Rust enums for after, and as facts to compare with.
//!
//! Both are drawn from the same few names, so that much of what one has the other has too.
#![allow(dead_code, reason = "each test binary uses a part of this")]

#[path = "world_texts.rs"]
mod texts;

use std::collections::BTreeSet;

use proptest::{collection::vec, prelude::*};
use schema_diff_engine::model::{TableName, quote_literal};

pub use texts::FACTS;

const TABLES: &[(&str, &str)] = &[
    ("public", "users"),
    ("public", "Order; DROP"),
    ("App", "users"),
    ("public", "select"),
    ("App", "it's $guard$\nnew"),
];
const COLUMNS: &[&str] = &["id", "a\"b", "größe; --", "user", "Total", "$$x", "up"];
const ENUMS: &[(&str, &str)] = &[("public", "mood"), ("App", "State; of")];
const LABELS: &[&str] = &["new", "it's", "In Progress", "ünï;", "$guard$"];

/// What a column may hold: its name in `table!`, the length, its type in SQL, two values, and whether it can be a key.
struct Kind {
    rust: &'static str,
    length: Option<u32>,
    sql: &'static str,
    values: [&'static str; 2],
}

const fn kind(rust: &'static str, length: Option<u32>, sql: &'static str, values: [&'static str; 2]) -> Kind {
    Kind {
        rust,
        length,
        sql,
        values,
    }
}

const KINDS: &[Kind] = &[
    kind("Int4", None, "integer", ["1", "-70000"]),
    kind("Int8", None, "bigint", ["1", "5000000000"]),
    kind("Int2", None, "smallint", ["1", "300"]),
    kind("Text", None, "text", ["'1'", "'it''s; $$'"]),
    kind(
        "Uuid",
        None,
        "uuid",
        [
            "'00000000-0000-0000-0000-000000000001'",
            "'10000000-0000-0000-0000-000000000000'",
        ],
    ),
    kind("Varchar", Some(8), "character varying(8)", ["'1'", "'eight888'"]),
    kind("Varchar", Some(3), "character varying(3)", ["'1'", "'x  '"]),
    kind("Bpchar", Some(4), "character(4)", ["'1'", "'a b'"]),
    kind("Float8", None, "double precision", ["1", "1.5"]),
    kind("Float4", None, "real", ["1", "0.1"]),
    kind("Numeric", None, "numeric", ["1", "12345678901234567890.5"]),
    kind("Bool", None, "boolean", ["true", "false"]),
    kind("Date", None, "date", ["'2026-01-01'", "'1999-12-31'"]),
    kind(
        "Timestamp",
        None,
        "timestamp without time zone",
        ["'2026-01-01 00:00'", "'2026-01-01 10:11:12.131415'"],
    ),
    kind(
        "Timestamptz",
        None,
        "timestamp with time zone",
        ["'2026-01-01 00:00+00'", "'2026-01-01 10:11:12.131415+02'"],
    ),
    kind("Time", None, "time without time zone", ["'00:00'", "'10:11:12.5'"]),
    kind("Interval", None, "interval", ["'1 hour'", "'3 days 1.5 seconds'"]),
    kind("Json", None, "json", ["'1'", "'{\"b\": 1, \"a\": [\"$$\"]}'"]),
    kind("Jsonb", None, "jsonb", ["'1'", "'{\"a\": null}'"]),
    kind("Bytea", None, "bytea", ["'\\x01'", "''"]),
    kind("Inet", None, "inet", ["'10.0.0.1'", "'10.0.0.0/8'"]),
    kind("Cidr", None, "cidr", ["'10.0.0.0/8'", "'::1/128'"]),
    kind("Int4range", None, "int4range", ["'[1,2)'", "'empty'"]),
];
/// The first of the kinds are those of keys.
const KEY_KINDS: usize = 5;
/// Kinds without an order: no unique key.
const UNORDERED: &[&str] = &["Json"];

/// A type: one of the kinds, or an enum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    Plain(usize),
    Enum(usize),
}

#[derive(Clone, Debug)]
pub struct ColumnSlot {
    present: bool,
    data_type: Type,
    array: bool,
    nullable: bool,
    unique: bool,
    default: bool,
    filled: u8,
}

#[derive(Clone, Debug)]
pub struct TableSlot {
    present: bool,
    key: usize,
    composite: bool,
    columns: Vec<ColumnSlot>,
    parent: usize,
    rows: usize,
    view: bool,
}

/// One side of a pair.
#[derive(Clone, Debug)]
pub struct World {
    tables: Vec<TableSlot>,
    enums: Vec<Vec<bool>>,
}

/// Before and after, and what is done about them.
#[derive(Clone, Debug)]
pub struct Worlds {
    pub before: World,
    pub after: World,
    /// `undeclared = "drop"`.
    pub exact: bool,
    /// Says of everything that goes that it is dropped; else the evidence decides.
    pub drops_said: bool,
    /// Says what fills new mandatory columns.
    pub backfilled: bool,
}

fn column() -> impl Strategy<Value = ColumnSlot> {
    let data_type = prop_oneof![
        7 => (0..KINDS.len()).prop_map(Type::Plain),
        2 => (0..ENUMS.len()).prop_map(Type::Enum),
    ];
    let odds = |odds: f64| proptest::bool::weighted(odds);
    (
        odds(0.6),
        data_type,
        odds(0.15),
        odds(0.6),
        odds(0.15),
        odds(0.2),
        0..4_u8,
    )
        .prop_map(
            |(present, data_type, array, nullable, unique, default, filled)| ColumnSlot {
                present,
                data_type,
                array,
                nullable,
                unique,
                default,
                filled,
            },
        )
}

fn table() -> impl Strategy<Value = TableSlot> {
    let odds = |odds: f64| proptest::bool::weighted(odds);
    (
        odds(0.55),
        0..KEY_KINDS,
        odds(0.2),
        vec(column(), COLUMNS.len() - 1),
        0..TABLES.len() * 2,
        0..4_usize,
        odds(0.25),
    )
        .prop_map(|(present, key, composite, columns, parent, rows, view)| TableSlot {
            present,
            key,
            composite,
            columns,
            parent,
            rows,
            view,
        })
}

fn world() -> impl Strategy<Value = World> {
    let labels = vec(proptest::bool::weighted(0.7), LABELS.len());
    (vec(table(), TABLES.len()), vec(labels, ENUMS.len())).prop_map(|(tables, enums)| World { tables, enums })
}

/// Pairs in which much of after is as it was before.
pub fn worlds() -> impl Strategy<Value = Worlds> {
    let kept = vec(
        proptest::bool::weighted(0.75),
        TABLES.len() * (COLUMNS.len() + 3) + ENUMS.len(),
    );
    (world(), world(), kept, any::<bool>(), any::<bool>(), any::<bool>()).prop_map(
        |(before, mut after, kept, exact, drops_said, backfilled)| {
            let mut kept = kept.into_iter();
            let mut keep = || kept.next().unwrap_or(true);
            for (old, new) in before.tables.iter().zip(&mut after.tables) {
                if keep() {
                    new.present = old.present;
                }
                if keep() || keep() {
                    new.key = old.key;
                    new.composite = old.composite;
                }
                if keep() {
                    new.parent = old.parent;
                }
                for (old, new) in old.columns.iter().zip(&mut new.columns) {
                    if keep() {
                        *new = old.clone();
                    } else if old.default && !exact {
                        // A default that nobody declares stays, and need not fit another type.
                        new.default = true;
                    }
                }
            }
            for (old, new) in before.enums.iter().zip(&mut after.enums) {
                if keep() {
                    new.clone_from(old);
                }
            }
            Worlds {
                before,
                after,
                exact,
                drops_said,
                backfilled,
            }
        },
    )
}

/// A column as it comes out, with its key and its parent taken into account.
struct Made {
    name: &'static str,
    data_type: Type,
    array: bool,
    nullable: bool,
    unique: bool,
    default: bool,
    filled: u8,
    parent: Option<usize>,
}

impl World {
    /// Whether a table of this schema is there.
    pub fn names(&self, schema: &str) -> bool {
        (0..TABLES.len()).any(|at| TABLES[at].0 == schema && self.has(at))
    }

    fn has(&self, table: usize) -> bool {
        self.tables[table].present
    }

    fn is_composite(&self, table: usize) -> bool {
        self.tables[table].composite && self.tables[table].columns[0].present
    }

    fn columns(&self, table: usize) -> Vec<Made> {
        let slot = &self.tables[table];
        let mut made = vec![Made {
            name: COLUMNS[0],
            data_type: Type::Plain(slot.key),
            array: false,
            nullable: false,
            unique: false,
            default: false,
            filled: 2,
            parent: None,
        }];
        let parent = Some(slot.parent)
            .filter(|parent| *parent < TABLES.len() && self.has(*parent) && !self.is_composite(*parent));
        let last = COLUMNS.len() - 2;
        for (at, own) in slot.columns.iter().enumerate().filter(|(_, own)| own.present) {
            let in_key = at == 0 && self.is_composite(table);
            let parent = parent.filter(|_| at == last);
            let mut data_type = own.data_type;
            if in_key {
                data_type = Type::Plain(own.filled as usize);
            } else if let Some(parent) = parent {
                data_type = Type::Plain(self.tables[parent].key);
            }
            let unordered = matches!(data_type, Type::Plain(kind) if UNORDERED.contains(&KINDS[kind].rust));
            let plain = !in_key && parent.is_none();
            made.push(Made {
                name: COLUMNS[at + 1],
                data_type,
                array: own.array && plain,
                nullable: own.nullable && !in_key,
                unique: own.unique && plain && !unordered,
                default: own.default
                    && plain
                    && (matches!(data_type, Type::Plain(_)) || self.label(data_type).is_some()),
                filled: own.filled,
                parent,
            });
        }
        made
    }

    fn labels(&self, of: usize) -> Vec<&'static str> {
        let chosen = LABELS.iter().zip(&self.enums[of]).filter(|(_, present)| **present);
        let found: Vec<&str> = chosen.map(|(label, _)| *label).collect();
        if found.is_empty() { vec![LABELS[0]] } else { found }
    }

    fn label(&self, of: Type) -> Option<&'static str> {
        match of {
            Type::Enum(at) => self.labels(at).first().copied(),
            Type::Plain(_) => None,
        }
    }

    fn is_used(&self, of: usize) -> bool {
        (0..TABLES.len())
            .filter(|table| self.has(*table))
            .flat_map(|table| self.columns(table))
            .any(|column| column.data_type == Type::Enum(of))
    }

    /// A value; which of them is up to `row`.
    fn value(&self, column: &Made, row: usize) -> String {
        let element = match column.data_type {
            Type::Enum(at) => {
                let labels = self.labels(at);
                quote_literal(labels[row % labels.len()])
            }
            Type::Plain(kind) => KINDS[kind].values[row % 2].to_owned(),
        };
        if column.array {
            format!("ARRAY[{element}]::{}", sql_type(column))
        } else {
            element
        }
    }

    /// The default as a person would declare it.
    fn default(&self, column: &Made) -> String {
        match self.value(column, 0) {
            value if column.array => value,
            value if value.starts_with('\'') => format!("{value}::{}", sql_type(column)),
            value => value,
        }
    }

    /// Whether the rows satisfy what the schema demands: a parent for every child, no unique label twice.
    pub fn stands(&self) -> bool {
        (0..TABLES.len()).filter(|at| self.has(*at)).all(|at| {
            let rows = self.tables[at].rows.min(2);
            self.columns(at).iter().all(|column| {
                let parent_has_rows = column
                    .parent
                    .is_none_or(|parent| column.nullable || rows == 0 || self.tables[parent].rows > 0);
                let labels = match column.data_type {
                    Type::Enum(of) => self.labels(of).len(),
                    Type::Plain(_) => 2,
                };
                parent_has_rows && (!column.unique || rows <= labels)
            })
        })
    }

    fn key(&self, table: usize) -> Vec<&'static str> {
        let mut key = vec![COLUMNS[0]];
        if self.is_composite(table) {
            key.push(COLUMNS[1]);
        }
        key
    }

    /// A value for every row of a column, if one fits all.
    pub fn fill(&self, table: &TableName, column: &str) -> Option<String> {
        let at = (0..TABLES.len()).find(|at| name(*at) == *table)?;
        let made = self.columns(at).into_iter().find(|own| own.name == column)?;
        let fits_all = !made.unique && made.parent.is_none() && !self.key(at).contains(&column);
        fits_all.then(|| self.default(&made))
    }
}

impl Worlds {
    /// Tables and columns that after does not have, by their names before.
    pub fn gone(&self) -> (Vec<TableName>, Vec<(TableName, String)>) {
        let (mut tables, mut columns) = (Vec::new(), Vec::new());
        for at in (0..TABLES.len()).filter(|at| self.before.has(*at)) {
            if self.after.has(at) {
                let kept: BTreeSet<&str> = self.after.columns(at).into_iter().map(|column| column.name).collect();
                let own = self.before.columns(at).into_iter().map(|column| column.name);
                columns.extend(
                    own.filter(|own| !kept.contains(own))
                        .map(|own| (name(at), own.to_owned())),
                );
            } else {
                tables.push(name(at));
            }
        }
        (tables, columns)
    }
}

fn name(table: usize) -> TableName {
    TableName::new(TABLES[table].0, TABLES[table].1)
}

fn sql_type(column: &Made) -> String {
    let element = match column.data_type {
        Type::Plain(kind) => KINDS[kind].sql.to_owned(),
        Type::Enum(at) => TableName::new(ENUMS[at].0, ENUMS[at].1).qualified(),
    };
    // Postgres prints its own types and those of `public` as they are found on an empty path.
    if column.array { format!("{element}[]") } else { element }
}
