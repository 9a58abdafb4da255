diesel::table! {
    #[sql_name = "Order; DROP TABLE x --"]
    orders (select_) {
        #[sql_name = "select"]
        select_ -> Int8,
        #[sql_name = "it's $$guard$$ $guard$"]
        a -> Text,
        #[sql_name = "a\"b"]
        b -> Nullable<Text>,
        #[sql_name = "ünï cödé"]
        #[max_length = 9]
        c -> Nullable<Varchar>,
        #[sql_name = "new\nline"]
        d -> Nullable<Text>,
        #[sql_name = "user"]
        e -> Nullable<Text>,
    }
}
diesel::table! {
    #[sql_name = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"]
    long (id) {
        #[sql_name = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"]
        id -> Int4,
        #[sql_name = "ccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc$$"]
        #[schema_diff::unique]
        #[schema_diff::references(orders(select_))]
        c -> Nullable<Int8>,
    }
}
