use async_graphql::{Object, SimpleObject, ID};

use crate::entity::{Person, Union};

pub struct PersonNode(pub Person);

#[Object(name = "Person")]
impl PersonNode {
    async fn id(&self) -> ID {
        self.0.id.into()
    }

    async fn given_name(&self) -> &str {
        &self.0.given
    }

    async fn surname(&self) -> Option<&str> {
        self.0.surname.as_deref()
    }

    async fn maiden_name(&self) -> Option<&str> {
        self.0.birth_surname.as_deref()
    }

    async fn living(&self) -> bool {
        self.0.living
    }

    async fn portrait(&self) -> Option<&str> {
        self.0.portrait_url.as_deref()
    }

    async fn biography(&self) -> Option<&str> {
        self.0.bio.as_deref()
    }

    async fn last_editor(&self) -> Option<&str> {
        self.0.changed_by.as_deref()
    }
}

#[derive(SimpleObject)]
pub struct Marriage {
    pub husband: Option<ID>,
    pub wife: Option<ID>,
    pub from: Option<String>,
    pub until: Option<String>,
    pub note: Option<String>,
    pub church: bool,
}

impl From<Union> for Marriage {
    fn from(u: Union) -> Self {
        Marriage {
            husband: u.husband_id.map(Into::into),
            wife: u.wife_id.map(Into::into),
            from: u.wed_on.map(|d| d.to_string()),
            until: u.parted_on.map(|d| d.to_string()),
            note: u.note,
            church: u.church,
        }
    }
}
