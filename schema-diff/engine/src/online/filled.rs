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
}

impl FillingTrigger {
    /// Returns the trigger for a column (named as after) with the expression that fills it.
    pub fn new(input: &Input<'_>, table: &TableName, column: &str, value: &str) -> Self {
        let functions = &input.schemas.before.functions;
        let is_taken = |name: &str| functions.keys().any(|signature| signature.contains(name));
        Self {
            table: table.clone(),
            column: column.to_owned(),
            value: value.to_owned(),
            name: free_name(&format!("{}_{column}", table.name), "_fill", is_taken),
        }
    }

    /// Returns the statements that create the function and the trigger.
    pub fn create(&self) -> Vec<Ddl> {
        let function = self.table.sibling(&self.name);
        let (column, table) = (quote_ident(&self.column), quote_ident(&self.table.name));
        let body = format!(
            "\nBEGIN\n    SELECT {}\n    INTO NEW.{column} FROM (SELECT NEW.*) AS {table};\n    RETURN NEW;\nEND\n",
            self.value
        );
        let body = crate::render::dollar_quoted("fill", &body);
        let definition = format!("CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS {body}");
        let trigger = format!(
            "CREATE TRIGGER {} BEFORE INSERT OR UPDATE ON {} FOR EACH ROW WHEN (NEW.{column} IS NULL) EXECUTE FUNCTION {function}()",
            quote_ident(&self.trigger_name()),
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
            name: self.trigger_name(),
        }
    }

    /// Returns a name that sorts after others: triggers fire in the order of their names.
    fn trigger_name(&self) -> String {
        free_name(&format!("zz_{}", self.name), "", |_| false)
    }
}
