//! Everything that the system catalogs say about a database's own objects, read without any knowledge of the engine's model: two states
//! that are to be the same are compared row by row.
//!
//! The query is built from the catalogs' own columns, so that a version's new columns are part of it. OIDs are replaced by names,
//! column numbers by column names, ACLs by the privileges that they grant (those that hold by default too), an enum label's position by its
//! rank. One query reads the columns of the catalogs, once a process; one query takes a snapshot.
//!
//! What is left out, and why:
//!
//! | left out | why |
//! |---|---|
//! | dropped columns, column numbers, `relnatts` | a column that is dropped and added again comes last |
//! | names of index columns | Postgres keeps those of the index's creation when a column is renamed |
//! | `relfilenode`, `relfrozenxid`, `relminmxid`, `relrewrite`, `reltoastrelid`, TOAST relations | storage; names hold OIDs |
//! | `relpages`, `reltuples`, `relallvisible`, `relallfrozen`, `pg_statistic`, `pg_statistic_ext_data` | estimates |
//! | `relhasindex`, `relhasrules`, `relhastriggers`, `relhassubclass` | set at once, but reset only by a later vacuum |
//! | `atthasmissing`, `attmissingval`, `attcacheoff` | how a value is stored, not which |
//! | `pg_attver=...` in `attoptions` | written into every column by one minor version |
//! | names of internal triggers, `tgparentid` | names hold OIDs; the trigger is named by its constraint |
//! | rows of `NOT NULL` constraints (18 and later) | `attnotnull` says it on every version |
//! | `connoinherit` of keys | says whether a partition's key was made with it or attached |
//! | `indcheckxmin` | depends on other transactions at the time of creation |
//! | definitions of exclusions | their operators, and the keys and predicate of their index, are rows of their own |
//! | node trees | expressions are printed instead, and compared when parsing and printing changes them no more |
//! | members of extensions | the extension has them |
//! | operator classes' and families' support, text search, transforms, subscriptions, roles | no migration touches them |
#![allow(dead_code, clippy::unwrap_used, reason = "each test binary uses a part of this")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    sync::OnceLock,
};

use postgres::Client;
use serde_json::{Map, Value};

#[path = "catalogs.rs"]
mod catalogs;

use catalogs::{ACLS, CATALOGS, Catalog, LEFT_OUT, PRINTED};

/// A database's own objects, a row of a catalog each, sorted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatalogSnapshot(Vec<String>);

impl CatalogSnapshot {
    /// Reads the catalogs, as a superuser.
    pub fn of(client: &mut Client) -> Self {
        static QUERY: OnceLock<String> = OnceLock::new();
        let query = QUERY.get_or_init(|| query(client));
        // Planning it takes six times as long as running it.
        let is_prepared = "SELECT FROM pg_prepared_statements WHERE name = 'catalog_snapshot'";
        if client.query_opt(is_prepared, &[]).unwrap().is_none() {
            in_empty_search_path(client, &format!("PREPARE catalog_snapshot AS {query}"));
        }
        Self(in_empty_search_path(client, "EXECUTE catalog_snapshot"))
    }

    /// Says what another state has that this one has not (`+`), and the other way round (`-`), by catalog, object and column.
    pub fn difference(&self, other: &Self, client: &mut Client) -> Option<String> {
        if self == other {
            return None;
        }
        let (old, new) = (self.unlike(other), other.unlike(self));
        let objects: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        let mut text = String::new();
        for object in objects {
            let rows = [&old, &new].map(|rows| rows.get(object).map(Vec::as_slice).unwrap_or_default());
            if let ([before], [after]) = (rows[0], rows[1]) {
                let keys: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
                for key in keys {
                    let values = [before.get(key), after.get(key)];
                    if values[0] != values[1] && !same_when_printed_again(values, client) {
                        let show = |value: Option<&Value>| value.map_or_else(|| "nothing".to_owned(), Value::to_string);
                        let _ = writeln!(text, "{object}: {key}: - {} + {}", show(values[0]), show(values[1]));
                    }
                }
                continue;
            }
            for (sign, rows) in ["-", "+"].into_iter().zip(rows) {
                for row in rows {
                    let _ = writeln!(text, "{sign} {object}: {}", Value::Object(row.clone()));
                }
            }
        }
        (!text.is_empty()).then_some(text)
    }

