use diesel::prelude::*;

use crate::schema::{devices, locations};

#[derive(Debug, Queryable, Selectable, Identifiable, Insertable, AsChangeset)]
#[diesel(table_name = locations)]
#[diesel(treat_none_as_null = true)]
pub struct Location {
    pub id: i32,
    pub label: String,
    pub tz: String,
    pub contact: Option<String>,
    pub street: Option<String>,
    pub city: Option<String>,
}

find_by_id!(Location, locations);

impl Location {
    pub fn one_line(&self) -> String {
        match (&self.street, &self.city) {
            (Some(s), Some(c)) => format!("{}, {s}, {c}", self.label),
            (None, Some(c)) => format!("{}, {c}", self.label),
            _ => self.label.clone(),
        }
    }
}

pub fn with_device_counts(conn: &mut PgConnection) -> QueryResult<Vec<(String, i64)>> {
    locations::table
        .left_join(devices::table)
        .group_by((locations::id, locations::label))
        .select((locations::label, diesel::dsl::count(devices::id.nullable())))
        .order(locations::label)
        .load(conn)
}

pub fn whom_to_call(conn: &mut PgConnection, device: i32) -> QueryResult<Option<String>> {
    devices::table
        .inner_join(locations::table)
        .filter(devices::id.eq(device))
        .select(locations::contact)
        .first(conn)
}
