#[cfg(test)]
diesel::table! { only_test (id) { id -> Int4, } }

#[cfg(any())]
diesel::table! { never (id) { id -> Int4, } }

#[cfg(all())]
diesel::table! { always (id) { id -> Int4, } }

#[cfg(feature = "extra")]
diesel::table! { extra (id) { id -> Int4, } }

#[cfg(not(feature = "extra"))]
diesel::table! { extra (id) { id -> Int8, } }

#[cfg(feature = "sqlite")]
diesel::table! { always (id) { id -> Integer, } }

#[cfg(all(unix, not(windows), any(target_os = "linux", target_os = "macos")))]
mod on_linux {
    diesel::table! {
        columns (id) {
            id -> Int4,
            #[cfg(test)]
            only_test -> Text,
            #[cfg(not(test))]
            not_test -> Text,
            #[cfg(feature = "sqlite-backend")]
            sqlite -> Text,
        }
    }
}

diesel::table! {
    #[cfg(false)]
    inside (id) { id -> Int4, }
}
