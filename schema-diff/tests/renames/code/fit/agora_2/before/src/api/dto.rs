use serde::{Deserialize, Serialize};

use crate::models::{Account, AccountSettings, Post};

#[derive(Debug, Serialize)]
pub struct AccountView {
    pub id: String,
    pub username: String,
    pub acct: String,
    pub note: String,
    pub avatar: Option<String>,
    pub locked: bool,
    pub discoverable: bool,
}

impl From<Account> for AccountView {
    fn from(a: Account) -> Self {
        let acct = match &a.domain {
            Some(domain) => format!("{}@{}", a.preferred_username, domain),
            None => a.preferred_username.clone(),
        };
        AccountView {
            id: a.id.to_string(),
            username: a.preferred_username,
            acct,
            note: a.summary.unwrap_or_default(),
            avatar: a.avatar_remote_url,
            locked: a.locked,
            discoverable: a.discoverable,
        }
    }
}

#[derive(Debug, Deserialize)]
pub struct SettingsForm {
    pub note: Option<String>,
    pub hide_media: Option<bool>,
    pub locked: Option<bool>,
    pub discoverable: Option<bool>,
}

impl From<SettingsForm> for AccountSettings {
    fn from(form: SettingsForm) -> Self {
        AccountSettings {
            summary: form.note,
            hide_media: form.hide_media,
            locked: form.locked,
            discoverable: form.discoverable,
        }
    }
}

#[derive(Debug, Serialize)]
pub struct PostView {
    pub id: String,
    pub content: String,
    pub spoiler_text: String,
    pub sensitive: bool,
    pub language: Option<String>,
    pub favourites_count: i32,
    pub reblogs_count: i32,
}

impl From<Post> for PostView {
    fn from(p: Post) -> Self {
        PostView {
            id: p.id.to_string(),
            content: p.text,
            spoiler_text: p.spoiler.unwrap_or_default(),
            sensitive: p.sensitive,
            language: p.lang,
            favourites_count: p.likes,
            reblogs_count: p.reblogs,
        }
    }
}
