use chrono::{NaiveDateTime, Utc};
use diesel::prelude::*;

use crate::models::{Parcel, ParcelState};
use crate::schema::parcels::dsl::*;

pub fn by_barcode(conn: &mut PgConnection, bc: &str) -> QueryResult<Parcel> {
    parcels.filter(barcode.eq(bc)).first(conn)
}

pub fn of_shipment(conn: &mut PgConnection, shipment: i32) -> QueryResult<Vec<Parcel>> {
    parcels.filter(shipment_id.eq(shipment)).order(id).load(conn)
}

pub fn add(
    conn: &mut PgConnection,
    shipment: i32,
    bc: &str,
    grams: i32,
    (l, w, h): (i32, i32, i32),
) -> QueryResult<Parcel> {
    diesel::insert_into(parcels)
        .values((
            shipment_id.eq(shipment),
            barcode.eq(bc),
            wt.eq(grams),
            len.eq(l),
            width.eq(w),
            height.eq(h),
            state.eq(ParcelState::Announced),
            damaged.eq(false),
        ))
        .get_result(conn)
}

pub fn scan_in(conn: &mut PgConnection, bc: &str, depot: i32) -> QueryResult<Parcel> {
    diesel::update(parcels.filter(barcode.eq(bc)))
        .set((
            state.eq(ParcelState::AtDepot),
            depot_id.eq(depot),
            scanned.eq(Utc::now().naive_utc()),
        ))
        .get_result(conn)
}

pub fn report_damage(conn: &mut PgConnection, bc: &str) -> QueryResult<usize> {
    diesel::update(parcels.filter(barcode.eq(bc))).set(damaged.eq(true)).execute(conn)
}

pub fn forgotten(conn: &mut PgConnection, since: NaiveDateTime) -> QueryResult<Vec<(String, Option<NaiveDateTime>)>> {
    parcels
        .filter(state.eq(ParcelState::AtDepot).or(state.eq(ParcelState::OnTheRoad)))
        .filter(scanned.lt(since))
        .select((barcode, scanned))
        .load(conn)
}
