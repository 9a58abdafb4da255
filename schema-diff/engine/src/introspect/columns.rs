//! Columns of every relation, and attributes of composite types.

use std::collections::HashMap;

use super::{
    data_type,
    error::{HiddenRelation, IntrospectError},
    reader::{IS_USER_NAMESPACE, Reader},
    relations::{RelationKind, Relations},
};
use crate::model::{ColumnSettings, DataType, QualifiedName};

/// A column as in the catalog.
pub(super) struct Attribute {
    /// `attnum`; numbers of dropped columns are missing.
    pub number: i16,
    pub name: String,
    pub data_type: DataType,
    pub nullable: bool,
    /// The default or the generation expression.
    pub expression: Option<String>,
    /// `ALWAYS` for true, `BY DEFAULT` for false.
    pub identity_always: Option<bool>,
    /// `STORED` for true, `VIRTUAL` for false.
    pub generated_stored: Option<bool>,
    pub collation: Option<QualifiedName>,
    pub inherited: bool,
    pub settings: ColumnSettings,
}

/// Columns by the relation's OID, in the order of their numbers.
pub(super) struct Attributes(HashMap<u32, Vec<Attribute>>);

impl Attributes {
    /// Returns a relation's columns, in order.
    pub fn of(&self, relation: u32) -> &[Attribute] {
        self.0.get(&relation).map_or(&[], Vec::as_slice)
    }

    /// Returns a column's name.
    pub fn name(&self, relation: u32, number: i16) -> Option<&str> {
        let columns = self.of(relation);
        let at = columns.binary_search_by_key(&number, |column| column.number).ok()?;
        columns.get(at).map(|column| column.name.as_str())
    }

    /// Returns the names of columns, in the order of `numbers`; 0 (an expression, the whole row) is left out.
    pub fn names(&self, relation: u32, numbers: &[i16]) -> Vec<String> {
        numbers
            .iter()
            .filter_map(|number| self.name(relation, *number))
            .map(str::to_owned)
            .collect()
    }
}

/// Whether columns are nullable: by schema and table, then by the column's number.
type Visible = HashMap<(String, String), HashMap<i32, bool>>;

/// Reads whether columns are nullable, for all columns that `information_schema` shows to this role.
fn read_visible(reader: &mut Reader<'_>) -> Result<Visible, IntrospectError> {
    const WHAT: &str = "columns";
    let mut tables = Visible::new();
    reader.each(
        WHAT,
        "SELECT table_schema::text, table_name::text, ordinal_position::int4, is_nullable = 'YES' \
         FROM information_schema.columns WHERE table_schema NOT IN ('pg_catalog', 'information_schema')",
        |fields| {
            let table = (fields.next()?, fields.next()?);
            tables.entry(table).or_default().insert(fields.next()?, fields.next()?);
            Ok(())
        },
    )?;
    Ok(tables)
}

/// Reads all columns. Fails if `information_schema` hides one from the role.
pub(super) fn read(reader: &mut Reader<'_>, relations: &Relations, role: &str) -> Result<Attributes, IntrospectError> {
    const WHAT: &str = "attributes";
    let mut visible = read_visible(reader)?;
    let sql = format!(
        "SELECT a.attrelid, a.attnum, a.attname::text, NOT a.attnotnull, \
                    pg_catalog.pg_get_expr(ad.adbin, ad.adrelid), a.attidentity, a.attgenerated, \
                    cn.nspname::text, co.collname::text, a.attinhcount > 0 AND NOT a.attislocal, \
                    NULLIF(a.attstattarget, -1)::int4, \
                    CASE WHEN a.attstorage <> t.typstorage THEN \
                        CASE a.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END END, \
                    {compression}, \
                    ARRAY(SELECT o FROM pg_catalog.unnest(a.attoptions) o WHERE o NOT LIKE 'pg\\_attver=%' ORDER BY o), {type_fields} \
             FROM pg_catalog.pg_attribute a \
             JOIN pg_catalog.pg_class c ON c.oid = a.attrelid \
             JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
             {type_joins} \
             LEFT JOIN pg_catalog.pg_attrdef ad ON ad.adrelid = a.attrelid AND ad.adnum = a.attnum \
             LEFT JOIN pg_catalog.pg_collation co ON co.oid = a.attcollation AND a.attcollation <> t.typcollation \
             LEFT JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace \
             WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'c') \
               AND c.relpersistence <> 't' AND {IS_USER_NAMESPACE} \
             ORDER BY a.attrelid, a.attnum",
        compression = reader.since(
            14,
            "CASE a.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END",
            "NULL::text"
        ),
        type_fields = data_type::fields("a.atttypmod"),
        type_joins = data_type::joins("a.atttypid"),
    );
    let mut attributes: HashMap<u32, Vec<Attribute>> = HashMap::with_capacity(relations.len());
    reader.each(WHAT, &sql, |fields| {
        let relation: u32 = fields.next()?;
        let attribute = Attribute {
            number: fields.next()?,
            name: fields.next()?,
            nullable: fields.next()?,
            expression: fields.next()?,
            identity_always: match fields.next_char()? {
                'a' => Some(true),
                'd' => Some(false),
                _ => None,
            },
            generated_stored: match fields.next_char()? {
                's' => Some(true),
                'v' => Some(false),
                _ => None,
            },
            collation: {
                let schema: Option<String> = fields.next()?;
                let name: Option<String> = fields.next()?;
                schema.zip(name).map(|(schema, name)| QualifiedName { schema, name })
            },
            inherited: fields.next()?,
            settings: ColumnSettings {
                statistics: fields.next()?,
                storage: fields.next()?,
                compression: fields.next()?,
                options: fields.next()?,
                null_refused_by_domain_alone: false,
            },
            data_type: data_type::read(fields)?,
        };
        attributes.entry(relation).or_default().push(attribute);
        Ok(())
    })?;
    attributes.values_mut().for_each(Vec::shrink_to_fit);
    apply_visible(relations, &mut attributes, &mut visible, role)?;
    Ok(Attributes(attributes))
}

/// Applies nullability from `information_schema`, which includes that of domains, and finds the columns that it hides.
fn apply_visible(
    relations: &Relations,
    attributes: &mut HashMap<u32, Vec<Attribute>>,
    visible: &mut Visible,
    role: &str,
) -> Result<(), IntrospectError> {
    let mut hidden = Vec::new();
    for (oid, columns) in attributes {
        let Some(relation) = relations
            .get(oid)
            .filter(|relation| relation.kind != RelationKind::MaterializedView)
        else {
            continue;
        };
        let shown = visible
            .remove(&(relation.name.schema.clone(), relation.name.name.clone()))
            .unwrap_or_default();
        let mut unseen = Vec::new();
        for column in columns {
            match shown.get(&i32::from(column.number)) {
                Some(nullable) => {
                    column.settings.null_refused_by_domain_alone = column.nullable && !nullable;
                    column.nullable = *nullable;
                }
                None => unseen.push(column.name.clone()),
            }
        }
        if !unseen.is_empty() && relation.unmanaged.is_none() {
            hidden.push(HiddenRelation {
                name: relation.name.clone(),
                owner: relation.owner.clone(),
                columns: unseen,
            });
        }
    }
    if hidden.is_empty() {
        return Ok(());
    }
    hidden.sort_unstable();
    Err(IntrospectError::Hidden {
        role: role.to_owned(),
        relations: hidden,
    })
}
