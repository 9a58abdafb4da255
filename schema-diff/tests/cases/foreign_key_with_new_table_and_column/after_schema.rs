diesel::table! { users (id) { id -> Int8, } }
diesel::table! { posts (id) { id -> Int4, user_id -> Nullable<Int8>, editor_id -> Nullable<Int8>, parent -> Nullable<Int4>, } }
diesel::table! { likes (user_id, post_id) { user_id -> Int8, post_id -> Int4, } }
diesel::joinable!(posts -> users (user_id));
diesel::joinable!(likes -> users (user_id));
diesel::joinable!(likes -> posts (post_id));
