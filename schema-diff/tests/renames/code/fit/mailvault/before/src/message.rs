use std::str::FromStr;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_derive_enum::DbEnum;

use crate::schema::messages;

#[derive(Debug, Clone, Copy, PartialEq, Eq, DbEnum)]
#[ExistingTypePath = "crate::schema::sql_types::Direction"]
pub enum Direction {
    Incoming,
    Outgoing,
    Internal,
}

impl FromStr for Direction {
    type Err = String;

    fn from_str(s: &str) -> Result<Self, Self::Err> {
        match s {
            "in" => Ok(Direction::Incoming),
            "out" => Ok(Direction::Outgoing),
            "int" => Ok(Direction::Internal),
            other => Err(format!("no direction: {other}")),
        }
    }
}

#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = messages)]
pub struct Envelope {
    pub sender: String,
    pub rcpt: Vec<Option<String>>,
    pub subject: Option<String>,
    pub sent: Option<DateTime<Utc>>,
}

#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = messages)]
pub struct Message {
    pub id: i64,
    pub folder_id: i32,
    pub direction: Direction,
    pub msgid: Option<String>,
    #[diesel(embed)]
    pub envelope: Envelope,
    pub snippet: Option<String>,
    pub received: DateTime<Utc>,
    pub spam: Option<f32>,
    pub starred: bool,
    pub thread: Option<i64>,
    pub blob: String,
}

impl Message {
    pub fn is_spam(&self) -> bool {
        self.spam.is_some_and(|score| score > 5.0)
    }

    /// `sender: subject`, as in the list.
    pub fn headline(&self) -> String {
        let Envelope {
            sender, subject, ..
        } = &self.envelope;
        match subject {
            Some(s) => format!("{sender}: {s}"),
            None => format!("{sender}: (no subject)"),
        }
    }
}

pub fn star(conn: &mut PgConnection, id: i64, on: bool) -> QueryResult<usize> {
    diesel::update(messages::table.find(id))
        .set(messages::starred.eq(on))
        .execute(conn)
}

pub fn conversation(conn: &mut PgConnection, of: i64) -> QueryResult<Vec<Message>> {
    messages::table
        .filter(messages::thread.eq(of))
        .order(messages::sent.asc().nulls_first())
        .select(Message::as_select())
        .load(conn)
}

pub fn blob_of(conn: &mut PgConnection, id: i64) -> QueryResult<String> {
    messages::table.find(id).select(messages::blob).first(conn)
}
