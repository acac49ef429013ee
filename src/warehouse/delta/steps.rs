//! The statements of an audit of the changes, in their order.

use super::{
    SUMS,
    inputs::{Scope, filling},
    partly::partly,
    sequence::{Steps, text_of},
    shape::Shape,
};
use crate::{
    catalog::{Rule, files},
    warehouse::{WarehouseError, issues::Statement, session::Session},
};

/// Records that a sum is over.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part {
    /// Their versions.
    pub(super) table: &'static str,
    /// Those that a scan of all versions found.
    pub(super) scanned: &'static str,
    /// The column that says what they count for.
    pub(super) by: &'static str,
}

/// What a sum has a row for.
#[derive(Debug, Clone, Copy)]
pub(super) struct By {
    /// The relation that has these.
    pub(super) relation: &'static str,
    /// Its key.
    pub(super) key: &'static str,
    /// The set of those that it did not have before.
    pub(super) newly: &'static str,
}

/// Versions of records that are compared, between the two snapshots of their system.
const VERSIONS: [&str; 7] = [
    "_account_versions",
    "_account_merge_versions",
    "_user_versions",
    "_membership_versions",
    "_ticket_versions",
    "_organization_versions",
    "_organization_domain_versions",
];

/// Relations that are not rebuilt, and one that is made from such.
const FOLLOWED: [&str; 6] = [
    "link_domain_people",
    "link_account_people",
    "link_orphan_activity",
    "link_user_drift",
    "link_user_home",
    "link_ticket_drift",
];

/// Returns every statement, for the rules that are evaluated.
pub(super) fn statements(connection: &Session, rules: &[Rule]) -> Result<Vec<Statement>, WarehouseError> {
    let mut steps = Steps { connection, all: Vec::new() };
    steps.files(&["fill_bounds", "fill_codes"]);
    for table in VERSIONS {
        steps.changed(&Shape::of(connection, table)?);
    }
    for file in files::LINK.iter().filter(|file| !FOLLOWED.contains(&file.stem)) {
        match partly(file.stem) {
            Some(partly) => steps.partly_anew(partly)?,
            None => steps.anew(file.stem)?,
        }
    }
    steps.files(&["newly_owned", "newly_orphan"]);
    steps.sets(&["dirty_user_domains", "dirty_organizations"]);
    steps.files(&["fill_wanted_user_domains", "fill_wanted_ticket_domains"]);
    steps.files(&["scan_users", "scan_memberships", "scan_tickets", "view_open_issues", "fill_covered"]);
    steps.sql("forget open issues", "drop view temp.detected".to_owned());
    steps.files(&["dirty_issues"]);
    steps.sets(&["dirty_users", "dirty_members", "dirty_tickets"]);
    for (view, parts, by) in SUMS {
        steps.sum(view, parts, by)?;
    }
    steps.anew("link_account_people")?;
    steps.again("link_user_drift", "_user_versions", "dirty_user", "user_id")?;
    steps.again("link_user_home", "_link_user_drift", "dirty_user", "user_id")?;
    steps.again("link_ticket_drift", "_ticket_versions", "dirty_ticket", "ticket_id")?;
    steps.all.extend(Statement::creating());
    steps.rules(rules)?;
    steps.store(rules)?;
    Ok(steps.all)
}

