use apiary::models::{NewApiary, NewColony, NewInspection, Temper};
use apiary::{honey, inspect, yard};
use chrono::NaiveDate;
use diesel::{Connection, PgConnection};

fn conn() -> PgConnection {
    let url = std::env::var("TEST_DATABASE_URL").unwrap();
    let mut c = PgConnection::establish(&url).unwrap();
    c.begin_test_transaction().unwrap();
    c
}

fn day(m: u32, d: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2023, m, d).unwrap()
}

#[test]
fn a_season() {
    let c = &mut conn();
    let orchard = yard::found_yard(
        c,
        &NewApiary {
            title: "Orchard",
            parish: "Wick",
            grid_ref: Some("ST 6972"),
            landowner: Some("Mrs Pope"),
            landowner_phone: None,
            hive_limit: 6,
        },
    )
    .unwrap();
    let col = yard::take_in(
        c,
        NewColony {
            apiary_id: orchard.id,
            label: "O1".into(),
            queen_colour: Some("red".into()),
            queen_year: Some(2023),
            temper: Temper::Calm,
            hive_type: "National".into(),
            frames: 11,
            supers: 0,
            strain: None,
            aquired_on: day(5, 2),
        },
    )
    .unwrap();
    assert_eq!(yard::add_super(c, col.id).unwrap(), 1);
    inspect::record(
        c,
        &NewInspection {
            colony_id: col.id,
            seen_on: day(6, 1),
            brood_frames: 7,
            store_frames: 2,
            eggs: true,
            queen_seen: false,
            varroa_drop: Some(3),
            weather: Some("sunny".into()),
            remarks: Some("calm on the comb".into()),
            keeper: "jo".into(),
        },
    )
    .unwrap();
    let v = inspect::last_visit(c, col.id).unwrap().unwrap();
    assert!(inspect::feed_needed(&v));
    let h = honey::extract(c, col.id, day(7, 30), (14.0, 12.5), Some("lime")).unwrap();
    assert_eq!(h.jar_count, 27);
    assert!(honey::wax_loss(&h) < 0.2);
}
