use diesel::prelude::*;
use diesel::sql_query;
use fleetmon::device::{by_serial, Heartbeat};

#[test]
fn a_heartbeat_leaves_what_it_does_not_know() {
    let mut conn = diesel::PgConnection::establish(&std::env::var("DATABASE_URL").unwrap()).unwrap();
    conn.test_transaction::<_, diesel::result::Error, _>(|conn| {
        sql_query("INSERT INTO sites (id, label, tz) VALUES (1, 'Depot', 'Europe/Oslo')").execute(conn)?;
        sql_query(
            "INSERT INTO devices (id, serial, model, site_id, fw, batt, retired, meta) \
             VALUES (gen_random_uuid(), 'SN-1', 'T2', 1, '1.4.0', 90, false, '{}')",
        )
        .execute(conn)?;
        let device = by_serial(conn, "SN-1")?;
        Heartbeat::now().battery(80).save(conn, device.id)?;
        let device = by_serial(conn, "SN-1")?;
        assert_eq!((device.batt, device.fw.as_deref()), (Some(80), Some("1.4.0")));
        assert!(device.seen.is_some());
        Ok(())
    });
}
