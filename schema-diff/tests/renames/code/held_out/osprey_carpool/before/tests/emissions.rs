use api::json::{emissions, TripCard};
use carpool::types::{Car, Trip};
use chrono::Utc;
use uuid::Uuid;

fn car() -> Car {
    Car {
        id: 1,
        owner: Uuid::nil(),
        plate: "KA-AB 12".into(),
        make_model: "Zoe".into(),
        paint: Some("blue".into()),
        seat_count: 5,
        g_co2_km: Some(120),
        electric: false,
    }
}

#[test]
fn electric_is_clean() {
    assert_eq!(emissions(&car(), 100), Some(12));
    assert_eq!(emissions(&Car { electric: true, ..car() }, 100), Some(0));
}

#[test]
fn price_has_two_digits() {
    let card = TripCard::new(Trip {
        id: 5,
        car_id: 1,
        driver_id: Uuid::nil(),
        origin: "Ulm".into(),
        dest: "Kempten".into(),
        leaves: Utc::now(),
        arrives: None,
        fare_ct: 905,
        detour_min: 0,
        luggage: None,
        pets_ok: true,
        women_only: false,
        cancelled: false,
        memo: None,
    });
    assert_eq!(card.price, "9.05");
}
