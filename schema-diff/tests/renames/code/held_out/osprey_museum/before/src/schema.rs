// @generated automatically by Diesel CLI.

pub mod collection {
    pub mod sql_types {
        #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
        #[diesel(postgres_type(name = "condition", schema = "collection"))]
        pub struct Condition;
    }

    diesel::table! {
        use diesel::sql_types::*;
        use super::sql_types::Condition;

        collection.objects (id) {
            id -> Int4,
            inv_no -> Varchar,
            designation -> Text,
            maker -> Nullable<Text>,
            dated -> Nullable<Text>,
            material -> Nullable<Text>,
            height_mm -> Nullable<Int4>,
            width_mm -> Nullable<Int4>,
            condition -> Condition,
            shelf_id -> Nullable<Int4>,
            insured_for -> Nullable<Numeric>,
            credit_line -> Nullable<Text>,
            on_display -> Bool,
        }
    }

    diesel::table! {
        collection.shelves (id) {
            id -> Int4,
            room -> Varchar,
            rack -> Varchar,
            lux_max -> Nullable<Int4>,
            humid -> Bool,
        }
    }

    diesel::table! {
        collection.treatments (id) {
            id -> Int4,
            object_id -> Int4,
            conservator -> Text,
            begun -> Date,
            finished -> Nullable<Date>,
            method -> Text,
            reversible -> Bool,
            cost_cents -> Int8,
        }
    }

    diesel::joinable!(objects -> shelves (shelf_id));
    diesel::joinable!(treatments -> objects (object_id));

    diesel::allow_tables_to_appear_in_same_query!(objects, shelves, treatments,);
}

pub mod exchange {
    diesel::table! {
        exchange.partners (id) {
            id -> Int4,
            institution -> Text,
            town -> Text,
            contact -> Nullable<Text>,
            fax -> Nullable<Text>,
            trusted -> Bool,
        }
    }

    diesel::table! {
        exchange.loans (id) {
            id -> Int4,
            object_id -> Int4,
            partner_id -> Int4,
            purpose -> Text,
            from_day -> Date,
            due_day -> Date,
            returned -> Nullable<Date>,
            courier -> Nullable<Text>,
            facility_report -> Bool,
        }
    }

    diesel::joinable!(loans -> partners (partner_id));

    diesel::allow_tables_to_appear_in_same_query!(loans, partners,);
}
