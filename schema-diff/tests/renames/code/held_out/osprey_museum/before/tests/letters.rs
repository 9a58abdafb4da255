use chrono::NaiveDate;
use museum::lending::{reminder, Loan, Partner};
use museum::objects::Accession;

fn d(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2022, 3, day).unwrap()
}

#[test]
fn reminder_names_everything() {
    let p = Partner {
        id: 3,
        institution: "Stadtmuseum".into(),
        town: "Ulm".into(),
        contact: Some("Frau Kern".into()),
        fax: None,
        trusted: true,
    };
    let l = Loan {
        id: 9,
        object_id: 44,
        partner_id: 3,
        purpose: "Exhibition on clocks".into(),
        from_day: d(1),
        due_day: d(20),
        returned: None,
        courier: Some("Hasenkamp".into()),
        facility_report: false,
    };
    let text = reminder(&l, &p);
    assert!(text.contains("Attn: Frau Kern"));
    assert!(text.ends_with("Please return by Hasenkamp.\n"));
}

#[test]
fn accession_builder() {
    let a = Accession::new("1922.14", "Bracket clock").maker("Tompion").dated("c. 1690").material("brass");
    assert!(format!("{a:?}").contains("Tompion"));
}
