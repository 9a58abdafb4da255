//! Values of a column's type as SQL expressions of a row's number.

use regex::Regex;

use crate::{
    model::{Column, Composite, CustomType, DataType, Schema, TypeName, quote_literal},
    statistics::ColumnStatistics,
};

/// Stands for the number of a value in the text of an expression. No name and no literal of the generated rows has it.
const INDEX: &str = "\u{1}";

/// A text is filled up to at most this many characters.
const WIDEST: usize = 2000;
const MINUTES_OF_A_DAY: u64 = 24 * 60;
/// A hundred years.
const DAYS: u64 = 36_500;

/// An expression that gives a value for each number, counted from 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Value {
    sql: String,
    /// The number of different values; `None` if there are as many as rows.
    pub distinct: Option<u64>,
}

impl Value {
    fn new(sql: impl Into<String>) -> Self {
        Self {
            sql: sql.into(),
            distinct: None,
        }
    }

    fn limited(sql: impl Into<String>, distinct: u64) -> Self {
        Self {
            sql: sql.into(),
            distinct: Some(distinct.max(1)),
        }
    }

    /// Returns the expression with a number of type `bigint` for which SQL is given.
    pub(super) fn at(&self, index: &str) -> String {
        self.sql.replace(INDEX, &format!("({index})"))
    }

    /// Returns one of some texts of a type.
    fn one_of(texts: &[String], data_type: &DataType) -> Self {
        let list: Vec<String> = texts.iter().map(|text| quote_literal(text)).collect();
        let count = texts.len() as u64;
        Self::limited(
            format!("(ARRAY[{}])[{INDEX} % {count} + 1]::{data_type}", list.join(", ")),
            count,
        )
    }
}

/// Returns expressions for a column, the usual one first; the others satisfy checks that the usual one does not. Empty if
/// the type is unknown.
pub(super) fn values(
    schema: &Schema,
    column: &Column,
    known: Option<&ColumnStatistics>,
    checks: &[&str],
) -> Vec<Value> {
    let data_type = base(schema, &column.data_type);
    let Some(usual) = usual(schema, data_type, known) else {
        return Vec::new();
    };
    if data_type.array {
        return vec![Value {
            sql: format!("ARRAY[{}]::{data_type}", usual.sql),
            ..usual
        }];
    }
    let mut found = vec![usual];
    found.extend(of_checks(data_type, checks));
    found.extend(others(data_type));
    if column.nullable && !checks.is_empty() {
        found.push(Value::limited(format!("NULL::{data_type}"), 1));
    }
    found
}

/// Returns the type on which a domain is based, or the type itself.
pub(super) fn base<'a>(schema: &'a Schema, data_type: &'a DataType) -> &'a DataType {
    match schema.domain(&data_type.name) {
        Some(domain) if !data_type.array => base(schema, &domain.base),
        _ => data_type,
    }
}

