use phrases::import::ping;
use phrases::tables::{Linguist, Project};
use phrases::work::invoice_cents;

fn project() -> Project {
    Project {
        id: 1,
        slug: "atlas".to_string(),
        repo_url: None,
        source_locale: "en-GB".to_string(),
        webhook: Some("https://ci.example/hook".to_string()),
        frozen: false,
        max_len: Some(80),
    }
}

#[test]
fn ping_mentions_language() {
    assert_eq!(ping(&project()).unwrap(), "POST https://ci.example/hook repo=- lang=en-GB");
    assert!(ping(&Project { webhook: None, ..project() }).is_none());
}

#[test]
fn volunteers_cost_nothing() {
    let mut l = Linguist {
        id: 7,
        nick: "zoe".to_string(),
        realname: None,
        home_locale: "fr".to_string(),
        points: 0,
        rate_cents: None,
        bio: None,
        banned: false,
        tz: "Europe/Paris".to_string(),
    };
    assert_eq!(invoice_cents(&l, 500), 0);
    l.rate_cents = Some(9);
    assert_eq!(invoice_cents(&l, 500), 4500);
}
