// @generated automatically by Diesel CLI.

pub mod app {
    pub mod sql_types {
        #[derive(diesel::query_builder::QueryId, Debug, diesel::sql_types::SqlType)]
        #[diesel(postgres_type(name = "Color", schema = "app"))]
        pub struct Color;

        #[derive(diesel::query_builder::QueryId, Debug, diesel::sql_types::SqlType)]
        #[diesel(postgres_type(name = "status", schema = "app"))]
        pub struct Status;

        #[derive(diesel::query_builder::QueryId, Debug, diesel::sql_types::SqlType)]
        #[diesel(postgres_type(name = "tsvector", schema = "pg_catalog"))]
        pub struct Tsvector;

        #[derive(diesel::query_builder::QueryId, Debug, diesel::sql_types::SqlType)]
        #[diesel(postgres_type(name = "visibility"))]
        pub struct Visibility;
    }

    diesel::table! {
        app.a (id) {
            b_id -> Nullable<Int4>,
            id -> Int4,
        }
    }

    diesel::table! {
        app.attachments (id) {
            bytes -> Nullable<Int8>,
            checksum -> Nullable<Bytea>,
            id -> Int4,
            name -> Text,
            task_id -> Int8,
        }
    }

    diesel::table! {
        app.b (id) {
            a_id -> Nullable<Int4>,
            id -> Int4,
        }
    }

    diesel::table! {
        app.board_tasks (board_id, task_id) {
            board_id -> Int4,
            rank -> Nullable<Numeric>,
            task_id -> Int8,
        }
    }

    diesel::table! {
        app.boards (id) {
            #[sql_name = "columns"]
            columns_ -> Nullable<Array<Nullable<Text>>>,
            id -> Int4,
            name -> Nullable<Text>,
            project_id -> Nullable<Int8>,
        }
    }

    diesel::table! {
        app.comments (id) {
            author -> Nullable<Uuid>,
            body -> Text,
            id -> Int8,
            reactions -> Nullable<Jsonb>,
            task_id -> Int8,
            updated_at -> Nullable<Timestamptz>,
        }
    }

    diesel::table! {
        app.events (tenant_id, id) {
            at -> Timestamptz,
            id -> Int8,
            kind -> Text,
            payload -> Nullable<Jsonb>,
            tenant_id -> Uuid,
        }
    }

    diesel::table! {
        app.events_0 (tenant_id, id) {
            at -> Timestamptz,
            id -> Int8,
            kind -> Text,
            payload -> Nullable<Jsonb>,
            tenant_id -> Uuid,
        }
    }

    diesel::table! {
        app.events_1 (tenant_id, id) {
            at -> Timestamptz,
            id -> Int8,
            kind -> Text,
            payload -> Nullable<Jsonb>,
            tenant_id -> Uuid,
        }
    }

    diesel::table! {
        app.events_2 (tenant_id, id) {
            at -> Timestamptz,
            id -> Int8,
            kind -> Text,
            payload -> Nullable<Jsonb>,
            tenant_id -> Uuid,
        }
    }

    diesel::table! {
        app.files (id) {
            at -> Nullable<Array<Nullable<Timestamp>>>,
            id -> Uuid,
            meta -> Nullable<Array<Nullable<Jsonb>>>,
            ok -> Nullable<Array<Nullable<Bool>>>,
            path -> Array<Nullable<Text>>,
            sizes -> Nullable<Array<Nullable<Int8>>>,
        }
    }

    diesel::table! {
        app.flags (name, tenant_id) {
            name -> Text,
            on_ -> Bool,
            tenant_id -> Uuid,
        }
    }

    diesel::table! {
        app.integrations (id) {
            config -> Nullable<Json>,
            #[sql_name = "fn"]
            fn_ -> Nullable<Text>,
            id -> Int4,
            #[max_length = 20]
            kind -> Nullable<Varchar>,
            limit -> Nullable<Int4>,
            #[sql_name = "match"]
            match_ -> Nullable<Bool>,
            order -> Nullable<Int4>,
            tenant_id -> Nullable<Uuid>,
        }
    }

    diesel::table! {
        app.invites (id) {
            accepted -> Nullable<Bool>,
            email -> Nullable<Citext>,
            id -> Uuid,
            invited_by -> Nullable<Uuid>,
            tenant_id -> Nullable<Uuid>,
        }
    }

    diesel::table! {
        use diesel::sql_types::*;
        use super::sql_types::Color;

        app.labels (id) {
            color -> Color,
            id -> Int4,
            name -> Citext,
            project_id -> Int8,
        }
    }

    diesel::table! {
        app.milestones (id) {
            id -> Int4,
            name -> Nullable<Text>,
            project_id -> Int8,
            tenant_id -> Uuid,
        }
    }

