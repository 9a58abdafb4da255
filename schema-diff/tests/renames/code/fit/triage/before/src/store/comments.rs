use diesel::prelude::*;
use ipnetwork::IpNetwork;

use crate::schema::{comments, people};

pub struct Line {
    pub who: String,
    pub text: String,
}

pub fn add(c: &mut PgConnection, issue: i32, author: i32, text: &str, internal: bool, from: IpNetwork) -> QueryResult<i32> {
    diesel::insert_into(comments::table)
        .values((
            comments::issue_id.eq(issue),
            comments::author_id.eq(author),
            comments::body.eq(text),
            comments::internal.eq(internal),
            comments::ip.eq(from),
        ))
        .returning(comments::id)
        .get_result(c)
}

pub fn thread(c: &mut PgConnection, issue: i32, staff: bool) -> QueryResult<Vec<Line>> {
    let mut q = comments::table
        .inner_join(people::table)
        .filter(comments::issue_id.eq(issue))
        .order(comments::posted)
        .select((people::nick, comments::body))
        .into_boxed();
    if !staff {
        q = q.filter(comments::internal.eq(false));
    }
    let rows: Vec<(String, String)> = q.load(c)?;
    Ok(rows.into_iter().map(|(who, text)| Line { who, text }).collect())
}
