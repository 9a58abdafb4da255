use chrono::NaiveDate;
use museum::builder::Accession;
use museum::models::Object;
use museum::queries::label_text;

fn bowl() -> Object {
    Object {
        id: 1,
        accession_no: "1987.12".into(),
        title: "Tea bowl".into(),
        maker: Some("Raku Kichizaemon".into()),
        made_from: Some(1780),
        made_to: Some(1790),
        material: Some("earthenware".into()),
        height_mm: Some(81),
        width_mm: Some(114),
        room_id: None,
        insured_eur: None,
        on_display: false,
        aquired_on: None,
        donor: Some("A. Moss".into()),
    }
}

#[test]
fn full_label() {
    assert_eq!(
        label_text(&bowl()),
        "Tea bowl, 1780-1790\nRaku Kichizaemon\nearthenware\nGift of A. Moss"
    );
}

#[test]
fn undated() {
    let o = Object { made_from: None, made_to: None, ..bowl() };
    assert!(label_text(&o).contains("undated"));
}

#[test]
fn builder_fills_gift() {
    let day = NaiveDate::from_ymd_opt(1987, 3, 2).unwrap();
    let n = Accession::new("1987.12", "Tea bowl").size(81, 114).gift("A. Moss", day).build();
    assert_eq!(n.donor.as_deref(), Some("A. Moss"));
    assert_eq!((n.height_mm, n.width_mm), (Some(81), Some(114)));
}
