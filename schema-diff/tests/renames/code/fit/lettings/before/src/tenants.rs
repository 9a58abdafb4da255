use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use crate::schema::tenants;

macro_rules! finder {
    ($name:ident, $column:ident) => {
        pub fn $name(conn: &mut PgConnection, value: &str) -> QueryResult<Vec<Tenant>> {
            tenants::table
                .filter(tenants::$column.eq(value))
                .select(Tenant::as_select())
                .load(conn)
        }
    };
}

#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Identifiable, AsChangeset, Serialize)]
#[diesel(treat_none_as_null = true)]
pub struct Tenant {
    pub id: i32,
    pub salutation: Option<String>,
    pub name: String,
    pub mobile: Option<String>,
    pub landline: Option<String>,
    pub email: Option<String>,
    pub iban: Option<String>,
}

#[derive(Debug, Default, Clone, Insertable, Deserialize)]
#[diesel(table_name = tenants)]
pub struct SelfDisclosure {
    pub salutation: Option<String>,
    pub name: String,
    pub mobile: Option<String>,
    pub landline: Option<String>,
    pub email: Option<String>,
    pub employer: Option<String>,
    #[serde(default)]
    pub smoker: bool,
}

finder!(by_name, name);
finder!(by_email, email);
finder!(by_iban, iban);

pub fn move_in(conn: &mut PgConnection, form: &SelfDisclosure) -> QueryResult<Tenant> {
    diesel::insert_into(tenants::table)
        .values(form)
        .returning(Tenant::as_returning())
        .get_result(conn)
}

pub fn save(conn: &mut PgConnection, tenant: &Tenant) -> QueryResult<usize> {
    diesel::update(tenant).set(tenant).execute(conn)
}

/// How a letter begins, and the numbers to try before one writes it.
pub fn salutation_of(t: &Tenant) -> String {
    match &t.salutation {
        Some(s) => format!("Dear {s} {}", t.name),
        None => format!("Dear {}", t.name),
    }
}

pub fn numbers(t: &Tenant) -> Vec<&str> {
    [&t.mobile, &t.landline]
        .into_iter()
        .flatten()
        .map(String::as_str)
        .collect()
}