impl Steps<'_> {
    fn files(&mut self, stems: &[&str]) {
        for stem in stems {
            self.all.push(Statement::of_file(files::DELTA, stem));
        }
    }

    fn sets(&mut self, stems: &[&str]) {
        for stem in stems {
            self.sql(stem, filling(stem));
        }
    }

    /// The versions that are in force at the snapshot of one of the two runs and not at that of the other.
    fn changed(&mut self, shape: &Shape) {
        let (table, short, columns) = (&shape.name, shape.short(), shape.columns("v"));
        let (open, snapshot) = (super::super::OPEN, shape.snapshot());
        self.sql(
            &format!("changed {short}"),
            format!(
                "create temp table changed_{short} as
select 1 as is_begun, {columns}
from temp.delta_bounds as b
cross join main.{table} as v
where v.valid_from > b.old_{snapshot}
  and v.valid_from > 2
  and v.valid_from <= b.{snapshot}
  and b.{snapshot} < v.valid_to
union all
select 0 as is_begun, {columns}
from temp.delta_bounds as b
cross join main.{table} as v
where v.valid_to > b.old_{snapshot}
  and v.valid_to < {open}
  and v.valid_to <= b.{snapshot}
  and v.valid_from <= b.old_{snapshot}"
            ),
        );
    }

    /// Rebuilds a relation, and keeps which rows are gone and which are new.
    fn anew(&mut self, view: &str) -> Result<(), WarehouseError> {
        let shape = Shape::of(self.connection, &format!("_{view}"))?;
        self.sql(&format!("create fresh {view}"), shape.create_temporary(&format!("fresh_{view}")));
        self.sql(view, format!("insert into temp.fresh_{view} select * from main.{view}"));
        self.compare(view, &shape, "");
        Ok(())
    }

    /// Updates a sum by what began and ended in its parts. What has a row in it for the first time is counted from nothing.
    fn sum(&mut self, view: &str, parts: &[Part], by: By) -> Result<(), WarehouseError> {
        let By { relation, key, .. } = by;
        let text = text_of(view);
        for sign in ["begun", "ended"] {
            for part in parts {
                let shape = Shape::of(self.connection, part.table)?;
                let rows = if sign == "begun" { begun(&shape, part, by) } else { ended(&shape, part, by) };
                self.veil(&shape, &rows);
            }
            self.sql(&format!("{sign} {view}"), format!("create temp table {sign}_{view} as\n{text}"));
            for part in parts {
                self.unveil(part.table);
            }
        }
        let shape = Shape::of(self.connection, &format!("_{view}"))?;
        let table = &shape.name;
        let counts = shape.beside_key();
        let join = |form: &dyn Fn(&str) -> String, by: &str| {
            counts.iter().map(|count| form(count)).collect::<Vec<_>>().join(by)
        };
        let listed = counts.join(", ");
        let signed = |sign: &str| join(&|count| format!("{sign}{count} as {count}"), ", ");
        let summed = join(&|count| format!("sum(p.{count})"), ", ");
        let added = join(&|count| format!("{count} = {count} + excluded.{count}"), ", ");
        let zero = join(&|count| format!("{count} = 0"), " and ");
        let (plus, minus) = (signed(""), signed("-"));
        self.sql(
            &format!("take {view} out"),
            format!(
                "delete from main.{table}
where {key} in (select g.{key} from temp.gone_{relation} as g)
  and {key} not in (select w.{key} from main._{relation} as w)"
            ),
        );
        self.sql(
            &format!("sum {view}"),
            format!(
                "insert into main.{table} ({key}, {listed})
select p.{key}, {summed}
from (
  select {key}, {plus} from temp.begun_{view}
  union all
  select {key}, {minus} from temp.ended_{view}
) as p
where true
group by p.{key}
on conflict ({key}) do update set {added}"
            ),
        );
        self.sql(&format!("take empty {view} out"), format!("delete from main.{table} where {zero}"));
        Ok(())
    }

    /// Rebuilds the rows of a relation for a set of records, by its own text over the rows of these records alone.
    fn again(&mut self, view: &str, through: &str, set: &str, key: &str) -> Result<(), WarehouseError> {
        let shape = Shape::of(self.connection, through)?;
        self.sql(
            &format!("take {view} out"),
            format!("delete from main._{view} where {key} in (select d.{key} from temp.{set} as d)"),
        );
        // The text of a relation that is made of records scans these once.
        let is_veiled = through.ends_with("_versions");
        let rows = rows_of(&shape, set, key);
        if is_veiled {
            self.veil(&shape, &rows);
        } else {
            self.hide(&shape, &rows);
        }
        self.sql(view, format!("insert into main._{view} select * from (\n{}\n)", text_of(view)));
        if is_veiled {
            self.unveil(through);
        } else {
            self.show(through);
        }
        Ok(())
    }

    /// Keeps what the rules say, in the order of keys: of the records in question, or of all.
    fn rules(&mut self, rules: &[Rule]) -> Result<(), WarehouseError> {
        let mut in_key_order: Vec<&Rule> = rules.iter().collect();
        in_key_order.sort_by_key(|rule| rule.code);
        for rule in in_key_order {
            let (through, set, key) = match Scope::of(rule) {
                Scope::Whole => {
                    self.all.push(Statement::of_rule(rule));
                    continue;
                }
                Scope::User => ("_link_user_drift", "dirty_user", "user_id"),
                Scope::Member => ("_membership_versions", "dirty_member", "user_id"),
                Scope::Ticket => ("_link_ticket_drift", "dirty_ticket", "ticket_id"),
            };
            let shape = Shape::of(self.connection, through)?;
            self.hide(&shape, &rows_of(&shape, set, key));
            self.all.push(Statement::of_rule_text(rule));
            self.show(through);
        }
        Ok(())
    }

    /// Compares with what was open, and stores it.
    fn store(&mut self, rules: &[Rule]) -> Result<(), WarehouseError> {
        let audit = |stem: &str| Statement::of_file(files::AUDIT, stem);
        self.all.extend(["index_detected_by_account", "suppress"].map(audit));
        self.files(&["recheck_evaluated", "changed_issues"]);
        self.sets(&["touched_accounts"]);
        self.files(&["load_kept", "recheck_kept", "load_requesters"]);
        self.all.extend(["index_detected_by_user", "set_roots"].map(audit));
        self.all
            .push(audit("close_issues").among("issue_key in (select r.issue_key from temp.rechecked as r)"));
        self.all.push(Statement::open_issues(rules));
        self.all.extend(["close_links", "open_links"].map(audit));
        self.files(&["view_versions"]);
        self.all.push(audit("fill_first_seen"));
        self.show("_issue_versions");
        let links = Shape::of(self.connection, "_link_account")?;
        self.hide(
            &links,
            &format!(
                "select {} from temp.touched_account as a cross join main._link_account as v where v.account_id = a.account_id",
                links.columns("v")
            ),
        );
        self.all.push(audit("fill_triage"));
        self.show("_link_account");
        let touched = "account_id in (select a.account_id from temp.touched_account as a)";
        self.all.push(audit("close_triage").among(touched));
        self.all.push(audit("open_triage"));
        Ok(())
    }
}

