//! Sends the confirmation mails and cleans up unpaid bookings.
use boxoffice_db::schema::{bookings, events, venues};
use chrono::{Duration, NaiveDateTime, Utc};
use diesel::prelude::*;

struct Mail {
    to: String,
    subject: String,
    body: String,
}

fn confirmation(conn: &mut PgConnection, booking: i64) -> QueryResult<Mail> {
    let (to, name, event, begins, venue, contact) = bookings::table
        .inner_join(events::table.inner_join(venues::table))
        .filter(bookings::id.eq(booking))
        .select((
            bookings::cust_mail,
            bookings::cust_name,
            events::name,
            events::begins,
            venues::name,
            venues::contact,
        ))
        .first::<(String, String, String, NaiveDateTime, String, String)>(conn)?;
    Ok(Mail {
        to,
        subject: format!("Your tickets for {event}"),
        body: format!("Dear {name},\n{event} begins {begins} at {venue}.\nQuestions: {contact}"),
    })
}

fn expire(conn: &mut PgConnection) -> QueryResult<usize> {
    let limit = Utc::now().naive_utc() - Duration::minutes(30);
    diesel::update(bookings::table)
        .filter(bookings::payment_ref.is_null())
        .filter(bookings::created.lt(limit))
        .set(bookings::cancelled.eq(true))
        .execute(conn)
}

fn main() {
    let url = std::env::var("DATABASE_URL").expect("DATABASE_URL");
    let mut conn = PgConnection::establish(&url).expect("database");
    let expired = expire(&mut conn).expect("expire");
    println!("{expired} bookings expired");
    for id in std::env::args().skip(1).filter_map(|a| a.parse().ok()) {
        let mail = confirmation(&mut conn, id).expect("booking");
        println!("To: {}\nSubject: {}\n\n{}", mail.to, mail.subject, mail.body);
    }
}
