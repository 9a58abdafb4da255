// @generated automatically by Diesel CLI.

diesel::table! {
    bookings (id) {
        id -> Int8,
        event_id -> Int8,
        cust_name -> Text,
        cust_mail -> Text,
        cust_tel -> Nullable<Text>,
        promo -> Nullable<Text>,
        price_paid -> Int4,
        payment_ref -> Nullable<Text>,
        cancelled -> Bool,
        cancel_reason -> Nullable<Text>,
        newsletter -> Bool,
        created -> Timestamp,
    }
}

diesel::table! {
    events (id) {
        id -> Int8,
        venue_id -> Int8,
        name -> Text,
        descr -> Nullable<Text>,
        begins -> Timestamp,
        doors -> Nullable<Timestamp>,
        sale_from -> Nullable<Timestamp>,
        sale_until -> Nullable<Timestamp>,
        age_limit -> Nullable<Int2>,
        image -> Nullable<Text>,
        organiser -> Text,
        published -> Bool,
    }
}

diesel::table! {
    seats (id) {
        id -> Int8,
        venue_id -> Int8,
        block -> Text,
        row_no -> Int2,
        seat_no -> Int2,
        category -> Text,
        obstructed -> Bool,
    }
}

diesel::table! {
    tickets (booking_id, seat_id) {
        booking_id -> Int8,
        seat_id -> Int8,
        code -> Text,
        price -> Int4,
        admitted -> Nullable<Timestamp>,
        gate -> Nullable<Text>,
        holder -> Nullable<Text>,
    }
}

diesel::table! {
    venues (id) {
        id -> Int8,
        name -> Text,
        city -> Text,
        capacity -> Int4,
        map_url -> Nullable<Text>,
        parking_info -> Nullable<Text>,
        contact -> Text,
    }
}

diesel::joinable!(bookings -> events (event_id));
diesel::joinable!(events -> venues (venue_id));
diesel::joinable!(seats -> venues (venue_id));
diesel::joinable!(tickets -> bookings (booking_id));
diesel::joinable!(tickets -> seats (seat_id));

diesel::allow_tables_to_appear_in_same_query!(
    bookings,
    events,
    seats,
    tickets,
    venues,
);
