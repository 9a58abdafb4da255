//! GEDCOM 5.5.1 export.
use crate::entity::{Certainty, Event, EventKind, Person};

pub fn individual(n: usize, p: &Person, events: &[Event]) -> String {
    let mut out = format!("0 @I{n}@ INDI\n");
    let surname = p.birth_surname.as_deref().or(p.surname.as_deref()).unwrap_or("");
    out.push_str(&format!("1 NAME {} /{surname}/\n", p.given));
    if let Some(s) = &p.sex {
        out.push_str(&format!("1 SEX {s}\n"));
    }
    for e in events {
        out.push_str(&format!("1 {}\n", tag(e.kind)));
        if let Some(d) = &e.date_text {
            out.push_str(&format!("2 DATE {d}\n"));
        }
        if let Some(pl) = &e.place {
            out.push_str(&format!("2 PLAC {pl}\n"));
        }
        out.push_str(&format!("3 QUAY {}\n", quay(e.certainty)));
    }
    out
}

fn tag(k: EventKind) -> &'static str {
    match k {
        EventKind::Birth => "BIRT",
        EventKind::Baptism => "BAPM",
        EventKind::Death => "DEAT",
        EventKind::Burial => "BURI",
        EventKind::Migration => "EMIG",
    }
}

fn quay(c: Certainty) -> u8 {
    match c {
        Certainty::Proven => 3,
        Certainty::Likely => 2,
        Certainty::Guess => 0,
    }
}
