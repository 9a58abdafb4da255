use diesel_derive_enum::DbEnum;

/// 2.1, existing type.
#[derive(Debug, DbEnum)]
#[ExistingTypePath = "crate::schema::sql_types::OrderStatus"]
pub enum OrderStatus {
    InReview,
    #[db_rename = "done!"]
    Done,
    HTTPError,
}

/// 3.0, existing type in a schema.
#[derive(Debug, diesel_derive_enum::DbEnum)]
#[db_enum(existing_type_path = "crate::schema::sql_types::Mood", value_style = "SCREAMING_SNAKE_CASE")]
pub enum Mood {
    VeryHappy,
    #[db_enum(rename = "so-so")]
    SoSo,
}

/// 2.1, a type of its own.
#[derive(DbEnum)]
pub enum Priority { Low, High }

/// 2.1, with names.
#[derive(DbEnum)]
#[PgType = "the_kind"]
#[DieselType = "Kind_type"]
#[DbValueStyle = "kebab-case"]
pub enum Kind { OneThing, AnotherThing }

/// 3.0, behind cfg_attr.
#[cfg_attr(feature = "full", derive(DbEnum))]
#[cfg_attr(feature = "full", db_enum(pg_type = "the_level", value_style = "UPPERCASE"))]
pub enum Level {
    Top,
    #[cfg(test)]
    OnlyTest,
    #[cfg_attr(feature = "full", db_enum(rename = "ground"))]
    Bottom,
}

/// Diesel 2.4.
#[derive(Debug, diesel::Enum)]
#[diesel(sql_type = crate::schema::sql_types::Color)]
#[diesel(rename_all = "snake_case")]
pub enum Color {
    DarkRed,
    #[diesel(rename = "GREEN")]
    Green,
}

/// Diesel 2.4, as text: no type of its own.
#[derive(Debug, diesel::Enum)]
#[diesel(sql_type = diesel::sql_types::Text)]
pub enum AsText { A, B }

/// The same type twice, the same labels: fine.
#[derive(DbEnum)]
#[db_enum(pg_type = "the_level", diesel_type = "LevelAgain", value_style = "verbatim")]
pub enum LevelAgain { TOP, ground }

#[derive(DbEnum)]
#[ExistingTypePath = "crate::nowhere::Lost"]
pub enum Lost { A }

#[cfg(test)]
mod tests {
    #[derive(DbEnum)]
    enum Priority { Other }
}

#[derive(Debug)]
pub enum NotForTheDatabase { A(u8) }
