mod exif;

pub use exif::Exif;

use diesel::prelude::*;

use crate::photo::Photo;
use crate::schema::photos;

#[derive(Debug, Insertable)]
#[diesel(table_name = photos)]
pub struct Upload<'a> {
    uploader: i64,
    filename: &'a str,
    md5: String,
    mime: &'a str,
    w: i32,
    h: i32,
    bytes: i64,
    #[diesel(embed)]
    exif: Exif,
    hidden: bool,
}

pub fn store(conn: &mut PgConnection, who: i64, filename: &str, mime: &str, data: &[u8], size: (i32, i32)) -> QueryResult<Photo> {
    let row = Upload {
        uploader: who,
        filename,
        md5: format!("{:x}", md5::compute(data)),
        mime,
        w: size.0,
        h: size.1,
        bytes: data.len() as i64,
        exif: Exif::read(data),
        hidden: false,
    };
    diesel::insert_into(photos::table)
        .values(&row)
        .returning(Photo::as_returning())
        .get_result(conn)
}

/// Photos that have no thumbnail yet.
pub fn pending(conn: &mut PgConnection) -> QueryResult<Vec<(i64, String)>> {
    photos::table
        .filter(photos::thumb_path.is_null())
        .select((photos::id, photos::filename))
        .limit(100)
        .load(conn)
}

pub fn rendered(conn: &mut PgConnection, id: i64, path: &str, hash: &str) -> QueryResult<usize> {
    diesel::update(photos::table.find(id))
        .set((photos::thumb_path.eq(path), photos::blurhash.eq(hash)))
        .execute(conn)
}
