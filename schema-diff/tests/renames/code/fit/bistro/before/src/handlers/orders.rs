use axum::extract::{Path, State};
use axum::Json;
use chrono::Utc;
use diesel::prelude::*;
use diesel_async::{AsyncConnection, RunQueryDsl};
use serde::{Deserialize, Serialize};

use crate::error::ApiError;
use crate::model::{Order, OrderLine, OrderStatus};
use crate::schema::{dishes, order_lines, orders, tables};
use crate::Db;

#[derive(Deserialize)]
pub struct OpenOrder {
    table_id: Option<i32>,
    waiter_id: i32,
}

pub async fn open(
    State(db): State<Db>,
    Json(body): Json<OpenOrder>,
) -> Result<Json<i32>, ApiError> {
    let mut conn = db.get().await?;
    let id = diesel::insert_into(orders::table)
        .values((
            orders::table_id.eq(body.table_id),
            orders::waiter_id.eq(body.waiter_id),
            orders::status.eq(OrderStatus::Open),
            orders::opened.eq(Utc::now()),
        ))
        .returning(orders::id)
        .get_result(&mut conn)
        .await?;
    Ok(Json(id))
}

#[derive(Deserialize)]
pub struct AddLine {
    dish_id: i32,
    qty: i32,
    remark: Option<String>,
}

pub async fn add_line(
    State(db): State<Db>,
    Path(order): Path<i32>,
    Json(line): Json<AddLine>,
) -> Result<Json<i32>, ApiError> {
    let mut conn = db.get().await?;
    let unit: i32 = dishes::table
        .find(line.dish_id)
        .select(dishes::price)
        .first(&mut conn)
        .await?;
    let id = diesel::insert_into(order_lines::table)
        .values((
            order_lines::order_id.eq(order),
            order_lines::dish_id.eq(line.dish_id),
            order_lines::qty.eq(line.qty),
            order_lines::price.eq(unit),
            order_lines::remark.eq(line.remark),
        ))
        .returning(order_lines::id)
        .get_result(&mut conn)
        .await?;
    Ok(Json(id))
}

#[derive(Deserialize)]
pub struct Payment {
    method: String,
    tip: i32,
}

#[derive(Serialize)]
pub struct Bill {
    total: i32,
    tip: i32,
}

pub async fn pay(
    State(db): State<Db>,
    Path(id): Path<i32>,
    Json(payment): Json<Payment>,
) -> Result<Json<Bill>, ApiError> {
    let mut conn = db.get().await?;
    let bill = conn
        .transaction(|conn| {
            Box::pin(async move {
                let order: Order = orders::table
                    .find(id)
                    .select(Order::as_select())
                    .first(conn)
                    .await?;
                let lines = OrderLine::belonging_to(&order)
                    .select(OrderLine::as_select())
                    .load(conn)
                    .await?;
                let total = lines.iter().map(|l| l.qty * l.price).sum::<i32>() - order.discount;
                diesel::update(&order)
                    .set((
                        orders::status.eq(OrderStatus::Paid),
                        orders::paid_with.eq(&payment.method),
                        orders::tip.eq(payment.tip),
                        orders::closed.eq(Utc::now()),
                    ))
                    .execute(conn)
                    .await?;
                Ok::<_, diesel::result::Error>(Bill {
                    total,
                    tip: payment.tip,
                })
            })
        })
        .await?;
    Ok(Json(bill))
}

type Ticket = (i32, Option<i32>, String, i32, Option<String>);

pub async fn kitchen(State(db): State<Db>) -> Result<Json<Vec<Ticket>>, ApiError> {
    let mut conn = db.get().await?;
    let tickets = order_lines::table
        .inner_join(orders::table.left_join(tables::table))
        .inner_join(dishes::table)
        .filter(order_lines::done.eq(false))
        .filter(orders::status.eq(OrderStatus::Open))
        .order(orders::opened)
        .select((
            order_lines::id,
            tables::nr.nullable(),
            dishes::title,
            order_lines::qty,
            order_lines::remark,
        ))
        .load(&mut conn)
        .await?;
    Ok(Json(tickets))
}
