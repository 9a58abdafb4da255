use chrono::NaiveDate;
use clinic::patients::{Patient, PatientCard, PatientForm};

fn patient() -> Patient {
    Patient {
        id: uuid::Uuid::nil(),
        surname: "Okafor".into(),
        forename: "Ada".into(),
        dob: NaiveDate::from_ymd_opt(1980, 2, 1).unwrap(),
        sex: None,
        blood: None,
        ssn: Some("123".into()),
        mobile: None,
        landline: Some("040 1234".into()),
        gp_name: Some("Dr. Brandt".into()),
        allergies: Some("penicillin".into()),
        deceased: false,
        created_at: Default::default(),
        updated_at: Default::default(),
    }
}

#[test]
fn the_card_shows_any_phone() {
    let card = PatientCard::from(&patient());
    assert_eq!(card.phone.as_deref(), Some("040 1234"));
    assert_eq!(card.name, "Okafor, Ada");
}

#[test]
fn the_form_is_camel_case() {
    let form: PatientForm = serde_json::from_str(
        r#"{"surname": "Okafor", "forename": "Ada", "dob": "1980-02-01", "gpName": "Dr. Brandt"}"#,
    )
    .unwrap();
    assert_eq!(form.gp_name.as_deref(), Some("Dr. Brandt"));
}
