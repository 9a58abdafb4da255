//! Random schemas: tables, keys, foreign keys, enums, types, nullability, defaults, checks, indexes.
//!
//! Everything is in the words that Postgres itself would use, so that a schema can be compared with what is read back.

use std::collections::BTreeMap;

use proptest::{collection::vec, option, prelude::*, sample::select};
use schema_diff_engine::{
    model::default_name,
    model::{
        Column, Constraint, ConstraintKind, CustomType, DataType, EnumType, ForeignKey, Identity, Index, IndexKey,
        Match, OwnedSequence, ReferentialAction, Schema, SequenceOptions, Table, TableName, Tables, TypeName,
        quote_ident,
    },
};

/// Names of tables, some of them hard to quote.
const TABLES: &[&str] = &[
    "posts",
    "users",
    "order",
    "Tags",
    "a\"b",
    "naïve",
    "line items",
    "t;--",
    "x$$y",
    "countries",
];
/// Names of columns.
const COLUMNS: &[&str] = &[
    "title",
    "user",
    "Total",
    "created at",
    "is_\"q\"",
    "größe",
    "a;b",
    "code",
    "position",
    "notes",
    "x(y",
    "kind",
];
/// Names of enum types.
const ENUMS: &[&str] = &["mood", "Order Status", "enum\"x"];
/// Labels of enum types.
const LABELS: &[&str] = &["new", "it's", "In Progress", "done;", "ünï", "back\\slash", ""];

/// A type with a default of it, in Postgres's words.
const TYPES: &[(&str, Option<&str>, Option<&str>)] = &[
    ("int2", None, Some("'7'::smallint")),
    ("int4", None, Some("42")),
    ("int8", None, Some("'9000000000'::bigint")),
    ("text", None, Some("'it''s; $$'::text")),
    ("varchar", Some("50"), Some("'x'::character varying")),
    ("varchar", None, Some("''::character varying")),
    ("bool", None, Some("false")),
    ("numeric", Some("10,2"), Some("0.5")),
    ("timestamp", None, Some("now()")),
    ("timestamptz", Some("3"), Some("now()")),
    ("date", None, Some("'2020-02-29'::date")),
    ("uuid", None, Some("(md5((random())::text))::uuid")),
    ("jsonb", None, Some("'{}'::jsonb")),
    ("bytea", None, Some("'\\xdead'::bytea")),
    ("float8", None, Some("'0.1'::double precision")),
    ("interval", None, Some("'1 day'::interval")),
    ("bpchar", Some("3"), Some("'abc'::bpchar")),
    ("int4range", None, None),
];

/// Types whose values can be put in order and compared for being the same.
const KEYS: &[&str] = &["int2", "int4", "int8", "text", "uuid"];

