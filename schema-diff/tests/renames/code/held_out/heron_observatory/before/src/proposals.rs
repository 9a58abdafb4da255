use diesel::dsl::sum;
use diesel::pg::Pg;
use diesel::prelude::*;

use crate::models::{Proposal, ProposalState, Submission};
use crate::schema::sched::proposals;

type Boxed<'a> = proposals::BoxedQuery<'a, Pg>;

#[derive(Default)]
pub struct Search<'a> {
    pub pi: Option<&'a str>,
    pub state: Option<ProposalState>,
    pub min_hours: Option<f64>,
    pub best_first: bool,
}

pub fn search<'a>(s: &Search<'a>) -> Boxed<'a> {
    let mut q = proposals::table.into_boxed();
    if let Some(pi) = s.pi {
        q = q.filter(proposals::pi_name.ilike(format!("%{pi}%")));
    }
    if let Some(state) = s.state {
        q = q.filter(proposals::state.eq(state));
    }
    if let Some(h) = s.min_hours {
        q = q.filter(proposals::hours_asked.ge(h));
    }
    if s.best_first {
        q.order(proposals::rank.asc().nulls_last())
    } else {
        q.order(proposals::submitted_at.desc())
    }
}

pub fn run(conn: &mut PgConnection, s: &Search<'_>) -> QueryResult<Vec<Proposal>> {
    search(s).select(Proposal::as_select()).load(conn)
}

pub fn submit(conn: &mut PgConnection, s: &Submission) -> QueryResult<Proposal> {
    diesel::insert_into(proposals::table)
        .values(s)
        .returning(Proposal::as_returning())
        .get_result(conn)
}

/// The committee's decision on one proposal.
pub fn decide(conn: &mut PgConnection, id: i32, place: i16, hours: f64) -> QueryResult<usize> {
    diesel::update(proposals::table.find(id))
        .set((
            proposals::state.eq(ProposalState::Accepted),
            proposals::rank.eq(place),
            proposals::hours_given.eq(hours),
        ))
        .execute(conn)
}

pub fn decline(conn: &mut PgConnection, id: i32) -> QueryResult<usize> {
    diesel::update(proposals::table.find(id))
        .set((proposals::state.eq(ProposalState::Declined), proposals::hours_given.eq(None::<f64>)))
        .execute(conn)
}

pub fn oversubscription(conn: &mut PgConnection, available: f64) -> QueryResult<f64> {
    let asked: Option<f64> = proposals::table
        .filter(proposals::state.ne(ProposalState::Draft))
        .select(sum(proposals::hours_asked))
        .first(conn)?;
    Ok(asked.unwrap_or(0.0) / available)
}

pub fn mailing_list(conn: &mut PgConnection) -> QueryResult<Vec<(String, String)>> {
    proposals::table
        .filter(proposals::state.eq(ProposalState::Accepted))
        .select((proposals::pi_name, proposals::pi_email))
        .distinct()
        .load(conn)
}
