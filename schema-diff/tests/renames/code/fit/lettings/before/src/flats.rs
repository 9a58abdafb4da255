use bigdecimal::BigDecimal;
use chrono::NaiveDate;
use diesel::dsl::{exists, not, sql};
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};

use crate::schema::buildings;
use crate::schema::flats::dsl::*;
use crate::schema::leases;

#[derive(Debug, Clone, PartialEq, Queryable, Selectable)]
#[diesel(table_name = crate::schema::buildings)]
pub struct Building {
    pub id: i32,
    pub street: String,
    pub hous_number: String,
    pub zip: String,
    pub town: String,
    pub built: Option<i32>,
    pub caretaker: Option<String>,
    pub lift: bool,
}

impl Building {
    pub fn address(&self) -> String {
        let Building {
            street,
            hous_number,
            zip,
            town,
            ..
        } = self;
        format!("{street} {hous_number}, {zip} {town}")
    }
}

#[derive(Debug, Clone, PartialEq, Queryable, Selectable)]
#[diesel(table_name = crate::schema::flats)]
pub struct Flat {
    pub id: i32,
    pub building_id: i32,
    pub flat_door: String,
    pub flat_floor: i32,
    pub flat_sqm: BigDecimal,
    pub rooms: i32,
    pub balcony: bool,
    pub pets: bool,
    pub descr: Option<String>,
    pub floor_plan: Option<String>,
}

/// What a person looks for.
#[derive(Debug, Default, Clone)]
pub struct Wish {
    pub town: Option<String>,
    pub at_least_rooms: Option<i32>,
    pub at_least_sqm: Option<BigDecimal>,
    pub ground_floor: bool,
    pub with_pets: bool,
    pub with_lift: bool,
}

impl Wish {
    pub fn in_town(mut self, name: &str) -> Self {
        self.town = Some(name.to_owned());
        self
    }

    pub fn with_pets(self) -> Self {
        Wish {
            with_pets: true,
            ..self
        }
    }
}

pub fn vacant(conn: &mut PgConnection, wish: &Wish, on: NaiveDate) -> QueryResult<Vec<(Flat, Building)>> {
    let let_out = leases::table
        .filter(leases::flat_id.eq(id))
        .filter(leases::end.is_null().or(leases::end.gt(on)));
    let mut query = flats
        .inner_join(buildings::table)
        .filter(not(exists(let_out)))
        .select((Flat::as_select(), Building::as_select()))
        .into_boxed();
    if let Some(name) = &wish.town {
        query = query.filter(buildings::town.eq(name));
    }
    if let Some(n) = wish.at_least_rooms {
        query = query.filter(rooms.ge(n));
    }
    if let Some(size) = &wish.at_least_sqm {
        query = query.filter(flat_sqm.ge(size));
    }
    if wish.ground_floor {
        query = query.filter(flat_floor.eq(0));
    }
    if wish.with_pets {
        query = query.filter(pets.eq(true));
    }
    if wish.with_lift {
        query = query.filter(buildings::lift.eq(true));
    }
    query.order((buildings::town, flat_sqm.desc())).load(conn)
}

pub fn full_text(conn: &mut PgConnection, words: &str) -> QueryResult<Vec<Flat>> {
    flats
        .filter(
            sql::<Bool>("to_tsvector('german', coalesce(descr, '')) @@ plainto_tsquery('german', ")
                .bind::<Text, _>(words)
                .sql(")"),
        )
        .select(Flat::as_select())
        .load(conn)
}
