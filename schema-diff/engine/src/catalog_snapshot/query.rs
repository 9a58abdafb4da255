//! The query that takes a snapshot.

use std::collections::BTreeMap;

use postgres::Client;

use super::catalogs::{ACLS, CATALOGS, Catalog, EXCLUDED, PRINTED};

/// A column of a catalog.
struct Column {
    name: String,
    data_type: String,
}

/// The target of an OID or a column number.
enum Reference {
    /// The OID of a row of this catalog.
    Catalog(&'static str),
    /// The number of a column of the relation that this SQL names.
    ColumnOf(&'static str),
    /// A number that refers to nothing.
    Number,
}

/// The targets of columns, by catalog and column name.
type References = BTreeMap<(&'static str, &'static str), Reference>;

fn references() -> References {
    let lines = include_str!("references.txt").lines();
    let known = lines.filter(|line| !line.starts_with('#')).filter_map(|line| {
        let mut words = line.splitn(3, ' ');
        let (catalog, column, target) = (words.next()?, words.next()?, words.next()?);
        let target = match target.strip_prefix("column of ") {
            Some(relation) => Reference::ColumnOf(relation),
            None if target == "number" => Reference::Number,
            None => Reference::Catalog(target),
        };
        Some(((catalog, column), target))
    });
    known.collect()
}

/// Builds the query that takes a snapshot, from the columns that this server's catalogs have and the session can read.
pub(super) fn query(client: &mut Client) -> Result<String, postgres::Error> {
    let (columns, version) = columns(client)?;
    let references = references();
    let parts: Vec<String> = CATALOGS
        .iter()
        .filter_map(|catalog| {
            let columns = columns.get(catalog.name)?;
            Some(catalog.query(columns, &references, version))
        })
        .collect();
    Ok(format!(
        "SELECT jsonb_build_array(catalog, named, facts)::text FROM ({}) a WHERE coalesce(named, '') !~ '\\mpg_temp_[0-9]+\\.'",
        parts.join("\nUNION ALL\n")
    ))
}

/// Returns the columns that a snapshot leaves out because `references.txt` does not list the targets of their numbers.
///
/// Only versions of Postgres that are newer than the list have such columns. Each is `catalog.column`.
///
/// # Errors
/// The server does not answer.
pub fn unknown_columns(client: &mut Client) -> Result<Vec<String>, postgres::Error> {
    let references = references();
    let mut unknown = Vec::new();
    for (catalog, columns) in columns(client)?.0 {
        for Column { name, data_type } in columns {
            let is_excluded = EXCLUDED.contains(&name.as_str()) || !NUMBERS.contains(&data_type.as_str());
            if !is_excluded && !references.contains_key(&(catalog.as_str(), name.as_str())) {
                unknown.push(format!("{catalog}.{name}"));
            }
        }
    }
    Ok(unknown)
}

/// Returns the columns of the catalogs that the session can read, and the server's major version.
fn columns(client: &mut Client) -> Result<(BTreeMap<String, Vec<Column>>, i32), postgres::Error> {
    let names: Vec<&str> = CATALOGS.iter().map(|catalog| catalog.name).collect();
    let rows = client.query(
        "SELECT c.relname::text, a.attname::text, pg_catalog.format_type(a.atttypid, NULL), \
         pg_catalog.current_setting('server_version_num')::int / 10000 \
         FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid \
         WHERE c.relnamespace = 'pg_catalog'::pg_catalog.regnamespace AND c.relname = ANY ($1) AND a.attnum > 0 \
         AND pg_catalog.has_table_privilege(c.oid, 'SELECT') ORDER BY 1, a.attnum",
        &[&names],
    )?;
    let mut columns: BTreeMap<String, Vec<Column>> = BTreeMap::new();
    let mut version = 0;
    for row in &rows {
        columns.entry(row.try_get(0)?).or_default().push(Column {
            name: row.try_get(1)?,
            data_type: row.try_get(2)?,
        });
        version = row.try_get(3)?;
    }
    Ok((columns, version))
}

impl Catalog {
    fn query(&self, columns: &[Column], references: &References, version: i32) -> String {
        let mut fields = Vec::new();
        for Column {
            name: column,
            data_type,
        } in columns
        {
            let excluded = EXCLUDED.contains(&column.as_str()) || data_type == "pg_node_tree";
            let override_expression = match (self.name, column.as_str()) {
                // Columns that are left out of some rows; the documentation of `catalog_snapshot` has the reasons.
                ("pg_attribute", "attname") => Some(
                    "CASE WHEN (SELECT relkind NOT IN ('i', 'I') FROM pg_class WHERE oid = attrelid) THEN attname END",
                ),
                ("pg_constraint", "connoinherit") => Some("CASE WHEN contype = 'c' THEN connoinherit END"),
                ("pg_trigger", "tgname") => Some("CASE WHEN NOT tgisinternal THEN tgname END"),
                _ => None,
            };
            let value = || {
                override_expression
                    .map(str::to_owned)
                    .or_else(|| self.value(column, data_type, references))
            };
            if let Some(value) = (!excluded).then(value).flatten() {
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
            "SELECT '{}' AS catalog, {named} AS named, {objects} AS facts FROM pg_catalog.{} c WHERE {own} AND NOT {member}{but}",
            self.name, self.name
        )
    }

    /// Returns the SQL for a column's value, without numbers that differ between databases.
    ///
    /// Returns `None` for a number whose target is unknown.
    fn value(&self, column: &str, data_type: &str, references: &References) -> Option<String> {
        if let Some((_, kind, owner)) = ACLS.iter().find(|(name, ..)| *name == column) {
            return Some(acl(&format!("coalesce({column}, acldefault({kind}, {owner}))")));
        }
        if data_type == "aclitem[]" {
            return Some(acl(column));
        }
        if column.ends_with("options") && data_type == "text[]" {
            return Some(format!(
                "(SELECT jsonb_agg(o ORDER BY o) FROM unnest({column}) o WHERE o !~ '^pg_attver=')"
            ));
        }
        let is_list = matches!(
            data_type,
            "oid[]" | "oidvector" | "int2vector" | "smallint[]" | "regtype[]"
        );
        // Postgres orders these lists by number, so their order has no meaning.
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
            Some(Reference::Catalog(target)) => Some(each(name_of(target, one))),
            Some(Reference::ColumnOf(relation)) => {
                let number = if is_list { "x::int2" } else { column };
                Some(each(format!(
                    "(SELECT attname FROM pg_attribute WHERE attrelid = {relation} AND attnum = {number})"
                )))
            }
            Some(Reference::Number) => Some(format!("{column}::text")),
            None if NUMBERS.contains(&data_type) => None,
            None => Some(format!("to_jsonb({column})")),
        }
    }
}

/// Types whose values may be the numbers of other rows.
const NUMBERS: &[&str] = &["oid", "oid[]", "oidvector", "int2vector", "smallint[]", "xid"];

fn acl(list: &str) -> String {
    format!(
        "(SELECT jsonb_agg(concat(CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END, ' ', a.privilege_type, \
         CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' END, ' by ', a.grantor::regrole) \
         ORDER BY a.grantee::regrole::text, a.privilege_type, a.grantor::regrole::text) FROM aclexplode({list}) a)"
    )
}

/// Returns the SQL for the name of an object with an OID.
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
