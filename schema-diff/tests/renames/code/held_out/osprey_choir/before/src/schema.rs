// @generated automatically by Diesel CLI.

pub mod sql_types {
    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "voice"))]
    pub struct Voice;

    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "rsvp"))]
    pub struct Rsvp;
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::Voice;

    singers (id) {
        id -> Uuid,
        given_name -> Text,
        surname -> Text,
        mail_addr -> Text,
        mobile -> Nullable<Text>,
        voice -> Voice,
        joined -> Date,
        left -> Nullable<Date>,
        dues_paid_until -> Nullable<Date>,
        reads_music -> Bool,
        photo_consent -> Bool,
        dietary -> Nullable<Text>,
    }
}

diesel::table! {
    pieces (id) {
        id -> Int8,
        composer -> Text,
        name -> Text,
        opus -> Nullable<Text>,
        voicing -> Text,
        minutes -> Int4,
        publisher -> Nullable<Text>,
        copies -> Int4,
        shelfmark -> Nullable<Text>,
        lang -> Text,
    }
}

diesel::table! {
    events (id) {
        id -> Int8,
        headline -> Text,
        place -> Text,
        starts -> Timestamptz,
        ends -> Timestamptz,
        is_concert -> Bool,
        dress_code -> Nullable<Text>,
        blurb -> Nullable<Text>,
        conductor_id -> Nullable<Uuid>,
        tickets_url -> Nullable<Text>,
    }
}

diesel::table! {
    programme (event_id, piece_id) {
        event_id -> Int8,
        piece_id -> Int8,
        pos -> Int4,
        soloist -> Nullable<Text>,
        encore -> Bool,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::Rsvp;

    attendance (event_id, singer_id) {
        event_id -> Int8,
        singer_id -> Uuid,
        answer -> Rsvp,
        excuse -> Nullable<Text>,
        answered -> Nullable<Timestamptz>,
    }
}

diesel::joinable!(attendance -> events (event_id));
diesel::joinable!(attendance -> singers (singer_id));
diesel::joinable!(events -> singers (conductor_id));
diesel::joinable!(programme -> events (event_id));
diesel::joinable!(programme -> pieces (piece_id));

diesel::allow_tables_to_appear_in_same_query!(attendance, events, pieces, programme, singers,);
