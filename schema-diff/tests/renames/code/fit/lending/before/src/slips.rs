//! What the slip printer and the text message gateway get.

use crate::entities::{Borrower, Loan};

pub enum Channel<'a> {
    Sms(&'a str),
    Mail(&'a str),
    Letter { street: &'a str, town: &'a str },
    Counter,
}

pub fn channel(borrower: &Borrower) -> Channel<'_> {
    match borrower {
        Borrower { sms: Some(number), .. } => Channel::Sms(number),
        Borrower { email: Some(address), .. } => Channel::Mail(address),
        Borrower { street: Some(street), town: Some(town), .. } => Channel::Letter { street, town },
        _ => Channel::Counter,
    }
}

pub fn reminder(loan: &Loan, borrower: &Borrower) -> String {
    let Borrower { forename, surname, fines, .. } = borrower;
    let mut text = format!("{forename} {surname}: {} was due on {}", loan.barcode, loan.due);
    if *fines > 0 {
        text.push_str(&format!(", you owe {fines} cents"));
    }
    if loan.renewals < 3 {
        text.push_str(", you may still renew it");
    }
    text
}
