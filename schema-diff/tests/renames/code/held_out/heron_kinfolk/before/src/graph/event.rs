use async_graphql::SimpleObject;

use crate::entity::{Certainty, Event, EventKind, Source};

#[derive(SimpleObject)]
pub struct EventNode {
    pub kind: EventKind,
    pub date: Option<String>,
    pub place: Option<String>,
    pub certainty: Certainty,
    pub page: Option<String>,
}

impl From<Event> for EventNode {
    fn from(e: Event) -> Self {
        let Event { kind, date_text, year_from, place, certainty, page, .. } = e;
        EventNode {
            kind,
            date: date_text.or_else(|| year_from.map(|y| format!("about {y}"))),
            place,
            certainty,
            page,
        }
    }
}

pub fn citation(s: &Source) -> String {
    let mut out = match &s.author {
        Some(a) => format!("{a}: {}", s.title),
        None => s.title.clone(),
    };
    if let (Some(house), Some(mark)) = (&s.archive, &s.shelfmark) {
        out.push_str(&format!(", {house}, {mark}"));
    }
    out
}
