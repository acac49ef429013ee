//! Relations of which only some rows are rebuilt, by their own text.
//!
//! A set says for which keys a row may differ. The tables that the text reads are hidden behind temporary ones with the
//! rows of these keys, and the result replaces the rows that the relation had for them.

use super::{
    inputs::filling,
    sequence::{Steps, text_of},
    shape::Shape,
};
use crate::warehouse::WarehouseError;

/// How a relation is rebuilt in part.
#[derive(Debug, Clone, Copy)]
pub(super) struct Partly {
    /// The relation.
    pub(super) view: &'static str,
    /// The file that fills the set.
    pub(super) filled_by: &'static str,
    /// The set.
    set: &'static str,
    /// The column of the relation, of the set and of the tables that decides.
    by: &'static str,
    /// The tables that are hidden: all that the text has rows of without asking for the key. In the others it looks up
    /// what belongs to a row of these.
    through: &'static [&'static str],
}

/// Those that are worth it: the others are rebuilt as a whole.
pub(super) const PARTLY: [Partly; 6] = [
    Partly {
        view: "link_account_name",
        filled_by: "dirty_names",
        set: "dirty_name",
        by: "name_key",
        // Unread rows are asked for all of their names, and all of these are in the set.
        through: &["_account_versions"],
    },
    Partly {
        view: "link_related_domain",
        filled_by: "dirty_related_domains",
        set: "dirty_related_domain",
        by: "domain_id",
        through: &["_link_expected_domain"],
    },
    Partly {
        view: "link_account",
        filled_by: "dirty_accounts",
        set: "dirty_account",
        by: "account_id",
        through: &["_link_known_account"],
    },
    Partly {
        view: "link_organization",
        filled_by: "dirty_owned_organizations",
        set: "dirty_owned_organization",
        by: "organization_id",
        through: &["_organization_versions", "_link_claim", "_link_account"],
    },
    Partly {
        view: "link_member",
        filled_by: "dirty_asked_organizations",
        set: "dirty_asked_organization",
        by: "organization_id",
        through: &["_membership_versions"],
    },
    Partly {
        view: "link_verdict",
        filled_by: "dirty_verdicts",
        set: "dirty_verdict",
        by: "account_id",
        through: &["_link_account"],
    },
];

/// How a relation is rebuilt in part, if it is.
pub(super) fn partly(view: &str) -> Option<Partly> {
    PARTLY.into_iter().find(|partly| partly.view == view)
}

impl Steps<'_> {
    /// Rebuilds the rows of a relation that may differ, and keeps which are gone and which are new.
    pub(super) fn partly_anew(&mut self, partly: Partly) -> Result<(), WarehouseError> {
        let Partly { view, filled_by, set, by, through } = partly;
        self.sql(filled_by, filling(filled_by));
        let shape = Shape::of(self.connection, &format!("_{view}"))?;
        self.sql(&format!("create fresh {view}"), shape.create_temporary(&format!("fresh_{view}")));
        for table in through {
            let hidden = Shape::of(self.connection, table)?;
            let rows = rows_in(&hidden, set, by);
            self.hide(&hidden, &rows);
        }
        self.sql(view, format!("insert into temp.fresh_{view} select * from (\n{}\n)", text_of(view)));
        for table in through {
            self.show(table);
        }
        self.compare(view, &shape, &format!("v.{by} in (select d.{by} from temp.{set} as d)\n  and "));
        Ok(())
    }
}

/// The rows of a table for the keys of a set: those in force, where it holds versions.
fn rows_in(shape: &Shape, set: &str, by: &str) -> String {
    let (table, columns) = (&shape.name, shape.columns("v"));
    let in_force = shape.in_force("v", "c").map_or(String::new(), |terms| format!("\n  and {terms}"));
    format!(
        "select {columns}
from main._run_context as c
cross join main.{table} as v
where v.{by} in (select d.{by} from temp.{set} as d){in_force}"
    )
}
