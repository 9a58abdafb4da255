//! Edits of what attributes declare: defaults, keys, checks, indexes, identities, generated columns, comments.

use super::{
    super::production::{Table, Type, plain},
    Draft, Edit, pick, with_name,
};

/// SQL that changes a default, of the table and of those child tables and partitions that have the same.
fn default_below(table: &str, column: &str, action: &str) -> String {
    let default_of = |relation: &str| {
        format!(
            "(SELECT pg_get_expr(d.adbin, d.adrelid) FROM pg_attrdef d JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
               WHERE d.adrelid = {relation} AND a.attname = '{column}')"
        )
    };
    format!(
        "DO $intent$ DECLARE below oid; old text := {}; BEGIN
           FOR below IN WITH RECURSIVE all_below AS (SELECT '{table}'::regclass::oid AS id
             UNION ALL SELECT inhrelid FROM pg_inherits JOIN all_below ON inhparent = id) SELECT id FROM all_below LOOP
             IF {} IS NOT DISTINCT FROM old THEN
               EXECUTE format('ALTER TABLE ONLY %s ALTER {column} %s', below::regclass, {action});
             END IF;
           END LOOP;
         END $intent$",
        default_of(&format!("'{table}'::regclass")),
        default_of("below"),
    )
}

/// SQL that replaces a foreign key of a column, under its own name.
fn replaced_key(table: &str, column: &str, clause: &str) -> String {
    format!(
        "DO $intent$ DECLARE own text; BEGIN
           SELECT conname INTO STRICT own FROM pg_constraint k JOIN pg_attribute a ON a.attrelid = k.conrelid AND k.conkey = ARRAY[a.attnum]
             WHERE k.contype = 'f' AND k.conrelid = '{table}'::regclass AND a.attname = '{column}';
           EXECUTE format('ALTER TABLE {table} DROP CONSTRAINT %I, ADD CONSTRAINT %I FOREIGN KEY ({column}) {clause}', own, own);
         END $intent$"
    )
}

impl Draft {
    pub(super) fn set_default(mut self, place: usize, detail: usize) -> Option<Edit> {
        let found = self.column(place, detail, |_, column| {
            !column.filled
                && !column
                    .attributes
                    .iter()
                    .any(|attribute| attribute.starts_with("default") || attribute.starts_with("references"))
        })?;
        let (name, data_type) = (self.own(found).name.clone(), self.own(found).data_type.clone());
        let value = data_type.value(2, &self.edit.after.enums);
        self.own(found).attributes.push(format!("default({value:?})"));
        let table = self.table(found.0).path();
        let intent = default_below(&table, &name, &format!("$new$SET DEFAULT {value}$new$"));
        self.finish_as(format!("default {value} of {table}.{name}"), &[&name], intent)
    }

    pub(super) fn drop_default(mut self, place: usize, detail: usize) -> Option<Edit> {
        let found = self.column(place, detail, |_, column| {
            let is_default = |attribute: &String| attribute.starts_with("default(") && attribute != "default(none)";
            !column.filled && column.attributes.iter().any(is_default)
        })?;
        let own = self.own(found);
        own.attributes.retain(|attribute| !attribute.starts_with("default("));
        own.attributes.push("default(none)".to_owned());
        let (table, name) = (self.table(found.0).path(), self.own(found).name.clone());
        let intent = default_below(&table, &name, "'DROP DEFAULT'");
        self.finish_as(format!("no default of {table}.{name}"), &[&name], intent)
    }

    pub(super) fn change_generated(mut self, place: usize, detail: usize) -> Option<Edit> {
        let found = self.column(place, detail, |_, column| {
            column
                .attributes
                .iter()
                .any(|attribute| attribute.starts_with("generated(\""))
        })?;
        let table = self.table(found.0).path();
        let own = self.own(found);
        let name = own.name.clone();
        self.edit.converted.insert(name.clone());
        if detail.is_multiple_of(2) {
            let own = self.own(found);
            own.attributes = vec!["generated(none)".to_owned()];
            own.filled = false;
            let intent = format!("ALTER TABLE {table} ALTER {name} DROP EXPRESSION");
            return self.finish_as(format!("{table}.{name} no longer generated"), &[&name], intent);
        }
        let own = self.own(found);
        let longer = own.attributes[0].replace("(\"", "(\"1 + ");
        own.attributes[0] = longer;
        self.finish(format!("{table}.{name} generated otherwise"), &[&name])
    }

