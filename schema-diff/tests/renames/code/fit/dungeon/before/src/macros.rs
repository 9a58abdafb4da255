/// `bump!(conn, heroes::gold, id, 10)` adds to a counter and returns its new value.
macro_rules! bump {
    ($conn:expr, $table:ident :: $column:ident, $id:expr, $by:expr) => {
        diesel::update($crate::schema::$table::table.find($id))
            .set($crate::schema::$table::$column.eq($crate::schema::$table::$column + $by))
            .returning($crate::schema::$table::$column)
            .get_result($conn)
    };
}
