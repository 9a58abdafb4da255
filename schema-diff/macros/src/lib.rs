//! Attributes that declare in a Diesel `table!` what `table!` alone cannot express.
//!
//! They are for [schema-diff](https://docs.rs/schema-diff), which reads them from the source. The compiler only checks
//! their arguments; they generate no code. Diesel copies the attributes of a column or a table to the items that it
//! generates for it, so these paths resolve on stable Rust.
//!
//! ```
//! diesel::table! {
//!     countries (id) {
//!         id -> Int4,
//!         name -> Text,
//!     }
//! }
//!
//! diesel::table! {
//!     #[schema_diff::index(lower(email), unique, name = "users_email_key")]
//!     #[schema_diff::check("age >= 0")]
//!     users (id) {
//!         id -> Int4,
//!         #[schema_diff::renamed_from("mail")]
//!         email -> Text,
//!         age -> Nullable<Int2>,
//!         #[schema_diff::default("now()")]
//!         created_at -> Timestamptz,
//!         #[schema_diff::references(countries(id), on_delete = cascade)]
//!         country_id -> Nullable<Int4>,
//!     }
//! }
//! # fn main() {}
//! ```
//!
//! # The grammar in short
//!
//! - A string is SQL and is used literally: `default("now()")`, `check("a < b")`.
//! - A bare identifier is a column, by its name in Rust or in SQL: `unique(a, b)`. A name that is not an identifier is
//!   written as a string: `unique("Odd name")`.
//! - Options are `word = value`, switches are words: `index(email, unique, name = "users_email_key")`.
//! - `name` is always optional. Without it, a new object gets Postgres's default name, and an existing one keeps its
//!   name. An existing object with the default name, on the same columns but otherwise different, is the previous
//!   version of the declared one.
//! - `none` declares that there is none, whereas omitting an attribute declares nothing: `default(none)`,
//!   `identity(none)`, `generated(none)`.
//!
//! To avoid a dependency on this crate, write the attributes as `#[cfg_attr(any(), schema_diff::default("now()"))]`.
//! Then the compiler ignores them, and schema-diff reports typing errors when it reads them.

mod item;

use proc_macro::TokenStream;
use proc_macro2::{Span, TokenStream as Tokens};
use schema_diff_grammar::{
    attribute::{ColumnAttribute, JoinableAttribute, TableAttribute},
    place_of,
};
use syn::Ident;

use crate::item::Item;

/// Checks an attribute's arguments by the grammar for the item that it is on. The item is not changed.
fn checked(name: &str, arguments: TokenStream, item: TokenStream) -> TokenStream {
    let place = Item::of(Tokens::from(item.clone()));
    let ident = Ident::new(name, Span::call_site());
    let arguments = Tokens::from(arguments);
    let read = match place {
        Item::Column => ColumnAttribute::parse(&ident, arguments).map(drop),
        Item::Table => TableAttribute::parse(&ident, arguments).map(drop),
        Item::Joinable => JoinableAttribute::parse(&ident, arguments).map(drop),
        Item::Other => {
            let belongs = place_of(name).unwrap_or("in table!");
            let message = format!(
                "`{name}` is not allowed on {}\nhelp: it belongs {belongs}",
                place.name()
            );
            Err(syn::Error::new(Span::call_site(), message))
        }
    };
    match read {
        Ok(()) => item,
        Err(error) => TokenStream::from_iter([error.to_compile_error().into(), item]),
    }
}

