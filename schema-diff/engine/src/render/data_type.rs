//! Types as DDL usually has them.

use crate::model::DataType;

/// Renders a type: Postgres's built-in types in upper case, others unchanged.
pub fn data_type(data_type: &DataType) -> String {
    let text = data_type.to_string();
    if data_type.is_builtin() && !text.contains('"') {
        text.to_uppercase()
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::data_type;
    use crate::model::{DataType, TypeName};

    #[test]
    fn own_types_are_in_capitals() {
        let cases = [
            (DataType::builtin("int4"), "INTEGER"),
            (
                DataType::builtin("varchar").with_modifier("50").array_of(),
                "CHARACTER VARYING(50)[]",
            ),
            (
                DataType::builtin("timestamptz").with_modifier("3"),
                "TIMESTAMP(3) WITH TIME ZONE",
            ),
            (DataType::builtin("char"), "\"char\""),
            (DataType::named(TypeName::public("mood")), "mood"),
            (
                DataType::named(TypeName::new("app", "Mood")).array_of(),
                "app.\"Mood\"[]",
            ),
        ];
        for (of, expected) in cases {
            assert_eq!(data_type(&of), expected);
        }
    }
}
