use diesel::prelude::*;
use triage::store::issues::{self, Draft, Order, Resolution, Search, Severity};
use triage::store::{people, projects};

fn db() -> PgConnection {
    let mut c = PgConnection::establish(&std::env::var("DATABASE_URL").unwrap()).unwrap();
    c.begin_test_transaction().unwrap();
    c
}

#[test]
fn an_issue_is_opened_voted_and_resolved() {
    let c = &mut db();
    let lead = people::sign_up(c, "ines", "ines@example.org").unwrap();
    let p = projects::found(c, "WEB", "Web shop", lead.id).unwrap();
    let no = issues::next_number(c, p.id).unwrap();
    let draft = Draft {
        project_id: p.id,
        no,
        subject: "Basket forgets",
        description: "after login",
        severity: Severity::Major,
        reporter_id: lead.id,
        milestone: Some("1.0"),
        estimate: Some(1.5),
    };
    let issue = issues::open(c, &draft).unwrap();
    assert_eq!(issues::vote(c, issue.id).unwrap(), 1);
    let issue = issues::resolve(c, issue.id, Resolution::Fixed, None).unwrap();
    assert_eq!(issue.resolve_reason, Some(Resolution::Fixed));
    let open = Search { open_only: true, ..Search::default() };
    assert!(issues::search(c, &open, Order::Votes).unwrap().is_empty());
}
