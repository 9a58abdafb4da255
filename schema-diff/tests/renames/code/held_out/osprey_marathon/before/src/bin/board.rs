use marathon::db::{connect, results};
use marathon::schema::{races, runners};

use diesel::prelude::*;

fn main() {
    let mut conn = connect().expect("database");
    let (race, title, cutoff): (i32, String, i32) = races::table
        .filter(races::gun_time.is_not_null())
        .order(races::gun_time.desc())
        .select((races::id, races::distance, races::cutoff_s))
        .first(&mut conn)
        .expect("no race has started");
    let starters: i64 = runners::table
        .filter(runners::race_id.eq(race).and(runners::bib.is_not_null()))
        .count()
        .get_result(&mut conn)
        .unwrap();
    let list = results::overall(&mut conn, race).unwrap();
    println!("{title}: {} of {starters}", list.len());
    for (i, s) in list.iter().filter(|s| s.seconds <= cutoff).enumerate() {
        println!("{:>4} {:>5} {} {}", i + 1, s.bib.unwrap_or(0), results::hms(s.seconds), s.last);
    }
}