    /// Names of the relations that an earlier state had and this one has not.
    pub fn relations_gone_from(&self, before: &Self) -> Vec<String> {
        let gone = before.unlike(self).into_keys();
        let still: BTreeSet<String> = self.unlike(before).into_keys().collect();
        gone.filter(|object| !still.contains(object))
            .filter_map(|object| Some(object.strip_prefix("pg_class ")?.rsplit('.').next()?.to_owned()))
            .collect()
    }

    /// The same with other names, wherever they appear: whole, or as parts of a default name (`posts_score_idx`).
    pub fn with_names(&self, names: &BTreeMap<String, String>) -> Self {
        if names.is_empty() {
            return self.clone();
        }
        // Names that are exchanged become one.
        let exchanged = |old: &String, new: &String| names.get(new) == Some(old);
        let pairs: Vec<(String, String)> = names
            .iter()
            .map(|(old, new)| match exchanged(old, new) {
                true => (old.clone(), old.min(new).clone()),
                false => (old.clone(), new.clone()),
            })
            .collect();
        let mut lines: Vec<String> = self.0.iter().map(|line| renamed(line, &pairs)).collect();
        lines.sort();
        Self(lines)
    }

    /// The rows that the other one does not have, by catalog and object.
    fn unlike(&self, other: &Self) -> BTreeMap<String, Vec<Map<String, Value>>> {
        let known: BTreeSet<&String> = other.0.iter().collect();
        let mut rows: BTreeMap<String, Vec<Map<String, Value>>> = BTreeMap::new();
        for line in self.0.iter().filter(|line| !known.contains(line)) {
            let (catalog, name, row): (String, String, Map<String, Value>) = serde_json::from_str(line).unwrap();
            rows.entry(format!("{catalog} {name}")).or_default().push(row);
        }
        rows
    }
}

/// A row with other names.
fn renamed(line: &str, names: &[(String, String)]) -> String {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut text = String::new();
    for part in line.split_inclusive(|c| !is_word(c)) {
        let word = part.trim_end_matches(|c| !is_word(c));
        let mut padded = format!("_{word}_");
        for (old, new) in names {
            padded = padded.replace(&format!("_{old}_"), &format!("_{new}_"));
        }
        text.push_str(&padded[1..padded.len() - 1]);
        text.push_str(&part[word.len()..]);
    }
    let (catalog, name, mut row): (String, String, Map<String, Value>) = serde_json::from_str(&text).unwrap();
    let is_check = row.get("contype").is_some_and(|kind| kind == "c");
    for (key, value) in &mut row {
        match value {
            // What is sorted by names.
            Value::Array(items) if matches!(key.as_str(), "stxkeys" | "prattrs") || key == "conkey" && is_check => {
                items.sort_by_key(Value::to_string);
            }
            Value::Object(printed) => {
                for text in printed.values_mut() {
                    if let Value::String(text) = text {
                        *text = without_aliases(text);
                    }
                }
            }
            _ => {}
        }
    }
    serde_json::json!([catalog, name, row]).to_string()
}

/// A query without aliases that repeat what they stand for: a renamed column keeps its former name in a view.
fn without_aliases(query: &str) -> String {
    let bare = |word: &str| {
        word.rsplit(['.', '('])
            .next()
            .unwrap_or_default()
            .trim_end_matches([',', ';', ')'])
            .to_owned()
    };
    let mut words: Vec<&str> = Vec::new();
    for word in query.split_whitespace() {
        let before: Vec<String> = words.iter().rev().take(2).map(|word| bare(word)).collect();
        let alias = bare(word);
        match before.as_slice() {
            [last, source] if last == "AS" && *source == alias => {
                words.pop();
                words.pop();
            }
            [last, ..] if *last == alias => {
                words.pop();
            }
            _ => {}
        }
        words.push(word);
    }
    words.join(" ")
}

/// Whether two expressions or queries are the same once Postgres has parsed and printed them until nothing changes.
fn same_when_printed_again(values: [Option<&Value>; 2], client: &mut Client) -> bool {
    let [Some(before), Some(after)] = values else {
        return false;
    };
    match (fixed_point(before, client), fixed_point(after, client)) {
        (Some(before), Some(after)) => before == after,
        _ => false,
    }
}

