//! The touch screen at the launch point.
use diesel::prelude::*;
use gliding::logbook::{self, LaunchKind, Refusal};
use gliding::schema::{flights, gliders};

fn board(conn: &mut PgConnection) -> QueryResult<()> {
    for (reg, pilot, off, _) in logbook::airborne(conn)? {
        println!("{reg:<8} {pilot:<30} {}", off.format("%H:%M"));
    }
    Ok(())
}

fn visitors(conn: &mut PgConnection) -> QueryResult<Vec<(String, String, Option<String>)>> {
    flights::table
        .inner_join(gliders::table)
        .filter(flights::airfield.ne("EDXX"))
        .filter(gliders::has_flarm.eq(true))
        .select((flights::glider, flights::airfield, flights::notes))
        .load(conn)
}

fn start(conn: &mut PgConnection, reg: &str, p1: i32, p2: Option<i32>) -> QueryResult<String> {
    let crew: Vec<i32> = std::iter::once(p1).chain(p2).collect();
    let today = chrono::Utc::now().date_naive();
    Ok(match logbook::may_fly(conn, reg, &crew, today)? {
        Ok(()) => format!("flight {}", logbook::launch(conn, reg, p1, p2, LaunchKind::Winch)?),
        Err(Refusal::Grounded) => "grounded".into(),
        Err(Refusal::ArcExpired(d)) => format!("ARC expired on {d}"),
        Err(Refusal::NoMedical) => "no valid medical".into(),
        Err(Refusal::TooHeavy(kg)) => format!("{kg} kg too heavy"),
    })
}

fn main() -> anyhow::Result<()> {
    let mut conn = PgConnection::establish(&std::env::var("DATABASE_URL")?)?;
    board(&mut conn)?;
    println!("{:?}", visitors(&mut conn)?);
    println!("{}", start(&mut conn, "D-1234", 1, None)?);
    Ok(())
}
