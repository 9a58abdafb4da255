use chrono::NaiveDate;
use diesel::pg::Pg;
use diesel::prelude::*;

use crate::models::{NewShipment, Shipment};
use crate::schema::shipments::{self, dsl};

#[derive(Debug, Default)]
pub struct Filter {
    pub town: Option<String>,
    pub sender: Option<String>,
    pub due_before: Option<NaiveDate>,
    pub unassigned: bool,
}

pub fn search(conn: &mut PgConnection, f: Filter) -> QueryResult<Vec<Shipment>> {
    let mut q: shipments::BoxedQuery<'_, Pg> = dsl::shipments.into_boxed();
    if let Some(town) = f.town {
        q = q.filter(dsl::dest_town.eq(town));
    }
    if let Some(sender) = f.sender {
        q = q.filter(dsl::sender.ilike(format!("%{sender}%")));
    }
    if let Some(day) = f.due_before {
        q = q.filter(dsl::due.lt(day));
    }
    if f.unassigned {
        q = q.filter(dsl::courier_id.is_null());
    }
    q.order((dsl::due.asc(), dsl::ref_no.asc())).load(conn)
}

pub fn create(conn: &mut PgConnection, new: NewShipment<'_>) -> QueryResult<Shipment> {
    diesel::insert_into(dsl::shipments).values(new).get_result(conn)
}

pub fn remark(conn: &mut PgConnection, shipment: i32, text: &str) -> QueryResult<usize> {
    diesel::update(dsl::shipments.find(shipment))
        .set(dsl::remarks.eq(text))
        .execute(conn)
}

pub fn insured(conn: &mut PgConnection) -> QueryResult<Vec<(String, String)>> {
    dsl::shipments
        .filter(dsl::insured_value.is_not_null())
        .select((dsl::ref_no, dsl::recipient))
        .load(conn)
}
