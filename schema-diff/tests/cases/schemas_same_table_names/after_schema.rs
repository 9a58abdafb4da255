pub mod app {
    diesel::table! { app.users (id) { id -> Int4, name -> Nullable<Text>, } }
}
pub mod other {
    diesel::table! { #[sql_name = "users"] new_one.users (id) { id -> Int4, } }
}
diesel::table! { users (id) { id -> Int4, app_id -> Nullable<Int4>, other -> Nullable<Text>, } }
