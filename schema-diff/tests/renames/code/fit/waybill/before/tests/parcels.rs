use diesel::prelude::*;
use waybill::models::ParcelState;
use waybill::repo::{depots, parcels};
use waybill::schema;

mod common {
    use diesel::prelude::*;

    pub fn conn() -> PgConnection {
        let mut c = PgConnection::establish(&std::env::var("TEST_DB").unwrap()).unwrap();
        c.begin_test_transaction().unwrap();
        c
    }
}

#[test]
fn scanning_moves_a_parcel_to_the_depot() {
    let c = &mut common::conn();
    let d = depots::open(c, "HAM", "Hamburg", ("Kai 1", "Hamburg", "20457"), (53.5, 9.9)).unwrap();
    let s: i32 = diesel::insert_into(schema::shipments::table)
        .values((
            schema::shipments::ref_no.eq("R-1"),
            schema::shipments::sender.eq("Acme"),
            schema::shipments::recipient.eq("Ms. Ito"),
            schema::shipments::dest_street.eq("Alm 2"),
            schema::shipments::dest_town.eq("Wien"),
            schema::shipments::dest_zip.eq("1010"),
            schema::shipments::pickup_date.eq(diesel::dsl::today),
        ))
        .returning(schema::shipments::id)
        .get_result(c)
        .unwrap();
    parcels::add(c, s, "0001", 900, (10, 10, 10)).unwrap();
    let p = parcels::scan_in(c, "0001", d.id).unwrap();
    assert_eq!(p.state, ParcelState::AtDepot);
    assert!(p.scanned.is_some());
    assert_eq!(p.chargeable(), 900);
}
