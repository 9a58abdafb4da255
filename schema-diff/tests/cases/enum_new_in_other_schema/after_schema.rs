pub mod sql_types {
    #[derive(diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "State Of", schema = "App"))]
    pub struct State;
}
diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::State;
    t (id) {
        id -> Int4,
        #[schema_diff::default("'in_use'")]
        s -> State,
        many -> Nullable<Array<Nullable<State>>>,
    }
}
