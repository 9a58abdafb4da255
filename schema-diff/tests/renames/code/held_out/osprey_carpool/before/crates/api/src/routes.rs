use actix_web::{get, post, web, HttpResponse, Responder};
use carpool::{book, find::Wish};
use diesel::r2d2::{ConnectionManager, Pool};
use diesel::PgConnection;
use uuid::Uuid;

use crate::json::{Offer, Profile, ProfileForm, TripCard};

type Db = web::Data<Pool<ConnectionManager<PgConnection>>>;

#[get("/trips/{from}/{to}")]
pub async fn search(db: Db, path: web::Path<(String, String)>) -> impl Responder {
    let (from, to) = path.into_inner();
    let mut conn = db.get().unwrap();
    let wish = Wish::new(&from, &to, chrono::Utc::now());
    let cards: Vec<TripCard> = wish.run(&mut conn).unwrap().into_iter().map(TripCard::new).collect();
    HttpResponse::Ok().json(cards)
}

#[post("/trips")]
pub async fn offer(db: Db, who: web::ReqData<Uuid>, body: web::Json<Offer>) -> impl Responder {
    let trip = book::offer(&mut db.get().unwrap(), body.into_inner().by(*who)).unwrap();
    HttpResponse::Created().json(TripCard::new(trip))
}

#[post("/me")]
pub async fn me(db: Db, who: web::ReqData<Uuid>, body: web::Json<ProfileForm>) -> impl Responder {
    let edited = book::edit(&mut db.get().unwrap(), *who, &body.into_inner().into()).unwrap();
    HttpResponse::Ok().json(Profile::from(edited))
}