/// Returns the usual value of a type, or of an array's elements.
fn usual(schema: &Schema, data_type: &DataType, known: Option<&ColumnStatistics>) -> Option<Value> {
    if let Some(found) = schema.enum_type(&data_type.name) {
        let own = DataType {
            array: false,
            ..data_type.clone()
        };
        return (!found.labels.is_empty()).then(|| Value::one_of(&found.labels, &own));
    }
    if let Some(domain) = schema.domain(&data_type.name) {
        return usual(schema, &domain.base, known);
    }
    if let Some(CustomType::Composite(found)) = schema.types.get(&data_type.name) {
        return Some(row(schema, found, &data_type.name));
    }
    if !data_type.is_builtin() {
        return (data_type.name.name == "citext").then(|| text(None, known));
    }
    let modifier = || data_type.modifier.as_deref();
    let length = modifier().and_then(|text| text.parse().ok());
    Some(match data_type.name.name.as_str() {
        "int2" => Value::limited(format!("({INDEX} % 32767 + 1)::int2"), 32_767),
        "int4" => Value::new(format!("({INDEX} % 2147483647 + 1)::int4")),
        "int8" | "money" => Value::new(format!("({INDEX} + 1)")),
        "oid" => Value::new(format!("({INDEX} % 2147483647 + 1)::oid")),
        "numeric" => numeric(modifier()),
        "float4" | "float8" => Value::new(format!("({INDEX} + 1) / 4.0")),
        "text" | "name" => text(None, known),
        "varchar" | "bpchar" => text(length, known),
        "char" => Value::limited(format!("pg_catalog.chr(97 + ({INDEX} % 26)::int4)"), 26),
        "bool" => Value::limited(format!("{INDEX} % 2 = 0"), 2),
        "date" => Value::limited(format!("DATE '2000-01-01' + ({INDEX} % {DAYS})::int4"), DAYS),
        "timestamp" => Value::new(format!("TIMESTAMP '2000-01-01' + {INDEX} * INTERVAL '1 minute'")),
        "timestamptz" => Value::new(format!(
            "TIMESTAMPTZ '2000-01-01 00:00:00+00' + {INDEX} * INTERVAL '1 minute'"
        )),
        name @ ("time" | "timetz") => Value::limited(
            format!("(TIME '00:00' + ({INDEX} % {MINUTES_OF_A_DAY}) * INTERVAL '1 minute')::{name}"),
            MINUTES_OF_A_DAY,
        ),
        "interval" => Value::new(format!("({INDEX} + 1) * INTERVAL '1 minute'")),
        "uuid" => Value::new(format!("pg_catalog.md5({INDEX}::text)::uuid")),
        "json" => Value::new(format!("pg_catalog.json_build_object('number', {INDEX})")),
        "jsonb" => Value::new(format!("pg_catalog.jsonb_build_object('number', {INDEX})")),
        "bytea" => Value::new(format!("pg_catalog.decode(pg_catalog.md5({INDEX}::text), 'hex')")),
        name @ ("inet" | "cidr") => Value::new(format!("(INET '10.0.0.0/32' + {INDEX} % 4000000000)::{name}")),
        "macaddr" => Value::new(format!("pg_catalog.lpad(pg_catalog.to_hex({INDEX}), 12, '0')::macaddr")),
        "macaddr8" => Value::new(format!(
            "pg_catalog.lpad(pg_catalog.to_hex({INDEX}), 16, '0')::macaddr8"
        )),
        "int4range" => Value::new(format!(
            "pg_catalog.int4range(({INDEX} % 200000000 * 10)::int4, ({INDEX} % 200000000 * 10 + 5)::int4)"
        )),
        "int8range" => Value::new(format!("pg_catalog.int8range({INDEX} * 10, {INDEX} * 10 + 5)")),
        "numrange" => Value::new(format!("pg_catalog.numrange({INDEX} * 10, {INDEX} * 10 + 5)")),
        "daterange" => Value::new(format!(
            "pg_catalog.daterange(DATE '2000-01-01' + ({INDEX} % 1000000 * 2)::int4, DATE '2000-01-02' + ({INDEX} % 1000000 * 2)::int4)"
        )),
        "tsrange" => Value::new(format!(
            "pg_catalog.tsrange(TIMESTAMP '2000-01-01' + {INDEX} * INTERVAL '2 minutes', TIMESTAMP '2000-01-01 00:01' + {INDEX} * INTERVAL '2 minutes')"
        )),
        "tstzrange" => Value::new(format!(
            "pg_catalog.tstzrange(TIMESTAMPTZ '2000-01-01 00:00+00' + {INDEX} * INTERVAL '2 minutes', TIMESTAMPTZ '2000-01-01 00:01+00' + {INDEX} * INTERVAL '2 minutes')"
        )),
        "point" => Value::new(format!("pg_catalog.point({INDEX}, {INDEX})")),
        "bit" => Value::limited(format!("({INDEX} % 2)::int4::bit({})", length.unwrap_or(1)), 2),
        "tsvector" => Value::new(format!("pg_catalog.to_tsvector('simple', 'word' || {INDEX})")),
        _ => return None,
    })
}

