// @generated automatically by Diesel CLI.

pub mod sched {
    pub mod sql_types {
        #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
        #[diesel(postgres_type(name = "proposal_state", schema = "sched"))]
        pub struct ProposalState;
    }

    diesel::table! {
        use diesel::sql_types::*;
        use super::sql_types::ProposalState;

        sched.proposals (id) {
            id -> Int4,
            code -> Text,
            pi_name -> Text,
            pi_email -> Text,
            state -> ProposalState,
            hours_asked -> Float8,
            hours_given -> Nullable<Float8>,
            rank -> Nullable<Int2>,
            abstract_text -> Nullable<Text>,
            submitted_at -> Timestamptz,
        }
    }

    diesel::table! {
        sched.blocks (id) {
            id -> Int8,
            proposal_id -> Int4,
            target_id -> Int4,
            start_utc -> Timestamptz,
            stop_utc -> Timestamptz,
            min_alt -> Float4,
            max_seeing -> Nullable<Float4>,
            moon_ok -> Bool,
            priority -> Int2,
            remark -> Nullable<Text>,
        }
    }

    diesel::joinable!(blocks -> proposals (proposal_id));

    diesel::allow_tables_to_appear_in_same_query!(blocks, proposals,);
}

pub mod sky {
    diesel::table! {
        sky.targets (id) {
            id -> Int4,
            designation -> Text,
            ra -> Float8,
            dec -> Float8,
            epoch -> Float8,
            vmag -> Nullable<Float4>,
            parallax -> Nullable<Float8>,
            kind -> Text,
        }
    }

    diesel::table! {
        sky.exposures (id) {
            id -> Int8,
            block_id -> Int8,
            shutter_at -> Timestamptz,
            secs -> Float4,
            filter_band -> Text,
            airmass -> Float4,
            fits_path -> Text,
            rejected -> Bool,
            grade -> Nullable<Int2>,
        }
    }

    diesel::allow_tables_to_appear_in_same_query!(exposures, targets,);
}
