use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel_derive_enum::DbEnum;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::schema::*;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, DbEnum, Serialize, Deserialize)]
#[ExistingTypePath = "crate::schema::sql_types::Voice"]
pub enum Voice {
    Soprano,
    Alto,
    Tenor,
    Bass,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, DbEnum, Serialize, Deserialize)]
#[ExistingTypePath = "crate::schema::sql_types::Rsvp"]
pub enum Rsvp {
    Yes,
    No,
    Unsure,
}

#[derive(Debug, Clone, Queryable, Selectable, Identifiable)]
#[diesel(table_name = singers, check_for_backend(diesel::pg::Pg))]
pub struct Singer {
    pub id: Uuid,
    pub given_name: String,
    pub surname: String,
    pub mail_addr: String,
    pub mobile: Option<String>,
    pub voice: Voice,
    pub joined: NaiveDate,
    pub left: Option<NaiveDate>,
    pub dues_paid_until: Option<NaiveDate>,
    pub reads_music: bool,
    pub photo_consent: bool,
    pub dietary: Option<String>,
}

#[derive(Debug, Default, AsChangeset)]
#[diesel(table_name = singers, treat_none_as_null = true)]
pub struct ContactPatch {
    pub mobile: Option<String>,
    pub dietary: Option<String>,
}

#[derive(Debug, Insertable)]
#[diesel(table_name = singers)]
pub struct NewSinger {
    pub id: Uuid,
    pub given_name: String,
    pub surname: String,
    pub mail_addr: String,
    pub voice: Voice,
    pub joined: NaiveDate,
    pub reads_music: bool,
    pub photo_consent: bool,
}

#[derive(Debug, Clone, Queryable, Selectable, Identifiable)]
#[diesel(table_name = pieces)]
pub struct Piece {
    pub id: i64,
    pub composer: String,
    pub name: String,
    pub opus: Option<String>,
    pub voicing: String,
    pub minutes: i32,
    pub publisher: Option<String>,
    pub copies: i32,
    pub shelfmark: Option<String>,
    pub lang: String,
}

#[derive(Debug, Clone, Queryable, Selectable, Identifiable)]
#[diesel(table_name = events)]
pub struct Event {
    pub id: i64,
    pub headline: String,
    pub place: String,
    pub starts: DateTime<Utc>,
    pub ends: DateTime<Utc>,
    pub is_concert: bool,
    pub dress_code: Option<String>,
    pub blurb: Option<String>,
    pub conductor_id: Option<Uuid>,
    pub tickets_url: Option<String>,
}

#[derive(Debug, Clone, Queryable, Selectable, Identifiable, Associations, Insertable)]
#[diesel(table_name = attendance, primary_key(event_id, singer_id))]
#[diesel(belongs_to(Event), belongs_to(Singer))]
pub struct Attendance {
    pub event_id: i64,
    pub singer_id: Uuid,
    pub answer: Rsvp,
    pub excuse: Option<String>,
    pub answered: Option<DateTime<Utc>>,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = programme)]
pub struct ProgrammeItem {
    pub event_id: i64,
    pub piece_id: i64,
    pub pos: i32,
    pub soloist: Option<String>,
    pub encore: bool,
}
