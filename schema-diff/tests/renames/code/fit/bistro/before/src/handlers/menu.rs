use axum::extract::State;
use axum::Json;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::dto::DishDto;
use crate::error::ApiError;
use crate::model::{Dish, NewDish};
use crate::schema::dishes;
use crate::Db;

pub async fn list(State(db): State<Db>) -> Result<Json<Vec<DishDto>>, ApiError> {
    let mut conn = db.get().await?;
    let rows = dishes::table
        .filter(dishes::available.eq(true))
        .order((dishes::course, dishes::sort, dishes::title))
        .select(Dish::as_select())
        .load(&mut conn)
        .await?;
    Ok(Json(rows.into_iter().map(DishDto::from).collect()))
}

pub async fn create(
    State(db): State<Db>,
    Json(new): Json<NewDish>,
) -> Result<Json<DishDto>, ApiError> {
    let mut conn = db.get().await?;
    let dish = diesel::insert_into(dishes::table)
        .values((&new, dishes::available.eq(true)))
        .returning(Dish::as_returning())
        .get_result(&mut conn)
        .await?;
    Ok(Json(dish.into()))
}
