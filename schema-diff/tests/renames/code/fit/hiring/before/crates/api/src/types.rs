use async_graphql::{Object, SimpleObject};
use chrono::NaiveDate;
use hiring::models;

pub struct Job(pub models::Job);

#[Object]
impl Job {
    async fn id(&self) -> i32 {
        self.0.id
    }

    async fn title(&self) -> &str {
        &self.0.title
    }

    async fn description(&self) -> &str {
        &self.0.body
    }

    async fn place(&self) -> String {
        match (&self.0.location, self.0.remote) {
            (Some(place), true) => format!("{place} or remote"),
            (Some(place), false) => place.clone(),
            (None, _) => "remote".into(),
        }
    }

    async fn salary(&self) -> Option<String> {
        let (from, to) = (self.0.salary_min?, self.0.salary_max?);
        Some(format!("{from} - {to} {}", self.0.currency))
    }

    async fn deadline(&self) -> Option<NaiveDate> {
        self.0.open_until
    }

    async fn highlighted(&self) -> bool {
        self.0.featured
    }
}

#[derive(SimpleObject)]
pub struct Company {
    pub id: i32,
    pub name: String,
    pub logo_url: Option<String>,
    pub twitter: Option<String>,
    pub employees: Option<i32>,
}

impl From<models::Company> for Company {
    fn from(company: models::Company) -> Self {
        let models::Company { id, name, logo, twitter, headcount, .. } = company;
        Self {
            id,
            name,
            logo_url: logo.map(|key| format!("https://cdn.example/{key}")),
            twitter,
            employees: headcount,
        }
    }
}
