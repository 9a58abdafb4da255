use chrono::NaiveDate;
use serde::Serialize;

use crate::models::{Apiary, ColonyMood, Hive, Inspection};

/// What the phone app shows for one hive.
#[derive(Debug, Serialize)]
pub struct HiveCard {
    pub title: String,
    pub boxes: i16,
    pub grumpy: bool,
    pub queen: String,
    pub remarks: String,
}

impl From<Hive> for HiveCard {
    fn from(h: Hive) -> Self {
        let queen = match (&h.queen_color, h.queen_born) {
            (Some(c), Some(d)) => format!("{c}, {d}"),
            (Some(c), None) => c.clone(),
            _ => "unmarked".to_string(),
        };
        HiveCard {
            title: h.label,
            boxes: h.supers + 1,
            grumpy: matches!(h.mood, ColonyMood::Nervous | ColonyMood::Hot),
            queen,
            remarks: h.remarks.unwrap_or_default(),
        }
    }
}

#[derive(Debug, Serialize)]
pub struct VisitLine {
    pub day: NaiveDate,
    pub by: String,
    pub brood: i16,
    pub stores: i16,
    pub mites: Option<i32>,
    pub text: String,
}

impl From<&Inspection> for VisitLine {
    fn from(i: &Inspection) -> Self {
        let Inspection { inspector, seen_on, brood_frames, honey_frames, mite_drop, notes, .. } = i.clone();
        VisitLine {
            day: seen_on,
            by: inspector,
            brood: brood_frames,
            stores: honey_frames,
            mites: mite_drop,
            text: notes.unwrap_or_default(),
        }
    }
}

pub fn pin(a: &Apiary) -> String {
    match &a.grid_ref {
        Some(g) => format!("{} ({g})", a.name),
        None => format!("{} @ {:.4},{:.4}", a.name, a.lat, a.lon),
    }
}
