// @generated automatically by Diesel CLI.

diesel::table! {
    articles (sku) {
        sku -> Varchar,
        descr -> Varchar,
        uom -> Varchar,
        min_qty -> Int4,
        max_qty -> Int4,
        purchase_price -> Numeric,
        vat_class -> Nullable<Int2>,
        hazardous -> Bool,
        #[sql_name = "type"]
        type_ -> Varchar,
        supplier_no -> Nullable<Int4>,
        discontinued -> Nullable<Date>,
    }
}

diesel::table! {
    suppliers (no) {
        no -> Int4,
        company -> Varchar,
        contact -> Nullable<Varchar>,
        telex -> Nullable<Varchar>,
        email -> Nullable<Varchar>,
        lead_time -> Int4,
        terms -> Nullable<Text>,
        rating -> Nullable<Int2>,
    }
}

diesel::table! {
    bins (id) {
        id -> Int8,
        aisle -> Varchar,
        rack -> Int4,
        shelf -> Int4,
        sku -> Varchar,
        qty -> Int4,
        reserved -> Int4,
        last_count -> Nullable<Timestamp>,
        frozen -> Bool,
    }
}

diesel::table! {
    movements (id) {
        id -> Int8,
        bin_id -> Int8,
        delta -> Int4,
        reason -> Varchar,
        clerk -> Varchar,
        doc_ref -> Nullable<Varchar>,
        booked -> Timestamp,
    }
}

diesel::joinable!(articles -> suppliers (supplier_no));
diesel::joinable!(bins -> articles (sku));
diesel::joinable!(movements -> bins (bin_id));

diesel::allow_tables_to_appear_in_same_query!(
    articles,
    bins,
    movements,
    suppliers,
);
