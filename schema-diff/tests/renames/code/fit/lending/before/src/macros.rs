/// A finder that returns all rows of `$table` whose `$column` has a value.
macro_rules! finder {
    ($(#[$doc:meta])* $name:ident, $table:ident . $column:ident ($ty:ty) -> $entity:ty) => {
        $(#[$doc])*
        pub fn $name(conn: &mut diesel::PgConnection, value: $ty) -> diesel::QueryResult<Vec<$entity>> {
            use diesel::prelude::*;
            use $crate::schema::$table;

            $table::table
                .filter($table::$column.eq(value))
                .select(<$entity>::as_select())
                .load(conn)
        }
    };
}

/// A setter of one column of one row.
macro_rules! setter {
    ($name:ident, $table:ident [ $key:ty ] . $column:ident = $ty:ty) => {
        pub fn $name(conn: &mut diesel::PgConnection, key: $key, value: $ty) -> diesel::QueryResult<usize> {
            use diesel::prelude::*;
            use $crate::schema::$table;

            diesel::update($table::table.find(key)).set($table::$column.eq(value)).execute(conn)
        }
    };
}
