mod complaints;
mod models;
mod report;
mod rounds;
mod schema;

use chrono::Local;
use diesel::prelude::*;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut conn = PgConnection::establish(&std::env::var("DATABASE_URL")?)?;
    let today = Local::now().date_naive();
    match std::env::args().nth(1).as_deref() {
        Some("missed") => {
            for m in report::missed::missed(&mut conn, today)? {
                println!("{:<10} {:<30} {}", m.postcode, m.line1, m.fail_code.unwrap_or(-1));
            }
        }
        Some("tonnage") => {
            for t in report::tonnage::by_round(&mut conn, today)? {
                println!("{} {:.1} t", t.code, t.tonnes);
            }
        }
        Some("sheet") => {
            let round = std::env::args().nth(2).unwrap_or_default();
            for stop in rounds::sheet(&mut conn, &round, today)? {
                println!("{stop}");
            }
        }
        _ => eprintln!("usage: kerbside missed|tonnage|sheet ROUND"),
    }
    Ok(())
}