macro_rules! attributes {
    ($($(#[$doc:meta])* $name:ident )*) => {
        $($(#[$doc])*
        #[proc_macro_attribute]
        pub fn $name(arguments: TokenStream, item: TokenStream) -> TokenStream {
            checked(stringify!($name), arguments, item)
        })*
    };
}

attributes! {
    /// On a column: its default, an SQL expression.
    ///
    /// ```
    /// diesel::table! {
    ///     users (id) {
    ///         id -> Int4,
    ///         #[schema_diff::default("now()")]
    ///         created_at -> Timestamptz,
    ///     }
    /// }
    /// # fn main() {}
    /// ```
    ///
    /// Numbers, `true`, `false` and calls need no string: `default(0)`, `default(now())`. `default(none)`: there is none.
    default

    /// A unique key: on a column over itself, on a table over several columns.
    ///
    /// ```
    /// diesel::table! {
    ///     #[schema_diff::unique(room, day, name = "one_booking_a_day")]
    ///     bookings (id) {
    ///         id -> Int4,
    ///         room -> Int4,
    ///         day -> Date,
    ///         #[schema_diff::unique]
    ///         code -> Text,
    ///         #[schema_diff::unique(nulls_not_distinct)]
    ///         note -> Nullable<Text>,
    ///     }
    /// }
    /// # fn main() {}
    /// ```
    ///
    /// Options: `name = "..."`, `nulls_not_distinct`, `include(a, b)`, `deferrable`, `initially_deferred`. Over an expression or for
    /// some rows only, it is an [`index`](macro@index) with `unique`.
    unique

    /// An index: on a column over itself, on a table over keys.
    ///
    /// ```
    /// diesel::table! {
    ///     #[schema_diff::index(room, day desc nulls last)]
    ///     #[schema_diff::index(lower(title) text_pattern_ops, name = "bookings_title")]
    ///     #[schema_diff::index("day + 1", unique, where = "room > 0", include(code), with(fillfactor = 70))]
    ///     bookings (id) {
    ///         id -> Int4,
    ///         room -> Int4,
    ///         #[schema_diff::index(desc, method = "brin")]
    ///         day -> Date,
    ///         #[schema_diff::index]
    ///         code -> Text,
    ///         #[schema_diff::index(method = "gin", ops = "gin_trgm_ops")]
    ///         title -> Text,
    ///     }
    /// }
    /// # fn main() {}
    /// ```
    ///
    /// A key of a table's index is spelt in the order of SQL: a column, a call such as `lower(title)` or a string with any
    /// expression; then `collate "de-x-icu"`, an operator class, `asc` or `desc`, `nulls first` or `nulls last`. Identifiers
    /// within a call are SQL: those with capitals are quoted. On a column, these are options: `desc`, `nulls_first`,
    /// `nulls_last`, `ops = "..."`, `collate = "..."`, and a call or a string is indexed in the column's place.
    ///
    /// Options: `name = "..."`, `unique`, `method = "gin"`, `where = "..."`, `include(a, b)`, `nulls_not_distinct`,
    /// `with(fillfactor = 70, deduplicate_items = off)` (storage parameters of the method).
    index

    /// A check, an SQL expression; on a column or a table, which is the same to Postgres.
    ///
    /// ```
    /// diesel::table! {
    ///     #[schema_diff::check("starts < ends", name = "bookings_in_order")]
    ///     bookings (id) {
    ///         id -> Int4,
    ///         starts -> Date,
    ///         ends -> Date,
    ///         #[schema_diff::check("seats > 0")]
    ///         seats -> Int2,
    ///     }
    /// }
    /// # fn main() {}
    /// ```
    ///
    /// Options: `name = "..."`, `no_inherit`, `not_valid` (rows that are there are not checked).
    check

    /// On a column: the table that it refers to.
    ///
    /// ```
    /// diesel::table! {
    ///     countries (id) {
    ///         id -> Int4,
    ///     }
    /// }
    ///
    /// diesel::table! {
    ///     users (id) {
    ///         id -> Int4,
    ///         #[schema_diff::references(countries(id), on_delete = cascade)]
    ///         country_id -> Nullable<Int4>,
    ///         #[schema_diff::references(users)]
    ///         friend_id -> Nullable<Int4>,
    ///     }
    /// }
    /// # fn main() {}
    /// ```
    ///
    /// Without a column, its primary key. In another schema: `references(app.countries(id))`, or `app::countries` as the
    /// module is named.
    ///
    /// Options: `name = "..."`, `on_delete` and `on_update` (`no_action`, `restrict`, `cascade`, `set_null`,
    /// `set_default`), `match_full`, `deferrable`, `initially_deferred`, `not_valid`. `foreign_key` on a table also takes
    /// `on_delete = set_null(b)` and `set_default(b)`, where only some of its columns are set.
    references

    /// On a column: `GENERATED BY DEFAULT AS IDENTITY`; with `always`, `GENERATED ALWAYS`.
    ///
    /// ```
    /// diesel::table! {
    ///     users (id) {
    ///         id -> Int4,
    ///         #[schema_diff::identity(always, start = 1000, increment = 10)]
    ///         number -> Int8,
    ///     }
    /// }
    /// # fn main() {}
    /// ```
    ///
    /// Options: `always`, `by_default`, `start`, `increment`, `min`, `max`, `cache`, `cycle`. `identity(none)`: it has none.
    identity

    /// On a column: generated from other columns by an SQL expression, and stored.
    ///
    /// ```
    /// diesel::table! {
    ///     users (id) {
    ///         id -> Int4,
    ///         #[schema_diff::generated("price * amount")]
    ///         total -> Nullable<Numeric>,
    ///     }
    /// }
    /// # fn main() {}
    /// ```
    ///
    /// `generated("...", virtual)` is computed when it is read (Postgres 18).
    generated

    /// On a column: its exact type, where Diesel's says less.
    ///
    /// ```
    /// diesel::table! {
    ///     users (id) {
    ///         id -> Int4,
    ///         #[schema_diff::sql_type("numeric(10,2)")]
    ///         balance -> Numeric,
    ///     }
    /// }
    /// # fn main() {}
    /// ```
    ///
    /// Diesel's type stays what Rust sees; it need not be one that schema-diff knows.
    sql_type

    /// On a column: its collation.
    ///
    /// ```
    /// diesel::table! {
    ///     users (id) {
    ///         id -> Int4,
    ///         #[schema_diff::collate("de-x-icu")]
    ///         email -> Text,
    ///     }
    /// }
    /// # fn main() {}
    /// ```
    ///
    /// In a schema: `collate("app.german")`.
    collate

    /// A comment, on a column or a table.
    ///
    /// ```
    /// diesel::table! {
    ///     #[schema_diff::comment("who sits where, and when")]
    ///     bookings (id) {
    ///         id -> Int4,
    ///         #[schema_diff::comment("in cents")]
    ///         price -> Int8,
    ///     }
    /// }
    /// # fn main() {}
    /// ```
    ///
    /// `comment("")`: there is none.
    comment

    /// The former name of a column or a table, so that it is renamed and keeps its rows.
    ///
    /// ```
    /// diesel::table! {
    ///     #[schema_diff::renamed_from("reservations")]
    ///     bookings (id) {
    ///         id -> Int4,
    ///         #[schema_diff::renamed_from("cost")]
    ///         price -> Int8,
    ///     }
    /// }
    /// # fn main() {}
    /// ```
    ///
    /// Of a table in another schema: `renamed_from("app.reservations")`. It can stay for as long as somebody may still migrate
    /// from the former name; where the new name is there already, it says nothing.
    renamed_from

    /// On a column: what a new or newly required column holds in the rows that are there, an SQL expression.
    ///
    /// ```
    /// diesel::table! {
    ///     users (id) {
    ///         id -> Int4,
    ///         #[schema_diff::backfill("lower(name)")]
    ///         slug -> Text,
    ///     }
    /// }
    /// # fn main() {}
    /// ```
    backfill

    /// On a column: how its values are converted where its type changes, an SQL expression over the row of before.
    ///
    /// ```
    /// diesel::table! {
    ///     users (id) {
    ///         id -> Int4,
    ///         #[schema_diff::using("extract(epoch FROM seen)::bigint")]
    ///         #[schema_diff::using_down("to_timestamp(seen)")]
    ///         seen -> Int8,
    ///     }
    /// }
    /// # fn main() {}
    /// ```
    ///
    /// Where the type does not change, it says nothing.
    using

    /// On a column: how `down.sql` converts the values back that `using` converts.
    using_down

    /// On a table: a foreign key over several columns.
    ///
    /// ```
    /// diesel::table! {
    ///     rooms (number, floor) {
    ///         number -> Int4,
    ///         floor -> Int4,
    ///     }
    /// }
    ///
    /// diesel::table! {
    ///     #[schema_diff::foreign_key(room, floor -> rooms(number, floor), on_update = cascade)]
    ///     bookings (id) {
    ///         id -> Int4,
    ///         room -> Int4,
    ///         floor -> Int4,
    ///     }
    /// }
    /// # fn main() {}
    /// ```
    ///
    /// Options are those of [`references`](macro@references).
    foreign_key

    /// On a table: an exclusion constraint, in SQL's words.
    ///
    /// ```
    /// diesel::table! {
    ///     #[schema_diff::exclude("room WITH =", "during WITH &&", where = "not cancelled")]
    ///     bookings (id) {
    ///         id -> Int4,
    ///         room -> Int4,
    ///         during -> Tstzrange,
    ///         cancelled -> Bool,
    ///     }
    /// }
    /// # fn main() {}
    /// ```
    ///
    /// Options: `name = "..."`, `method = "..."` (`gist` if none is said), `where = "..."`, `deferrable`, `initially_deferred`.
    exclude

    /// On a table: schema-diff leaves it alone.
    ///
    /// ```
    /// diesel::table! {
    ///     #[schema_diff::ignore]
    ///     bookings (id) {
    ///         id -> Int4,
    ///         legacy -> Text,
    ///     }
    /// }
    /// # fn main() {}
    /// ```
    ignore

    /// On a table: it is a view, which is somebody else's to make; with a query, schema-diff makes it.
    ///
    /// ```
    /// diesel::table! {
    ///     #[schema_diff::view("SELECT id, lower(title) AS title FROM events")]
    ///     bookings (id) {
    ///         id -> Int4,
    ///         title -> Nullable<Text>,
    ///     }
    /// }
    /// # fn main() {}
    /// ```
    view

    /// On a table: it is a materialized view; with a query, schema-diff makes it.
    ///
    /// ```
    /// diesel::table! {
    ///     #[schema_diff::materialized_view]
    ///     bookings (id) {
    ///         id -> Int4,
    ///         seats -> Nullable<Int8>,
    ///     }
    /// }
    /// # fn main() {}
    /// ```
    materialized_view

    /// On a table: how it is partitioned.
    ///
    /// ```
    /// diesel::table! {
    ///     #[schema_diff::partition_by("RANGE (day)")]
    ///     bookings (id) {
    ///         id -> Int4,
    ///         day -> Date,
    ///     }
    /// }
    /// # fn main() {}
    /// ```
    ///
    /// The strategies are Postgres's: `RANGE`, `LIST` and `HASH`. Partitions themselves are not declared.
    partition_by

    /// On a table: storage parameters of Postgres.
    ///
    /// ```
    /// diesel::table! {
    ///     #[schema_diff::with(fillfactor = 70, autovacuum_enabled = off)]
    ///     bookings (id) {
    ///         id -> Int4,
    ///         seats -> Int2,
    ///     }
    /// }
    /// # fn main() {}
    /// ```
    ///
    /// The list is whole: a parameter that it leaves out goes back to Postgres's default. `with(none)`: there are none.
    with

    /// On a column: how closely `ANALYZE` looks at its values, a number from 0 to 10000.
    ///
    /// ```
    /// diesel::table! {
    ///     bookings (id) {
    ///         id -> Int4,
    ///         #[schema_diff::statistics(500)]
    ///         room -> Int4,
    ///     }
    /// }
    /// # fn main() {}
    /// ```
    ///
    /// `statistics(default)`: as the server is configured.
    statistics

    /// On a column: how many values it has, where `ANALYZE` guesses wrong: a number above 0, or from -1 to 0 what share of the rows have
    /// a value of their own.
    ///
    /// ```
    /// diesel::table! {
    ///     bookings (id) {
    ///         id -> Int4,
    ///         #[schema_diff::n_distinct(-0.5)]
    ///         guest -> Int4,
    ///     }
    /// }
    /// # fn main() {}
    /// ```
    ///
    /// `n_distinct(default)`: as `ANALYZE` finds.
    n_distinct

    /// On a column: where Postgres keeps its large values. `plain`, `main`, `external` or `extended`.
    ///
    /// ```
    /// diesel::table! {
    ///     bookings (id) {
    ///         id -> Int4,
    ///         #[schema_diff::storage(external)]
    ///         scan -> Bytea,
    ///     }
    /// }
    /// # fn main() {}
    /// ```
    ///
    /// `storage(default)`: as the type has it. Rows that exist keep their values where they are until they are written again.
    storage

    /// On a column: how Postgres compresses its large values, `pglz` or `lz4` (Postgres 14).
    ///
    /// ```
    /// diesel::table! {
    ///     bookings (id) {
    ///         id -> Int4,
    ///         #[schema_diff::compression(lz4)]
    ///         note -> Text,
    ///     }
    /// }
    /// # fn main() {}
    /// ```
    ///
    /// `compression(default)`: as the server is configured. Rows that exist keep their values as they are until they are written again.
    compression

    /// On `joinable!`: tables that can be joined, without a foreign key between them.
    ///
    /// ```
    /// diesel::table! {
    ///     users (id) {
    ///         id -> Int4,
    ///     }
    /// }
    ///
    /// diesel::table! {
    ///     visits (id) {
    ///         id -> Int4,
    ///         user_id -> Int4,
    ///     }
    /// }
    ///
    /// #[schema_diff::no_foreign_key]
    /// diesel::joinable!(visits -> users (user_id));
    /// # fn main() {}
    /// ```
    no_foreign_key
}
