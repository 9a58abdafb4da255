use diesel::prelude::*;

use crate::schema::employers;

#[derive(Debug, Clone, Identifiable, Queryable, Selectable)]
#[diesel(table_name = employers)]
pub struct Employer {
    pub id: i32,
    pub company: String,
    pub url: Option<String>,
    pub logo: Option<String>,
    pub size: Option<i32>,
    pub vat: Option<String>,
    pub verified: bool,
    pub plan: String,
}

impl Employer {
    pub fn job_limit(&self) -> usize {
        match self.plan.as_str() {
            "gold" => usize::MAX,
            "silver" => 20,
            _ if self.verified => 3,
            _ => 1,
        }
    }
}

#[derive(Insertable, Default)]
#[diesel(table_name = employers)]
pub struct NewEmployer {
    pub company: String,
    pub url: Option<String>,
    pub size: Option<i32>,
    pub vat: Option<String>,
    pub plan: String,
}

impl NewEmployer {
    pub fn named(company: &str) -> Self {
        NewEmployer {
            company: company.to_owned(),
            plan: "free".to_owned(),
            ..Default::default()
        }
    }

    pub fn url(mut self, url: &str) -> Self {
        self.url = Some(url.to_owned());
        self
    }

    pub fn size(mut self, size: i32) -> Self {
        self.size = Some(size);
        self
    }

    pub fn vat(mut self, vat: &str) -> Self {
        self.vat = Some(vat.replace(' ', ""));
        self
    }
}
