use chrono::NaiveDate;
use diesel::prelude::*;

use crate::models::{NewObject, Object};
use crate::schema::objects;

/// `Accession::new("1987.12", "Tea bowl").maker("Raku").gift("A. Moss", day).save(conn)`
pub struct Accession(NewObject);

impl Accession {
    pub fn new(accession_no: &str, title: &str) -> Self {
        Accession(NewObject {
            accession_no: accession_no.to_owned(),
            title: title.to_owned(),
            ..NewObject::default()
        })
    }

    pub fn maker(mut self, who: &str) -> Self {
        self.0.maker = Some(who.to_owned());
        self
    }

    pub fn made(mut self, from: i16, to: i16) -> Self {
        self.0.made_from = Some(from);
        self.0.made_to = Some(to);
        self
    }

    pub fn material(mut self, what: &str) -> Self {
        self.0.material = Some(what.to_owned());
        self
    }

    pub fn size(mut self, h: i32, w: i32) -> Self {
        self.0.height_mm = Some(h);
        self.0.width_mm = Some(w);
        self
    }

    pub fn gift(mut self, from: &str, on: NaiveDate) -> Self {
        self.0.donor = Some(from.to_owned());
        self.0.aquired_on = Some(on);
        self
    }

    pub fn build(self) -> NewObject {
        self.0
    }

    pub fn save(self, conn: &mut PgConnection) -> QueryResult<Object> {
        diesel::insert_into(objects::table)
            .values(self.0)
            .returning(Object::as_returning())
            .get_result(conn)
    }
}
