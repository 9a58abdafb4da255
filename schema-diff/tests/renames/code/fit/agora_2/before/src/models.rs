use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::schema::{accounts, blocks, follows, posts, reports};

#[derive(Debug, Clone, Copy, PartialEq, Eq, diesel_derive_enum::DbEnum)]
#[ExistingTypePath = "crate::schema::sql_types::PostVisibility"]
pub enum PostVisibility {
    Public,
    Unlisted,
    Followers,
    Direct,
}

#[derive(Debug, Clone, Queryable, Selectable, Identifiable)]
#[diesel(table_name = accounts)]
#[diesel(check_for_backend(diesel::pg::Pg))]
pub struct Account {
    pub id: i64,
    pub preferred_username: String,
    pub domain: Option<String>,
    pub summary: Option<String>,
    pub email: Option<String>,
    pub inbox_url: String,
    pub shared_inbox_url: Option<String>,
    pub public_key: String,
    pub avatar_remote_url: Option<String>,
    pub hide_media: bool,
    pub locked: bool,
    pub discoverable: bool,
    pub last_webfingered_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
}

#[derive(Debug, Insertable)]
#[diesel(table_name = accounts)]
pub struct NewAccount<'a> {
    pub preferred_username: &'a str,
    pub domain: Option<&'a str>,
    pub summary: Option<&'a str>,
    pub inbox_url: &'a str,
    pub shared_inbox_url: Option<&'a str>,
    pub public_key: &'a str,
    pub avatar_remote_url: Option<&'a str>,
}

#[derive(Debug, Default, AsChangeset)]
#[diesel(table_name = accounts)]
pub struct AccountSettings {
    pub summary: Option<String>,
    pub hide_media: Option<bool>,
    pub locked: Option<bool>,
    pub discoverable: Option<bool>,
}

#[derive(Debug, Queryable, Selectable, Identifiable, Associations)]
#[diesel(belongs_to(Account))]
#[diesel(table_name = posts)]
pub struct Post {
    pub id: i64,
    pub account_id: i64,
    pub in_reply_to: Option<i64>,
    pub text: String,
    pub spoiler: Option<String>,
    pub sensitive: bool,
    pub visibility: PostVisibility,
    pub lang: Option<String>,
    pub uri: String,
    pub likes: i32,
    pub reblogs: i32,
    pub created_at: DateTime<Utc>,
    pub edited_at: Option<DateTime<Utc>>,
}

#[derive(Debug, Insertable)]
#[diesel(table_name = posts)]
pub struct NewPost {
    pub account_id: i64,
    pub in_reply_to: Option<i64>,
    pub text: String,
    pub spoiler: Option<String>,
    pub sensitive: bool,
    pub visibility: PostVisibility,
    pub lang: Option<String>,
    pub uri: String,
}

#[derive(Debug, Queryable, Selectable, Identifiable)]
#[diesel(table_name = follows)]
pub struct Follow {
    pub id: i64,
    pub account_id: i64,
    pub target_account_id: i64,
    pub show_reblogs: bool,
    pub notify: bool,
    pub uri: Option<String>,
}

#[derive(Debug, Insertable)]
#[diesel(table_name = blocks)]
pub struct NewBlock {
    pub account_id: i64,
    pub target_account_id: i64,
}

#[derive(Debug, Queryable, Selectable, Identifiable)]
#[diesel(table_name = reports)]
pub struct Report {
    pub id: i64,
    pub account_id: i64,
    pub target_account_id: i64,
    pub comment: String,
    pub action_taken: bool,
    pub moderator_id: Option<i64>,
    pub forwarded: bool,
    pub created_at: DateTime<Utc>,
}
