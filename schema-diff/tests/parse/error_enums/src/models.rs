#[derive(DbEnum)]
pub enum Mood {
    Happy,
    Sad,
}

#[derive(DbEnum)]
#[PgType = "mood"]
#[DieselType = "OtherMood"]
pub enum Other {
    Happy,
    Angry,
}

#[derive(DbEnum)]
#[DbValueStyle = "snakecase"]
pub enum Styled {
    A,
}

#[derive(DbEnum)]
pub enum Bad {
    WithField(u8),
    Same,
    #[db_rename = "same"]
    Again,
    #[db_rename = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"]
    Long,
}
