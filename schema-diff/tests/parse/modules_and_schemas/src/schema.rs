pub mod s1 {
    diesel::table! {
        s1.users (id) {
            id -> Int4,
        }
    }
    diesel::table! {
        s1.posts (id) {
            id -> Int4,
            user_id -> Int4,
        }
    }
    diesel::joinable!(posts -> users (user_id));
    diesel::joinable!(crate::schema::s2::users -> self::users (owner));
}

pub mod s2 {
    use super::s1::users as people;

    diesel::table! {
        s2.users (id) {
            id -> Int4,
            #[sql_name = "Owner"]
            owner -> Int4,
            other -> Int4,
        }
    }
    diesel::joinable!(users -> people (other));
}

diesel::joinable!(s2::users -> s1::posts (other));
