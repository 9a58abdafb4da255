use chrono::Utc;
use kinfolk::entity::{Certainty, Event, EventKind, Person};
use kinfolk::gedcom::individual;
use kinfolk::privacy::{probably_dead, veil};
use uuid::Uuid;

fn anna() -> Person {
    Person {
        id: Uuid::nil(),
        tree_id: Uuid::nil(),
        given: "Anna".into(),
        surname: Some("Berg".into()),
        birth_surname: Some("Lind".into()),
        sex: Some("F".into()),
        living: true,
        portrait_url: Some("anna.jpg".into()),
        bio: Some("Weaver".into()),
        changed_by: None,
        changed_at: Utc::now(),
    }
}

fn birth(year: i32) -> Event {
    Event {
        id: Uuid::nil(),
        person_id: Uuid::nil(),
        kind: EventKind::Birth,
        date_text: None,
        year_from: Some(year),
        year_to: Some(year),
        place: None,
        certainty: Certainty::Likely,
        source_id: None,
        page: None,
    }
}

#[test]
fn the_living_are_veiled() {
    let v = veil(anna());
    assert_eq!(v.given, "Living");
    assert_eq!(v.surname.as_deref(), Some("Berg"));
    assert!(v.portrait_url.is_none() && v.bio.is_none());
}

#[test]
fn old_births_are_dead() {
    assert!(probably_dead(&[birth(1870)], 2024, 110));
    assert!(!probably_dead(&[birth(1970)], 2024, 110));
}

#[test]
fn gedcom_has_the_maiden_name() {
    assert!(individual(1, &anna(), &[]).contains("/Lind/"));
}
