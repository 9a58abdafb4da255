use mailvault::message::Direction;

#[test]
fn directions_are_parsed() {
    assert_eq!("in".parse(), Ok(Direction::Incoming));
    assert_eq!("out".parse(), Ok(Direction::Outgoing));
    assert!("up".parse::<Direction>().is_err());
}
