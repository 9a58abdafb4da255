mod fixtures;

use lettings::tenants::{numbers, salutation_of};

#[test]
fn letters_begin_with_the_name() {
    let mut t = fixtures::tenant("Brown");
    assert_eq!(salutation_of(&t), "Dear Brown");
    t.salutation = Some("Dr".to_owned());
    assert_eq!(salutation_of(&t), "Dear Dr Brown");
}

#[test]
fn landlines_count() {
    assert_eq!(numbers(&fixtures::tenant("Green")), ["030 000000"]);
}
