use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_derive_enum::DbEnum;

use crate::photo::Photo;
use crate::schema::{album_photos, albums, photos, share_links};

#[derive(DbEnum, Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[ExistingTypePath = "crate::schema::sql_types::ShareMode"]
pub enum ShareMode {
    Private,
    Link,
    Password,
    Public,
}

#[derive(Clone, Debug, Queryable, Selectable, Identifiable)]
#[diesel(table_name = albums)]
pub struct Album {
    pub id: i64,
    pub owner: i64,
    pub slug: String,
    pub caption: String,
    pub cover_photo: Option<i64>,
    pub share: ShareMode,
    pub password: Option<String>,
    pub views: i64,
    pub flash_player: bool,
    pub sort_by: String,
    pub created: DateTime<Utc>,
}

#[derive(Insertable)]
#[diesel(table_name = albums)]
struct NewAlbum<'a> {
    owner: i64,
    slug: String,
    caption: &'a str,
    share: ShareMode,
    flash_player: bool,
    sort_by: &'a str,
}

fn slugify(text: &str) -> String {
    text.to_lowercase().split_whitespace().collect::<Vec<_>>().join("-")
}

pub fn create(conn: &mut PgConnection, owner: i64, caption: &str) -> QueryResult<Album> {
    diesel::insert_into(albums::table)
        .values(NewAlbum {
            owner,
            slug: slugify(caption),
            caption,
            share: ShareMode::Private,
            flash_player: false,
            sort_by: "taken",
        })
        .returning(Album::as_returning())
        .get_result(conn)
}

pub fn visit(conn: &mut PgConnection, path: &str, password: Option<&str>) -> QueryResult<Option<Album>> {
    let album: Option<Album> = albums::table
        .filter(albums::slug.eq(path))
        .select(Album::as_select())
        .first(conn)
        .optional()?;
    let Some(album) = album else { return Ok(None) };
    let open = match album.share {
        ShareMode::Public => true,
        ShareMode::Password => album.password.as_deref() == password,
        ShareMode::Link | ShareMode::Private => false,
    };
    if open {
        diesel::update(albums::table.find(album.id))
            .set(albums::views.eq(albums::views + 1))
            .execute(conn)?;
    }
    Ok(open.then_some(album))
}

pub fn contents(conn: &mut PgConnection, album: i64) -> QueryResult<Vec<Photo>> {
    album_photos::table
        .inner_join(photos::table)
        .filter(album_photos::album_id.eq(album))
        .filter(photos::deleted.is_null())
        .order(album_photos::idx.asc())
        .select(Photo::as_select())
        .load(conn)
}

pub fn put(conn: &mut PgConnection, album: i64, ids: &[i64]) -> QueryResult<usize> {
    let rows: Vec<_> = (0i32..)
        .zip(ids)
        .map(|(n, id)| {
            (
                album_photos::album_id.eq(album),
                album_photos::photo_id.eq(*id),
                album_photos::idx.eq(n),
            )
        })
        .collect();
    diesel::insert_into(album_photos::table)
        .values(&rows)
        .on_conflict((album_photos::album_id, album_photos::photo_id))
        .do_update()
        .set(album_photos::idx.eq(diesel::upsert::excluded(album_photos::idx)))
        .execute(conn)
}

pub fn share(conn: &mut PgConnection, album: i64, secret: &str, note: Option<&str>, until: Option<DateTime<Utc>>) -> QueryResult<usize> {
    diesel::insert_into(share_links::table)
        .values((
            share_links::token.eq(secret),
            share_links::album_id.eq(album),
            share_links::note.eq(note),
            share_links::valid_until.eq(until),
            share_links::hits.eq(0),
            share_links::allow_download.eq(true),
        ))
        .execute(conn)
}

pub fn follow_link(conn: &mut PgConnection, secret: &str) -> QueryResult<Option<(i64, bool)>> {
    diesel::update(share_links::table.find(secret))
        .set(share_links::hits.eq(share_links::hits + 1))
        .returning((share_links::album_id, share_links::allow_download))
        .get_result(conn)
        .optional()
}

pub fn set_cover(conn: &mut PgConnection, album: i64, photo: i64) -> QueryResult<usize> {
    diesel::update(albums::table.find(album))
        .set(albums::cover_photo.eq(photo))
        .execute(conn)
}
