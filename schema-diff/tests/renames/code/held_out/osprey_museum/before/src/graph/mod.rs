use juniper::{graphql_object, FieldResult};

use crate::lending::{Loan, Partner};
use crate::objects::{Condition, Object, Search};
use crate::Context;

pub struct Query;

#[graphql_object(context = Context)]
impl Query {
    fn objects(ctx: &Context, text: Option<String>, material: Option<String>) -> FieldResult<Vec<Object>> {
        let search = Search { text: text.as_deref(), material: material.as_deref(), ..Default::default() };
        Ok(search.run(&mut ctx.conn()?)?)
    }
}

#[graphql_object(context = Context)]
impl Object {
    fn number(&self) -> &str {
        &self.inv_no
    }
    fn title(&self) -> &str {
        &self.designation
    }
    fn artist(&self) -> Option<&str> {
        self.maker.as_deref()
    }
    fn period(&self) -> Option<&str> {
        self.dated.as_deref()
    }
    fn medium(&self) -> Option<&str> {
        self.material.as_deref()
    }
    fn size(&self) -> Option<String> {
        let (h, w) = (self.height_mm?, self.width_mm?);
        Some(format!("{} x {} cm", h / 10, w / 10))
    }
    fn condition(&self) -> Condition {
        self.condition
    }
    fn credit(&self) -> Option<&str> {
        self.credit_line.as_deref()
    }
}

#[graphql_object(context = Context)]
impl Loan {
    fn purpose(&self) -> &str {
        &self.purpose
    }
    fn until(&self) -> String {
        self.due_day.to_string()
    }
    fn is_back(&self) -> bool {
        self.returned.is_some()
    }
}

#[graphql_object(context = Context)]
impl Partner {
    fn name(&self) -> &str {
        &self.institution
    }
    fn city(&self) -> &str {
        &self.town
    }
    fn contact(&self) -> Option<&str> {
        self.contact.as_deref()
    }
}
