use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel_derive_enum::DbEnum;
use uuid::Uuid;

#[derive(DbEnum, async_graphql::Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[ExistingTypePath = "crate::schema::sql_types::Certainty"]
pub enum Certainty {
    Proven,
    Likely,
    Guess,
}

#[derive(DbEnum, async_graphql::Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[ExistingTypePath = "crate::schema::sql_types::EventKind"]
pub enum EventKind {
    Birth,
    Baptism,
    Death,
    Burial,
    Migration,
}

#[derive(Queryable, Selectable, Identifiable, Debug, Clone)]
#[diesel(table_name = crate::schema::people)]
pub struct Person {
    pub id: Uuid,
    pub tree_id: Uuid,
    pub given: String,
    pub surname: Option<String>,
    pub birth_surname: Option<String>,
    pub sex: Option<String>,
    pub living: bool,
    pub portrait_url: Option<String>,
    pub bio: Option<String>,
    pub changed_by: Option<String>,
    pub changed_at: DateTime<Utc>,
}

#[derive(Insertable, AsChangeset, Debug, Default)]
#[diesel(table_name = crate::schema::people)]
pub struct PersonInput {
    pub tree_id: Uuid,
    pub given: String,
    pub surname: Option<String>,
    pub birth_surname: Option<String>,
    pub sex: Option<String>,
    pub living: bool,
    pub bio: Option<String>,
}

#[derive(Queryable, Selectable, Identifiable, Associations, Debug, Clone)]
#[diesel(table_name = crate::schema::events, belongs_to(Person))]
pub struct Event {
    pub id: Uuid,
    pub person_id: Uuid,
    pub kind: EventKind,
    pub date_text: Option<String>,
    pub year_from: Option<i32>,
    pub year_to: Option<i32>,
    pub place: Option<String>,
    pub certainty: Certainty,
    pub source_id: Option<Uuid>,
    pub page: Option<String>,
}

#[derive(Queryable, Selectable, Identifiable, Debug, Clone)]
#[diesel(table_name = crate::schema::unions)]
pub struct Union {
    pub id: Uuid,
    pub husband_id: Option<Uuid>,
    pub wife_id: Option<Uuid>,
    pub wed_on: Option<NaiveDate>,
    pub parted_on: Option<NaiveDate>,
    pub note: Option<String>,
    pub church: bool,
}

#[derive(Queryable, Selectable, Identifiable, Debug, Clone)]
#[diesel(table_name = crate::schema::sources)]
pub struct Source {
    pub id: Uuid,
    pub title: String,
    pub author: Option<String>,
    pub archive: Option<String>,
    pub shelfmark: Option<String>,
    pub scan_key: Option<String>,
    pub transcribed: bool,
}
