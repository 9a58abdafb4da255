use agora::api::{self, dto::SettingsForm};
use agora::schema::accounts;
use diesel::prelude::*;

fn connect() -> PgConnection {
    let url = std::env::var("DATABASE_URL").expect("DATABASE_URL");
    let mut conn = PgConnection::establish(&url).unwrap();
    conn.begin_test_transaction().unwrap();
    conn
}

fn alice(conn: &mut PgConnection) -> i64 {
    diesel::insert_into(accounts::table)
        .values((
            accounts::preferred_username.eq("alice"),
            accounts::email.eq("alice@example.org"),
            accounts::inbox_url.eq("https://agora.test/u/alice/inbox"),
            accounts::public_key.eq("---"),
        ))
        .returning(accounts::id)
        .get_result(conn)
        .unwrap()
}

#[test]
fn hiding_media_is_stored() {
    let conn = &mut connect();
    let id = alice(conn);
    let form = SettingsForm { note: None, hide_media: Some(true), locked: None, discoverable: None };
    api::update_settings(conn, id, form).unwrap();
    let hidden: bool = accounts::table.find(id).select(accounts::hide_media).first(conn).unwrap();
    assert!(hidden);
}

#[test]
fn lookup_is_by_name() {
    let conn = &mut connect();
    alice(conn);
    assert!(api::lookup(conn, "alice").unwrap().is_some());
    assert!(api::lookup(conn, "alice@elsewhere.test").unwrap().is_none());
}
