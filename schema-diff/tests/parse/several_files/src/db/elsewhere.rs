#[derive(diesel::sql_types::SqlType)]
#[diesel(postgres_type(name = "mood"))]
pub struct Mood;
