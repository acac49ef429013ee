-- The time that a run speaks about, and whose organizations a triage row may mean.

-- ISO-8601 UTC: the later of the times at which its two snapshots were taken.
alter table runs add column as_of text not null default '';
update runs
set as_of = (
  select max(s.taken_at)
  from snapshots as s
  where s.snapshot_id in (runs.salesforce_snapshot_id, runs.zendesk_snapshot_id)
);

-- The organizations of an account that has several: id, name and address of each, one a line. Null: it has one or
-- none, or the row was stored before orgdrift kept them.
alter table _triage_versions add column candidate_orgs text;

-- Where a description says so, the public column that holds the same values: object.column.
alter table data_dictionary add column "references" text;

pragma user_version = 9;