/// How a primary key is made.
#[derive(Clone, Debug)]
enum Key {
    Identity { data_type: &'static str, always: bool },
    Serial(&'static str),
    Plain(&'static str),
    Composite(&'static str),
    None,
}

/// What is chosen for a column, before it is known which enums there are.
#[derive(Clone, Debug)]
struct ColumnPlan {
    name: &'static str,
    data_type: usize,
    enumeration: Option<prop::sample::Index>,
    array: bool,
    nullable: bool,
    with_default: bool,
    comment: Option<&'static str>,
    checked: bool,
    unique: bool,
    indexed: Option<IndexPlan>,
}

#[derive(Clone, Copy, Debug)]
struct IndexPlan {
    unique: bool,
    descending: bool,
    nulls_first: bool,
    partial: bool,
}

/// What is chosen for a foreign key.
#[derive(Clone, Debug)]
struct KeyPlan {
    child: prop::sample::Index,
    parent: prop::sample::Index,
    on_delete: ReferentialAction,
    nullable: bool,
}

#[derive(Clone, Debug)]
struct TablePlan {
    name: &'static str,
    key: Key,
    columns: Vec<ColumnPlan>,
    comment: Option<&'static str>,
}

/// A random schema in `public`.
pub fn arbitrary_schema() -> impl Strategy<Value = Schema> {
    let enums = (
        proptest::sample::subsequence(ENUMS, 0..=ENUMS.len()),
        vec(labels(), ENUMS.len()),
    );
    let tables = proptest::sample::subsequence(TABLES, 0..6)
        .prop_flat_map(|names| names.into_iter().map(table_plan).collect::<Vec<_>>());
    (enums, tables, vec(key_plan(), 0..5)).prop_map(|((names, labels), tables, keys)| {
        let mut schema = Schema {
            namespaces: ["public".to_owned()].into(),
            ..Schema::default()
        };
        for (name, labels) in names.into_iter().zip(labels) {
            let found = EnumType {
                labels,
                comment: None,
                used_by: Vec::new(),
                used_in_queries: false,
            };
            schema.types.insert(TypeName::public(name), CustomType::Enum(found));
        }
        let types: Vec<TypeName> = schema.types.keys().cloned().collect();
        for plan in &tables {
            let built = build_table(plan, &types, &schema.types);
            schema.tables.insert(built.name.clone(), built);
        }
        for plan in &keys {
            add_foreign_key(&mut schema.tables, plan);
        }
        schema
    })
}

fn labels() -> impl Strategy<Value = Vec<String>> {
    proptest::sample::subsequence(LABELS, 1..=LABELS.len())
        .prop_shuffle()
        .prop_map(|labels| labels.into_iter().map(str::to_owned).collect())
}

fn table_plan(name: &'static str) -> impl Strategy<Value = TablePlan> {
    let key = prop_oneof![
        3 => (select(&["int2", "int4", "int8"][..]), any::<bool>()).prop_map(|(data_type, always)| Key::Identity { data_type, always }),
        2 => select(&["int2", "int4", "int8"][..]).prop_map(Key::Serial),
        2 => select(KEYS).prop_map(Key::Plain),
        1 => select(KEYS).prop_map(Key::Composite),
        1 => Just(Key::None),
    ];
    let columns = proptest::sample::subsequence(COLUMNS, 0..6)
        .prop_shuffle()
        .prop_flat_map(|names| names.into_iter().map(column_plan).collect::<Vec<_>>());
    (key, columns, comment()).prop_map(move |(key, columns, comment)| TablePlan {
        name,
        key,
        columns,
        comment,
    })
}

fn column_plan(name: &'static str) -> impl Strategy<Value = ColumnPlan> {
    let index = (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>()).prop_map(
        |(unique, descending, nulls_first, partial)| IndexPlan {
            unique,
            descending,
            nulls_first,
            partial,
        },
    );
    (
        0..TYPES.len(),
        option::weighted(0.2, any::<prop::sample::Index>()),
        prop::bool::weighted(0.1),
        any::<bool>(),
        any::<bool>(),
        comment(),
        prop::bool::weighted(0.2),
        prop::bool::weighted(0.2),
        option::weighted(0.3, index),
    )
        .prop_map(
            move |(data_type, enumeration, array, nullable, with_default, comment, checked, unique, indexed)| {
                ColumnPlan {
                    name,
                    data_type,
                    enumeration,
                    array,
                    nullable,
                    with_default,
                    comment,
                    checked,
                    unique,
                    indexed,
                }
            },
        )
}

fn comment() -> impl Strategy<Value = Option<&'static str>> {
    option::weighted(0.1, select(&["plain", "it's \\ \"quoted\"", "two\nlines; $$"][..]))
}

fn key_plan() -> impl Strategy<Value = KeyPlan> {
    use ReferentialAction::{Cascade, NoAction, Restrict, SetDefault, SetNull};
    (
        any::<prop::sample::Index>(),
        any::<prop::sample::Index>(),
        select(&[NoAction, Restrict, Cascade, SetNull, SetDefault][..]),
        any::<bool>(),
    )
        .prop_map(|(child, parent, on_delete, nullable)| KeyPlan {
            child,
            parent,
            on_delete,
            nullable,
        })
}

fn build_table(plan: &TablePlan, types: &[TypeName], labels: &BTreeMap<TypeName, CustomType>) -> Table {
    let mut table = Table::new(TableName::public(plan.name));
    table.comment = plan.comment.map(str::to_owned);
    add_primary_key(&mut table, &plan.key);
    for column in &plan.columns {
        add_column(&mut table, column, types, labels);
    }
    table
}

fn add_primary_key(table: &mut Table, key: &Key) {
    let sequence = table.name.sibling(default_name::sequence(&table.name.name, "id"));
    let (data_type, identity, serial, columns): (_, _, _, &[&str]) = match key {
        Key::None => return,
        Key::Identity { data_type, always } => (*data_type, Some(*always), false, &["id"]),
        Key::Serial(data_type) => (*data_type, None, true, &["id"]),
        Key::Plain(data_type) => (*data_type, None, false, &["id"]),
        Key::Composite(data_type) => (*data_type, None, false, &["part", "id"]),
    };
    let data_type = DataType::builtin(data_type);
    let options = SequenceOptions::default_for(&data_type);
    let mut id = Column::new("id", data_type, false);
    id.identity = identity.map(|always| {
        Box::new(Identity {
            always,
            sequence: sequence.clone(),
            options: options.clone(),
        })
    });
    if serial {
        id.default = Some(sequence.nextval());
        id.sequence = Some(Box::new(OwnedSequence {
            name: sequence,
            options,
        }));
    }
    table.columns.push(id);
    if columns.len() > 1 {
        table
            .columns
            .push(Column::new("part", DataType::builtin("int4"), false));
    }
    let columns = columns.iter().map(|&name| name.to_owned()).collect();
    let kind = ConstraintKind::PrimaryKey {
        columns,
        include: Vec::new(),
    };
    add_constraint(table, default_name::primary_key(&table.name.name), kind);
}

fn add_constraint(table: &mut Table, name: String, kind: ConstraintKind) {
    table.constraints.insert(name.clone(), Constraint::new(name, kind));
}

fn add_column(table: &mut Table, plan: &ColumnPlan, types: &[TypeName], labels: &BTreeMap<TypeName, CustomType>) {
    let (name, modifier, default) = TYPES[plan.data_type];
    let mut data_type = DataType {
        modifier: modifier.map(str::to_owned),
        ..DataType::builtin(name)
    };
    let mut default = default.map(str::to_owned);
    if let Some(chosen) = plan.enumeration.filter(|_| !types.is_empty()) {
        let name = chosen.get(types);
        if let Some(CustomType::Enum(found)) = labels.get(name) {
            let label = found.labels[0].replace('\'', "''");
            default = Some(format!("'{label}'::{}", name.qualified()));
        }
        data_type = DataType::named(name.clone());
    }
    if plan.array {
        data_type.array = true;
        default = None;
    }
    let is_ordered = !matches!(data_type.builtin_name(), Some("jsonb"));
    let mut column = Column::new(plan.name, data_type, plan.nullable);
    column.default = default.filter(|_| plan.with_default);
    column.comment = plan.comment.map(str::to_owned);
    table.columns.push(column);
    let columns = vec![plan.name.to_owned()];
    if plan.checked {
        let expression = format!("({} IS NOT NULL)", quote_ident(plan.name));
        let kind = ConstraintKind::Check {
            expression,
            columns: columns.clone(),
            no_inherit: false,
        };
        add_constraint(table, default_name::check(&table.name.name, &columns), kind);
    }
    if plan.unique && is_ordered {
        let name = default_name::unique(&table.name.name, [plan.name]);
        let kind = ConstraintKind::Unique {
            columns: columns.clone(),
            include: Vec::new(),
            nulls_not_distinct: false,
        };
        add_constraint(table, name, kind);
    }
    if let Some(index) = plan.indexed.filter(|_| is_ordered) {
        let key = IndexKey {
            descending: index.descending,
            nulls_first: index.nulls_first,
            ..IndexKey::column(plan.name)
        };
        let predicate = index
            .partial
            .then(|| format!("({} IS NOT NULL)", quote_ident(plan.name)));
        let mut index = Index {
            name: String::new(),
            unique: index.unique,
            method: "btree".to_owned(),
            keys: vec![key],
            include: Vec::new(),
            predicate,
            nulls_not_distinct: false,
            options: Vec::new(),
            columns,
            comment: None,
            valid: true,
            clustered: false,
            attached_to: None,
            inherited: false,
        };
        index.name = default_name::index(&table.name.name, &index);
        table.indexes.insert(index.name.clone(), index);
    }
}

/// Adds a column that refers to another table's key, when that table has a key of one column.
fn add_foreign_key(tables: &mut Tables, plan: &KeyPlan) {
    let names: Vec<TableName> = tables.keys().cloned().collect();
    if names.is_empty() {
        return;
    }
    let (child, parent) = (plan.child.get(&names), plan.parent.get(&names));
    let target = &tables[parent];
    let [key] = target.primary_key_columns() else { return };
    let (key, data_type) = (key.clone(), target.column(key).unwrap().data_type.clone());
    let column = format!("{}_ref", parent.name);
    let table = tables.get_mut(child).unwrap();
    if table.column(&column).is_some() {
        return;
    }
    table
        .columns
        .push(Column::new(column.as_str(), data_type, plan.nullable));
    let name = default_name::foreign_key(&child.name, [column.as_str()]);
    let key = ForeignKey {
        columns: vec![column],
        references: parent.clone(),
        referenced_columns: vec![key],
        on_update: ReferentialAction::NoAction,
        on_delete: plan.on_delete,
        on_delete_columns: Vec::new(),
        matching: Match::Simple,
    };
    add_constraint(table, name, ConstraintKind::ForeignKey(key));
}
