// @generated automatically by Diesel CLI.

diesel::table! {
    works (id) {
        id -> Int4,
        title -> Text,
        original_title -> Nullable<Text>,
        author_id -> Int4,
        translator_id -> Nullable<Int4>,
        dewey -> Nullable<Varchar>,
        keywords -> Array<Nullable<Text>>,
        #[sql_name = "abstract"]
        abstract_ -> Nullable<Text>,
        year -> Nullable<Int2>,
    }
}

diesel::table! {
    persons (id) {
        id -> Int4,
        surname -> Text,
        forename -> Nullable<Text>,
        born -> Nullable<Int2>,
        died -> Nullable<Int2>,
        viaf -> Nullable<Text>,
    }
}

diesel::table! {
    copies (barcode) {
        barcode -> Varchar,
        work_id -> Int4,
        branch -> Varchar,
        shelfmark -> Nullable<Varchar>,
        condition -> Int2,
        price -> Nullable<Numeric>,
        acquired -> Date,
        withdrawn -> Nullable<Date>,
        note -> Nullable<Text>,
    }
}

diesel::table! {
    #[sql_name = "tbl_borrower"]
    borrowers (card_no) {
        card_no -> Varchar,
        #[sql_name = "sname"]
        surname -> Varchar,
        #[sql_name = "fname"]
        forename -> Varchar,
        street -> Nullable<Varchar>,
        town -> Nullable<Varchar>,
        email -> Nullable<Varchar>,
        sms -> Nullable<Varchar>,
        expires -> Date,
        fines -> Int4,
        blocked -> Bool,
        guardian -> Nullable<Varchar>,
    }
}

diesel::table! {
    loans (id) {
        id -> Int8,
        barcode -> Varchar,
        card_no -> Varchar,
        lent -> Timestamptz,
        due -> Date,
        back -> Nullable<Timestamptz>,
        renewals -> Int2,
        desk -> Varchar,
        reminded -> Nullable<Date>,
    }
}

diesel::joinable!(copies -> works (work_id));
diesel::joinable!(loans -> borrowers (card_no));
diesel::joinable!(loans -> copies (barcode));

diesel::allow_tables_to_appear_in_same_query!(
    borrowers,
    copies,
    loans,
    persons,
    works,
);
