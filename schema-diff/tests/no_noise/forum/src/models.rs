//! Enums beside the schema, as projects of both generations of diesel-derive-enum write them.

#[cfg_attr(feature = "full", derive(diesel_derive_enum::DbEnum))]
#[cfg_attr(feature = "full", ExistingTypePath = "crate::schema::sql_types::ListingTypeEnum")]
#[cfg_attr(feature = "full", DbValueStyle = "verbatim")]
pub enum ListingType {
    All,
    Local,
    Subscribed,
    ModeratorView,
}

#[derive(diesel_derive_enum::DbEnum)]
#[db_enum(existing_type_path = "crate::schema::sql_types::SubscribeState", value_style = "snake_case")]
pub enum SubscribeState {
    Accepted,
    Pending,
    ApprovalRequired,
}

#[derive(DbEnum)]
#[ExistingTypePath = "crate::schema::sql_types::SortTypeEnum"]
#[DbValueStyle = "verbatim"]
pub enum SortType {
    Active,
    Hot,
    New,
    TopDay,
    #[db_rename = "it's \"odd\""]
    Odd,
    #[db_rename = "Très long"]
    Long,
}