    pub(super) fn change_identity(mut self, place: usize, detail: usize) -> Option<Edit> {
        let found = self.column(place, detail, |_, column| {
            let is_identity = |attribute: &String| attribute.starts_with("identity") && attribute != "identity(none)";
            column.attributes.iter().any(is_identity)
        })?;
        let table = self.table(found.0).path();
        let own = self.own(found);
        let name = own.name.clone();
        // An option that the attribute leaves out has Postgres's default.
        let (attribute, sql) = match (own.attributes[0].as_str(), detail % 3) {
            (_, 0) => ("identity(none)", "DROP IDENTITY"),
            (_, 1) => (
                "identity(start = 7, increment = 3)",
                "SET GENERATED BY DEFAULT SET START 7 SET INCREMENT 3 SET CACHE 1",
            ),
            ("identity(always)" | "identity(always, cache = 20)", _) => (
                "identity",
                "SET GENERATED BY DEFAULT SET START 1 SET INCREMENT 1 SET CACHE 1",
            ),
            (_, _) => (
                "identity(always, cache = 20)",
                "SET GENERATED ALWAYS SET START 1 SET INCREMENT 1 SET CACHE 20",
            ),
        };
        if own.attributes[0] == attribute {
            return None;
        }
        own.filled = attribute != "identity(none)";
        own.attributes = vec![attribute.to_owned()];
        self.finish_as(
            format!("{attribute} of {table}.{name}"),
            &[&name],
            format!("ALTER TABLE {table} ALTER {name} {sql}"),
        )
    }

    pub(super) fn comment(mut self, place: usize, detail: usize) -> Option<Edit> {
        // An edit has given it a comment, which goes again.
        let has_comment = |attributes: &[String]| {
            let mut attributes = attributes.iter();
            attributes.any(|attribute| attribute.starts_with("comment(") && attribute != "comment(\"\")")
        };
        let commented = self.column(place, detail, |_, column| has_comment(&column.attributes));
        let text = match commented {
            Some(_) => String::new(),
            None => format!("it's \\\"{}\\\"", self.edit.after.next),
        };
        let sql = if text.is_empty() {
            "NULL".to_owned()
        } else {
            format!("'{}'", text.replace('\'', "''").replace('\\', ""))
        };
        if commented.is_none() && detail.is_multiple_of(3) {
            let at = place % self.edit.after.tables.len();
            let table = &mut self.edit.after.tables[at];
            table.attributes.retain(|attribute| !attribute.starts_with("comment"));
            table.attributes.push(format!("comment(\"{text}\")"));
            let path = table.path();
            self.edit.commented.insert(path.clone());
            return self.finish_as(
                format!("comment on {path}"),
                &[],
                format!("COMMENT ON TABLE {path} IS {sql}"),
            );
        }
        let found = match commented {
            Some(found) => found,
            None => self.column(place, detail, |_, _| true)?,
        };
        let own = self.own(found);
        own.attributes.retain(|attribute| !attribute.starts_with("comment"));
        own.attributes.push(format!("comment(\"{text}\")"));
        let (table, name) = (self.table(found.0).path(), self.own(found).name.clone());
        self.edit.commented.insert(format!("{table}.{name}"));
        self.finish_as(
            format!("comment on {table}.{name}"),
            &[],
            format!("COMMENT ON COLUMN {table}.{name} IS {sql}"),
        )
    }

