//! The tables in which migration tools record the migrations that were run.

/// The names of such tables, in any schema.
const TABLES: &[&str] = &[
    "__EFMigrationsHistory",
    "__diesel_schema_migrations",
    "__drizzle_migrations",
    "_prisma_migrations",
    "_sqlx_migrations",
    "alembic_version",
    "ar_internal_metadata",
    "databasechangelog",
    "databasechangeloglock",
    "django_migrations",
    "flyway_schema_history",
    "goose_db_version",
    "gorp_migrations",
    "knex_migrations",
    "knex_migrations_lock",
    "pgmigrations",
    "refinery_schema_history",
    "schema_migrations",
    "seaql_migrations",
];

/// Returns whether a table with this name is the bookkeeping table of a migration tool.
pub fn is_bookkeeping(name: &str) -> bool {
    TABLES.contains(&name)
}
