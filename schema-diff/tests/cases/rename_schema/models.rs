#[derive(diesel_derive_enum::DbEnum)]
#[db_enum(existing_type_path = "crate::schema::store::sql_types::Size")]
pub enum Size { S, M }
