diesel::table! { t (id) { id -> Int4, d -> Nullable<Date>, } }
