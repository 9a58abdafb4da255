use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::schema::{bookings, tickets};

#[derive(Debug, Clone, Queryable, Selectable, Identifiable)]
pub struct Booking {
    pub id: i64,
    pub event_id: i64,
    pub cust_name: String,
    pub cust_mail: String,
    pub cust_tel: Option<String>,
    pub promo: Option<String>,
    pub price_paid: i32,
    pub payment_ref: Option<String>,
    pub cancelled: bool,
    pub cancel_reason: Option<String>,
    pub newsletter: bool,
    pub created: NaiveDateTime,
}

#[derive(Debug, Clone, Default, Insertable)]
#[diesel(table_name = bookings)]
pub struct NewBooking {
    event_id: i64,
    cust_name: String,
    cust_mail: String,
    cust_tel: Option<String>,
    promo: Option<String>,
    price_paid: i32,
    newsletter: bool,
}

impl NewBooking {
    pub fn for_event(event_id: i64) -> Self {
        NewBooking { event_id, ..Default::default() }
    }

    pub fn customer(mut self, name: &str, mail: &str) -> Self {
        self.cust_name = name.into();
        self.cust_mail = mail.to_lowercase();
        self
    }

    pub fn tel(mut self, tel: Option<String>) -> Self {
        self.cust_tel = tel;
        self
    }

    pub fn promo(mut self, code: Option<String>) -> Self {
        self.promo = code;
        self
    }

    pub fn paying(mut self, cents: i32) -> Self {
        self.price_paid = cents;
        self
    }

    pub fn newsletter(mut self, yes: bool) -> Self {
        self.newsletter = yes;
        self
    }
}

pub fn place(conn: &mut PgConnection, new: NewBooking, places: &[(i64, i32)]) -> QueryResult<Booking> {
    conn.transaction(|conn| {
        let booking: Booking = diesel::insert_into(bookings::table)
            .values(new)
            .returning(Booking::as_returning())
            .get_result(conn)?;
        let rows: Vec<_> = places
            .iter()
            .enumerate()
            .map(|(n, (seat, price))| {
                (
                    tickets::booking_id.eq(booking.id),
                    tickets::seat_id.eq(*seat),
                    tickets::code.eq(format!("{:08}-{n}", booking.id)),
                    tickets::price.eq(*price),
                )
            })
            .collect();
        diesel::insert_into(tickets::table).values(rows).execute(conn)?;
        Ok(booking)
    })
}

pub fn cancel(conn: &mut PgConnection, booking: i64, reason: &str) -> QueryResult<usize> {
    diesel::update(bookings::table.find(booking))
        .set((bookings::cancelled.eq(true), bookings::cancel_reason.eq(reason)))
        .execute(conn)
}

pub fn paid(conn: &mut PgConnection, booking: i64, reference: &str) -> QueryResult<usize> {
    diesel::update(bookings::table.find(booking))
        .set(bookings::payment_ref.eq(reference))
        .execute(conn)
}

pub fn of_customer(conn: &mut PgConnection, mail: &str) -> QueryResult<Vec<Booking>> {
    bookings::table
        .filter(bookings::cust_mail.eq(mail.to_lowercase()))
        .filter(bookings::cancelled.eq(false))
        .order(bookings::created.desc())
        .select(Booking::as_select())
        .load(conn)
}

pub fn newsletter_mails(conn: &mut PgConnection) -> QueryResult<Vec<String>> {
    bookings::table
        .filter(bookings::newsletter.eq(true))
        .select(bookings::cust_mail)
        .distinct()
        .load(conn)
}
