#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    #[error("account {0} is closed")]
    AccountClosed(String),
    #[error("insufficient funds: {available} available")]
    InsufficientFunds { available: bigdecimal::BigDecimal },
    #[error("the holder has not been identified")]
    Unidentified,
    #[error(transparent)]
    Database(#[from] diesel::result::Error),
}
