use chrono::{DateTime, Duration, Utc};
use diesel::prelude::*;

use crate::schema::{folders, mailboxes, messages};

/// Deletes what is older than its folder keeps. Nothing of a mailbox on hold.
pub fn sweep(conn: &mut PgConnection, now: DateTime<Utc>) -> QueryResult<usize> {
    let rules: Vec<(i32, Option<i32>)> = folders::table
        .inner_join(mailboxes::table)
        .filter(mailboxes::legal_hold.eq(false))
        .filter(folders::keep_days.is_not_null())
        .select((folders::id, folders::keep_days))
        .load(conn)?;
    let mut gone = 0;
    for (folder, days) in rules {
        let Some(days) = days else { continue };
        let limit = now - Duration::days(i64::from(days));
        gone += diesel::delete(
            messages::table
                .filter(messages::folder_id.eq(folder))
                .filter(messages::starred.eq(false))
                .filter(messages::received.lt(limit)),
        )
        .execute(conn)?;
    }
    Ok(gone)
}
