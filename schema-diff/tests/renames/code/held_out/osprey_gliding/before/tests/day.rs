use chrono::NaiveDate;
use diesel::prelude::*;
use gliding::roster::{self, Duty};
use gliding::schema::{gliders, pilots};

fn seed(c: &mut PgConnection) -> i32 {
    diesel::insert_into(gliders::table)
        .values((
            gliders::reg.eq("D-1234"),
            gliders::model.eq("ASK 21"),
            gliders::seats.eq(2_i16),
            gliders::empty_mass.eq(380),
            gliders::arc_expiry.eq(NaiveDate::from_ymd_opt(2030, 1, 1).unwrap()),
            gliders::grounded.eq(false),
            gliders::price_min.eq(45),
            gliders::has_flarm.eq(true),
        ))
        .execute(c)
        .unwrap();
    diesel::insert_into(pilots::table)
        .values((
            pilots::fullname.eq("Ada Fink"),
            pilots::instructor.eq(true),
            pilots::body_mass.eq(64),
            pilots::balance.eq(0_i64),
            pilots::pin.eq("0000"),
        ))
        .returning(pilots::id)
        .get_result(c)
        .unwrap()
}

#[test]
fn roster_roundtrip() {
    let mut c = PgConnection::establish(&std::env::var("TEST_DATABASE_URL").unwrap()).unwrap();
    c.test_transaction::<_, diesel::result::Error, _>(|c| {
        let ada = seed(c);
        let day = NaiveDate::from_ymd_opt(2024, 5, 4).unwrap();
        roster::put(c, &Duty::new(day, "winch", ada).confirm())?;
        assert_eq!(roster::on(c, day)?, vec![("winch".into(), "Ada Fink".into(), true)]);
        assert!(roster::wrong(c)?.is_empty());
        Ok(())
    });
}
