diesel::table! {
    #[schema_diff::default("now()")]
    users (id) {
        #[schema_diff::foreign_key(id -> other(id))]
        #[schema_diff::ignore]
        #[schema_diff::view]
        #[schema_diff::materialized_view]
        id -> Int4,
        #[schema_diff::no_foreign_key]
        other -> Int4,
    }
}

#[schema_diff::unique(other)]
diesel::joinable!(users -> others (other));

diesel::table! {
    #[schema_diff::ignore(yes)]
    #[schema_diff::view(1)]
    others (id) {
        id -> Int4,
    }
}

#[schema_diff::comment("nowhere")]
fn no_table() {}

fn main() {}
