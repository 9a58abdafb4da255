#[derive(Clone, Copy, Debug, Default)]
#[cfg_attr(feature = "full", derive(DbEnum))]
#[cfg_attr(
    feature = "full",
    ExistingTypePath = "crate::schema::sql_types::ListingTypeEnum",
    DbValueStyle = "verbatim"
)]
pub enum ListingType {
    All,
    #[default]
    Local,
    ModeratorView,
}

#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "full", derive(DbEnum))]
#[cfg_attr(
    feature = "full",
    db_enum(existing_type_path = "crate::schema::sql_types::PostSortTypeEnum", value_style = "verbatim")
)]
pub enum PostSortType {
    Active,
    TopDay,
}
