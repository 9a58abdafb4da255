use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::{Patient, PatientChanges};
use crate::schema::patients;
use crate::{Pool, RepoError};

#[async_trait]
pub trait PatientRepo: Send + Sync {
    async fn get(&self, id: Uuid) -> Result<Option<Patient>, RepoError>;
    async fn search(&self, text: &str) -> Result<Vec<Patient>, RepoError>;
    async fn by_ssn(&self, ssn: &str) -> Result<Option<Patient>, RepoError>;
    async fn admit(&self, new: PatientChanges) -> Result<Patient, RepoError>;
    async fn amend(&self, id: Uuid, changes: PatientChanges) -> Result<Patient, RepoError>;
    async fn mark_deceased(&self, id: Uuid) -> Result<(), RepoError>;
}

#[derive(Clone)]
pub struct PgPatients {
    pool: Pool,
}

impl PgPatients {
    pub fn new(pool: Pool) -> Self {
        Self { pool }
    }
}

#[async_trait]
impl PatientRepo for PgPatients {
    async fn get(&self, id: Uuid) -> Result<Option<Patient>, RepoError> {
        let mut conn = self.pool.get().await?;
        let found = patients::table
            .find(id)
            .select(Patient::as_select())
            .first(&mut conn)
            .await
            .optional()?;
        Ok(found)
    }

    async fn search(&self, text: &str) -> Result<Vec<Patient>, RepoError> {
        let mut conn = self.pool.get().await?;
        let pattern = format!("{text}%");
        let rows = patients::table
            .filter(patients::deceased.eq(false))
            .filter(
                patients::surname
                    .ilike(pattern.clone())
                    .or(patients::forename.ilike(pattern.clone()))
                    .or(patients::mobile.like(pattern)),
            )
            .order((patients::surname.asc(), patients::forename.asc()))
            .select(Patient::as_select())
            .limit(50)
            .load(&mut conn)
            .await?;
        Ok(rows)
    }

    async fn by_ssn(&self, ssn: &str) -> Result<Option<Patient>, RepoError> {
        let mut conn = self.pool.get().await?;
        Ok(patients::table
            .filter(patients::ssn.eq(ssn))
            .select(Patient::as_select())
            .first(&mut conn)
            .await
            .optional()?)
    }

    async fn admit(&self, new: PatientChanges) -> Result<Patient, RepoError> {
        let mut conn = self.pool.get().await?;
        Ok(diesel::insert_into(patients::table)
            .values((&new, patients::deceased.eq(false)))
            .returning(Patient::as_returning())
            .get_result(&mut conn)
            .await?)
    }

    async fn amend(&self, id: Uuid, changes: PatientChanges) -> Result<Patient, RepoError> {
        let mut conn = self.pool.get().await?;
        Ok(diesel::update(patients::table.find(id))
            .set((&changes, patients::updated_at.eq(diesel::dsl::now)))
            .returning(Patient::as_returning())
            .get_result(&mut conn)
            .await?)
    }

    async fn mark_deceased(&self, id: Uuid) -> Result<(), RepoError> {
        let mut conn = self.pool.get().await?;
        diesel::update(patients::table.find(id))
            .set(patients::deceased.eq(true))
            .execute(&mut conn)
            .await?;
        Ok(())
    }
}
