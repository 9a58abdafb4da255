use diesel_derive_enum::DbEnum;

#[derive(Debug, Clone, Copy, PartialEq, Eq, DbEnum)]
#[ExistingTypePath = "crate::schema::sql_types::EntrySide"]
pub enum EntrySide {
    Debit,
    Credit,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, DbEnum)]
#[ExistingTypePath = "crate::schema::sql_types::TransferState"]
pub enum TransferState {
    Pending,
    Booked,
    Bounced,
    Cancelled,
}

impl EntrySide {
    pub fn opposite(self) -> Self {
        match self {
            EntrySide::Debit => EntrySide::Credit,
            EntrySide::Credit => EntrySide::Debit,
        }
    }
}

impl TransferState {
    pub fn is_final(self) -> bool {
        !matches!(self, TransferState::Pending)
    }
}
