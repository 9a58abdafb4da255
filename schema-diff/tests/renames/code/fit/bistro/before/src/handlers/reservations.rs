use axum::extract::State;
use axum::http::StatusCode;
use axum::Json;
use chrono::{Duration, Utc};
use diesel::dsl::{exists, not};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::dto::{BookingDto, BookingRequest};
use crate::error::ApiError;
use crate::model::Reservation;
use crate::schema::{reservations, tables};
use crate::Db;

pub async fn book(
    State(db): State<Db>,
    Json(req): Json<BookingRequest>,
) -> Result<Result<Json<BookingDto>, StatusCode>, ApiError> {
    let mut conn = db.get().await?;
    let window = (req.start - Duration::hours(2), req.start + Duration::hours(2));
    let taken = reservations::table
        .filter(reservations::table_id.eq(tables::id))
        .filter(reservations::start.between(window.0, window.1));
    let free: Option<i32> = tables::table
        .filter(tables::seats.ge(req.persons))
        .filter(not(exists(taken)))
        .order(tables::seats)
        .select(tables::id)
        .first(&mut conn)
        .await
        .optional()?;
    let Some(table) = free else {
        return Ok(Err(StatusCode::CONFLICT));
    };
    let saved: Reservation = diesel::insert_into(reservations::table)
        .values((
            reservations::table_id.eq(table),
            reservations::guest.eq(req.guest),
            reservations::phone.eq(req.phone),
            reservations::persons.eq(req.persons),
            reservations::start.eq(req.start),
            reservations::high_chair.eq(req.high_chair),
            reservations::remark.eq(req.remark),
        ))
        .returning(Reservation::as_returning())
        .get_result(&mut conn)
        .await?;
    Ok(Ok(Json(saved.into())))
}

pub async fn today(State(db): State<Db>) -> Result<Json<Vec<BookingDto>>, ApiError> {
    let mut conn = db.get().await?;
    let now = Utc::now();
    let rows = reservations::table
        .filter(reservations::start.between(now - Duration::hours(1), now + Duration::hours(16)))
        .order(reservations::start)
        .select(Reservation::as_select())
        .load(&mut conn)
        .await?;
    Ok(Json(rows.into_iter().map(BookingDto::from).collect()))
}
