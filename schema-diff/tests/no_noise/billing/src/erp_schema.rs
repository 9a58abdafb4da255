// @generated automatically by Diesel CLI.

pub mod erp {
    pub mod sql_types {
        #[derive(diesel::sql_types::SqlType)]
        #[diesel(postgres_type(name = "address", schema = "erp"))]
        pub struct Address;

        #[derive(diesel::sql_types::SqlType)]
        #[diesel(postgres_type(name = "status", schema = "erp"))]
        pub struct Status;

        #[derive(diesel::sql_types::SqlType)]
        #[diesel(postgres_type(name = "timetz", schema = "pg_catalog"))]
        pub struct Timetz;
    }

    diesel::table! {
        erp.account (code) {
            #[max_length = 10]
            code -> Varchar,
            name -> Text,
            #[max_length = 10]
            parent -> Nullable<Varchar>,
            kind -> Char,
        }
    }

    diesel::table! {
        use diesel::sql_types::*;
        use super::sql_types::Timetz;

        erp.calendar (day) {
            day -> Date,
            is_holiday -> Bool,
            opening -> Nullable<Time>,
            closing -> Nullable<Timetz>,
            slots -> Nullable<Array<Nullable<Int4range>>>,
        }
    }

    diesel::table! {
        use diesel::sql_types::*;
        use super::sql_types::Status;

        erp.employee (id) {
            id -> Int4,
            #[max_length = 80]
            name -> Varchar,
            status -> Status,
            notes -> Nullable<Text>,
            salary -> Numeric,
            boss -> Nullable<Int4>,
        }
    }

    diesel::table! {
        erp.entry (journal_id, line) {
            journal_id -> Int8,
            line -> Int2,
            #[max_length = 10]
            account -> Varchar,
            debit -> Nullable<Numeric>,
            credit -> Numeric,
        }
    }

    diesel::table! {
        erp.item (sku) {
            #[max_length = 30]
            sku -> Varchar,
            name -> Text,
            price -> Nullable<Numeric>,
            #[max_length = 1]
            tax_class -> Bpchar,
        }
    }

    diesel::table! {
        erp.journal (id) {
            id -> Int8,
            at -> Timestamptz,
            memo -> Nullable<Text>,
        }
    }

    diesel::table! {
        erp.movement (id) {
            id -> Int8,
            warehouse_id -> Int4,
            #[max_length = 30]
            sku -> Varchar,
            delta -> Numeric,
        }
    }

    diesel::table! {
        use diesel::sql_types::*;
        use super::sql_types::Status;

        erp.party (id) {
            id -> Int4,
            #[max_length = 80]
            name -> Varchar,
            status -> Status,
            notes -> Nullable<Text>,
        }
    }

    diesel::table! {
        erp.purchase_line (purchase_order_id, line) {
            purchase_order_id -> Int4,
            line -> Int4,
            #[max_length = 30]
            sku -> Varchar,
            quantity -> Numeric,
            price -> Numeric,
        }
    }

    diesel::table! {
        erp.purchase_order (id) {
            id -> Int4,
            supplier_id -> Int4,
            at -> Date,
            approved_by -> Nullable<Int4>,
        }
    }

    diesel::table! {
        erp.shift (employee_id, day) {
            employee_id -> Int4,
            day -> Date,
            hours -> Nullable<Interval>,
        }
    }

    diesel::table! {
        erp.stock (warehouse_id, sku) {
            warehouse_id -> Int4,
            #[max_length = 30]
            sku -> Varchar,
            quantity -> Numeric,
        }
    }

    diesel::table! {
        use diesel::sql_types::*;
        use super::sql_types::Status;

        erp.supplier (id) {
            id -> Int4,
            #[max_length = 80]
            name -> Varchar,
            status -> Status,
            notes -> Nullable<Text>,
            rating -> Nullable<Int2>,
        }
    }

    diesel::table! {
        use diesel::sql_types::*;
        use super::sql_types::Address;

        erp.warehouse (id) {
            id -> Int4,
            name -> Text,
            location -> Nullable<Address>,
            previous -> Nullable<Array<Nullable<Address>>>,
        }
    }

    diesel::joinable!(entry -> account (account));
    diesel::joinable!(entry -> journal (journal_id));
    diesel::joinable!(purchase_line -> item (sku));
    diesel::joinable!(purchase_line -> purchase_order (purchase_order_id));
    diesel::joinable!(purchase_order -> employee (approved_by));
    diesel::joinable!(purchase_order -> supplier (supplier_id));
    diesel::joinable!(shift -> calendar (day));
    diesel::joinable!(shift -> employee (employee_id));
    diesel::joinable!(stock -> item (sku));
    diesel::joinable!(stock -> warehouse (warehouse_id));

    diesel::allow_tables_to_appear_in_same_query!(account, entry, journal,);
    diesel::allow_tables_to_appear_in_same_query!(
        calendar,
        employee,
        item,
        purchase_line,
        purchase_order,
        shift,
        stock,
        supplier,
        warehouse,
    );
}
