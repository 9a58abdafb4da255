use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::model::{Course, Dish, Reservation};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DishDto {
    pub id: i32,
    pub name: String,
    pub price_cents: i32,
    pub course: Course,
    pub hot: bool,
    pub vegetarian: bool,
    pub image: Option<String>,
}

impl From<Dish> for DishDto {
    fn from(d: Dish) -> Self {
        let Dish {
            id,
            title,
            price,
            course,
            spicy,
            veg,
            img,
            available: _,
        } = d;
        DishDto {
            id,
            name: title,
            price_cents: price,
            course,
            hot: spicy,
            vegetarian: veg,
            image: img,
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BookingRequest {
    pub guest: String,
    pub phone: Option<String>,
    pub persons: i32,
    pub start: DateTime<Utc>,
    #[serde(default)]
    pub high_chair: bool,
    pub remark: Option<String>,
}

#[derive(Serialize)]
pub struct BookingDto {
    pub id: i32,
    pub guest: String,
    pub persons: i32,
    pub start: DateTime<Utc>,
    pub notes: Vec<String>,
}

impl From<Reservation> for BookingDto {
    fn from(r: Reservation) -> Self {
        let mut notes: Vec<String> = r.remark.into_iter().collect();
        if r.high_chair {
            notes.push("high chair".to_owned());
        }
        BookingDto {
            id: r.id,
            guest: r.guest,
            persons: r.persons,
            start: r.start,
            notes,
        }
    }
}
