//! Columns that are filled while programs that do not know them go on writing: a trigger fills what they leave NULL.

use super::{Input, free_name, selected::Refused};
use crate::{
    model::{ObjectId, Routine, TableName, quote_ident, quote_ident_always, quote_literal},
    statement::{Condition, Ddl, Firing, TableAction},
};

/// The trigger that fills columns of new and changed rows until the columns are NOT NULL, or replace others.
pub(super) struct FillingTrigger {
    table: TableName,
    /// The columns, each with the expression that fills it.
    columns: Vec<(String, String)>,
    /// Whether the function has the rights of its owner: a program may not use the type of a new column.
    as_owner: bool,
    /// Whether the function has the settings of the migration's session, on which texts of numbers and times depend.
    is_pinned: bool,
    /// The rows that raise an error.
    refused: Vec<Refused>,
    /// The name of the function.
    name: String,
    /// Whether it fills only what is NULL.
    only_null: bool,
    /// The name of the trigger: triggers fire in the order of their names.
    trigger: String,
}

/// The settings on which conversions from and to texts depend.
const SETTINGS: &str = " SET \"TimeZone\" FROM CURRENT SET \"DateStyle\" FROM CURRENT SET \"IntervalStyle\" FROM CURRENT SET extra_float_digits FROM CURRENT SET bytea_output FROM CURRENT";

impl FillingTrigger {
    /// Returns the trigger for columns (named as after) of a table with the expressions that fill them. `number` is its place among those of the
    /// migration.
    pub fn new(input: &Input<'_>, table: &TableName, columns: Vec<(String, String)>, number: usize) -> Self {
        let functions = &input.schemas().before.functions;
        let is_taken = |name: &str| functions.keys().any(|signature| signature.contains(name));
        let before = input.schemas().before.tables.get(&input.matches().table_before(table));
        let is_trigger = |name: &str| before.is_some_and(|own| own.triggers.contains_key(name));
        let first = columns.first().map_or("", |(column, _)| column);
        Self {
            table: table.clone(),
            name: free_name(&format!("{}_{first}", table.name), &format!("_fill_{number}"), is_taken),
            trigger: free_name(&format!("zz_fill_{number:03}_{first}"), "", is_trigger),
            columns,
            only_null: true,
            refused: Vec::new(),
            as_owner: false,
            is_pinned: false,
        }
    }

    /// Makes the trigger convert the columns in every new or changed row, and refuse some rows.
    pub fn converting(self, refused: Vec<Refused>, as_owner: bool, is_pinned: bool) -> Self {
        Self {
            only_null: false,
            refused,
            as_owner,
            is_pinned,
            ..self
        }
    }

    /// Returns the statements that create the function and the trigger.
    pub fn create(&self) -> Vec<Ddl> {
        let function = self.table.sibling(&self.name);
        let table = quote_ident(&self.table.name);
        let columns: Vec<String> = self
            .columns
            .iter()
            .map(|(column, _)| format!("NEW.{}", quote_ident_always(column)))
            .collect();
        let values: Vec<&str> = self.columns.iter().map(|(_, value)| value.as_str()).collect();
        let body = format!(
            "\n#variable_conflict use_column\nBEGIN\n{}    SELECT {}\n    INTO {} FROM (SELECT NEW.*) AS {table};\n    RETURN NEW;\nEND\n",
            self.refusals(&table),
            values.join(", "),
            columns.join(", ")
        );
        let body = crate::render::dollar_quoted("fill", &body);
        let definition = format!(
            "CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql{} SET search_path FROM CURRENT{} AS {body}",
            if self.as_owner { " SECURITY DEFINER" } else { "" },
            if self.is_pinned { SETTINGS } else { "" }
        );
        let empty: Vec<String> = columns.iter().map(|column| format!("{column} IS NULL")).collect();
        let when = match self.only_null {
            true => format!(" WHEN ({})", empty.join(" OR ")),
            false => String::new(),
        };
        let trigger = format!(
            "CREATE TRIGGER {} BEFORE INSERT OR UPDATE ON {} FOR EACH ROW{when} EXECUTE FUNCTION {function}()",
            quote_ident(&self.trigger),
            self.table
        );
        let code = |id, definition| Ddl::CreateCode { id, definition };
        // It fires for what logical replication applies, too.
        let always = TableAction::Trigger {
            name: self.trigger.clone(),
            firing: Firing::Always,
        };
        vec![
            code(self.function(), definition),
            code(self.trigger(), trigger),
            Ddl::alter_table(&self.table, always),
        ]
    }

    /// Returns the statements that raise an error for the refused rows.
    fn refusals(&self, row: &str) -> String {
        let each = self.refused.iter().map(|(test, message, hint)| {
            // The condition reads a table that has the new row alone.
            let condition = Condition::Rows {
                table: TableName::public(&self.table.name),
                test: test.clone(),
            };
            let condition = crate::render::condition(&condition);
            format!(
                "    IF (WITH {row} AS (SELECT NEW.*) SELECT {condition}) THEN\n        RAISE EXCEPTION USING MESSAGE = {}, HINT = {};\n    END IF;\n",
                quote_literal(message),
                quote_literal(hint)
            )
        });
        each.collect()
    }

    /// Returns the statements that drop both.
    pub fn drop(&self) -> Vec<Ddl> {
        vec![Ddl::Drop(self.trigger()), Ddl::Drop(self.function())]
    }

    fn function(&self) -> ObjectId {
        ObjectId::Function(Routine {
            schema: self.table.schema.clone(),
            signature: format!("{}()", self.table.sibling(&self.name)),
        })
    }

    fn trigger(&self) -> ObjectId {
        ObjectId::Trigger {
            relation: self.table.clone(),
            name: self.trigger.clone(),
        }
    }
}
