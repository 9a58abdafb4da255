pub mod sql_types {
    #[derive(diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "point2"))]
    pub struct Point2;
    #[derive(diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "email"))]
    pub struct Email;
}
diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::*;
    t (id) {
        id -> Int4,
        mail -> Text,
        p -> Nullable<Point2>,
        keep -> Nullable<Text>,
        q -> Nullable<Array<Nullable<Point2>>>,
        other -> Nullable<Email>,
    }
}
