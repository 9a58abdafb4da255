mod common;

use diesel::prelude::*;
use stockroom::model::{Article, ArticleForm};
use stockroom::{ArticleRepo, PgRepo};

fn repo() -> PgRepo {
    let url = std::env::var("TEST_DATABASE_URL").expect("TEST_DATABASE_URL");
    let mut conn = diesel::PgConnection::establish(&url).expect("a database");
    conn.begin_test_transaction().expect("a transaction");
    PgRepo::new(conn)
}

#[test]
fn articles_are_listed_by_type() {
    let repo = repo();
    let acid = Article { sku: "ACID".into(), hazardous: true, type_: "fluid".into(), ..common::bolt() };
    repo.add(&common::bolt()).unwrap();
    repo.add(&acid).unwrap();
    assert_eq!(repo.of_type("fluid").unwrap(), [acid]);
}

#[test]
fn an_empty_form_field_empties_the_column() {
    let repo = repo();
    let bolt = common::bolt();
    repo.add(&bolt).unwrap();
    let form = ArticleForm {
        descr: bolt.descr.clone(),
        uom: bolt.uom.clone(),
        purchase_price: bolt.purchase_price.clone(),
        vat_class: None,
        supplier_no: None,
        discontinued: None,
    };
    assert_eq!(repo.edit("M8-40", &form).unwrap().vat_class, None);
}
