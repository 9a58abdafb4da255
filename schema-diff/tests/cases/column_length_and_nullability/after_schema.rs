diesel::table! {
    posts (id) {
        id -> Int4,
        #[max_length = 40]
        a -> Nullable<Varchar>,
        #[max_length = 10]
        b -> Varchar,
        #[max_length = 5]
        c -> Nullable<Bpchar>,
        d -> Nullable<Text>,
    }
}
