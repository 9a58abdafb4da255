diesel::table! {
    clinicians (id) {
        id -> Int4, name -> Text, hired -> Nullable<Date>,
        #[schema_diff::unique(name = "clinicians_name_hired_key")]
        licence -> Nullable<Text>,
    }
}
diesel::table! {
    visits (id) { id -> Int4, clinician_id -> Int4, during -> Tsrange, }
}
diesel::joinable!(visits -> clinicians (clinician_id));
