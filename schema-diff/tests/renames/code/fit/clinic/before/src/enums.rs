use diesel_derive_enum::DbEnum;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, DbEnum, Serialize, Deserialize)]
#[ExistingTypePath = "crate::schema::sql_types::BloodGroup"]
pub enum BloodGroup {
    #[db_rename = "0"]
    Zero,
    #[db_rename = "A"]
    A,
    #[db_rename = "B"]
    B,
    #[db_rename = "AB"]
    Ab,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, DbEnum, Serialize, Deserialize)]
#[ExistingTypePath = "crate::schema::sql_types::VisitStatus"]
pub enum VisitStatus {
    Booked,
    Arrived,
    Done,
    Noshow,
    Cancelled,
}

impl VisitStatus {
    pub fn is_final(self) -> bool {
        match self {
            VisitStatus::Booked | VisitStatus::Arrived => false,
            VisitStatus::Done | VisitStatus::Noshow | VisitStatus::Cancelled => true,
        }
    }
}