    pub(super) fn add_index(mut self, place: usize, detail: usize) -> Option<Edit> {
        let found = self.column(place, detail, |_, column| {
            column.attributes.is_empty()
                && matches!(
                    column.data_type,
                    Type::Text
                        | Type::Varchar(_)
                        | Type::Int4
                        | Type::Int8
                        | Type::Date
                        | Type::Enum(_)
                        | Type::Jsonb
                        | Type::Texts
                )
        })?;
        let (table, name) = (self.table(found.0).path(), self.own(found).name.clone());
        let (attribute, keys) = match self.own(found).data_type {
            Type::Jsonb => (
                "index(method = \"gin\", ops = \"jsonb_path_ops\")".to_owned(),
                format!("USING gin ({name} jsonb_path_ops)"),
            ),
            Type::Texts => ("index(method = \"gin\")".to_owned(), format!("USING gin ({name})")),
            _ => match detail % 4 {
                0 => ("index".to_owned(), format!("({name})")),
                1 => (
                    format!("index(desc, nulls_last, where = \"{name} IS NOT NULL\")"),
                    format!("({name} DESC NULLS LAST) WHERE {name} IS NOT NULL"),
                ),
                2 => (
                    "index(with(fillfactor = 70))".to_owned(),
                    format!("({name}) WITH (fillfactor = 70)"),
                ),
                _ => ("index(method = \"hash\")".to_owned(), format!("USING hash ({name})")),
            },
        };
        self.own(found).attributes.push(attribute.clone());
        self.finish_as(
            format!("{attribute} on {table}.{name}"),
            &[&name],
            format!("CREATE INDEX ON {table} {keys}"),
        )
    }

    /// Columns of a table that keys may be made of, after its primary key.
    fn some_columns(&self, place: usize, wanted: impl Fn(&Table) -> bool) -> Option<(usize, Vec<usize>)> {
        let scalar = |data_type: &Type| {
            matches!(
                data_type,
                Type::Text | Type::Varchar(_) | Type::Int4 | Type::Int8 | Type::Date | Type::Enum(_) | Type::Bool
            )
        };
        let tables = self
            .edit
            .after
            .tables
            .iter()
            .enumerate()
            .filter(|(_, table)| wanted(table));
        let tables = tables.map(|(at, table)| {
            let columns = table.columns.iter().enumerate();
            (
                at,
                columns
                    .filter(|(_, column)| !column.fixed && scalar(&column.data_type))
                    .map(|(at, _)| at)
                    .collect(),
            )
        });
        pick(
            tables
                .filter(|(_, columns): &(usize, Vec<usize>)| !columns.is_empty())
                .collect(),
            place,
        )
    }

    pub(super) fn add_wide_index(mut self, place: usize, detail: usize) -> Option<Edit> {
        let (at, columns) = self.some_columns(place, |_| true)?;
        let column = (at, pick(columns, detail)?);
        self.own(column).used = true;
        let (table, key, name) = (
            self.table(at).path(),
            self.table(at).key.clone(),
            self.own(column).name.clone(),
        );
        let index = self.name("wide");
        let first = key.split(',').next()?.to_owned();
        let (attribute, sql) = match detail % 3 {
            0 => (
                format!("index({name} desc nulls last, {first}, name = \"{index}\")"),
                format!("CREATE INDEX {index} ON {table} ({name} DESC NULLS LAST, {first})"),
            ),
            1 => (
                format!("index({key}, {name}, unique, name = \"{index}\")"),
                format!("CREATE UNIQUE INDEX {index} ON {table} ({key}, {name})"),
            ),
            _ => (
                format!(
                    "index(\"coalesce({name}::text, 'none')\", include({first}), where = \"{name} IS NOT NULL\", name = \"{index}\")"
                ),
                format!(
                    "CREATE INDEX {index} ON {table} (coalesce({name}::text, 'none')) INCLUDE ({first}) WHERE {name} IS NOT NULL"
                ),
            ),
        };
        let is_immutable = !matches!(self.own(column).data_type, Type::Date | Type::Enum(_));
        if detail % 3 == 2 && !is_immutable {
            return None;
        }
        self.edit.after.tables[at].attributes.push(attribute.clone());
        self.finish_as(format!("{attribute} on {table}"), &[&index], sql)
    }

