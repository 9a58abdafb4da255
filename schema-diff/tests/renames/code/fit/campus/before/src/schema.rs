// @generated automatically by Diesel CLI.

pub mod sql_types {
    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "enrolment_role"))]
    pub struct EnrolmentRole;

    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "unit_type"))]
    pub struct UnitType;
}

diesel::table! {
    courses (id) {
        id -> Int8,
        code -> Text,
        name -> Text,
        blurb -> Nullable<Text>,
        teacher_id -> Int8,
        start_date -> Nullable<Date>,
        end_date -> Nullable<Date>,
        max_students -> Nullable<Int4>,
        public -> Bool,
        archived -> Bool,
        image_key -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::EnrolmentRole;

    enrolments (user_id, course_id) {
        user_id -> Int8,
        course_id -> Int8,
        role -> EnrolmentRole,
        since -> Timestamptz,
        progress -> Float4,
        final_mark -> Nullable<Float4>,
        cert_no -> Nullable<Text>,
        paid -> Bool,
    }
}

diesel::table! {
    submissions (id) {
        id -> Int8,
        unit_id -> Int8,
        user_id -> Int8,
        attempt -> Int4,
        content -> Text,
        points -> Nullable<Int4>,
        comment -> Nullable<Text>,
        marker_id -> Nullable<Int8>,
        late -> Bool,
        handed_in -> Timestamptz,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::UnitType;

    units (id) {
        id -> Int8,
        course_id -> Int8,
        pos -> Int4,
        title -> Text,
        #[sql_name = "type"]
        unit_type -> UnitType,
        text -> Nullable<Text>,
        video -> Nullable<Text>,
        minutes -> Nullable<Int4>,
        max_points -> Nullable<Int4>,
        due -> Nullable<Timestamptz>,
        hidden -> Bool,
    }
}

diesel::table! {
    users (id) {
        id -> Int8,
        uname -> Text,
        preferred_username -> Nullable<Text>,
        mail -> Text,
        pw_hash -> Text,
        student_no -> Nullable<Text>,
        faculty -> Nullable<Text>,
        dark_mode -> Bool,
        last_login -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
    }
}

diesel::joinable!(courses -> users (teacher_id));
diesel::joinable!(enrolments -> courses (course_id));
diesel::joinable!(enrolments -> users (user_id));
diesel::joinable!(submissions -> units (unit_id));
diesel::joinable!(units -> courses (course_id));

diesel::allow_tables_to_appear_in_same_query!(
    courses,
    enrolments,
    submissions,
    units,
    users,
);
