//! The sentence about the records that stand behind the most findings.

use crate::{output::counted, warehouse::affected::CauseShare};

/// `5 records stand behind 812 of 1571 findings, hygiene included`, without a name.
pub(crate) fn behind(share: &CauseShare) -> String {
    format!(
        "{} {} behind {} of {}, hygiene included",
        counted(share.cause_count, "record"),
        if share.cause_count == 1 { "stands" } else { "stand" },
        share.finding_count,
        counted(share.total_finding_count, "finding")
    )
}
