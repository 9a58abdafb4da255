use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer};

use crate::models::NewDownloadCount;
use crate::schema::download_counts::dsl::*;

#[derive(QueryableByName)]
struct Pending {
    #[diesel(sql_type = Integer)]
    package_id: i32,
    #[diesel(sql_type = BigInt)]
    amount: i64,
}

pub fn record(conn: &mut PgConnection, release: i32, on: NaiveDate) -> QueryResult<usize> {
    diesel::insert_into(download_counts)
        .values(NewDownloadCount {
            release_id: release,
            day: on,
            downloads: 1,
        })
        .on_conflict((release_id, day))
        .do_update()
        .set(downloads.eq(downloads + 1))
        .execute(conn)
}

/// Moves what was not counted yet to the packages' totals.
pub fn roll_up(conn: &mut PgConnection) -> QueryResult<usize> {
    let pending: Vec<Pending> = diesel::sql_query(
        "SELECT r.package_id, SUM(d.downloads - d.counted) AS amount \
         FROM download_counts d JOIN releases r ON r.id = d.release_id \
         WHERE d.downloads > d.counted GROUP BY r.package_id",
    )
    .load(conn)?;
    for p in &pending {
        use crate::schema::packages;
        diesel::update(packages::table.find(p.package_id))
            .set(packages::total_downloads.eq(packages::total_downloads + p.amount))
            .execute(conn)?;
    }
    diesel::update(download_counts)
        .set(counted.eq(downloads))
        .execute(conn)
}
