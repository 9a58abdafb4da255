// @generated automatically by Diesel CLI.

pub mod sql_types {
    #[derive(diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "listing_type_enum"))]
    pub struct ListingTypeEnum;

    #[derive(diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "post_sort_type_enum"))]
    pub struct PostSortTypeEnum;
}

diesel::table! {
    use diesel::sql_types::*;
    use diesel_ltree::sql_types::Ltree;

    comment (id) {
        id -> Int4,
        creator_id -> Int4,
        post_id -> Int4,
        content -> Text,
        path -> Ltree,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::ListingTypeEnum;
    use super::sql_types::PostSortTypeEnum;

    local_user (id) {
        id -> Int4,
        person_id -> Int4,
        theme -> Text,
        default_listing_type -> ListingTypeEnum,
        default_post_sort_type -> PostSortTypeEnum,
        discussion_languages -> Array<Nullable<Int4>>,
    }
}

diesel::table! {
    person (id) {
        id -> Int4,
        #[max_length = 255]
        name -> Varchar,
        #[max_length = 255]
        display_name -> Nullable<Varchar>,
        #[max_length = 255]
        actor_id -> Varchar,
        published -> Timestamptz,
    }
}

diesel::table! {
    post (id) {
        id -> Int4,
        #[max_length = 200]
        name -> Varchar,
        #[max_length = 2000]
        url -> Nullable<Varchar>,
        body -> Nullable<Text>,
        creator_id -> Int4,
        score -> Int8,
        published -> Timestamptz,
    }
}

diesel::table! {
    previously_run_sql (id) {
        id -> Bool,
        content -> Text,
    }
}

diesel::joinable!(comment -> person (creator_id));
diesel::joinable!(comment -> post (post_id));
diesel::joinable!(local_user -> person (person_id));
diesel::joinable!(post -> person (creator_id));

diesel::allow_tables_to_appear_in_same_query!(
    comment,
    local_user,
    person,
    post,
    previously_run_sql,
);