    pub(super) fn add_check(mut self, place: usize, detail: usize) -> Option<Edit> {
        let found = self.column(place, detail, |_, column| {
            column.attributes.is_empty()
                && matches!(
                    column.data_type,
                    Type::Text | Type::Varchar(_) | Type::Int4 | Type::Int8 | Type::Bool
                )
        })?;
        let (table, name) = (self.table(found.0).path(), self.own(found).name.clone());
        let condition = format!("{name} IS NULL OR {name}::text NOT IN ('never', 'ever')");
        let is_partitioned = !self.table(found.0).tail.is_empty();
        let check = self.name("sane");
        let (option, clause) = match detail % 4 {
            1 if !is_partitioned => (", no_inherit", " NO INHERIT"),
            2 => (", not_valid", " NOT VALID"),
            _ => ("", ""),
        };
        // Under the default name of a check that is there already, it would be declared as that one.
        let named = detail.is_multiple_of(3) || self.own(found).clause.contains("CHECK");
        let attribute = format!(
            "check(\"{condition}\"{option}{})",
            if named {
                format!(", name = \"{check}\"")
            } else {
                String::new()
            }
        );
        let added = if named {
            format!("ADD CONSTRAINT {check}")
        } else {
            "ADD".to_owned()
        };
        self.own(found).attributes.push(attribute.clone());
        self.finish_as(
            format!("{attribute} on {table}.{name}"),
            &[&name],
            format!("ALTER TABLE {table} {added} CHECK ({condition}){clause}"),
        )
    }

    pub(super) fn add_unique(mut self, place: usize, detail: usize) -> Option<Edit> {
        let (at, columns) = self.some_columns(place, |_| true)?;
        let column = (at, pick(columns, detail)?);
        self.own(column).used = true;
        let (table, key, name) = (
            self.table(at).path(),
            self.table(at).key.clone(),
            self.own(column).name.clone(),
        );
        let is_partitioned = !self.table(at).tail.is_empty();
        let (option, clause) = match detail % 3 {
            1 if !is_partitioned => (", deferrable", " DEFERRABLE"),
            2 if !is_partitioned => (", initially_deferred", " DEFERRABLE INITIALLY DEFERRED"),
            _ => ("", ""),
        };
        let unique = self.name("one");
        let attribute = format!("unique({name}, {key}{option}, name = \"{unique}\")");
        self.edit.after.tables[at].attributes.push(attribute.clone());
        self.finish_as(
            format!("{attribute} on {table}"),
            &[&unique],
            format!("ALTER TABLE {table} ADD CONSTRAINT {unique} UNIQUE ({name}, {key}){clause}"),
        )
    }

    pub(super) fn add_exclusion(mut self, place: usize, detail: usize) -> Option<Edit> {
        let (at, columns) = self.some_columns(place, |table| table.tail.is_empty() && table.key == "id")?;
        let column = (at, pick(columns, detail)?);
        self.own(column).used = true;
        let (table, name, exclusion) = (self.table(at).path(), self.own(column).name.clone(), self.name("only"));
        let elements = format!("id WITH =, {name} WITH =");
        let attribute = format!(
            "exclude(\"{elements}\", method = \"btree\", where = \"{name} IS NOT NULL\", name = \"{exclusion}\")"
        );
        self.edit.after.tables[at].attributes.push(attribute.clone());
        let intent = format!(
            "ALTER TABLE {table} ADD CONSTRAINT {exclusion} EXCLUDE USING btree ({elements}) WHERE ({name} IS NOT NULL)"
        );
        self.finish_as(format!("{attribute} on {table}"), &[&exclusion], intent)
    }

