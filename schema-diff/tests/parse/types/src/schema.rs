diesel::table! {
    every (a1) {
        a1 -> Int4, a2 -> Integer, a3 -> Int8, a4 -> BigInt, a5 -> Bigint, a6 -> Int2, a7 -> SmallInt, a8 -> Smallint,
        b1 -> Float, b2 -> Float4, b3 -> Double, b4 -> Float8, b5 -> Numeric, b6 -> Decimal, b7 -> Money,
        c1 -> VarChar, c2 -> Varchar, c3 -> Text, c4 -> Bpchar, c5 -> CChar, c6 -> Citext, c7 -> Char,
        d1 -> Binary, d2 -> Bytea, d3 -> Bool, d4 -> Uuid, d5 -> Json, d6 -> Jsonb,
        e1 -> Date, e2 -> Time, e3 -> Timestamp, e4 -> Timestamptz, e5 -> Interval,
        f1 -> Inet, f2 -> Cidr, f3 -> MacAddr, f4 -> Macaddr, f5 -> MacAddr8, f6 -> Macaddr8, f7 -> Oid, f8 -> PgLsn,
        g1 -> Int4range, g2 -> Int8range, g3 -> Numrange, g4 -> Daterange, g5 -> Tsrange, g6 -> Tstzrange,
        h1 -> Int4multirange, h2 -> Tstzmultirange,
        i1 -> Range<Int4>, i2 -> Range<Timestamptz>, i3 -> Nullable<Multirange<Numeric>>, i4 -> Array<Range<Date>>,
        j1 -> diesel::sql_types::Text, j2 -> ::diesel::pg::sql_types::Uuid, j3 -> Nullable<diesel::sql_types::Array<Int4>>,
    }
}

diesel::table! {
    numbered (a, b, c) {
        a -> Serial,
        b -> BigSerial,
        c -> SmallSerial,
    }
}
