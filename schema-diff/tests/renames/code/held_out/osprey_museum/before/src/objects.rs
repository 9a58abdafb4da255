use bigdecimal::BigDecimal;
use diesel::prelude::*;
use diesel_derive_enum::DbEnum;

use crate::schema::collection::{objects, shelves};

#[derive(Debug, Clone, Copy, PartialEq, Eq, DbEnum, juniper::GraphQLEnum)]
#[ExistingTypePath = "crate::schema::collection::sql_types::Condition"]
pub enum Condition {
    Good,
    Fair,
    Fragile,
    Ruined,
}

#[derive(Debug, Clone, Queryable, Selectable, Identifiable)]
#[diesel(table_name = objects)]
pub struct Object {
    pub id: i32,
    pub inv_no: String,
    pub designation: String,
    pub maker: Option<String>,
    pub dated: Option<String>,
    pub material: Option<String>,
    pub height_mm: Option<i32>,
    pub width_mm: Option<i32>,
    pub condition: Condition,
    pub shelf_id: Option<i32>,
    pub insured_for: Option<BigDecimal>,
    pub credit_line: Option<String>,
    pub on_display: bool,
}

#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = objects)]
pub struct Accession {
    inv_no: String,
    designation: String,
    maker: Option<String>,
    dated: Option<String>,
    material: Option<String>,
    condition: Condition,
    credit_line: Option<String>,
    on_display: bool,
}

impl Accession {
    pub fn new(inv_no: impl Into<String>, designation: impl Into<String>) -> Self {
        Accession {
            inv_no: inv_no.into(),
            designation: designation.into(),
            maker: None,
            dated: None,
            material: None,
            condition: Condition::Good,
            credit_line: None,
            on_display: false,
        }
    }

    pub fn maker(mut self, who: &str) -> Self {
        self.maker = Some(who.to_owned());
        self
    }

    pub fn dated(mut self, period: &str) -> Self {
        self.dated = Some(period.to_owned());
        self
    }

    pub fn material(mut self, stuff: &str) -> Self {
        self.material = Some(stuff.to_owned());
        self
    }

    pub fn given_by(mut self, donor: &str) -> Self {
        self.credit_line = Some(format!("Gift of {donor}"));
        self
    }

    pub fn save(&self, conn: &mut PgConnection) -> QueryResult<Object> {
        diesel::insert_into(objects::table)
            .values(self)
            .returning(Object::as_returning())
            .get_result(conn)
    }
}

#[derive(Debug, Clone, Queryable, Selectable, Identifiable)]
#[diesel(table_name = shelves)]
pub struct Shelf {
    pub id: i32,
    pub room: String,
    pub rack: String,
    pub lux_max: Option<i32>,
    pub humid: bool,
}

#[derive(Debug, Default)]
pub struct Search<'a> {
    pub text: Option<&'a str>,
    pub material: Option<&'a str>,
    pub displayed: Option<bool>,
    pub worst: bool,
}

impl Search<'_> {
    pub fn run(&self, conn: &mut PgConnection) -> QueryResult<Vec<Object>> {
        let mut q = objects::table.select(Object::as_select()).into_boxed();
        if let Some(text) = self.text {
            q = q.filter(objects::designation.ilike(format!("%{text}%")).or(objects::inv_no.eq(text)));
        }
        if let Some(stuff) = self.material {
            q = q.filter(objects::material.ilike(format!("%{stuff}%")));
        }
        if let Some(d) = self.displayed {
            q = q.filter(objects::on_display.eq(d));
        }
        if self.worst {
            q = q.filter(objects::condition.eq_any([Condition::Fragile, Condition::Ruined]));
        }
        q.order(objects::inv_no.asc()).load(conn)
    }
}

pub fn too_bright(conn: &mut PgConnection, lux: i32) -> QueryResult<Vec<(String, String, String)>> {
    objects::table
        .inner_join(shelves::table)
        .filter(shelves::lux_max.lt(lux))
        .select((objects::inv_no, shelves::room, shelves::rack))
        .load(conn)
}

pub fn move_to(conn: &mut PgConnection, object: i32, shelf: &Shelf) -> QueryResult<usize> {
    diesel::update(objects::table.find(object))
        .set((objects::shelf_id.eq(shelf.id), objects::on_display.eq(shelf.room.starts_with("Hall"))))
        .execute(conn)
}

pub fn insured_total(conn: &mut PgConnection) -> QueryResult<Option<BigDecimal>> {
    objects::table.select(diesel::dsl::sum(objects::insured_for)).first(conn)
}
