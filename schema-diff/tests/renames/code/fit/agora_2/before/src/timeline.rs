use diesel::prelude::*;

use crate::models::{Account, NewPost, Post, PostVisibility};
use crate::schema::{accounts, follows, posts};

const PAGE: i64 = 20;

/// Posts of everybody the account follows, newest first.
pub fn home(
    conn: &mut PgConnection,
    viewer: i64,
    max_id: Option<i64>,
) -> QueryResult<Vec<(Post, Account)>> {
    let followed = follows::table
        .filter(follows::account_id.eq(viewer))
        .select(follows::target_account_id);
    let mut query = posts::table
        .inner_join(accounts::table)
        .filter(posts::account_id.eq_any(followed))
        .filter(posts::visibility.ne(PostVisibility::Direct))
        .select((Post::as_select(), Account::as_select()))
        .into_boxed();
    if let Some(max_id) = max_id {
        query = query.filter(posts::id.lt(max_id));
    }
    query.order(posts::id.desc()).limit(PAGE).load(conn)
}

pub fn public(
    conn: &mut PgConnection,
    language: Option<&str>,
    only_media: bool,
) -> QueryResult<Vec<Post>> {
    let mut query = posts::table
        .inner_join(accounts::table)
        .filter(accounts::discoverable.eq(true))
        .filter(posts::visibility.eq(PostVisibility::Public))
        .filter(posts::in_reply_to.is_null())
        .select(Post::as_select())
        .into_boxed();
    if let Some(language) = language {
        query = query.filter(posts::lang.eq(language.to_owned()));
    }
    if only_media {
        query = query.filter(accounts::hide_media.eq(false));
    }
    query.order(posts::created_at.desc()).limit(PAGE).load(conn)
}

pub fn publish(conn: &mut PgConnection, post: &NewPost) -> QueryResult<Post> {
    diesel::insert_into(posts::table)
        .values(post)
        .returning(Post::as_returning())
        .get_result(conn)
}

pub fn like(conn: &mut PgConnection, post_id: i64) -> QueryResult<i32> {
    diesel::update(posts::table.find(post_id))
        .set(posts::likes.eq(posts::likes + 1))
        .returning(posts::likes)
        .get_result(conn)
}

pub fn reblog(conn: &mut PgConnection, post_id: i64) -> QueryResult<usize> {
    diesel::update(posts::table.find(post_id))
        .set(posts::reblogs.eq(posts::reblogs + 1))
        .execute(conn)
}
