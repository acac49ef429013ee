//! Which fields the records of a collection have.

use super::record_kind::{Intake, RecordKind};
use crate::{model::fields::Absent, zendesk::folder::Collection};

/// How many records lack each key that decides.
#[derive(Default)]
pub(super) struct FieldTally {
    rows: u64,
    /// Different sets of absent keys, each with the number of records that lack just these. There are few.
    absent: Vec<(Absent, u64)>,
}

impl FieldTally {
    /// Notes one record.
    pub(super) fn note(&mut self, absent: Absent) {
        self.rows += 1;
        if absent == Absent::default() {
            return;
        }
        match self.absent.iter_mut().find(|(known, _)| *known == absent) {
            Some((_, count)) => *count += 1,
            None => self.absent.push((absent, 1)),
        }
    }

    /// The keys without which nothing can be said of the collection: those that no record has, and those without
    /// which a membership says nothing.
    pub(super) fn in_every_record<K: RecordKind, I: Intake<K>>(&self, intake: &I) -> Vec<String> {
        self.counts::<K, I>(intake)
            .filter(|(key, count)| *count == self.rows || is_needed(K::COLLECTION, key))
            .map(|(key, _)| intake.field_name(key).to_owned())
            .collect()
    }

    /// The keys that some records have and others lack, with how many lack them.
    pub(super) fn in_some_records<K: RecordKind, I: Intake<K>>(
        &self,
        intake: &I,
    ) -> impl Iterator<Item = (String, String)> {
        self.counts::<K, I>(intake).filter(|(_, count)| *count < self.rows).map(|(key, count)| {
            (intake.field_name(key).to_owned(), format!("{count} of {} records", self.rows))
        })
    }

    fn counts<K: RecordKind, I: Intake<K>>(&self, _intake: &I) -> impl Iterator<Item = (&'static str, u64)> {
        let table = K::COLLECTION.fields();
        table.keys().filter(|key| key.decides).filter_map(move |key| {
            let set = table.set(|other| other.name == key.name);
            let lacking = self.absent.iter().filter(|(absent, _)| !absent.is_disjoint(set));
            let count: u64 = lacking.map(|(_, count)| count).sum();
            (count > 0).then_some((key.name, count))
        })
    }
}

fn is_needed(collection: Collection, key: &str) -> bool {
    collection == Collection::Memberships && key != "default"
}
