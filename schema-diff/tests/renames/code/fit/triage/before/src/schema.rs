// @generated automatically by Diesel CLI.

pub mod sql_types {
    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "resolution"))]
    pub struct Resolution;

    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "severity"))]
    pub struct Severity;
}

diesel::table! {
    comments (id) {
        id -> Int4,
        issue_id -> Int4,
        author_id -> Int4,
        body -> Text,
        internal -> Bool,
        posted -> Timestamptz,
        ip -> Nullable<Inet>,
    }
}

diesel::table! {
    issue_tags (issue_id, tag_id) {
        issue_id -> Int4,
        tag_id -> Int4,
        added_by -> Nullable<Int4>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::Resolution;
    use super::sql_types::Severity;

    issues (id) {
        id -> Int4,
        project_id -> Int4,
        no -> Int4,
        subject -> Text,
        description -> Text,
        severity -> Severity,
        reporter_id -> Int4,
        owner_id -> Nullable<Int4>,
        milestone -> Nullable<Text>,
        estimate -> Nullable<Float4>,
        votes -> Int4,
        resolve_reason -> Nullable<Resolution>,
        resolved -> Nullable<Timestamptz>,
        dup_of -> Nullable<Int4>,
        created -> Timestamptz,
        modified -> Timestamptz,
    }
}

diesel::table! {
    people (id) {
        id -> Int4,
        login -> Text,
        nick -> Text,
        mail -> Text,
        irc -> Nullable<Text>,
        is_staff -> Bool,
        theme -> Text,
        seen -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    projects (id) {
        id -> Int4,
        key -> Text,
        title -> Text,
        lead_id -> Int4,
        wiki_url -> Nullable<Text>,
        svn_url -> Nullable<Text>,
        archived -> Bool,
        next_no -> Int4,
    }
}

diesel::table! {
    tags (id) {
        id -> Int4,
        project_id -> Int4,
        name -> Text,
        colour -> Text,
        sort -> Int2,
    }
}

diesel::joinable!(comments -> issues (issue_id));
diesel::joinable!(comments -> people (author_id));
diesel::joinable!(issue_tags -> issues (issue_id));
diesel::joinable!(issue_tags -> tags (tag_id));
diesel::joinable!(issues -> projects (project_id));
diesel::joinable!(projects -> people (lead_id));
diesel::joinable!(tags -> projects (project_id));

diesel::allow_tables_to_appear_in_same_query!(
    comments,
    issue_tags,
    issues,
    people,
    projects,
    tags,
);
