use chrono::{DateTime, Utc};
use diesel::dsl::sql;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};

use crate::message::{Direction, Message};
use crate::schema::{folders, messages};

#[derive(Debug, Default, Clone)]
pub struct Criteria {
    pub words: Option<String>,
    pub sender: Option<String>,
    pub rcpt: Option<String>,
    pub direction: Option<Direction>,
    pub after: Option<DateTime<Utc>>,
    pub mailbox: Option<i32>,
    pub with_spam: bool,
    pub starred: bool,
}

type Boxed<'a> = messages::BoxedQuery<'a, Pg>;

fn narrowed<'a>(c: &'a Criteria) -> Boxed<'a> {
    let mut q = messages::table.into_boxed();
    if let Some(words) = &c.words {
        q = q.filter(
            sql::<Bool>("body_tsv @@ websearch_to_tsquery(")
                .bind::<Text, _>(words)
                .sql(")"),
        );
    }
    if let Some(sender) = &c.sender {
        q = q.filter(messages::sender.ilike(format!("%{sender}%")));
    }
    if let Some(rcpt) = &c.rcpt {
        q = q.filter(messages::rcpt.contains(vec![Some(rcpt.as_str())]));
    }
    if let Some(direction) = c.direction {
        q = q.filter(messages::direction.eq(direction));
    }
    if let Some(after) = c.after {
        q = q.filter(messages::received.gt(after));
    }
    if !c.with_spam {
        q = q.filter(messages::spam.is_null().or(messages::spam.le(5.0)));
    }
    if c.starred {
        q = q.filter(messages::starred);
    }
    q
}

pub fn search(conn: &mut PgConnection, c: &Criteria, page: i64) -> QueryResult<Vec<Message>> {
    let mut q = narrowed(c);
    if let Some(mailbox) = c.mailbox {
        let ids = folders::table
            .filter(folders::mailbox_id.eq(mailbox))
            .select(folders::id);
        q = q.filter(messages::folder_id.eq_any(ids));
    }
    q.order(messages::received.desc())
        .limit(50)
        .offset(page * 50)
        .select(Message::as_select())
        .load(conn)
}

pub fn count(conn: &mut PgConnection, c: &Criteria) -> QueryResult<i64> {
    narrowed(c).count().get_result(conn)
}
