//! Import from Trac: one row a ticket.
use diesel::prelude::*;
use serde::Deserialize;

use crate::store::issues::{self, Draft, Resolution, Severity};

#[derive(Debug, Deserialize)]
pub struct TracTicket {
    pub summary: String,
    pub description: String,
    pub priority: String,
    pub milestone: Option<String>,
    pub resolution: Option<String>,
}

pub fn import(c: &mut PgConnection, project: i32, importer: i32, tickets: &[TracTicket]) -> QueryResult<usize> {
    for t in tickets {
        let no = issues::next_number(c, project)?;
        let issue = issues::open(
            c,
            &Draft {
                project_id: project,
                no,
                subject: &t.summary,
                description: &t.description,
                severity: match t.priority.as_str() {
                    "blocker" => Severity::Blocker,
                    "major" => Severity::Major,
                    "minor" => Severity::Minor,
                    _ => Severity::Trivial,
                },
                reporter_id: importer,
                milestone: t.milestone.as_deref(),
                estimate: None,
            },
        )?;
        match t.resolution.as_deref() {
            Some("fixed") => drop(issues::resolve(c, issue.id, Resolution::Fixed, None)?),
            Some("wontfix") => drop(issues::resolve(c, issue.id, Resolution::Wontfix, None)?),
            Some("worksforme") => drop(issues::resolve(c, issue.id, Resolution::WorksForMe, None)?),
            Some(_) | None => {}
        }
    }
    Ok(tickets.len())
}