    diesel::table! {
        app.notes (note_id) {
            note_id -> Int4,
            text -> Nullable<Varchar>,
        }
    }

    diesel::table! {
        app.plans (id) {
            id -> Text,
            months -> Nullable<Int8multirange>,
            price -> Nullable<Money>,
            seats -> Nullable<Int4range>,
        }
    }

    diesel::table! {
        use diesel::sql_types::*;
        use super::sql_types::Status;
        use super::sql_types::Visibility;

        app.projects (id) {
            budget -> Nullable<Numeric>,
            id -> Int8,
            #[max_length = 100]
            name -> Varchar,
            owner_id -> Nullable<Uuid>,
            status -> Status,
            tenant_id -> Uuid,
            updated_at -> Timestamptz,
            visibility -> Visibility,
        }
    }

    diesel::table! {
        app.reminders (id) {
            at -> Nullable<Timestamptz>,
            id -> Int4,
            task_id -> Nullable<Int8>,
            user_id -> Nullable<Uuid>,
        }
    }

    diesel::table! {
        app.subscriptions (id) {
            id -> Uuid,
            plan_id -> Text,
            since -> Date,
            tenant_id -> Uuid,
        }
    }

    diesel::table! {
        use diesel::sql_types::*;
        use super::sql_types::Status;

        app.task_history (task_id, at) {
            at -> Timestamptz,
            from_status -> Nullable<Status>,
            task_id -> Int8,
            to_status -> Status,
        }
    }

    diesel::table! {
        app.task_labels (task_id, label_id) {
            label_id -> Int4,
            task_id -> Int8,
        }
    }

    diesel::table! {
        app.task_watchers (task_id, user_id) {
            task_id -> Int8,
            user_id -> Uuid,
        }
    }

    diesel::table! {
        use diesel::sql_types::*;
        use super::sql_types::Tsvector;
        use super::sql_types::Status;

        app.tasks (id) {
            assignee -> Nullable<Uuid>,
            due -> Nullable<Date>,
            estimate -> Nullable<Interval>,
            id -> Int8,
            parent_id -> Nullable<Int8>,
            position -> Nullable<Float8>,
            project_id -> Int8,
            search -> Nullable<Tsvector>,
            status -> Status,
            #[sql_name = "tasks"]
            tasks_ -> Nullable<Int4>,
            #[max_length = 200]
            title -> Varchar,
            updated_at -> Nullable<Timestamptz>,
        }
    }

    diesel::table! {
        app.time_entries (id) {
            id -> Int8,
            minutes -> Nullable<Int4>,
            spent -> Tstzrange,
            task_id -> Nullable<Int8>,
            user_id -> Nullable<Uuid>,
        }
    }

    diesel::table! {
        use diesel::sql_types::*;
        use super::sql_types::Color;

        app.users (id) {
            avatar -> Nullable<Oid>,
            favourite -> Nullable<Color>,
            favourites -> Nullable<Array<Nullable<Color>>>,
            id -> Uuid,
            #[max_length = 30]
            nickname -> Nullable<Varchar>,
        }
    }

    diesel::table! {
        app.webhooks (id) {
            hits -> Int8,
            id -> Int4,
            integration_id -> Nullable<Int4>,
            #[max_length = 2048]
            url -> Varchar,
        }
    }

    diesel::joinable!(attachments -> tasks (task_id));
    diesel::joinable!(board_tasks -> boards (board_id));
    diesel::joinable!(board_tasks -> tasks (task_id));
    diesel::joinable!(boards -> projects (project_id));
    diesel::joinable!(comments -> tasks (task_id));
    diesel::joinable!(comments -> users (author));
    diesel::joinable!(labels -> projects (project_id));
    diesel::joinable!(projects -> users (owner_id));
    diesel::joinable!(subscriptions -> plans (plan_id));
    diesel::joinable!(task_history -> tasks (task_id));
    diesel::joinable!(task_labels -> labels (label_id));
    diesel::joinable!(task_labels -> tasks (task_id));
    diesel::joinable!(task_watchers -> tasks (task_id));
    diesel::joinable!(task_watchers -> users (user_id));
    diesel::joinable!(tasks -> projects (project_id));
    diesel::joinable!(tasks -> users (assignee));
    diesel::joinable!(time_entries -> tasks (task_id));
    diesel::joinable!(time_entries -> users (user_id));
    diesel::joinable!(webhooks -> integrations (integration_id));

    diesel::allow_tables_to_appear_in_same_query!(
        a,
        attachments,
        b,
        board_tasks,
        boards,
        comments,
        events,
        events_0,
        events_1,
        events_2,
        files,
        flags,
        integrations,
        invites,
        labels,
        milestones,
        notes,
        plans,
        projects,
        reminders,
        subscriptions,
        task_history,
        task_labels,
        task_watchers,
        tasks,
        time_entries,
        users,
        webhooks,
    );
}
