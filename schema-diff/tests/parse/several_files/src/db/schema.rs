mod users;
pub mod posts;
#[path = "elsewhere.rs"]
mod third;
#[cfg(test)]
mod tests;
mod inline {
    mod nested;
}

diesel::joinable!(posts::posts -> users::users (user_id));
