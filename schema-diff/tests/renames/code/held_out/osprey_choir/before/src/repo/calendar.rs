use chrono::{DateTime, Duration, Utc};
use diesel::dsl::{count_star, now};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::Pool;
use crate::model::*;
use crate::schema::{attendance, events, programme, singers};

pub struct PgCalendar {
    pub pool: Pool,
}

impl PgCalendar {
    pub async fn upcoming(&self, concerts_only: bool) -> QueryResult<Vec<Event>> {
        let mut conn = self.pool.get().await.expect("pool");
        let mut q = events::table.filter(events::starts.gt(now)).into_boxed();
        if concerts_only {
            q = q.filter(events::is_concert.eq(true));
        }
        q.order(events::starts.asc()).select(Event::as_select()).load(&mut conn).await
    }

    pub async fn plan_rehearsal(&self, at: DateTime<Utc>, hall: &str) -> QueryResult<i64> {
        let mut conn = self.pool.get().await.expect("pool");
        diesel::insert_into(events::table)
            .values((
                events::headline.eq("Rehearsal"),
                events::place.eq(hall),
                events::starts.eq(at),
                events::ends.eq(at + Duration::minutes(120)),
                events::is_concert.eq(false),
            ))
            .returning(events::id)
            .get_result(&mut conn)
            .await
    }

    pub async fn answer(&self, event: i64, singer: Uuid, yes: Rsvp, why: Option<String>) -> QueryResult<()> {
        let mut conn = self.pool.get().await.expect("pool");
        let row = Attendance { event_id: event, singer_id: singer, answer: yes, excuse: why, answered: Some(Utc::now()) };
        diesel::insert_into(attendance::table)
            .values(&row)
            .on_conflict((attendance::event_id, attendance::singer_id))
            .do_update()
            .set((
                attendance::answer.eq(row.answer),
                attendance::excuse.eq(row.excuse.clone()),
                attendance::answered.eq(now),
            ))
            .execute(&mut conn)
            .await?;
        Ok(())
    }

    pub async fn headcount(&self, event: i64) -> QueryResult<Vec<(Voice, i64)>> {
        let mut conn = self.pool.get().await.expect("pool");
        attendance::table
            .inner_join(singers::table)
            .filter(attendance::event_id.eq(event))
            .filter(attendance::answer.eq(Rsvp::Yes))
            .group_by(singers::voice)
            .select((singers::voice, count_star()))
            .load(&mut conn)
            .await
    }

    pub async fn append(&self, event: i64, piece: i64, soloist: Option<&str>) -> QueryResult<usize> {
        let mut conn = self.pool.get().await.expect("pool");
        let last: Option<i32> = programme::table
            .filter(programme::event_id.eq(event))
            .select(diesel::dsl::max(programme::pos))
            .get_result(&mut conn)
            .await?;
        let item = ProgrammeItem {
            event_id: event,
            piece_id: piece,
            pos: last.unwrap_or(0) + 1,
            soloist: soloist.map(str::to_owned),
            encore: false,
        };
        diesel::insert_into(programme::table).values(&item).execute(&mut conn).await
    }
}
