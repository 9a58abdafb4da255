use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::dsl::{exists, not, now, select};
use diesel::prelude::*;

use crate::schema::photos;

#[derive(Clone, Debug, PartialEq, Queryable, Selectable, Identifiable, QueryableByName)]
#[diesel(table_name = photos)]
#[diesel(check_for_backend(diesel::pg::Pg))]
pub struct Photo {
    pub id: i64,
    pub uploader: i64,
    pub filename: String,
    pub md5: String,
    pub mime: String,
    pub w: i32,
    pub h: i32,
    pub bytes: i64,
    pub taken: Option<NaiveDateTime>,
    pub cam_make: Option<String>,
    pub cam_model: Option<String>,
    pub lens: Option<String>,
    pub iso: Option<i32>,
    pub exposure: Option<String>,
    pub lat: Option<f64>,
    pub lon: Option<f64>,
    pub stars: Option<i16>,
    pub hidden: bool,
    pub deleted: Option<DateTime<Utc>>,
    pub thumb_path: Option<String>,
    pub blurhash: Option<String>,
    pub uploaded: DateTime<Utc>,
}

/// Everything the viewer may change. `None` leaves a field alone.
#[derive(Clone, Debug, Default, AsChangeset)]
#[diesel(table_name = photos)]
pub struct Edit {
    pub taken: Option<NaiveDateTime>,
    pub stars: Option<i16>,
    pub hidden: Option<bool>,
    pub lat: Option<f64>,
    pub lon: Option<f64>,
}

pub struct Photos<'c> {
    pub conn: &'c mut PgConnection,
}

impl Photos<'_> {
    pub fn get(&mut self, id: i64) -> QueryResult<Photo> {
        photos::table.find(id).select(Photo::as_select()).first(self.conn)
    }

    pub fn known(&mut self, sum: &str) -> QueryResult<bool> {
        select(exists(photos::table.filter(photos::md5.eq(sum)))).get_result(self.conn)
    }

    pub fn stream(&mut self, of: i64, before: Option<DateTime<Utc>>) -> QueryResult<Vec<Photo>> {
        let mut q = photos::table
            .filter(photos::uploader.eq(of))
            .filter(photos::deleted.is_null())
            .filter(not(photos::hidden))
            .select(Photo::as_select())
            .order((photos::taken.desc().nulls_last(), photos::uploaded.desc()))
            .into_boxed();
        if let Some(t) = before {
            q = q.filter(photos::uploaded.lt(t));
        }
        q.limit(60).load(self.conn)
    }

    pub fn edit(&mut self, id: i64, edit: &Edit) -> QueryResult<Photo> {
        diesel::update(photos::table.find(id))
            .set(edit)
            .returning(Photo::as_returning())
            .get_result(self.conn)
    }

    pub fn trash(&mut self, id: i64) -> QueryResult<usize> {
        diesel::update(photos::table.find(id)).set(photos::deleted.eq(now)).execute(self.conn)
    }

    pub fn restore(&mut self, id: i64) -> QueryResult<usize> {
        diesel::update(photos::table.find(id))
            .set(photos::deleted.eq(None::<DateTime<Utc>>))
            .execute(self.conn)
    }

    pub fn cameras(&mut self) -> QueryResult<Vec<(Option<String>, Option<String>)>> {
        photos::table
            .select((photos::cam_make, photos::cam_model))
            .distinct()
            .order((photos::cam_make, photos::cam_model))
            .load(self.conn)
    }

    /// Within a box of degrees.
    pub fn near(&mut self, lat: f64, lon: f64, d: f64) -> QueryResult<Vec<Photo>> {
        photos::table
            .filter(photos::lat.between(lat - d, lat + d))
            .filter(photos::lon.between(lon - d, lon + d))
            .select(Photo::as_select())
            .load(self.conn)
    }

    pub fn random(&mut self) -> QueryResult<Vec<Photo>> {
        diesel::sql_query("SELECT * FROM photos WHERE stars >= 4 AND deleted IS NULL ORDER BY random() LIMIT 1")
            .load(self.conn)
    }
}
