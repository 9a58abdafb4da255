//! Runs against a scratch database with the migrations applied.
use diesel::connection::SimpleConnection;
use diesel::prelude::*;

const FIXTURE: &str = "
    INSERT INTO addresses (uprn, line1, town, postcode, easting, northing, assisted)
    VALUES (100, '1 Mill Lane', 'Otley', 'LS21 1AA', 420000, 445000, false);
    INSERT INTO bins (id, uprn, waste_kind, litres, condition, lost)
    VALUES (1, 100, 'garden', 240, 4, false);
    INSERT INTO rounds (id, code, weekday, depot, stops, active)
    VALUES (1, 'OT3', 2, 'Pool Road', 412, true);
";

pub fn scratch() -> PgConnection {
    let url = std::env::var("TEST_DATABASE_URL").expect("TEST_DATABASE_URL");
    let mut conn = PgConnection::establish(&url).unwrap();
    conn.begin_test_transaction().unwrap();
    conn.batch_execute(FIXTURE).unwrap();
    conn
}

#[test]
fn fixture_loads() {
    let mut conn = scratch();
    let n = diesel::sql_query("UPDATE bins SET lost = true WHERE uprn = 100").execute(&mut conn).unwrap();
    assert_eq!(n, 1);
}
