use diesel_derive_enum::DbEnum;

#[derive(Debug, Clone, Copy, PartialEq, Eq, DbEnum)]
#[ExistingTypePath = "crate::schema::sql_types::EnrolmentRole"]
pub enum EnrolmentRole {
    Student,
    Tutor,
    Auditor,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, DbEnum)]
#[ExistingTypePath = "crate::schema::sql_types::UnitType"]
pub enum UnitType {
    Reading,
    Video,
    Quiz,
    Assignment,
}

impl UnitType {
    pub fn is_marked(self) -> bool {
        matches!(self, UnitType::Quiz | UnitType::Assignment)
    }
}
