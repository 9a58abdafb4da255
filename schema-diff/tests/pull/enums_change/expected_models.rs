#[derive(diesel_derive_enum::DbEnum)]
#[db_enum(existing_type_path = "crate::schema::sql_types::Mood")]
pub enum Mood {
    Calm,
    /// Good.
    Happy,
    #[db_enum(rename = "so-so")]
    SoSo,
    Angry,
}

#[derive(diesel_derive_enum::DbEnum)]
#[db_enum(existing_type_path = "crate::schema::sql_types::Kind", value_style = "UPPERCASE")]
pub enum Kind { A, #[db_enum(rename = "B")] B, C }
