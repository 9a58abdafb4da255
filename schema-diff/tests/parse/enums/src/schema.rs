pub mod sql_types {
    #[derive(diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "order_status"))]
    pub struct OrderStatus;

    #[derive(diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "mood", schema = "app"))]
    pub struct Mood;

    #[derive(diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "color"), enum_type)]
    pub struct Color;
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::*;
    use crate::models::{PriorityMapping, Kind_type};
    use crate::models::*;

    orders (id) {
        id -> Int4,
        status -> OrderStatus,
        mood -> Mood,
        color -> Color,
        priority -> PriorityMapping,
        kind -> Array<Kind_type>,
        level -> LevelMapping,
    }
}
