/// A loader by primary key for a `Selectable` row.
macro_rules! find_by_id {
    ($row:ty, $table:ident) => {
        impl $row {
            pub fn find(conn: &mut diesel::PgConnection, id: i32) -> diesel::QueryResult<Self> {
                use diesel::prelude::*;
                $crate::schema::$table::table
                    .find(id)
                    .select(<$row>::as_select())
                    .first(conn)
            }
        }
    };
}

/// Sets one column of one row.
macro_rules! set_column {
    ($conn:expr, $table:ident :: $column:ident, $id:expr, $value:expr) => {
        diesel::update($crate::schema::$table::table.find($id))
            .set($crate::schema::$table::$column.eq($value))
            .execute($conn)
    };
}
