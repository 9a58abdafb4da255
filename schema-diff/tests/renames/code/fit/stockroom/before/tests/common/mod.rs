use bigdecimal::BigDecimal;
use stockroom::model::Article;

/// An article most tests can live with.
pub fn bolt() -> Article {
    Article {
        sku: "M8-40".into(),
        descr: "Bolt M8x40".into(),
        uom: "pcs".into(),
        min_qty: 200,
        max_qty: 1000,
        purchase_price: BigDecimal::from(1),
        vat_class: Some(1),
        hazardous: false,
        type_: "part".into(),
        supplier_no: None,
        discontinued: None,
    }
}
