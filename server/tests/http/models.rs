//! The models against the tables: what the compiler cannot see (the enum's labels, the defaults, the foreign key).

use demo::models::{Country, NewCountry, Role, User};
use demo::schema::{countries, users};
use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};

use crate::client::{get, send};
use crate::postgres::Postgres;
use crate::server::Server;

#[test]
fn users_live_in_countries_and_have_roles() {
    let url = Postgres::shared().database();
    let server = Server::start(&url, &[]);
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(add_users(&url));
    let answer = send(server.port, "DELETE /country/GB", &[], b"");
    assert_eq!((answer.status, answer.error_code().as_str()), (409, "country_in_use"));
    assert_eq!(get(server.port, "/country/GB").status, 200);
}

async fn add_users(url: &str) {
    let mut connection = AsyncPgConnection::establish(url).await.unwrap();
    let country: Country = diesel::insert_into(countries::table)
        .values(NewCountry::united_kingdom())
        .returning(Country::as_returning())
        .get_result(&mut connection)
        .await
        .unwrap();
    for (email, role) in [
        ("m@example.org", Role::Member),
        ("e@example.org", Role::Editor),
        ("a@example.org", Role::Admin),
    ] {
        let user: User = diesel::insert_into(users::table)
            .values((
                users::email.eq(email),
                users::role.eq(role),
                users::country_id.eq(country.id),
            ))
            .returning(User::as_returning())
            .get_result(&mut connection)
            .await
            .unwrap();
        assert_eq!((user.role, user.country_id), (role, Some(country.id)));
        let age = std::time::SystemTime::now()
            .duration_since(user.created_at.into())
            .unwrap();
        assert!(age.as_secs() < 60, "created {age:?} ago");
    }
    let plain: User = diesel::insert_into(users::table)
        .values(users::email.eq("d@example.org"))
        .returning(User::as_returning())
        .get_result(&mut connection)
        .await
        .unwrap();
    assert_eq!(plain.role, Role::Member);
    let there: Vec<User> = User::belonging_to(&country).load(&mut connection).await.unwrap();
    assert_eq!(there.len(), 3);
}
