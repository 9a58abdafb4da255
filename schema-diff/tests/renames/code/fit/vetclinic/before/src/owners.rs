use diesel::pg::PgConnection;
use diesel::prelude::*;

use crate::models::{NewOwner, Owner};

pub fn register(conn: &mut PgConnection, new: &NewOwner) -> QueryResult<Owner> {
    use crate::schema::owners;

    diesel::insert_into(owners::table).values(new).get_result(conn)
}

pub fn find_by_mail(conn: &mut PgConnection, address: &str) -> QueryResult<Option<Owner>> {
    use crate::schema::owners::dsl::*;

    owners.filter(mail.eq(address)).first(conn).optional()
}

pub fn find_by_fax(conn: &mut PgConnection, number: &str) -> QueryResult<Option<Owner>> {
    use crate::schema::owners::dsl::*;

    owners.filter(fax.eq(number)).first(conn).optional()
}

/// Everybody who gets the monthly letter.
pub fn subscribers(conn: &mut PgConnection) -> QueryResult<Vec<(String, String)>> {
    use crate::schema::owners::dsl::*;

    owners
        .filter(newsletter.eq(true))
        .order(name.asc())
        .select((name, mail))
        .load(conn)
}

pub fn move_house(conn: &mut PgConnection, owner: i32, to: &str, tel: &str) -> QueryResult<usize> {
    use crate::schema::owners::dsl::*;

    diesel::update(owners.find(owner))
        .set((adress.eq(to), phone.eq(tel)))
        .execute(conn)
}

pub fn unsubscribe(conn: &mut PgConnection, owner: i32) -> QueryResult<usize> {
    use crate::schema::owners::dsl::*;

    diesel::update(owners.find(owner)).set(newsletter.eq(false)).execute(conn)
}

/// The lines of the address window of an envelope.
pub fn letterhead(owner: &Owner) -> Vec<String> {
    let mut lines = vec![owner.name.clone()];
    lines.extend(owner.adress.lines().map(str::to_owned));
    if let Some(fax) = &owner.fax {
        lines.push(format!("Fax: {fax}"));
    }
    lines
}
