//! A column that is filled while programs that do not know it go on writing: a trigger fills what they leave NULL.

use super::{Input, free_name};
use crate::{
    model::{ObjectId, Routine, TableName, quote_ident},
    statement::Ddl,
};

/// The trigger that fills a column of new and changed rows until the column is NOT NULL.
pub(super) struct FillingTrigger {
    table: TableName,
    column: String,
    value: String,
    /// The name of the function.
    name: String,
    /// The name of the trigger: triggers fire in the order of their names.
    trigger: String,
}

impl FillingTrigger {
    /// Returns the trigger for a column (named as after) with the expression that fills it. `number` is its place among those of the migration.
    pub fn new(input: &Input<'_>, (table, column): &(TableName, String), value: &str, number: usize) -> Self {
        let functions = &input.schemas().before.functions;
        let is_taken = |name: &str| functions.keys().any(|signature| signature.contains(name));
        Self {
            table: table.clone(),
            column: column.clone(),
            value: value.to_owned(),
            name: free_name(
                &format!("{}_{column}", table.name),
                &format!("_fill_{number}"),
                is_taken,
            ),
            trigger: free_name(&format!("zz_fill_{number:03}_{column}"), "", |_| false),
        }
    }

    /// Returns the statements that create the function and the trigger.
    pub fn create(&self) -> Vec<Ddl> {
        let function = self.table.sibling(&self.name);
        let (column, table) = (quote_ident(&self.column), quote_ident(&self.table.name));
        let body = format!(
            "\n#variable_conflict use_column\nBEGIN\n    SELECT {}\n    INTO NEW.{column} FROM (SELECT NEW.*) AS {table};\n    RETURN NEW;\nEND\n",
            self.value
        );
        let body = crate::render::dollar_quoted("fill", &body);
        let definition = format!(
            "CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS {body}"
        );
        let trigger = format!(
            "CREATE TRIGGER {} BEFORE INSERT OR UPDATE ON {} FOR EACH ROW WHEN (NEW.{column} IS NULL) EXECUTE FUNCTION {function}()",
            quote_ident(&self.trigger),
            self.table
        );
        let code = |id, definition| Ddl::CreateCode { id, definition };
        vec![code(self.function(), definition), code(self.trigger(), trigger)]
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
