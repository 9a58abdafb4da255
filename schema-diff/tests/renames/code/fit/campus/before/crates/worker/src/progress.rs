use diesel::prelude::*;
use diesel::sql_types::{BigInt, Float};

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    user_id: i64,
    #[diesel(sql_type = BigInt)]
    course_id: i64,
    #[diesel(sql_type = Float)]
    share: f32,
}

pub fn refresh(conn: &mut PgConnection) -> QueryResult<usize> {
    use campus_db::schema::enrolments::dsl::{enrolments, progress};

    let rows: Vec<Row> = diesel::sql_query(
        "SELECT s.user_id, u.course_id, \
                (SUM(s.points)::float4 / NULLIF(SUM(u.max_points), 0)) AS share \
         FROM submissions s JOIN units u ON u.id = s.unit_id \
         WHERE s.points IS NOT NULL AND NOT u.hidden \
         GROUP BY s.user_id, u.course_id",
    )
    .load(conn)?;
    let mut n = 0;
    for row in rows {
        n += diesel::update(enrolments.find((row.user_id, row.course_id)))
            .set(progress.eq(row.share))
            .execute(conn)?;
    }
    Ok(n)
}
