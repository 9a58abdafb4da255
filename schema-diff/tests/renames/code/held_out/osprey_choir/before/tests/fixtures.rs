use chrono::NaiveDate;
use choir::model::*;
use uuid::Uuid;

pub fn alto() -> Singer {
    Singer {
        id: Uuid::nil(),
        given_name: "Ida".into(),
        surname: "Holm".into(),
        mail_addr: "ida@example.org".into(),
        mobile: Some("555 0101".into()),
        voice: Voice::Alto,
        joined: NaiveDate::from_ymd_opt(2019, 9, 1).unwrap(),
        left: None,
        dues_paid_until: None,
        reads_music: true,
        photo_consent: false,
        dietary: None,
    }
}

pub fn tenor() -> Singer {
    Singer { given_name: "Per".into(), voice: Voice::Tenor, dietary: Some("vegan".into()), ..alto() }
}

#[test]
fn dto_shows_whole_name() {
    let dto = choir::web::dto::SingerDto::from(tenor());
    assert_eq!(dto.full_name, "Per Holm");
    assert_eq!(dto.diet.as_deref(), Some("vegan"));
}
