#[derive(diesel_derive_enum::DbEnum)]
#[db_enum(existing_type_path = "crate::schema::sql_types::OrderStatus")]
pub enum OrderStatus { New, Settled, Shipped, Returned }
