// @generated automatically by Diesel CLI.

pub mod sql_types {
    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "certainty"))]
    pub struct Certainty;

    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "event_kind"))]
    pub struct EventKind;
}

diesel::table! {
    people (id) {
        id -> Uuid,
        tree_id -> Uuid,
        given -> Text,
        surname -> Nullable<Text>,
        birth_surname -> Nullable<Text>,
        sex -> Nullable<Bpchar>,
        living -> Bool,
        portrait_url -> Nullable<Text>,
        bio -> Nullable<Text>,
        changed_by -> Nullable<Text>,
        changed_at -> Timestamptz,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::{Certainty, EventKind};

    events (id) {
        id -> Uuid,
        person_id -> Uuid,
        kind -> EventKind,
        date_text -> Nullable<Text>,
        year_from -> Nullable<Int4>,
        year_to -> Nullable<Int4>,
        place -> Nullable<Text>,
        certainty -> Certainty,
        source_id -> Nullable<Uuid>,
        page -> Nullable<Text>,
    }
}

diesel::table! {
    unions (id) {
        id -> Uuid,
        husband_id -> Nullable<Uuid>,
        wife_id -> Nullable<Uuid>,
        wed_on -> Nullable<Date>,
        parted_on -> Nullable<Date>,
        note -> Nullable<Text>,
        church -> Bool,
    }
}

diesel::table! {
    sources (id) {
        id -> Uuid,
        title -> Text,
        author -> Nullable<Text>,
        archive -> Nullable<Text>,
        shelfmark -> Nullable<Text>,
        scan_key -> Nullable<Text>,
        transcribed -> Bool,
    }
}

diesel::table! {
    trees (id) {
        id -> Uuid,
        slug -> Text,
        owner -> Text,
        public -> Bool,
        root_person -> Nullable<Uuid>,
        max_living_age -> Int2,
    }
}

diesel::joinable!(events -> people (person_id));
diesel::joinable!(events -> sources (source_id));
diesel::joinable!(people -> trees (tree_id));

diesel::allow_tables_to_appear_in_same_query!(events, people, sources, trees, unions,);
