//! Records by whatever a person has of them.

use super::{
    Warehouse, WarehouseError,
    closed::closed,
    read::{Rows, Value},
    trace::Kind,
};
use crate::catalog::{files, statement};

/// What a text may be; each is null where it is none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sought {
    /// Only those.
    pub kind: Option<Kind>,
    /// An id of Zendesk.
    pub id: Option<i64>,
    /// An account id of 18 characters.
    pub account_id: Option<String>,
    /// A plain domain.
    pub domain: Option<String>,
    /// An e-mail address in lower case.
    pub address: Option<String>,
    /// A part of a name in lower case.
    pub part: Option<String>,
}

/// A name of a record, for what is nearly it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedRecord {
    /// An account or an organization.
    pub kind: Kind,
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
}

impl Warehouse {
    /// The records of the newest snapshots that a text may name: kind, id, name, how it was found, a detail, URL.
    pub fn sought(&self, sought: &Sought, limit: Option<u64>) -> Result<Rows<'_>, WarehouseError> {
        let text = |value: &Option<String>| value.clone().map_or(Value::Null, Value::Text);
        let own = [
            (":kind", sought.kind.map_or(Value::Null, |kind| Value::Text(kind.noun().to_owned()))),
            (":id", sought.id.map_or(Value::Null, Value::Integer)),
            (":account_id", text(&sought.account_id)),
            (":domain", text(&sought.domain)),
            (":address", text(&sought.address)),
            (":part", text(&sought.part)),
        ];
        self.rows_with(statement(files::FIND, "records"), &own, &[], "", limit)
    }

    /// Calls `visit` with every domain that records ever had and that may identify somebody.
    pub fn for_each_domain(&self, mut visit: impl FnMut(&str)) -> Result<(), WarehouseError> {
        let mut statement = self.connection.prepare("select domain from _domains where is_valid = 1")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            visit(row.get_ref(0)?.as_str().unwrap_or_default());
        }
        Ok(())
    }

    /// The names of all accounts and organizations of the newest snapshots.
    pub fn names_of_records(&self) -> Result<Vec<NamedRecord>, WarehouseError> {
        let mut statement = self.connection.prepare(statement(files::FIND, "names"))?;
        let rows = statement.query_map([], |row| {
            Ok(NamedRecord {
                kind: closed(row, row.as_ref().column_index("kind")?, Kind::of_noun)?,
                id: row.get("id")?,
                name: row.get("name")?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
