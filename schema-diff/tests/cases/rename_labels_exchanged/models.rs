#[derive(diesel_derive_enum::DbEnum)]
#[db_enum(existing_type_path = "crate::schema::sql_types::Mood")]
pub enum Mood { Bad, Good, #[db_enum(rename = "so so")] Middling }
