diesel::table! {
    accounts (id) {
        id -> Int4, number -> Int4, email -> Text, boss_id -> Nullable<Int4>, age -> Nullable<Int4>, lower_mail -> Nullable<Text>,
    }
}
diesel::table! {
    posts (id) { id -> Int4, account_id -> Int4, }
}
diesel::joinable!(posts -> accounts (account_id));
