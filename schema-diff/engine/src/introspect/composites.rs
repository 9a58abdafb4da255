//! Composite types that are not row types of tables.

use std::collections::BTreeMap;

use super::{
    columns::Attributes,
    comments::{Class, Comments},
    error::IntrospectError,
    reader::{Fields, IS_USER_NAMESPACE, Reader},
};
use crate::model::{Composite, CustomType, TypeName};

/// Reads all composite types except those of extensions. Their attributes are read with the columns.
pub(super) fn read(
    reader: &mut Reader<'_>,
    attributes: &Attributes,
    comments: &mut Comments,
    types: &mut BTreeMap<TypeName, CustomType>,
) -> Result<(), IntrospectError> {
    const WHAT: &str = "composite types";
    let rows = reader.query(
        WHAT,
        &format!(
            "SELECT t.oid, n.nspname::text, t.typname::text, c.oid \
             FROM pg_catalog.pg_class c \
             JOIN pg_catalog.pg_type t ON t.typrelid = c.oid \
             JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
             WHERE c.relkind = 'c' AND {IS_USER_NAMESPACE} \
               AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend x \
                               WHERE x.classid = 'pg_catalog.pg_type'::regclass AND x.objid = t.oid AND x.deptype = 'e')"
        ),
    )?;
    for row in &rows {
        let mut fields = Fields::of(row, WHAT);
        let oid = fields.next()?;
        let name = TypeName::new(fields.next::<&str>()?, fields.next::<&str>()?);
        let relation = fields.next()?;
        let composite = Composite {
            attributes: attributes
                .of(relation)
                .iter()
                .map(|attribute| (attribute.name.clone(), attribute.data_type.clone()))
                .collect(),
            comment: comments.take(Class::Type, oid, 0),
        };
        types.insert(name, CustomType::Composite(composite));
    }
    Ok(())
}
