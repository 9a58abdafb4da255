#[derive(diesel_derive_enum::DbEnum)]
#[db_enum(existing_type_path = "crate::schema::sql_types::Mood")]
pub enum Mood {
    /// Good.
    Happy,
    Sad, // goes
}

#[derive(diesel_derive_enum::DbEnum)]
#[db_enum(existing_type_path = "crate::schema::sql_types::Kind", value_style = "UPPERCASE")]
pub enum Kind { A, C }
