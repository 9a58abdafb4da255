use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::db;

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Profile {
    pub handle: String,
    pub name: String,
    pub bio: Option<String>,
    pub online: Option<DateTime<Utc>>,
    pub shows: Vec<Show>,
}

impl Profile {
    pub fn new(account: db::Account, shows: Vec<db::Show>) -> Self {
        Self {
            name: account.label().to_owned(),
            handle: account.handle,
            bio: account.bio,
            online: account.last_seen,
            shows: shows.into_iter().map(Into::into).collect(),
        }
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Show {
    pub slug: String,
    pub title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subtitle: Option<String>,
    pub cover: Option<String>,
    pub explicit: bool,
    pub category: Option<String>,
    pub subscribers: i32,
}

impl From<db::Show> for Show {
    fn from(show: db::Show) -> Self {
        Self {
            slug: show.slug,
            title: show.title,
            subtitle: show.subtitle,
            cover: show.cover_path.map(|path| format!("/media/{path}")),
            explicit: show.explicit,
            category: show.itunes_category,
            subscribers: show.subscriber_count,
        }
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Episode {
    pub number: i32,
    pub title: String,
    pub notes: String,
    pub audio: String,
    pub seconds: i32,
    pub length: i64,
    pub published: Option<DateTime<Utc>>,
}

impl From<db::Episode> for Episode {
    fn from(episode: db::Episode) -> Self {
        let db::Episode { number, title, notes, audio_path, duration, bytes, publish_at, .. } = episode;
        Self {
            number,
            title,
            notes,
            audio: format!("/media/{audio_path}"),
            seconds: duration,
            length: bytes,
            published: publish_at,
        }
    }
}
