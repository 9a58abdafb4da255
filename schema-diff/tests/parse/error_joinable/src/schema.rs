diesel::table! {
    users (id) {
        id -> Int4,
    }
}
diesel::table! {
    posts (id) {
        id -> Int4,
        user_id -> Int4,
    }
}
pub mod a { diesel::table! { a.twins (id) { id -> Int4, } } }
pub mod b { diesel::table! { b.twins (id) { id -> Int4, } } }

diesel::joinable!(posts -> user (user_id));
diesel::joinable!(posts -> users (userid));
diesel::joinable!(comments -> users (user_id));
diesel::joinable!(posts -> twins (user_id));
diesel::joinable!(posts -> users (id, user_id));

diesel::table! { #[schema_diff::renamed_from("letters")] mails (id) { id -> Int4, post_id -> Int4, } }
diesel::joinable!(letters -> posts (post_id));
