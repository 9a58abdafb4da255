use crate::entity::{Event, EventKind, Person};

/// Strips what must not be shown of people who may be alive.
pub fn veil(p: Person) -> Person {
    if !p.living {
        return p;
    }
    Person {
        given: "Living".to_string(),
        portrait_url: None,
        bio: None,
        ..p
    }
}

pub fn probably_dead(events: &[Event], this_year: i32, limit: i32) -> bool {
    events.iter().any(|e| match e {
        Event { kind: EventKind::Death | EventKind::Burial, .. } => true,
        Event { kind: EventKind::Birth, year_to: Some(y), .. } => this_year - y > limit,
        _ => false,
    })
}
