use crate::models::{Depot, Parcel, Shipment};

pub fn address_label(s: &Shipment, p: &Parcel) -> String {
    let Shipment { recipient, dest_street, dest_town, dest_zip, .. } = s;
    format!(
        "{recipient}\n{dest_street}\n{dest_zip} {dest_town}\n[{}] {} g",
        p.barcode, p.wt
    )
}

pub fn return_label(d: &Depot) -> String {
    format!("{}\n{}\n{} {}", d.title, d.street, d.zip, d.town)
}

pub fn customs_note(s: &Shipment) -> Option<String> {
    s.insured_value
        .as_ref()
        .map(|value| format!("{}: insured for {value} EUR, from {}", s.ref_no, s.sender))
}
