// @generated automatically by Diesel CLI.

pub mod Reporting {
    pub mod sql_types {
        #[derive(diesel::sql_types::SqlType)]
        #[diesel(postgres_type(name = "status", schema = "app"))]
        pub struct Status;
    }

    diesel::table! {
        #[sql_name = "Reporting.Daily Totals"]
        Reporting.Daily_Totals (Tenant, Day) {
            Tenant -> Uuid,
            Day -> Date,
            #[sql_name = "Total €"]
            Total_ -> Nullable<Numeric>,
            #[sql_name = "if"]
            if_ -> Nullable<Int4>,
        }
    }

    diesel::table! {
        use diesel::sql_types::*;
        use super::sql_types::Status;

        Reporting.jobs (id) {
            id -> Int4,
            state -> Nullable<Status>,
            other -> Nullable<Status>,
            at -> Nullable<Timestamptz>,
        }
    }

    diesel::table! {
        Reporting.users (id) {
            id -> Int4,
            name -> Nullable<Text>,
        }
    }

    diesel::allow_tables_to_appear_in_same_query!(Daily_Totals, jobs, users,);
}
