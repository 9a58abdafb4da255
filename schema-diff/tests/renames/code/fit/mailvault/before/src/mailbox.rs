use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::schema::{folders, mailboxes, messages};

#[derive(Debug, Clone, Queryable, Selectable, Identifiable)]
#[diesel(table_name = mailboxes)]
pub struct Mailbox {
    pub id: i32,
    pub address: String,
    pub owner: Option<String>,
    pub imap_host: Option<String>,
    pub imap_pass: Option<String>,
    pub quota: Option<i64>,
    pub legal_hold: bool,
    pub imported: Option<DateTime<Utc>>,
}

#[derive(AsChangeset, Default)]
#[diesel(table_name = mailboxes)]
pub struct MailboxPatch<'a> {
    pub owner: Option<Option<&'a str>>,
    pub imap_host: Option<&'a str>,
    pub imap_pass: Option<&'a str>,
    pub quota: Option<i64>,
    pub legal_hold: Option<bool>,
}

#[derive(Debug, Clone, Queryable, Selectable, Identifiable, Associations)]
#[diesel(table_name = folders, belongs_to(Mailbox))]
pub struct Folder {
    pub id: i32,
    pub mailbox_id: i32,
    pub parent: Option<i32>,
    pub name: String,
    pub keep_days: Option<i32>,
    pub hide_media: bool,
}

pub fn patch(conn: &mut PgConnection, id: i32, p: &MailboxPatch<'_>) -> QueryResult<Mailbox> {
    diesel::update(mailboxes::table.find(id))
        .set(p)
        .returning(Mailbox::as_returning())
        .get_result(conn)
}

pub fn put_on_hold(conn: &mut PgConnection, id: i32) -> QueryResult<Mailbox> {
    let p = MailboxPatch {
        legal_hold: Some(true),
        ..MailboxPatch::default()
    };
    patch(conn, id, &p)
}

pub fn children(conn: &mut PgConnection, of: &Folder) -> QueryResult<Vec<Folder>> {
    folders::table
        .filter(folders::parent.eq(of.id))
        .order(folders::name)
        .select(Folder::as_select())
        .load(conn)
}

/// Addresses and the number of messages of those whose quota is set.
pub fn usage(conn: &mut PgConnection) -> QueryResult<Vec<(String, Option<i64>, i64)>> {
    mailboxes::table
        .inner_join(folders::table.inner_join(messages::table))
        .filter(mailboxes::quota.is_not_null())
        .group_by((mailboxes::address, mailboxes::quota))
        .select((
            mailboxes::address,
            mailboxes::quota,
            diesel::dsl::count(messages::id),
        ))
        .load(conn)
}
