use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::model::{Event, NewSinger, Singer, Voice};

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SingerDto {
    pub id: Uuid,
    pub full_name: String,
    pub email: String,
    pub phone: Option<String>,
    pub voice: Voice,
    pub member_since: NaiveDate,
    pub diet: Option<String>,
}

impl From<Singer> for SingerDto {
    fn from(s: Singer) -> Self {
        SingerDto {
            id: s.id,
            full_name: format!("{} {}", s.given_name, s.surname),
            email: s.mail_addr,
            phone: s.mobile,
            voice: s.voice,
            member_since: s.joined,
            diet: s.dietary,
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EnrolForm {
    pub first: String,
    pub last: String,
    pub email: String,
    pub voice: Voice,
    #[serde(default)]
    pub sight_reader: bool,
    #[serde(default)]
    pub photos_ok: bool,
}

impl EnrolForm {
    pub fn into_new(self, today: NaiveDate) -> NewSinger {
        NewSinger {
            id: Uuid::new_v4(),
            given_name: self.first,
            surname: self.last,
            mail_addr: self.email.to_lowercase(),
            voice: self.voice,
            joined: today,
            reads_music: self.sight_reader,
            photo_consent: self.photos_ok,
        }
    }
}

#[derive(Debug, Serialize)]
pub struct EventDto {
    pub title: String,
    pub venue: String,
    pub from: DateTime<Utc>,
    pub to: DateTime<Utc>,
    pub wear: String,
    pub text: String,
    pub tickets: Option<String>,
}

impl From<&Event> for EventDto {
    fn from(e: &Event) -> Self {
        let Event { headline, place, starts, ends, dress_code, blurb, tickets_url, .. } = e.clone();
        EventDto {
            title: headline,
            venue: place,
            from: starts,
            to: ends,
            wear: dress_code.unwrap_or_else(|| "black".into()),
            text: blurb.unwrap_or_default(),
            tickets: tickets_url,
        }
    }
}
