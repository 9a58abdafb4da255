use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel_derive_enum::DbEnum;
use serde::{Deserialize, Serialize};

use crate::schema::*;

#[derive(Debug, Clone, Copy, PartialEq, Eq, DbEnum, Serialize, Deserialize)]
#[ExistingTypePath = "crate::schema::sql_types::Course"]
#[serde(rename_all = "snake_case")]
pub enum Course {
    Starter,
    Main,
    Dessert,
    Drink,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, DbEnum, Serialize)]
#[ExistingTypePath = "crate::schema::sql_types::OrderStatus"]
pub enum OrderStatus {
    Open,
    Served,
    Paid,
    Void,
}

#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = dishes)]
pub struct Dish {
    pub id: i32,
    pub title: String,
    pub price: i32,
    pub course: Course,
    pub spicy: bool,
    pub veg: bool,
    pub img: Option<String>,
    pub available: bool,
}

#[derive(Debug, Insertable, Deserialize)]
#[diesel(table_name = dishes)]
pub struct NewDish {
    pub title: String,
    pub price: i32,
    pub course: Course,
    #[serde(default)]
    pub spicy: bool,
    #[serde(default)]
    pub veg: bool,
    pub img: Option<String>,
    #[serde(default)]
    pub sort: i32,
}

#[derive(Debug, Queryable, Selectable, Identifiable)]
#[diesel(table_name = orders)]
pub struct Order {
    pub id: i32,
    pub table_id: Option<i32>,
    pub waiter_id: i32,
    pub status: OrderStatus,
    pub tip: i32,
    pub discount: i32,
    pub paid_with: Option<String>,
    pub opened: DateTime<Utc>,
}

#[derive(Debug, Queryable, Selectable, Associations, Identifiable)]
#[diesel(table_name = order_lines, belongs_to(Order))]
pub struct OrderLine {
    pub id: i32,
    pub order_id: i32,
    pub dish_id: i32,
    pub qty: i32,
    pub price: i32,
    pub remark: Option<String>,
}

#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = reservations)]
pub struct Reservation {
    pub id: i32,
    pub table_id: i32,
    pub guest: String,
    pub phone: Option<String>,
    pub persons: i32,
    pub start: DateTime<Utc>,
    pub high_chair: bool,
    pub remark: Option<String>,
}

#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = staff)]
pub struct StaffMember {
    pub id: i32,
    pub nick: String,
    pub wage: i32,
    pub hired: NaiveDate,
}
