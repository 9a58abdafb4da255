//! Who drives what.
use diesel::prelude::*;

use crate::models::{Courier, Parcel, Shipment};
use crate::schema::{couriers, parcels, shipments};

pub fn drivers_of(conn: &mut PgConnection, depot: i32) -> QueryResult<Vec<Courier>> {
    use crate::schema::couriers::dsl::*;
    couriers
        .filter(home_depot.eq(depot).and(active.eq(true)))
        .order(full_name)
        .load(conn)
}

pub fn assign(conn: &mut PgConnection, shipment: i32, courier: i32) -> QueryResult<Shipment> {
    let limit: i32 = couriers::table
        .find(courier)
        .select(couriers::max_weight)
        .first(conn)?;
    let load: Vec<Parcel> = parcels::table
        .filter(parcels::shipment_id.eq(shipment))
        .load(conn)?;
    let grams: i32 = load.iter().map(|p| p.wt).sum();
    if grams > limit {
        return Err(diesel::result::Error::RollbackTransaction);
    }
    diesel::update(shipments::table.find(shipment))
        .set(shipments::courier_id.eq(courier))
        .get_result(conn)
}

pub fn round_trip(conn: &mut PgConnection, courier: i32) -> QueryResult<Vec<(String, String, String)>> {
    shipments::table
        .filter(shipments::courier_id.eq(courier))
        .select((shipments::dest_zip, shipments::dest_town, shipments::dest_street))
        .order(shipments::dest_zip)
        .load(conn)
}

pub fn call_list(conn: &mut PgConnection, depot: i32) -> QueryResult<Vec<(String, String)>> {
    couriers::table
        .filter(couriers::home_depot.eq(depot))
        .select((couriers::full_name, couriers::phone))
        .load(conn)
}
