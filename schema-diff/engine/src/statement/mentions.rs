//! The texts in a statement: expressions, queries and definitions that Postgres deparsed or the user wrote.

use super::{ColumnAction, Condition, Conversion, Ddl, Key, RowChange, RowTest, TableAction};
use crate::model::{Column, ConstraintKind, TableName};

impl Ddl {
    /// Rewrites the texts of the objects that a statement creates.
    #[must_use]
    pub fn map_texts(mut self, rewrite: impl Fn(&str) -> String) -> Self {
        let change = |text: &mut String| *text = rewrite(text);
        match &mut self {
            Self::AlterTable { actions, .. } => actions.iter_mut().for_each(|action| map_action(action, &change)),
            Self::AlterViewColumn {
                action: ColumnAction::SetDefault(text),
                ..
            }
            | Self::CreateView { query: text, .. }
            | Self::CreateCode { definition: text, .. } => change(text),
            Self::CreateIndex { index, .. } => {
                index.predicate.iter_mut().for_each(change);
                let expressions = index.keys.iter_mut().filter(|key| key.is_expression);
                expressions.for_each(|key| change(&mut key.text));
            }
            Self::CreatePolicy { policy, .. } => policy.using.iter_mut().chain(&mut policy.check).for_each(change),
            _ => {}
        }
        self
    }

    /// Returns whether the statement reads or changes rows of the table, directly or in a text that names the table.
    pub fn reads_rows_of(&self, table: &TableName) -> bool {
        let (tables, texts) = match self {
            Self::Rows(change) => (change.tables(), change.texts()),
            Self::Guard {
                condition: Some(condition),
                ..
            } if condition.reads_rows() => (condition.tables(), condition.texts()),
            _ => return false,
        };
        let name = table.to_string();
        tables.contains(&table) || texts.into_iter().any(|text| text.contains(&name))
    }
}

fn map_action(action: &mut TableAction, change: &impl Fn(&mut String)) {
    match action {
        TableAction::AddColumn(column) => map_column(column, change),
        TableAction::AddConstraint(new) => match &mut new.constraint.kind {
            ConstraintKind::Check { expression: text, .. } | ConstraintKind::Exclude { definition: text, .. } => {
                change(text);
            }
            _ => {}
        },
        TableAction::AlterColumn {
            action: ColumnAction::SetDefault(text),
            ..
        } => change(text),
        _ => {}
    }
}

fn map_column(column: &mut Column, change: &impl Fn(&mut String)) {
    column.default.iter_mut().for_each(change);
    if let Some(generated) = &mut column.generated {
        change(&mut generated.expression);
    }
}

impl RowChange {
    fn tables(&self) -> Vec<&TableName> {
        match self {
            Self::Fill { table, .. } | Self::Number { table, .. } | Self::ContinueSequence { table, .. } => vec![table],
            Self::FillInBatches(batches) => vec![&batches.table],
            Self::CopyPosition { .. } => Vec::new(),
            Self::InsertReferenced { table, from, .. } => vec![table, from],
        }
    }

    fn texts(&self) -> Vec<&str> {
        match self {
            Self::Fill { value, .. } => vec![value],
            Self::FillInBatches(batches) => batches.columns.iter().map(|(_, value)| value.as_str()).collect(),
            _ => Vec::new(),
        }
    }
}

impl Condition {
    fn tables(&self) -> Vec<&TableName> {
        match self {
            Self::Rows { table, .. }
            | Self::SeveralRows(table)
            | Self::Duplicates { table, .. }
            | Self::RowSecurityActive(table) => vec![table],
            Self::Orphans { table, references, .. } => vec![table, references],
        }
    }

    fn texts(&self) -> Vec<&str> {
        match self {
            Self::Rows {
                test: RowTest::Breaks(text),
                ..
            } => vec![text],
            Self::Duplicates { keys, predicate, .. } => {
                let keys = keys.iter().filter_map(|key| match key {
                    Key::Expression(text)
                    | Key::Converted {
                        conversion: Some(Conversion::Expression(text)),
                        ..
                    } => Some(text.as_str()),
                    _ => None,
                });
                keys.chain(predicate.as_deref()).collect()
            }
            _ => Vec::new(),
        }
    }
}
