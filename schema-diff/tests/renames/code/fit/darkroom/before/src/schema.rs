// @generated automatically by Diesel CLI.

pub mod sql_types {
    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "share_mode"))]
    pub struct ShareMode;
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::ShareMode;

    albums (id) {
        id -> Int8,
        owner -> Int8,
        slug -> Text,
        caption -> Text,
        cover_photo -> Nullable<Int8>,
        share -> ShareMode,
        password -> Nullable<Text>,
        views -> Int8,
        flash_player -> Bool,
        sort_by -> Text,
        created -> Timestamptz,
    }
}

diesel::table! {
    album_photos (album_id, photo_id) {
        album_id -> Int8,
        photo_id -> Int8,
        idx -> Int4,
    }
}

diesel::table! {
    faces (id) {
        id -> Int8,
        photo_id -> Int8,
        person -> Nullable<Text>,
        left -> Float4,
        top -> Float4,
        w -> Float4,
        h -> Float4,
        score -> Float4,
    }
}

diesel::table! {
    photos (id) {
        id -> Int8,
        uploader -> Int8,
        filename -> Text,
        md5 -> Bpchar,
        mime -> Text,
        w -> Int4,
        h -> Int4,
        bytes -> Int8,
        taken -> Nullable<Timestamp>,
        cam_make -> Nullable<Text>,
        cam_model -> Nullable<Text>,
        lens -> Nullable<Text>,
        iso -> Nullable<Int4>,
        exposure -> Nullable<Text>,
        lat -> Nullable<Float8>,
        lon -> Nullable<Float8>,
        stars -> Nullable<Int2>,
        hidden -> Bool,
        deleted -> Nullable<Timestamptz>,
        thumb_path -> Nullable<Text>,
        blurhash -> Nullable<Text>,
        uploaded -> Timestamptz,
    }
}

diesel::table! {
    share_links (token) {
        token -> Text,
        album_id -> Int8,
        note -> Nullable<Text>,
        valid_until -> Nullable<Timestamptz>,
        hits -> Int4,
        allow_download -> Bool,
    }
}

diesel::table! {
    users (id) {
        id -> Int8,
        name -> Text,
        pw_hash -> Text,
        quota_mb -> Int4,
        gravatar -> Nullable<Text>,
        admin -> Bool,
        api_key -> Nullable<Text>,
        dark_mode -> Bool,
    }
}

diesel::joinable!(album_photos -> albums (album_id));
diesel::joinable!(album_photos -> photos (photo_id));
diesel::joinable!(albums -> users (owner));
diesel::joinable!(faces -> photos (photo_id));
diesel::joinable!(photos -> users (uploader));
diesel::joinable!(share_links -> albums (album_id));

diesel::allow_tables_to_appear_in_same_query!(
    album_photos,
    albums,
    faces,
    photos,
    share_links,
    users,
);
