/// `touch!(conn, projects, id, pulled_at)` stamps one column with now().
macro_rules! touch {
    ($conn:expr, $table:ident, $id:expr, $($col:ident),+) => {
        diesel::update(crate::schema::$table::table.find($id))
            .set(($(crate::schema::$table::$col.eq(diesel::dsl::now.nullable()),)+))
            .execute($conn)
    };
}

/// `fetch!(conn, segments, key == "menu.file")`
macro_rules! fetch {
    ($conn:expr, $table:ident, $col:ident == $val:expr) => {
        crate::schema::$table::table
            .filter(crate::schema::$table::$col.eq($val))
            .first($conn)
            .optional()
    };
}
