use chrono::NaiveDate;
use gambit::elo;
use gambit::model::{Player, Tournament};
use gambit::pairing::poster;

fn player(rating: i32) -> Player {
    Player {
        id: 1,
        handle: "tal".into(),
        fide_no: None,
        rating,
        peak: rating,
        federation: "LAT".into(),
        club: None,
        born: Some(1936),
        hide_rating: false,
        joined: NaiveDate::from_ymd_opt(2020, 1, 1).unwrap().and_hms_opt(0, 0, 0).unwrap(),
    }
}

#[test]
fn even_game_moves_ten() {
    assert_eq!(elo::delta(&player(2000), 2000, 1.0), 10);
}

#[test]
fn masters_move_slowly() {
    let p = Player { peak: 2500, ..player(2300) };
    assert_eq!(elo::k_factor(&p), 10.0);
}

#[test]
fn poster_names_the_arbiter() {
    let d = NaiveDate::from_ymd_opt(2024, 5, 1).unwrap();
    let t = Tournament {
        id: 3,
        title: "Spring Open".into(),
        venue: "Town hall".into(),
        rounds: 7,
        tempo: "90+30".into(),
        fee_cents: 3500,
        starts: d,
        ends: d,
        arbiter: Some("Mrs Roe".into()),
        is_rated: true,
    };
    assert!(poster(&t).ends_with("Mrs Roe"));
    assert!(poster(&t).contains("35.00"));
}