/// Returns a value of a composite type. Attributes of types without values are NULL.
fn row(schema: &Schema, of: &Composite, name: &TypeName) -> Value {
    let attributes = of.attributes.iter().map(|(_, data_type)| {
        let own = usual(schema, data_type, None);
        own.map_or_else(
            || "NULL".to_owned(),
            |own| match data_type.array {
                true => format!("ARRAY[{}]::{data_type}", own.sql),
                false => own.sql,
            },
        )
    });
    let attributes: Vec<String> = attributes.collect();
    Value::new(format!("ROW({})::{name}", attributes.join(", ")))
}

fn numeric(modifier: Option<&str>) -> Value {
    let digits = modifier.map(|text| {
        let mut parts = text.split(',').map(|part| part.trim().parse::<i32>().unwrap_or(0));
        let precision = parts.next().unwrap_or(0);
        (precision - parts.next().unwrap_or(0)).clamp(0, 18)
    });
    match digits {
        // Only fractions fit.
        Some(0) => Value::limited("0::numeric", 1),
        Some(digits @ 1..18) => {
            let limit = 10_u64.pow(digits.unsigned_abs());
            Value {
                sql: format!("({INDEX} % {limit})::numeric"),
                distinct: (limit < 1_000_000_000).then_some(limit),
            }
        }
        _ => Value::new(format!("({INDEX} + 1)::numeric")),
    }
}

/// Returns different texts of at most `length` characters, as wide as the existing ones.
fn text(length: Option<usize>, known: Option<&ColumnStatistics>) -> Value {
    // Texts of this many hexadecimal digits have a number for each row.
    const ENOUGH: usize = 8;
    match length {
        Some(length) if length < ENOUGH => {
            let limit = 16_u64.pow(u32::try_from(length).unwrap_or(0));
            Value::limited(
                format!("pg_catalog.lpad(pg_catalog.to_hex({INDEX} % {limit}), {length}, '0')"),
                limit,
            )
        }
        _ => {
            let width = known.map_or(16, |own| own.width as usize).min(WIDEST);
            let width = length.map_or(width, |length| width.min(length));
            let number = format!("pg_catalog.lpad(pg_catalog.to_hex({INDEX}), {ENOUGH}, '0')");
            match width.saturating_sub(ENOUGH) {
                0 => Value::new(number),
                rest => Value::new(format!(
                    "{number} || pg_catalog.left(pg_catalog.repeat(pg_catalog.md5({INDEX}::text), {}), {rest})",
                    rest / 32 + 1
                )),
            }
        }
    }
}

/// Returns values that the literals of checks suggest: the texts, and the numbers within the limits.
fn of_checks(data_type: &DataType, checks: &[&str]) -> Vec<Value> {
    // The patterns are constants.
    let (Ok(quoted), Ok(number)) = (Regex::new("'((?:[^']|'')*)'"), Regex::new(r"-?\b\d{1,15}(?:\.\d+)?\b")) else {
        return Vec::new();
    };
    let mut texts = Vec::new();
    let mut numbers: Vec<f64> = Vec::new();
    for check in checks {
        texts.extend(quoted.captures_iter(check).map(|found| found[1].replace("''", "'")));
        let rest = quoted.replace_all(check, "''");
        numbers.extend(
            number
                .find_iter(&rest)
                .filter_map(|found| found.as_str().parse::<f64>().ok()),
        );
    }
    let mut found = Vec::new();
    // A text that is no value of the type makes the expression fail, and it is not chosen.
    if !texts.is_empty() {
        found.push(Value::one_of(&texts, data_type));
        texts
            .iter()
            .for_each(|text| found.push(Value::one_of(std::slice::from_ref(text), data_type)));
    }
    if is_number(data_type) {
        numbers.sort_by(f64::total_cmp);
        numbers.dedup();
        for limits in numbers.windows(2) {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "at most 15 digits"
            )]
            let between = ((limits[1] - limits[0]).floor().max(0.0) as u64) + 1;
            found.push(Value::limited(
                format!("({} + {INDEX} % {between})::{data_type}", limits[0]),
                between,
            ));
        }
        for limit in &numbers {
            found.push(Value::new(format!("({limit} + 1 + {INDEX})::{data_type}")));
            found.push(Value::new(format!("({limit} - 1 - {INDEX})::{data_type}")));
        }
    }
    found
}

