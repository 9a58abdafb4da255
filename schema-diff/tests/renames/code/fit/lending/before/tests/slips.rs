use chrono::NaiveDate;
use lending::entities::Borrower;
use lending::slips::{channel, Channel};

fn child() -> Borrower {
    Borrower {
        card_no: "K-77".into(),
        surname: "Lund".into(),
        forename: "Mia".into(),
        street: Some("Quay 2".into()),
        town: Some("Holm".into()),
        email: None,
        sms: None,
        expires: NaiveDate::from_ymd_opt(2030, 1, 1).unwrap(),
        fines: 0,
        blocked: false,
        guardian: Some("K-12".into()),
    }
}

#[test]
fn without_a_number_or_mail_we_write_letters() {
    assert!(matches!(channel(&child()), Channel::Letter { town: "Holm", .. }));
}

#[test]
fn a_number_wins() {
    let mia = Borrower { sms: Some("555".into()), ..child() };
    assert!(matches!(channel(&mia), Channel::Sms("555")));
}
