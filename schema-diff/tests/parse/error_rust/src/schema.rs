diesel::table! {
    users (id) {
        id -> Int4,
    }
}

pub struct {
}