/// Returns other values of a type that checks often ask for.
fn others(data_type: &DataType) -> Vec<Value> {
    if is_number(data_type) {
        return vec![
            Value::limited(format!("({INDEX} % 100 + 1)::{data_type}"), 100),
            Value::limited(format!("(({INDEX} % 100 + 1) / 100.0)::{data_type}"), 100),
            Value::limited(format!("({INDEX} % 5 + 1)::{data_type}"), 5),
            Value::limited(format!("0::{data_type}"), 1),
            Value::new(format!("(-1 - {INDEX})::{data_type}")),
        ];
    }
    // Later and earlier than the usual ones.
    let times = |name: &str, of: &str| {
        ["2050", "1950"].map(|year| {
            Value::new(format!(
                "({name} '{year}-01-01{of}' + {INDEX} * INTERVAL '1 minute')::{data_type}"
            ))
        })
    };
    match data_type.name.name.as_str() {
        "text" | "varchar" | "bpchar" | "citext" => {}
        "timestamp" => return times("TIMESTAMP", "").into(),
        "timestamptz" => return times("TIMESTAMPTZ", " 00:00:00+00").into(),
        "date" => {
            let days = |year: u16| format!("DATE '{year}-01-01' + ({INDEX} % {DAYS})::int4");
            return [2101, 1890].map(|year| Value::limited(days(year), DAYS)).into();
        }
        "bool" => return ["true", "false"].map(|value| Value::limited(value, 1)).into(),
        _ => return Vec::new(),
    }
    let letters = |length: u32| {
        let letter = |at: u32| format!("pg_catalog.chr(65 + ({INDEX} / {} % 26)::int4)", 26_u64.pow(at));
        let text: Vec<String> = (0..length).map(letter).collect();
        text.join(" || ")
    };
    let capitals = |length: u32| Value::limited(letters(length), 26_u64.pow(length));
    vec![
        Value::new(format!("'user' || {INDEX} || '@example.com'")),
        Value::new(format!("'https://example.com/' || {INDEX}")),
        Value::new(format!("'a' || {INDEX}")),
        Value::new(format!("'+' || (10000000000 + {INDEX})")),
        Value::new(format!("{INDEX}::text")),
        capitals(2),
        capitals(3),
        Value::limited(format!("pg_catalog.lower({})", letters(2)), 26_u64.pow(2)),
        Value::limited(format!("pg_catalog.lpad(({INDEX} % 100000)::text, 5, '0')"), 100_000),
        Value::new(format!("'item-' || {INDEX}")),
        Value::limited(
            format!("'#' || pg_catalog.lpad(pg_catalog.to_hex({INDEX} % 16777216), 6, '0')"),
            16_777_216,
        ),
        Value::new(format!(
            "'10.' || {INDEX} / 65536 % 256 || '.' || {INDEX} / 256 % 256 || '.' || {INDEX} % 256"
        )),
        Value::new(format!("pg_catalog.md5({INDEX}::text)")),
        Value::new(format!("(pg_catalog.md5({INDEX}::text)::uuid)::text")),
    ]
}

fn is_number(data_type: &DataType) -> bool {
    let name = data_type.name.name.as_str();
    data_type.is_builtin() && matches!(name, "int2" | "int4" | "int8" | "numeric" | "float4" | "float8")
}