    /// Options of a foreign key: as attributes have them, as SQL has them.
    const OPTIONS: &[(&str, &str)] = &[
        ("", ""),
        (", on_delete = cascade", " ON DELETE CASCADE"),
        (
            ", on_delete = set_null, on_update = cascade",
            " ON UPDATE CASCADE ON DELETE SET NULL",
        ),
        (", on_delete = restrict, deferrable", " ON DELETE RESTRICT DEFERRABLE"),
        (", initially_deferred", " DEFERRABLE INITIALLY DEFERRED"),
        (
            ", on_delete = set_default, match_full",
            " MATCH FULL ON DELETE SET DEFAULT",
        ),
    ];

    pub(super) fn add_foreign_key(mut self, place: usize, detail: usize) -> Option<Edit> {
        let at = place % self.edit.after.tables.len();
        let parents = self.edit.after.tables.iter().filter(|table| table.key == "id");
        let parent = pick(parents.collect::<Vec<_>>(), detail)?;
        let (path, data_type) = (parent.path(), parent.column("id")?.data_type.clone());
        let (option, clause) = Self::OPTIONS[detail % Self::OPTIONS.len()];
        let mut column = plain(&self.name("owner"), data_type, true);
        column.attributes.push(format!("references({path}(id){option})"));
        column.used = true;
        let (table, name) = (self.table(at).path(), column.name.clone());
        let sql = column.data_type.sql(&self.edit.after.enums);
        self.edit.after.tables[at].columns.push(column);
        self.edit.converted.insert(name.clone());
        let intent = format!(
            "ALTER TABLE {table} ADD {name} {sql}; ALTER TABLE {table} ADD FOREIGN KEY ({name}) REFERENCES {path} (id){clause}"
        );
        self.finish_as(
            format!("add {table}.{name} that references {path}{option}"),
            &[&name],
            intent,
        )
    }

    pub(super) fn change_foreign_key(mut self, place: usize, detail: usize) -> Option<Edit> {
        let found = self.column(place, detail, |_, column| {
            column
                .attributes
                .iter()
                .any(|attribute| attribute.starts_with("references"))
        })?;
        let own = self.own(found);
        let old = own
            .attributes
            .iter()
            .find(|attribute| attribute.starts_with("references"))?
            .clone();
        let target = old.strip_prefix("references(")?.split("(id)").next()?.to_owned();
        let (option, clause) = Self::OPTIONS[detail % Self::OPTIONS.len()];
        let new = format!("references({target}(id){option})");
        if new == old {
            return None;
        }
        own.attributes = vec![new];
        let (table, name) = (self.table(found.0).path(), self.own(found).name.clone());
        let intent = replaced_key(&table, &name, &format!("REFERENCES {target} (id){clause}"));
        self.finish_as(format!("{table}.{name} references with{option}"), &[&name], intent)
    }

    pub(super) fn change_primary_key(mut self, place: usize) -> Option<Edit> {
        let tables = self.edit.after.tables.iter().enumerate();
        let is_referenced = |path: &str| {
            let columns = self.edit.after.tables.iter().flat_map(|table| &table.columns);
            columns
                .flat_map(|column| &column.attributes)
                .any(|attribute| attribute.starts_with(&format!("references({path}(")))
        };
        let fits = |table: &Table| !table.established && !is_referenced(&table.path()) && table.attributes.is_empty();
        let at = pick(
            tables.filter(|(_, table)| fits(table)).map(|(at, _)| at).collect(),
            place,
        )?;
        let table = &mut self.edit.after.tables[at];
        let column = table
            .columns
            .iter_mut()
            .find(|column| !column.fixed && !column.nullable && !column.filled && column.data_type == Type::Text);
        let path = match table.schema {
            "public" => table.name.clone(),
            schema => format!("{schema}.{}", table.name),
        };
        let key = if table.key == "id" {
            let column = column?;
            column.used = true;
            format!("id, {}", column.name)
        } else {
            "id".to_owned()
        };
        table.key.clone_from(&key);
        let name = table.name.clone();
        self.finish(format!("key {key} of {path}"), &[&name, &with_name(&name, "", "")])
    }
}
