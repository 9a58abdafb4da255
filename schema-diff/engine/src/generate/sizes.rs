//! Reads the sizes of the existing tables.

use super::{GenerateError, database_url};
use crate::{
    config::Project,
    connection,
    statistics::{Statistics, StatisticsError},
};

/// The source of the tables' sizes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SizesFrom {
    /// The project's file with statistics. Without one, all sizes are unknown.
    #[default]
    File,
    /// The database of `DATABASE_URL`.
    Database,
}

/// Reads the sizes of tables from the project's file or from the database; `None` if there is no file.
///
/// # Errors
/// The file cannot be read or is named but missing; `DATABASE_URL` is not set, or the database cannot be read.
pub fn table_statistics(project: &Project, from: SizesFrom) -> Result<Option<Statistics>, GenerateError> {
    match from {
        SizesFrom::File => {
            let path = project.statistics_file();
            let found = Statistics::from_file(&path)?;
            if found.is_none() && project.traffic.statistics.is_some() {
                return Err(StatisticsError::Missing { path }.into());
            }
            Ok(found)
        }
        SizesFrom::Database => read_statistics(project).map(Some),
    }
}

/// Reads the sizes of tables from the database of `DATABASE_URL`.
///
/// # Errors
/// `DATABASE_URL` is not set, or the database cannot be read.
pub fn read_statistics(project: &Project) -> Result<Statistics, GenerateError> {
    let url = database_url(project)?.ok_or(GenerateError::NoDatabaseForSizes)?;
    let mut client = connection::connect_to(&url, &project.environment)?;
    Statistics::read(&mut client).map_err(|source| GenerateError::Statistics {
        database: url.to_string(),
        source,
    })
}
