use billing::store::customers::{self, Customer, Details};

fn acme() -> Details {
    Details {
        org: "Acme Ltd".into(),
        billing_mail: "ap@acme.example".into(),
        country: "IE".into(),
        tax_no: Some("IE1234567T".into()),
        ..Details::default()
    }
}

fn stored(details: Details) -> Customer {
    let Details { org, billing_mail, attn, country, tax_no, po_number } = details;
    Customer {
        id: uuid::Uuid::nil(),
        org,
        billing_mail,
        attn,
        country,
        tax_no,
        po_number,
        gateway_id: None,
        balance: 0,
        dunning: true,
    }
}

#[test]
fn abroad_with_a_number_is_reverse_charge() {
    assert!(customers::is_reverse_charge(&stored(acme()), "DE"));
    assert!(!customers::is_reverse_charge(&stored(Details { tax_no: None, ..acme() }), "DE"));
}

#[test]
fn the_order_number_is_printed() {
    let customer = stored(Details { po_number: Some("4711".into()), ..acme() });
    assert_eq!(customers::address_block(&customer), "Acme Ltd\nyour order 4711\nIE");
}
