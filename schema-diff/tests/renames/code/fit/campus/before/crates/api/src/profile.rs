use campus_db::models::{NewUser, User};
use campus_db::schema::users;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Serialize)]
pub struct Profile {
    pub id: i64,
    pub display_name: String,
    pub email: String,
    pub dark_mode: bool,
}

impl From<User> for Profile {
    fn from(user: User) -> Self {
        Profile {
            id: user.id,
            display_name: user.shown_as().to_owned(),
            email: user.mail,
            dark_mode: user.dark_mode,
        }
    }
}

#[derive(Deserialize)]
pub struct Settings {
    pub preferred_username: Option<String>,
    pub dark_mode: bool,
}

pub fn register(conn: &mut PgConnection, new: &NewUser<'_>) -> QueryResult<Profile> {
    diesel::insert_into(users::table)
        .values(new)
        .returning(User::as_returning())
        .get_result(conn)
        .map(Profile::from)
}

pub fn save_settings(conn: &mut PgConnection, id: i64, s: &Settings) -> QueryResult<usize> {
    diesel::update(users::table.find(id))
        .set((
            users::preferred_username.eq(&s.preferred_username),
            users::dark_mode.eq(s.dark_mode),
        ))
        .execute(conn)
}

pub fn by_student_no(conn: &mut PgConnection, no: &str) -> QueryResult<Option<User>> {
    users::table
        .filter(users::student_no.eq(no))
        .select(User::as_select())
        .first(conn)
        .optional()
}
