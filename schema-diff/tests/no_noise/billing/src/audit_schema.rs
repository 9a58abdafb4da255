// @generated automatically by Diesel CLI.

pub mod audit {
    pub mod sql_types {
        #[derive(diesel::sql_types::SqlType)]
        #[diesel(postgres_type(name = "name", schema = "pg_catalog"))]
        pub struct Name;
    }

    diesel::table! {
        use diesel::sql_types::*;
        use super::sql_types::Name;

        audit.entries (id, at) {
            id -> Int8,
            at -> Timestamptz,
            relation -> Text,
            op -> Text,
            old_row -> Nullable<Jsonb>,
            new_row -> Nullable<Jsonb>,
            by_role -> Name,
        }
    }

    diesel::table! {
        use diesel::sql_types::*;
        use super::sql_types::Name;

        audit.entries_2025 (id, at) {
            id -> Int8,
            at -> Timestamptz,
            relation -> Text,
            op -> Text,
            old_row -> Nullable<Jsonb>,
            new_row -> Nullable<Jsonb>,
            by_role -> Name,
        }
    }

    diesel::table! {
        use diesel::sql_types::*;
        use super::sql_types::Name;

        audit.entries_rest (id, at) {
            id -> Int8,
            at -> Timestamptz,
            relation -> Text,
            op -> Text,
            old_row -> Nullable<Jsonb>,
            new_row -> Nullable<Jsonb>,
            by_role -> Name,
        }
    }

    diesel::allow_tables_to_appear_in_same_query!(entries, entries_2025, entries_rest,);
}
