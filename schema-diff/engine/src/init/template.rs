//! The texts of a new project's files.

use crate::config::Project;

/// The text of `diesel.toml`.
pub(super) const DIESEL_TOML: &str = "\
# For Diesel's CLI and for schema-diff: https://diesel.rs/guides/configuring-diesel-cli
#
# [print_schema] file is not set on purpose: with it, `diesel migration run` would overwrite src/schema.rs, from which
# migrations are generated.

[migrations_directory]
dir = \"migrations\"
";

/// The text of `src/schema.rs`.
pub(super) const SCHEMA_RS: &str = "\
//! The tables that the database should have.
//!
//! After a change, `schema-diff autogenerate -m \"what changed\"` writes the migration.
";

/// Returns the text of `schema-diff.toml`. It names the schema file if Diesel's CLI should no longer print it.
pub(super) fn schema_diff_toml(project: &Project, is_new: bool, names_schema: bool, names_migrations: bool) -> String {
    let mut text = String::from("# Settings of schema-diff, in addition to diesel.toml. All are optional.\n\n");
    let files: Vec<String> = project
        .schema_files
        .iter()
        .map(|path| format!("{:?}", project.relative(path).display().to_string()))
        .collect();
    let is_default = files == ["\"src/schema.rs\""];
    if names_schema && !is_default {
        text.push_str(&format!(
            "# Where the tables are declared.\nschema = [{}]\n\n",
            files.join(", ")
        ));
    } else {
        text.push_str("# Where the tables are declared.\n# schema = \"src/schema.rs\"\n\n");
    }
    if names_migrations {
        text.push_str(&format!(
            "# The directory of the Postgres migrations; other Diesel backends have their own.\nmigrations = {:?}\n\n",
            project.relative(&project.migrations_dir).display().to_string()
        ));
    }
    text.push_str("# Indexes, defaults, checks, ... that schema.rs does not declare: \"keep\" or \"drop\".\n");
    if is_new {
        text.push_str("undeclared = \"drop\"\n");
    } else {
        text.push_str("# Use \"drop\" once `schema-diff pull` has written them to schema.rs.\nundeclared = \"keep\"\n");
    }
    text.push_str(
        "\n# Tables and columns of other programs.\n# ignore = [\"spatial_*\", \"users.legacy_id\"]\n\n\
         # How new integer keys are numbered: \"identity\", \"serial\" or \"none\".\n# integer_keys = \"identity\"\n",
    );
    text
}
