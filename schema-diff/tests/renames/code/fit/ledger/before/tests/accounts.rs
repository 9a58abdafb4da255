mod common;

use bigdecimal::BigDecimal;

#[test]
fn overdraft_counts_as_available() {
    let holder = common::holder();
    let mut account = common::account(&holder, "DE01", 100);
    account.overdraft = BigDecimal::from(50);
    assert_eq!(account.available(), BigDecimal::from(150));
}

#[test]
fn the_title_is_the_nickname_if_there_is_one() {
    let holder = common::holder();
    let mut account = common::account(&holder, "DE02", 0);
    assert_eq!(account.title(), "DE02");
    account.nickname = Some("Holidays".into());
    assert_eq!(account.title(), "Holidays");
}
