//! User-defined collations. Columns, domains and indexes name them, so a copy of the schema needs them.

use std::collections::BTreeMap;

use super::{
    error::IntrospectError,
    reader::{Fields, IS_USER_NAMESPACE, Reader},
};
use crate::model::{QualifiedName, quote_literal};

/// Reads the collations that are neither built in nor part of an extension, with the options of `CREATE COLLATION`.
pub(super) fn read(reader: &mut Reader<'_>) -> Result<BTreeMap<QualifiedName, String>, IntrospectError> {
    const WHAT: &str = "collations";
    // The column for an ICU collation's locale has had three names; the row as JSON has all of them.
    let rows = reader.query(
        WHAT,
        &format!(
            "SELECT n.nspname::text, c.collname::text, c.collprovider::text, c.collisdeterministic, \
                    c.collcollate::text, c.collctype::text, \
                    coalesce(j.fields->>'colllocale', j.fields->>'colliculocale'), j.fields->>'collicurules' \
             FROM pg_catalog.pg_collation c \
             JOIN pg_catalog.pg_namespace n ON n.oid = c.collnamespace \
             CROSS JOIN LATERAL (SELECT pg_catalog.to_jsonb(c) AS fields) j \
             WHERE {IS_USER_NAMESPACE} \
               AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend x \
                               WHERE x.classid = 'pg_catalog.pg_collation'::regclass AND x.objid = c.oid AND x.deptype = 'e')"
        ),
    )?;
    rows.iter()
        .map(|row| {
            let mut fields = Fields::of(row, WHAT);
            let name = QualifiedName {
                schema: fields.next()?,
                name: fields.next()?,
            };
            let provider: &str = fields.next()?;
            let deterministic: bool = fields.next()?;
            let collate: Option<&str> = fields.next()?;
            let ctype: Option<&str> = fields.next()?;
            let locale: Option<&str> = fields.next()?;
            let rules: Option<&str> = fields.next()?;
            let mut options = vec![match provider {
                "i" => "provider = icu".to_owned(),
                "b" => "provider = builtin".to_owned(),
                _ => "provider = libc".to_owned(),
            }];
            let mut option = |key: &str, text: Option<&str>| {
                options.extend(text.map(|text| format!("{key} = {}", quote_literal(text))));
            };
            if provider == "i" || provider == "b" {
                option("locale", locale.or(collate));
                option("rules", rules);
            } else {
                option("lc_collate", collate);
                option("lc_ctype", ctype);
            }
            if !deterministic {
                options.push("deterministic = false".to_owned());
            }
            Ok((name, options.join(", ")))
        })
        .collect()
}
