diesel::table! {
    clinicians (id) { id -> Int4, name -> Text, hired -> Nullable<Date>, gone -> Nullable<Date>, }
}
diesel::table! {
    visits (id) { id -> Int4, clinician_id -> Int4, period -> Tsrange, }
}
diesel::joinable!(visits -> clinicians (clinician_id));