fn fixed_point(value: &Value, client: &mut Client) -> Option<String> {
    let text = |key: &str| value.get(key).and_then(Value::as_str);
    let mut query = match (text("query"), text("on"), text("expression")) {
        (Some(query), ..) => query.trim_end_matches(';').to_owned(),
        (None, Some(relation), Some(expression)) => format!("SELECT {expression} FROM ONLY {relation}"),
        _ => return None,
    };
    for _ in 0..8 {
        let mut transaction = client.transaction().ok()?;
        transaction.batch_execute("SET LOCAL search_path = ''").ok()?;
        transaction
            .batch_execute(&format!("CREATE TEMP VIEW printed_again AS {query}"))
            .ok()?;
        let row = transaction.query_one("SELECT pg_get_viewdef('pg_temp.printed_again'::regclass)", &[]);
        let printed: String = row.ok()?.get(0);
        transaction.rollback().ok()?;
        let printed = printed.trim_end_matches(';').to_owned();
        if printed == query {
            return Some(query);
        }
        query = printed;
    }
    None
}

fn in_empty_search_path(client: &mut Client, query: &str) -> Vec<String> {
    client.batch_execute("SET search_path = ''").unwrap();
    let rows = client.query(query, &[]).unwrap();
    client.batch_execute("RESET search_path").unwrap();
    let mut lines: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    lines.sort();
    lines
}

/// What an OID or a column number refers to.
enum Reference {
    Catalog(String),
    ColumnOf(String),
    Number,
}

fn references() -> BTreeMap<(&'static str, &'static str), Reference> {
    let lines = include_str!("catalog_references.txt").lines();
    lines
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let mut words = line.splitn(3, ' ');
            let mut word = || words.next().unwrap();
            let (catalog, column, target) = (word(), word(), word());
            let target = match target.strip_prefix("column of ") {
                Some(relation) => Reference::ColumnOf(relation.to_owned()),
                None if target == "number" => Reference::Number,
                None => Reference::Catalog(target.to_owned()),
            };
            ((catalog, column), target)
        })
        .collect()
}

/// Builds the query that takes a snapshot, from the columns that this server's catalogs have.
fn query(client: &mut Client) -> String {
    let version: i32 = client
        .query_one("SELECT current_setting('server_version_num')::int / 10000", &[])
        .unwrap()
        .get(0);
    let names: Vec<&str> = CATALOGS.iter().map(|catalog| catalog.name).collect();
    let rows = client
        .query(
            "SELECT c.relname::text, a.attname::text, a.atttypid::regtype::text FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid \
             WHERE c.relnamespace = 'pg_catalog'::regnamespace AND c.relname = ANY ($1) AND a.attnum > 0 ORDER BY 1, a.attnum",
            &[&names],
        )
        .unwrap();
    let mut columns: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for row in &rows {
        columns.entry(row.get(0)).or_default().push((row.get(1), row.get(2)));
    }
    let references = references();
    let parts: Vec<String> = CATALOGS
        .iter()
        .filter_map(|catalog| {
            let columns = columns.get(catalog.name)?;
            Some(catalog.query(columns, &references, version))
        })
        .collect();
    parts.join("\nUNION ALL\n")
}

impl Catalog {
    fn query(
        &self,
        columns: &[(String, String)],
        references: &BTreeMap<(&'static str, &'static str), Reference>,
        version: i32,
    ) -> String {
        let mut fields = Vec::new();
        for (column, data_type) in columns {
            let left_out = LEFT_OUT.contains(&column.as_str()) || data_type == "pg_node_tree";
            let named_otherwise = match (self.name, column.as_str()) {
                // Where it is a part of the row's name already, or holds an OID.
                ("pg_attribute", "attname") => Some(
                    "CASE WHEN (SELECT relkind NOT IN ('i', 'I') FROM pg_class WHERE oid = attrelid) THEN attname END",
                ),
                ("pg_constraint", "connoinherit") => Some("CASE WHEN contype = 'c' THEN connoinherit END"),
                ("pg_trigger", "tgname") => Some("CASE WHEN NOT tgisinternal THEN tgname END"),
                _ => None,
            };
            if !left_out {
                let value = named_otherwise.map_or_else(|| self.value(column, data_type, references), str::to_owned);
                fields.push(format!("'{column}', {value}"));
            }
        }
        for (catalog, since, name, value) in PRINTED {
            if *catalog == self.name && version >= *since {
                fields.push(format!("'{name}', {value}"));
            }
        }
        let named = match self.named {
            Some(named) => named.to_owned(),
            None => format!(
                "(pg_identify_object('pg_catalog.{}'::regclass, oid, 0)).identity",
                self.name
            ),
        };
        let objects = format!("jsonb_strip_nulls(jsonb_build_object({}))", fields.join(", "));
        let own = match self.name {
            "pg_namespace" => "(oid >= 16384 OR nspname = 'public')".to_owned(),
            "pg_description" => {
                "(objoid >= 16384 OR (classoid = 'pg_namespace'::regclass AND objoid = 'public'::regnamespace))"
                    .to_owned()
            }
            _ => format!("{} >= 16384", self.of),
        };
        let class = match self.name {
            "pg_aggregate" => "pg_proc",
            "pg_attrdef"
            | "pg_attribute"
            | "pg_foreign_table"
            | "pg_index"
            | "pg_inherits"
            | "pg_partitioned_table"
            | "pg_sequence" => "pg_class",
            "pg_enum" | "pg_range" => "pg_type",
            name => name,
        };
        let class = if class == "pg_description" {
            "c.classoid".to_owned()
        } else {
            format!("'pg_catalog.{class}'::regclass")
        };
        let member = format!(
            "EXISTS (SELECT FROM pg_depend m WHERE m.deptype = 'e' AND m.objid = {} AND m.classid = {class})",
            self.of
        );
        let but = self.but.map(|but| format!(" AND NOT ({but})")).unwrap_or_default();
        format!(
            "SELECT jsonb_build_array('{}', {named}, {objects})::text FROM pg_catalog.{} c WHERE {own} AND NOT {member}{but}",
            self.name, self.name
        )
    }

