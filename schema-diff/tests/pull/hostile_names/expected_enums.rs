#[derive(Debug, Clone, Copy, PartialEq, Eq, diesel_derive_enum::DbEnum)]
#[db_enum(existing_type_path = "crate::schema::sql_types::OrderStatus")]
pub enum OrderStatus {
    #[db_enum(rename = "it's")]
    ItS,
    #[db_enum(rename = "done;")]
    Done,
    #[db_enum(rename = "2nd")]
    Label2nd,
    #[db_enum(rename = "Self")]
    Self_,
    #[db_enum(rename = "")]
    Label,
}
