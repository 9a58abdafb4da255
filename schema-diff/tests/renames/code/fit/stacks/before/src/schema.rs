// @generated automatically by Diesel CLI.

pub mod sql_types {
    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "copy_condition"))]
    pub struct CopyCondition;
}

diesel::table! {
    authors (id) {
        id -> Int4,
        fname -> Varchar,
        lname -> Varchar,
        born -> Nullable<Int2>,
        viaf -> Nullable<Varchar>,
        bio -> Nullable<Text>,
    }
}

diesel::table! {
    book_authors (book_id, author_id) {
        book_id -> Int4,
        author_id -> Int4,
        ord -> Int2,
        role -> Varchar,
    }
}

diesel::table! {
    books (id) {
        id -> Int4,
        isbn -> Nullable<Varchar>,
        titel -> Varchar,
        subtitle -> Nullable<Varchar>,
        publisher -> Nullable<Varchar>,
        year -> Nullable<Int2>,
        pages -> Nullable<Int4>,
        dewey -> Nullable<Varchar>,
        lang -> Bpchar,
        abstract_ -> Nullable<Text>,
        cover -> Nullable<Varchar>,
        rating -> Nullable<Float8>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::CopyCondition;

    copies (id) {
        id -> Int4,
        book_id -> Int4,
        barcode -> Varchar,
        shelf -> Varchar,
        condition -> CopyCondition,
        bought_on -> Nullable<Date>,
        price -> Nullable<Numeric>,
        lost -> Bool,
        rfid -> Nullable<Varchar>,
    }
}

diesel::table! {
    loans (id) {
        id -> Int4,
        copy_id -> Int4,
        member_id -> Int4,
        out -> Date,
        due -> Date,
        back -> Nullable<Date>,
        renewals -> Int2,
        fine -> Nullable<Numeric>,
        clerk -> Varchar,
        dunning_level -> Int2,
    }
}

diesel::table! {
    members (id) {
        id -> Int4,
        card_no -> Varchar,
        name -> Varchar,
        email -> Nullable<Varchar>,
        tel -> Nullable<Varchar>,
        addr -> Text,
        birthday -> Nullable<Date>,
        joined -> Date,
        until -> Nullable<Date>,
        pin -> Varchar,
        student -> Bool,
        remarks -> Nullable<Text>,
    }
}

diesel::table! {
    reservations (id) {
        id -> Int4,
        book_id -> Int4,
        member_id -> Int4,
        placed -> Timestamp,
        notified -> Bool,
        expires -> Nullable<Date>,
    }
}

diesel::joinable!(book_authors -> authors (author_id));
diesel::joinable!(book_authors -> books (book_id));
diesel::joinable!(copies -> books (book_id));
diesel::joinable!(loans -> copies (copy_id));
diesel::joinable!(loans -> members (member_id));
diesel::joinable!(reservations -> books (book_id));
diesel::joinable!(reservations -> members (member_id));

diesel::allow_tables_to_appear_in_same_query!(
    authors,
    book_authors,
    books,
    copies,
    loans,
    members,
    reservations,
);
