// @generated automatically by Diesel CLI.

pub mod sql_types {
    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "dependency_kind"))]
    pub struct DependencyKind;
}

diesel::table! {
    accounts (id) {
        id -> Int4,
        login -> Text,
        mail -> Text,
        avatar -> Nullable<Text>,
        gh_id -> Nullable<Int4>,
        is_admin -> Bool,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    api_tokens (id) {
        id -> Int4,
        account_id -> Int4,
        name -> Text,
        token -> Bytea,
        revoked -> Bool,
        last_used_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::DependencyKind;

    dependencies (id) {
        id -> Int4,
        release_id -> Int4,
        package_id -> Int4,
        req -> Text,
        optional -> Bool,
        kind -> DependencyKind,
        target -> Nullable<Text>,
    }
}

diesel::table! {
    download_counts (release_id, day) {
        release_id -> Int4,
        day -> Date,
        downloads -> Int4,
        counted -> Int4,
    }
}

diesel::table! {
    package_owners (package_id, account_id) {
        package_id -> Int4,
        account_id -> Int4,
        invited_by -> Nullable<Int4>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    packages (id) {
        id -> Int4,
        name -> Text,
        descr -> Nullable<Text>,
        homepage -> Nullable<Text>,
        docs_url -> Nullable<Text>,
        repository -> Nullable<Text>,
        total_downloads -> Int8,
        max_upload_size -> Nullable<Int4>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    releases (id) {
        id -> Int4,
        package_id -> Int4,
        num -> Text,
        license -> Nullable<Text>,
        checksum -> Text,
        size -> Nullable<Int4>,
        yanked -> Bool,
        published_by -> Nullable<Int4>,
        min_rust -> Nullable<Text>,
        readme_html -> Nullable<Text>,
        created_at -> Timestamptz,
    }
}

diesel::joinable!(api_tokens -> accounts (account_id));
diesel::joinable!(dependencies -> packages (package_id));
diesel::joinable!(dependencies -> releases (release_id));
diesel::joinable!(download_counts -> releases (release_id));
diesel::joinable!(package_owners -> packages (package_id));
diesel::joinable!(releases -> packages (package_id));

diesel::allow_tables_to_appear_in_same_query!(
    accounts,
    api_tokens,
    dependencies,
    download_counts,
    package_owners,
    packages,
    releases,
);
