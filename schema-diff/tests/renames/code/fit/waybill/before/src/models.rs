use bigdecimal::BigDecimal;
use chrono::{NaiveDate, NaiveDateTime};
use diesel::{Insertable, Queryable};

use crate::schema::*;

#[derive(diesel_derive_enum::DbEnum, Debug, Clone, Copy, PartialEq, Eq)]
#[ExistingTypePath = "crate::schema::sql_types::ParcelState"]
pub enum ParcelState {
    Announced,
    AtDepot,
    OnTheRoad,
    Delivered,
    Lost,
}

/// Field order is column order.
#[derive(Queryable, Debug, Clone)]
pub struct Depot {
    pub id: i32,
    pub code: String,
    pub title: String,
    pub street: String,
    pub town: String,
    pub zip: String,
    pub fax: Option<String>,
    pub lat: f64,
    pub lng: f64,
}

#[derive(Queryable, Debug, Clone)]
pub struct Courier {
    pub id: i32,
    pub full_name: String,
    pub phone: String,
    pub vehicle_plate: Option<String>,
    pub home_depot: i32,
    pub max_weight: i32,
    pub active: bool,
}

#[derive(Queryable, Debug, Clone)]
pub struct Shipment {
    pub id: i32,
    pub ref_no: String,
    pub sender: String,
    pub recipient: String,
    pub recipient_phone: Option<String>,
    pub dest_street: String,
    pub dest_town: String,
    pub dest_zip: String,
    pub insured_value: Option<BigDecimal>,
    pub remarks: Option<String>,
    pub pickup_date: NaiveDate,
    pub due: Option<NaiveDate>,
    pub courier_id: Option<i32>,
    pub created_at: NaiveDateTime,
}

#[derive(Insertable)]
#[diesel(table_name = shipments)]
pub struct NewShipment<'a> {
    pub ref_no: &'a str,
    pub sender: &'a str,
    pub recipient: &'a str,
    pub recipient_phone: Option<&'a str>,
    pub dest_street: &'a str,
    pub dest_town: &'a str,
    pub dest_zip: &'a str,
    pub insured_value: Option<BigDecimal>,
    pub remarks: Option<&'a str>,
    pub pickup_date: NaiveDate,
}

#[derive(Queryable, Debug, Clone)]
pub struct Parcel {
    pub id: i32,
    pub shipment_id: i32,
    pub barcode: String,
    pub wt: i32,
    pub len: i32,
    pub width: i32,
    pub height: i32,
    pub state: ParcelState,
    pub depot_id: Option<i32>,
    pub scanned: Option<NaiveDateTime>,
    pub damaged: bool,
}

impl Parcel {
    /// Weight that is charged, in grams.
    pub fn chargeable(&self) -> i32 {
        let volumetric = self.len * self.width * self.height / 5;
        self.wt.max(volumetric)
    }
}

#[derive(Queryable, Debug, Clone)]
pub struct TrkEvent {
    pub id: i64,
    pub parcel_id: i32,
    pub kind: String,
    pub location: Option<String>,
    pub msg: Option<String>,
    pub at: NaiveDateTime,
}
