use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::models::{Account, Package, Release};

#[derive(Debug, Serialize)]
pub struct EncodablePackage {
    pub name: String,
    pub description: Option<String>,
    pub homepage: Option<String>,
    pub documentation: Option<String>,
    pub repository: Option<String>,
    pub downloads: i64,
    pub updated_at: DateTime<Utc>,
}

impl From<Package> for EncodablePackage {
    fn from(p: Package) -> Self {
        EncodablePackage {
            name: p.name,
            description: p.descr,
            homepage: p.homepage,
            documentation: p.docs_url,
            repository: p.repository,
            downloads: p.total_downloads,
            updated_at: p.updated_at,
        }
    }
}

#[derive(Debug, Serialize)]
pub struct EncodableRelease {
    pub num: String,
    pub license: Option<String>,
    pub checksum: String,
    pub crate_size: Option<i32>,
    pub yanked: bool,
    pub rust_version: Option<String>,
    pub readme: Option<String>,
}

impl From<Release> for EncodableRelease {
    fn from(r: Release) -> Self {
        EncodableRelease {
            num: r.num,
            license: r.license,
            checksum: r.checksum,
            crate_size: r.size,
            yanked: r.yanked,
            rust_version: r.min_rust,
            readme: r.readme_html,
        }
    }
}

#[derive(Debug, Serialize)]
pub struct EncodablePrivateAccount {
    pub login: String,
    pub email: String,
    pub avatar: Option<String>,
    pub admin: bool,
}

impl From<Account> for EncodablePrivateAccount {
    fn from(a: Account) -> Self {
        EncodablePrivateAccount {
            login: a.login,
            email: a.mail,
            avatar: a.avatar,
            admin: a.is_admin,
        }
    }
}
