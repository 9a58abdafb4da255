use darkroom::albums::{self, ShareMode};
use darkroom::ingest;
use darkroom::photo::{Edit, Photos};
use darkroom::schema::albums as table;
use darkroom::{users, web};
use diesel::prelude::*;

fn open() -> PgConnection {
    let mut conn = PgConnection::establish(&std::env::var("DATABASE_URL").unwrap()).unwrap();
    conn.begin_test_transaction().unwrap();
    conn
}

#[test]
fn a_public_album_is_visited() {
    let conn = &mut open();
    let zoe = users::register(conn, "zoe", "x").unwrap();
    let album = albums::create(conn, zoe.id, "Summer in Gent").unwrap();
    assert!(albums::visit(conn, "summer-in-gent", None).unwrap().is_none());
    diesel::update(table::table.find(album.id))
        .set(table::share.eq(ShareMode::Public))
        .execute(conn)
        .unwrap();
    assert!(albums::visit(conn, "summer-in-gent", None).unwrap().is_some());
    let page = web::page(album, vec![]);
    assert_eq!(page.title, "Summer in Gent");
}

#[test]
fn stars_are_kept() {
    let conn = &mut open();
    let zoe = users::register(conn, "zoe", "x").unwrap();
    let photo = ingest::store(conn, zoe.id, "a.jpg", "image/jpeg", b"", (4, 3)).unwrap();
    let mut photos = Photos { conn };
    let edit = Edit { stars: Some(5), ..Edit::default() };
    assert_eq!(photos.edit(photo.id, &edit).unwrap().stars, Some(5));
    assert!(photos.known("d41d8cd98f00b204e9800998ecf8427e").unwrap());
}
