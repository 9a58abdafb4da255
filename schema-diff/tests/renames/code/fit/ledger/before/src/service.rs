use bigdecimal::{BigDecimal, Zero};
use chrono::Utc;
use uuid::Uuid;

use crate::domain::{Account, Holder, NewEntry, Transfer};
use crate::enums::{EntrySide, TransferState};
use crate::error::LedgerError;
use crate::repo::{AccountRepo, HolderRepo, TransferRepo};

pub struct Payment<'a> {
    pub from: Uuid,
    pub to: &'a str,
    pub amount: BigDecimal,
    pub reference: &'a str,
    pub memo: Option<String>,
}

pub fn pay(
    accounts: &mut dyn AccountRepo,
    transfers: &mut dyn TransferRepo,
    payment: Payment<'_>,
) -> Result<Transfer, LedgerError> {
    let from = accounts.get(payment.from)?;
    let Some(to) = accounts.by_number(payment.to)? else {
        return Err(LedgerError::Database(diesel::NotFound));
    };
    check(&from, &payment.amount)?;
    let transfer = Transfer {
        id: Uuid::new_v4(),
        reference: payment.reference.to_owned(),
        state: TransferState::Pending,
        reason: None,
        initiated_by: Some(from.holder_id),
        fee: BigDecimal::zero(),
    };
    let debit = NewEntry {
        transfer_id: transfer.id,
        account_id: from.id,
        side: EntrySide::Debit,
        amount: payment.amount.clone(),
        memo: payment.memo,
    };
    let credit = NewEntry {
        account_id: to.id,
        side: debit.side.opposite(),
        ..debit.clone()
    };
    transfers.create(&transfer, &[debit, credit])?;
    accounts.shift_balance(from.id, &-payment.amount.clone())?;
    accounts.shift_balance(to.id, &payment.amount)?;
    Ok(transfers.settle(transfer.id, Utc::now())?)
}

fn check(from: &Account, amount: &BigDecimal) -> Result<(), LedgerError> {
    if from.closed {
        return Err(LedgerError::AccountClosed(from.title().to_owned()));
    }
    let available = from.available();
    if &available < amount {
        return Err(LedgerError::InsufficientFunds { available });
    }
    Ok(())
}

pub fn may_open_account(holders: &mut dyn HolderRepo, id: Uuid) -> Result<Holder, LedgerError> {
    let holder = holders.get(id)?;
    if !holder.kyc_done || holder.risk > 7 {
        return Err(LedgerError::Unidentified);
    }
    Ok(holder)
}
