//! A column, for `CREATE TABLE` and `ADD COLUMN`.

use super::{context::Context, grant::grants};
use crate::{
    model::{Column, ColumnSettings, DataType, Identity, ObjectId, Table, TableName},
    statement::{ColumnAction, Ddl},
};

/// Returns a column as it is written: `NOT NULL` is omitted if its domain is NOT NULL.
pub fn column(column: &Column, context: &Context<'_>) -> Column {
    let domain_forbids_null = !column.data_type.array && context.is_not_null_domain(&column.data_type.name);
    Column {
        nullable: column.nullable || domain_forbids_null,
        ..column.clone()
    }
}

/// Returns the sequences that must exist before the table's columns can use them, with the columns that will own them.
pub fn sequences_before(table: &Table) -> impl Iterator<Item = (&Column, &crate::model::OwnedSequence)> {
    table.columns.iter().filter_map(|column| {
        let sequence = column.sequence.as_deref()?;
        column.serial(&table.name).is_none().then_some((column, sequence))
    })
}

/// Returns the type of an identity's sequence if it differs from the column's type, because `AS IDENTITY` has no option
/// for it.
pub(super) fn identity_type_differs(column: &Column) -> Option<(&Identity, &DataType)> {
    let identity = column.identity.as_ref()?;
    (identity.options.data_type != column.data_type).then_some((identity, &identity.options.data_type))
}

/// Sets a column's storage, compression, statistics target and attribute options.
pub fn column_settings(table: &TableName, column: &Column) -> Vec<Ddl> {
    settings(column.settings())
        .map(|action| Ddl::alter_column(table, &column.name, action))
        .collect()
}

/// Sets the comment, the grants and the settings of a new or recreated column.
pub(crate) fn comment_and_grants(table: &TableName, column: &Column) -> Vec<Ddl> {
    Ddl::comment(ObjectId::column(table, &column.name), column.comment.as_deref())
        .into_iter()
        .chain(grants(table, Some(&column.name), &column.grants))
        .chain(column_settings(table, column))
        .collect()
}

/// Returns the actions that set storage, compression, statistics target and attribute options.
pub(super) fn settings(settings: &ColumnSettings) -> impl Iterator<Item = ColumnAction> {
    let options = (!settings.options.is_empty()).then(|| ColumnAction::SetOptions(settings.options.clone()));
    let storage = settings.storage.clone().map(ColumnAction::SetStorage);
    let compression = settings.compression.clone().map(ColumnAction::SetCompression);
    let statistics = settings.statistics.map(ColumnAction::SetStatistics);
    statistics.into_iter().chain(storage).chain(compression).chain(options)
}
