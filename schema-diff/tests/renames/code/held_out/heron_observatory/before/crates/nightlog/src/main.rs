use diesel::prelude::*;
use observatory::models::Exposure;
use observatory::schema::sky::exposures;

fn line(e: &Exposure) -> String {
    let mark = if e.rejected { "x" } else { " " };
    format!(
        "{mark} {} {:>6.1}s {} X={:.2} {}",
        e.shutter_at.format("%H:%M:%S"),
        e.secs,
        e.filter_band,
        e.airmass,
        e.fits_path
    )
}

fn main() {
    let url = std::env::var("DATABASE_URL").expect("DATABASE_URL");
    let mut conn = PgConnection::establish(&url).expect("connect");
    let all = exposures::table
        .order(exposures::shutter_at.desc())
        .limit(200)
        .select(Exposure::as_select())
        .load(&mut conn)
        .expect("exposures");
    for e in &all {
        println!("{}", line(e));
    }
}
