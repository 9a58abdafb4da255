use agora::member::{Card, Member};

fn vera() -> Member {
    Member {
        id: 1,
        nick: "vera".into(),
        real_name: None,
        mail: "vera@example.org".into(),
        pw: String::new(),
        avatar: None,
        signature: None,
        karma: 3,
        is_mod: false,
        is_bot: false,
        joined: Default::default(),
        banned_until: None,
        icq: None,
        hide_email: true,
    }
}

#[test]
fn a_hidden_address_is_not_on_the_card() {
    assert_eq!(Card::from(vera()).email, None);
    let open = Member { hide_email: false, ..vera() };
    assert_eq!(Card::from(open).email.as_deref(), Some("vera@example.org"));
}

#[test]
fn karma_opens_boards() {
    assert!(vera().may_post(3));
    assert!(!vera().may_post(4));
    assert!(Member { is_mod: true, ..vera() }.may_post(100));
}
