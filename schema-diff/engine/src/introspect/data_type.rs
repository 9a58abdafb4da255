//! The types of columns, attributes and domains.

use super::{error::IntrospectError, reader::Fields};
use crate::model::{DataType, TypeName};

/// Returns the SQL of the fields that [`read`] reads, for the type `t` (its element `e` if it is an array) with a
/// modifier.
pub(super) fn fields(modifier: &str) -> String {
    format!(
        "COALESCE(en.nspname, tn.nspname)::text, COALESCE(e.typname, t.typname)::text, e.oid IS NOT NULL, \
         CASE WHEN {modifier} >= 0 THEN pg_catalog.format_type(t.oid, {modifier}) END"
    )
}

/// Returns the SQL that joins `t`, `tn`, `e` and `en` for the type with an OID.
pub(super) fn joins(oid: &str) -> String {
    format!(
        "JOIN pg_catalog.pg_type t ON t.oid = {oid} \
         JOIN pg_catalog.pg_namespace tn ON tn.oid = t.typnamespace \
         LEFT JOIN pg_catalog.pg_type e ON e.oid = t.typelem AND e.typarray = t.oid \
         LEFT JOIN pg_catalog.pg_namespace en ON en.oid = e.typnamespace"
    )
}

/// Reads the four fields of [`fields`].
pub(super) fn read(fields: &mut Fields<'_>) -> Result<DataType, IntrospectError> {
    let name = TypeName::new(fields.next::<&str>()?, fields.next::<&str>()?);
    let array = fields.next()?;
    let formatted: Option<&str> = fields.next()?;
    Ok(DataType {
        modifier: formatted.and_then(modifier),
        name,
        array,
    })
}

/// Returns the text in the parentheses of a type that `format_type` printed; for intervals also the fields.
fn modifier(formatted: &str) -> Option<String> {
    let element = formatted.strip_suffix("[]").unwrap_or(formatted);
    if let Some(rest) = element
        .strip_prefix("interval")
        .filter(|rest| rest.is_empty() || rest.starts_with([' ', '(']))
    {
        let text = rest.trim_start();
        let text = text
            .strip_prefix('(')
            .and_then(|inner| inner.strip_suffix(')'))
            .unwrap_or(text);
        return (!text.is_empty()).then(|| text.to_owned());
    }
    let mut quoted = false;
    let open = element.find(|c| {
        quoted ^= c == '"';
        c == '(' && !quoted
    })?;
    let close = element.rfind(')')?;
    element.get(open + 1..close).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::modifier;

    #[test]
    fn modifiers_are_cut_out() {
        let cases = [
            ("character varying(50)", Some("50")),
            ("character varying(50)[]", Some("50")),
            ("numeric(10,2)", Some("10,2")),
            ("timestamp(3) with time zone", Some("3")),
            ("interval(3)", Some("3")),
            ("interval day to second(3)", Some("day to second(3)")),
            ("interval year[]", Some("year")),
            ("interval", None),
            ("public.\"we(ir\"\"d\"(Point,4326)", Some("Point,4326")),
            ("public.\"intervals(\"", None),
            ("bpchar", None),
        ];
        for (formatted, expected) in cases {
            assert_eq!(modifier(formatted).as_deref(), expected, "{formatted}");
        }
    }
}
