use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::attachment::Attachment;
use crate::message::Direction;
use crate::schema::{attachments, folders, mailboxes, messages};

#[derive(Debug, Insertable)]
#[diesel(table_name = messages)]
pub struct NewMessage<'a> {
    pub folder_id: i32,
    pub direction: Direction,
    pub msgid: Option<&'a str>,
    pub sender: &'a str,
    pub rcpt: Vec<Option<&'a str>>,
    pub subject: Option<&'a str>,
    pub snippet: Option<&'a str>,
    pub sent: Option<DateTime<Utc>>,
    pub received: DateTime<Utc>,
    pub spam: Option<f32>,
    pub blob: &'a str,
}

pub struct Source {
    pub host: String,
    pub pass: String,
}

pub fn source(conn: &mut PgConnection, mailbox: i32) -> QueryResult<Option<Source>> {
    let (host, pass): (Option<String>, Option<String>) = mailboxes::table
        .find(mailbox)
        .select((mailboxes::imap_host, mailboxes::imap_pass))
        .first(conn)?;
    Ok(host.zip(pass).map(|(host, pass)| Source { host, pass }))
}

pub fn store(
    conn: &mut PgConnection,
    message: &NewMessage<'_>,
    files: Vec<Attachment>,
) -> QueryResult<i64> {
    conn.transaction(|conn| {
        let id: i64 = diesel::insert_into(messages::table)
            .values((message, messages::starred.eq(false)))
            .returning(messages::id)
            .get_result(conn)?;
        let files: Vec<Attachment> = files
            .into_iter()
            .map(|f| Attachment {
                message_id: id,
                ..f
            })
            .collect();
        diesel::insert_into(attachments::table)
            .values(&files)
            .execute(conn)?;
        Ok(id)
    })
}

pub fn finish(conn: &mut PgConnection, mailbox: i32, validity: i32) -> QueryResult<()> {
    diesel::update(folders::table.filter(folders::mailbox_id.eq(mailbox)))
        .set(folders::uidvalidity.eq(validity))
        .execute(conn)?;
    diesel::update(mailboxes::table.find(mailbox))
        .set(mailboxes::imported.eq(Utc::now()))
        .execute(conn)?;
    Ok(())
}
