//! Matches inherited columns: Postgres renames them with their parent's.

use super::Matcher;
use crate::model::ObjectId;

impl Matcher<'_> {
    /// Applies the renames of a parent's columns to its child tables and partitions.
    pub(super) fn inherited_columns(&mut self) {
        let before = self.input.before;
        for child in before.children() {
            for parent in child.parents().filter_map(|parent| before.tables.get(parent)) {
                for column in parent.columns.iter().filter(|own| child.column(&own.name).is_some()) {
                    let new = self.out.matches.column(&parent.name, &column.name);
                    if new == column.name {
                        self.out.matches.unmatch_column(&child.name, &column.name);
                    } else {
                        self.out.matches.match_column(&child.name, column.name.as_str(), new);
                    }
                    let id = ObjectId::column(&child.name, &column.name);
                    self.out.renames.retain(|rename| rename.before != id);
                    self.out.undecided.retain(|open| open.before != id);
                }
            }
        }
    }
}
