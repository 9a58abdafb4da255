pub mod sql_types {
    #[derive(diesel::query_builder::QueryId, Clone, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "mood"))]
    pub struct Mood;

    #[derive(diesel::query_builder::QueryId, Clone, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "tsvector", schema = "pg_catalog"))]
    pub struct Tsvector;
}

diesel::table! {
    #[schema_diff::foreign_key(user_id, number -> posts(user_id, number), on_update = cascade)]
    comments (id) {
        #[schema_diff::identity(none)]
        id -> Int4,
        user_id -> Int8,
        number -> Int4,
    }
}

diesel::table! {
    #[schema_diff::comment("Where people come from")]
    countries (id) {
        id -> Int4,
        #[max_length = 2]
        #[schema_diff::unique]
        code -> Bpchar,
        #[schema_diff::collate("C")]
        name -> Text,
    }
}

diesel::table! {
    #[schema_diff::unique(title, number, initially_deferred)]
    posts (user_id, number) {
        user_id -> Int8,
        number -> Int4,
        title -> Text,
        #[schema_diff::generated("lower(title)")]
        slug -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::Mood;
    use super::sql_types::Tsvector;

    #[schema_diff::check("(age >= 18) OR (country_id IS NULL)", name = "adults")]
    #[schema_diff::index(lower((email)::text), unique, name = "users_email_key")]
    #[schema_diff::index(name text_pattern_ops, age, include(mood), with(fillfactor = 70), name = "users_name")]
    users (id) {
        id -> BigSerial,
        email -> Citext,
        #[max_length = 50]
        #[schema_diff::default("'nobody'")]
        name -> Varchar,
        #[schema_diff::sql_type("numeric(10,2)")]
        #[schema_diff::default(0)]
        #[schema_diff::comment("in euros")]
        balance -> Numeric,
        #[schema_diff::default("'happy'")]
        mood -> Mood,
        moods -> Nullable<Array<Nullable<Mood>>>,
        #[schema_diff::default("'{}'")]
        tags -> Array<Nullable<Text>>,
        #[schema_diff::sql_type("timestamptz(3)")]
        seen -> Nullable<Timestamptz>,
        document -> Nullable<Tsvector>,
        #[schema_diff::default("'{}'")]
        #[schema_diff::index(ops = "jsonb_path_ops", method = "gin")]
        payload -> Jsonb,
        #[schema_diff::default("now()")]
        #[schema_diff::index(desc, where = "age IS NOT NULL")]
        created_at -> Timestamptz,
        #[schema_diff::references(countries(id), on_delete = cascade)]
        country_id -> Nullable<Int4>,
        #[schema_diff::check("age >= 0")]
        age -> Nullable<Int2>,
    }
}

diesel::joinable!(posts -> users (user_id));
diesel::joinable!(users -> countries (country_id));

diesel::allow_tables_to_appear_in_same_query!(comments, countries, posts, users);

pub mod app {
    pub mod sql_types {
        #[derive(diesel::query_builder::QueryId, Clone, diesel::sql_types::SqlType)]
        #[diesel(postgres_type(name = "status", schema = "app"))]
        pub struct Status;
    }

    diesel::table! {
        use diesel::sql_types::*;
        use super::sql_types::Status;

        app.tasks (id) {
            #[schema_diff::identity(always, start = 1000, increment = 10)]
            id -> Int4,
            #[schema_diff::default("'new'")]
            status -> Status,
            #[schema_diff::references(users(id))]
            owner_id -> Nullable<Int8>,
            #[schema_diff::references(tasks(id), name = "parent")]
            parent_id -> Nullable<Int4>,
        }
    }
}