/// The rows of a table for the records of a set: those in force, where it holds versions.
fn rows_of(shape: &Shape, set: &str, key: &str) -> String {
    let (table, columns) = (&shape.name, shape.columns("v"));
    let in_force = shape.in_force("v", "c").map_or(String::new(), |terms| format!("\n  and {terms}"));
    format!(
        "select {columns}
from main._run_context as c
cross join temp.{set} as d
cross join main.{table} as v
where v.{key} = d.{key}{in_force}"
    )
}

/// What began in a part of a sum, and all of what is newly counted.
fn begun(shape: &Shape, part: &Part, by: By) -> String {
    let (table, columns, short) = (&shape.name, shape.columns("v"), shape.short());
    let Part { scanned, by: column, .. } = part;
    let By { key, newly, .. } = by;
    let same = shape
        .key()
        .split(", ")
        .filter(|&key| key != "valid_from")
        .map(|key| format!("\n  and v.{key} = s.{key}"))
        .collect::<Vec<_>>()
        .concat();
    format!(
        "select {columns}
from temp.changed_{short} as v
where v.is_begun = 1
  and v.{column} not in (select n.{key} from temp.{newly} as n)
union all
select {columns}
from main._run_context as c
cross join temp.{scanned} as s
cross join main.{table} as v
where s.{column} in (select n.{key} from temp.{newly} as n){same}
  and v.valid_from <= c.zendesk_snapshot_id
  and c.zendesk_snapshot_id < v.valid_to"
    )
}

/// What ended in a part of a sum, as if it were still in force.
fn ended(shape: &Shape, part: &Part, by: By) -> String {
    let columns = shape.columns_in_force("v", "c.zendesk_snapshot_id");
    let (short, column) = (shape.short(), part.by);
    let By { key, newly, .. } = by;
    format!(
        "select {columns}
from main._run_context as c
cross join temp.changed_{short} as v
where v.is_begun = 0
  and v.{column} not in (select n.{key} from temp.{newly} as n)"
    )
}
