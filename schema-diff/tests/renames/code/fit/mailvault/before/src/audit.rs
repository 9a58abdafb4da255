use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde_json::{json, Value};

use crate::schema::audit_events;

#[derive(Debug, Queryable, Insertable)]
#[diesel(table_name = audit_events)]
pub struct AuditEvent {
    pub id: i64,
    pub who: String,
    pub action: String,
    pub message_id: Option<i64>,
    pub details: Option<Value>,
    pub at: DateTime<Utc>,
    pub ip: Option<String>,
}

macro_rules! audit {
    ($conn:expr, $who:expr, $action:literal, $message:expr $(, $key:ident = $value:expr)*) => {
        diesel::insert_into($crate::schema::audit_events::table)
            .values((
                $crate::schema::audit_events::who.eq($who),
                $crate::schema::audit_events::action.eq($action),
                $crate::schema::audit_events::message_id.eq($message),
                $crate::schema::audit_events::details.eq(serde_json::json!({
                    $(stringify!($key): $value),*
                })),
            ))
            .execute($conn)
    };
}
pub(crate) use audit;

pub fn opened(conn: &mut PgConnection, user: &str, message: i64) -> QueryResult<usize> {
    audit!(conn, user, "open", message)
}

pub fn exported(conn: &mut PgConnection, user: &str, message: i64, to: &str) -> QueryResult<usize> {
    audit!(conn, user, "export", message, target = to)
}

pub fn of_message(conn: &mut PgConnection, message: i64) -> QueryResult<Vec<AuditEvent>> {
    audit_events::table
        .filter(audit_events::message_id.eq(message))
        .order(audit_events::at)
        .load(conn)
}

pub fn logins_from(conn: &mut PgConnection, addr: &str) -> QueryResult<Vec<(String, Value)>> {
    let rows: Vec<(String, Option<Value>)> = audit_events::table
        .filter(audit_events::ip.eq(addr))
        .filter(audit_events::action.eq("login"))
        .select((audit_events::who, audit_events::details))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(who, details)| (who, details.unwrap_or(json!({}))))
        .collect())
}
