use diesel::connection::Connection;
use diesel::pg::PgConnection;
use diesel::result::Error;
use vetclinic::models::{NewOwner, NewPatient};
use vetclinic::{connect, owners, patients, visits};

fn owner() -> NewOwner<'static> {
    NewOwner {
        name: "Ada Pohl",
        mail: "ada@example.org",
        fax: None,
        phone: "555-0100",
        adress: "Mill Lane 3\nOldtown",
        newsletter: true,
    }
}

fn in_transaction(test: impl FnOnce(&mut PgConnection) -> Result<(), Error>) {
    let url = std::env::var("DATABASE_URL").expect("DATABASE_URL");
    connect(&url).expect("a database").test_transaction(test);
}

#[test]
fn an_owner_is_found_by_mail() {
    in_transaction(|conn| {
        let ada = owners::register(conn, &owner())?;
        let found = owners::find_by_mail(conn, "ada@example.org")?.expect("Ada");
        assert_eq!(found.id, ada.id);
        assert_eq!(owners::letterhead(&found).len(), 3);
        Ok(())
    });
}

#[test]
fn fees_stay_open_until_settled() {
    in_transaction(|conn| {
        let ada = owners::register(conn, &owner())?;
        let rex = patients::admit(
            conn,
            &NewPatient {
                owner_id: ada.id,
                call_name: "Rex",
                species: "dog",
                race: Some("Boxer"),
                weight: 31.5,
                chip: Some("276098100000001"),
                born: None,
                neutered: false,
            },
        )?;
        let visit = visits::plan(conn, rex.id, "Dr. Ruiz", chrono::Utc::now())?;
        visits::close(conn, visit.id, "otitis", 4500)?;
        assert_eq!(visits::open_fees(conn, ada.id)?, 4500);
        visits::settle(conn, visit.id)?;
        assert_eq!(visits::open_fees(conn, ada.id)?, 0);
        Ok(())
    });
}
