use schema_diff::no_foreign_key;

diesel::table! {
    countries (id) {
        id -> Int4,
        #[schema_diff::unique]
        code -> Text,
    }
}

#[schema_diff::comment("on the call")]
diesel::table! {
    use diesel::sql_types::*;
    use schema_diff::default as d;
    use schema_diff::{unique, index as key};

    #[schema_diff::index(lower(email), unique, name = "users_email_key")]
    #[schema_diff::check("age >= 0", name = "users_age_check")]
    #[cfg_attr(any(), schema_diff::unique(email, country_id))]
    #[cfg_attr(feature = "x", schema_diff::comment("second"), schema_diff::ignore)]
    #[schema_diff::foreign_key(country_id, code -> countries(id, code), on_update = set_null)]
    users (id) {
        #[schema_diff::identity(always, start = 100)]
        id -> Int4,
        #[schema_diff::renamed_from("mail")]
        #[key(desc, nulls_last)]
        email -> Text,
        #[d(0)]
        age -> Nullable<Int2>,
        #[schema_diff::sql_type("numeric(10,2)")]
        balance -> Numeric,
        #[schema_diff::default("now()")]
        #[schema_diff::backfill("'2020-01-01'")]
        created_at -> Timestamptz,
        #[schema_diff::references(countries(id), on_delete = cascade)]
        country_id -> Nullable<Int4>,
        #[unique(name = "one_code")]
        code -> Text,
        #[schema_diff::sql_type("hstore")]
        extra -> Hstore,
        #[schema_diff::generated("age + 1")]
        next -> Nullable<Int4>,
        #[schema_diff::collate("de-x-icu")]
        name -> Text,
    }
}

#[no_foreign_key]
diesel::joinable!(users -> countries (country_id));