    /// A column's value without numbers that differ from one database to another.
    fn value(
        &self,
        column: &str,
        data_type: &str,
        references: &BTreeMap<(&'static str, &'static str), Reference>,
    ) -> String {
        if let Some((_, kind, owner)) = ACLS.iter().find(|(name, ..)| *name == column) {
            return acl(&format!("coalesce({column}, acldefault({kind}, {owner}))"));
        }
        if data_type == "aclitem[]" {
            return acl(column);
        }
        if column.ends_with("options") && data_type == "text[]" {
            return format!("(SELECT jsonb_agg(o ORDER BY o) FROM unnest({column}) o WHERE o !~ '^pg_attver=')");
        }
        let is_list = matches!(
            data_type,
            "oid[]" | "oidvector" | "int2vector" | "smallint[]" | "regtype[]"
        );
        // Where Postgres keeps them by number, their order says nothing.
        let order = match column {
            "polroles" | "stxkeys" | "prattrs" => "v",
            "conkey" => "CASE contype WHEN 'c' THEN v END, n",
            _ => "n",
        };
        let elements = match data_type {
            "oidvector" | "int2vector" => format!("string_to_array({column}::text, ' ')"),
            _ => format!("{column}::text[]"),
        };
        let each = |value: String| {
            if is_list {
                format!(
                    "(SELECT jsonb_agg(v ORDER BY {order}) FROM (SELECT {value} AS v, n FROM unnest({elements}) WITH ORDINALITY u(x, n)) l)"
                )
            } else {
                value
            }
        };
        let one = if is_list { "x" } else { column };
        match references.get(&(self.name, column)) {
            Some(Reference::Catalog(target)) => each(name_of(target, one)),
            Some(Reference::ColumnOf(relation)) => {
                let number = if is_list { "x::int2" } else { column };
                each(format!(
                    "(SELECT attname FROM pg_attribute WHERE attrelid = {relation} AND attnum = {number})"
                ))
            }
            Some(Reference::Number) => format!("{column}::text"),
            None => {
                let is_known = !matches!(
                    data_type,
                    "oid" | "oid[]" | "oidvector" | "int2vector" | "smallint[]" | "xid"
                );
                assert!(
                    is_known,
                    "catalog_references.txt does not say what {}.{column} refers to",
                    self.name
                );
                format!("to_jsonb({column})")
            }
        }
    }
}

fn acl(list: &str) -> String {
    format!(
        "(SELECT jsonb_agg(concat(CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END, ' ', a.privilege_type, \
         CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' END, ' by ', a.grantor::regrole) \
         ORDER BY a.grantee::regrole::text, a.privilege_type, a.grantor::regrole::text) FROM aclexplode({list}) a)"
    )
}

/// An object's name by its OID.
fn name_of(catalog: &str, oid: &str) -> String {
    let cast = match catalog {
        "pg_authid" => "regrole",
        "pg_class" => "regclass",
        "pg_collation" => "regcollation",
        "pg_namespace" => "regnamespace",
        "pg_operator" => "regoperator",
        "pg_proc" => "regprocedure",
        "pg_type" => "regtype",
        _ => {
            return format!(
                "(pg_identify_object('pg_catalog.{catalog}'::regclass, nullif({oid}::oid, 0), 0)).identity"
            );
        }
    };
    format!("{oid}::oid::{cast}::text")
}
