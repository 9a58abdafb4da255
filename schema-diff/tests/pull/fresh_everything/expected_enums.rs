#[derive(Debug, Clone, Copy, PartialEq, Eq, diesel_derive_enum::DbEnum)]
#[db_enum(existing_type_path = "crate::schema::app::sql_types::Status")]
pub enum Status {
    New,
    InProgress,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, diesel_derive_enum::DbEnum)]
#[db_enum(existing_type_path = "crate::schema::sql_types::Mood")]
pub enum Mood {
    Happy,
    Sad,
    #[db_enum(rename = "So-so")]
    SoSo,
}
