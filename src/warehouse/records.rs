//! The records of Zendesk as row versions.

use rusqlite::Connection;

use super::{
    OPEN, WarehouseError,
    hash::ContentHasher,
    intervals::IntervalWriter,
    versions::{Shape, VersionWriter},
};

/// A kind of record that is written one by one and closed where a complete reading did not see it.
pub trait RecordWriter {
    /// Identifies one record in the order of the table: the id, or the user and the membership.
    type Key: Ord + Copy;

    /// Whether no earlier snapshot stored anything.
    fn is_first(&self) -> bool;

    /// Stores what was put and still waits.
    fn flush(&mut self) -> Result<(), WarehouseError>;

    /// Visits the open records in the order of their keys.
    fn open_keys(&self, visit: impl FnMut(Self::Key)) -> Result<(), WarehouseError>;

    /// Closes a record that is gone.
    fn close(&mut self, key: Self::Key) -> Result<(), WarehouseError>;
}

/// Closes every open record whose key is not among `seen`, which are sorted. Returns how many were closed.
pub fn close_unseen<W: RecordWriter>(
    writer: &mut W,
    seen: impl Iterator<Item = W::Key>,
) -> Result<u64, WarehouseError> {
    let mut seen = seen.peekable();
    // What is gone is little; what is there is not kept.
    let mut gone = Vec::new();
    writer.open_keys(|key| {
        while seen.next_if(|&seen| seen < key).is_some() {}
        if seen.peek() != Some(&key) {
            gone.push(key);
        }
    })?;
    for &key in &gone {
        writer.close(key)?;
    }
    Ok(gone.len() as u64)
}

fn open_ids(
    connection: &Connection,
    table: &str,
    key: &str,
    mut visit: impl FnMut(i64),
) -> Result<(), WarehouseError> {
    let mut statement =
        connection.prepare(&format!("select {key} from {table} where valid_to = {OPEN} order by {key}"))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        visit(row.get(0)?);
    }
    Ok(())
}

/// An organization as it is stored.
#[derive(Debug)]
pub struct OrganizationRecord<'a> {
    /// Zendesk's id.
    pub organization_id: i64,
    /// Its name.
    pub name: &'a str,
    /// As received.
    pub external_id: Option<&'a str>,
    /// Trimmed; none if nothing remains.
    pub external_id_key: Option<&'a str>,
    /// The 18-character account id that the key stands for.
    pub external_account_id: Option<&'a str>,
    /// Members see each other's tickets.
    pub is_shared_tickets: bool,
    /// Members comment on each other's tickets.
    pub is_shared_comments: bool,
    /// JSON array, as received and in its order.
    pub domain_names: &'a str,
    /// Numbers of the plain hosts among them, sorted, none twice.
    pub domain_ids: &'a [i64],
    /// ISO-8601 UTC.
    pub created_at: Option<&'a str>,
}

/// Writes organizations.
pub struct OrganizationWriter<'c> {
    connection: &'c Connection,
    versions: VersionWriter<'c>,
    domains: IntervalWriter<'c>,
    hasher: ContentHasher,
}

impl<'c> OrganizationWriter<'c> {
    /// For one snapshot.
    pub fn new(connection: &'c Connection, snapshot_id: i64) -> Result<Self, WarehouseError> {
        const SHAPE: Shape = Shape {
            table: "_organization_versions",
            keys: &["organization_id"],
            content: &[
                "name",
                "external_id",
                "external_id_key",
                "external_account_id",
                "is_shared_tickets",
                "is_shared_comments",
                "domain_names",
                "created_at",
            ],
        };
        Ok(Self {
            connection,
            versions: VersionWriter::new(connection, &SHAPE, snapshot_id)?,
            domains: IntervalWriter::new(
                connection,
                "_organization_domain_versions",
                "organization_id",
                snapshot_id,
            )?,
            hasher: ContentHasher::default(),
        })
    }

    /// Stores one organization.
    pub fn put(&mut self, record: &OrganizationRecord<'_>) -> Result<(), WarehouseError> {
        let hasher = self.hasher.begin();
        hasher
            .text(Some(record.name))
            .text(record.external_id)
            .integer(Some(record.is_shared_tickets.into()))
            .integer(Some(record.is_shared_comments.into()))
            .text(Some(record.domain_names))
            .text(record.created_at);
        for &domain_id in record.domain_ids {
            hasher.integer(Some(domain_id));
        }
        let hash = hasher.finish();
        let put = self.versions.put(
            &[&record.organization_id],
            hash,
            &[
                &record.name,
                &record.external_id,
                &record.external_id_key,
                &record.external_account_id,
                &record.is_shared_tickets,
                &record.is_shared_comments,
                &record.domain_names,
                &record.created_at,
            ],
        )?;
        if put == super::versions::Put::Opened {
            self.domains.set(&record.organization_id, record.domain_ids)?;
        }
        Ok(())
    }
}

impl RecordWriter for OrganizationWriter<'_> {
    type Key = i64;

    fn is_first(&self) -> bool {
        self.versions.is_first()
    }

    fn flush(&mut self) -> Result<(), WarehouseError> {
        self.versions.flush()
    }

    fn open_keys(&self, visit: impl FnMut(i64)) -> Result<(), WarehouseError> {
        open_ids(self.connection, "_organization_versions", "organization_id", visit)
    }

    fn close(&mut self, organization_id: i64) -> Result<(), WarehouseError> {
        self.versions.close(&[&organization_id])?;
        self.domains.set(&organization_id, &[])
    }
}

/// A user as it is stored.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "the API has these flags, and they are independent")]
pub struct UserRecord<'a> {
    /// Zendesk's id.
    pub user_id: i64,
    /// Its name.
    pub name: &'a str,
    /// As received.
    pub email: Option<&'a str>,
    /// Number of the e-mail domain, if that is a plain host.
    pub email_domain_id: Option<i64>,
    /// As received.
    pub external_id: Option<&'a str>,
    /// Trimmed; none if nothing remains.
    pub external_id_key: Option<&'a str>,
    /// `end-user`, `agent` or `admin`.
    pub role: &'a str,
    /// The address was verified.
    pub is_verified: bool,
    /// Not deleted.
    pub is_active: bool,
    /// Suspended.
    pub is_suspended: bool,
    /// Shared from another Zendesk account, so it cannot be updated here.
    pub is_shared: bool,
    /// The default organization.
    pub default_organization_id: Option<i64>,
    /// ISO-8601 UTC.
    pub created_at: Option<&'a str>,
}

impl UserRecord<'_> {
    /// An active, unsuspended end user: the domain decides whether it is eligible.
    pub fn is_active_end_user(&self) -> bool {
        self.role == "end-user" && self.is_active && !self.is_suspended
    }
}

/// Writes users.
pub struct UserWriter<'c> {
    connection: &'c Connection,
    versions: VersionWriter<'c>,
    hasher: ContentHasher,
}

impl<'c> UserWriter<'c> {
    /// For one snapshot.
    pub fn new(connection: &'c Connection, snapshot_id: i64) -> Result<Self, WarehouseError> {
        const SHAPE: Shape = Shape {
            table: "_user_versions",
            keys: &["user_id"],
            content: &[
                "name",
                "email",
                "email_domain_id",
                "external_id",
                "external_id_key",
                "role",
                "is_verified",
                "is_active",
                "is_suspended",
                "is_shared",
                "default_organization_id",
                "created_at",
            ],
        };
        Ok(Self {
            connection,
            versions: VersionWriter::new(connection, &SHAPE, snapshot_id)?,
            hasher: ContentHasher::default(),
        })
    }

    /// Stores one user.
    pub fn put(&mut self, record: &UserRecord<'_>) -> Result<(), WarehouseError> {
        let hash = self
            .hasher
            .begin()
            .text(Some(record.name))
            .text(record.email)
            .integer(record.email_domain_id)
            .text(record.external_id)
            .text(Some(record.role))
            .integer(Some(record.is_verified.into()))
            .integer(Some(record.is_active.into()))
            .integer(Some(record.is_suspended.into()))
            .integer(Some(record.is_shared.into()))
            .integer(record.default_organization_id)
            .text(record.created_at)
            .finish();
        self.versions.put(
            &[&record.user_id],
            hash,
            &[
                &record.name,
                &record.email,
                &record.email_domain_id,
                &record.external_id,
                &record.external_id_key,
                &record.role,
                &record.is_verified,
                &record.is_active,
                &record.is_suspended,
                &record.is_shared,
                &record.default_organization_id,
                &record.created_at,
            ],
        )?;
        Ok(())
    }
}

impl RecordWriter for UserWriter<'_> {
    type Key = i64;

    fn is_first(&self) -> bool {
        self.versions.is_first()
    }

    fn flush(&mut self) -> Result<(), WarehouseError> {
        self.versions.flush()
    }

    fn open_keys(&self, visit: impl FnMut(i64)) -> Result<(), WarehouseError> {
        open_ids(self.connection, "_user_versions", "user_id", visit)
    }

    fn close(&mut self, user_id: i64) -> Result<(), WarehouseError> {
        self.versions.close(&[&user_id])
    }
}

/// A membership as it is stored.
#[derive(Debug)]
pub struct MembershipRecord<'a> {
    /// Zendesk's id.
    pub membership_id: i64,
    /// The member.
    pub user_id: i64,
    /// The organization.
    pub organization_id: i64,
    /// Whether the organization is the user's default; Zendesk sometimes says neither.
    pub is_default: Option<bool>,
    /// ISO-8601 UTC.
    pub created_at: Option<&'a str>,
}

/// Writes memberships.
pub struct MembershipWriter<'c> {
    connection: &'c Connection,
    versions: VersionWriter<'c>,
    hasher: ContentHasher,
}

impl<'c> MembershipWriter<'c> {
    /// For one snapshot.
    pub fn new(connection: &'c Connection, snapshot_id: i64) -> Result<Self, WarehouseError> {
        const SHAPE: Shape = Shape {
            table: "_membership_versions",
            keys: &["user_id", "membership_id"],
            content: &["organization_id", "is_default", "created_at"],
        };
        Ok(Self {
            connection,
            versions: VersionWriter::new(connection, &SHAPE, snapshot_id)?,
            hasher: ContentHasher::default(),
        })
    }

    /// Stores one membership.
    pub fn put(&mut self, record: &MembershipRecord<'_>) -> Result<(), WarehouseError> {
        let hash = self
            .hasher
            .begin()
            .integer(Some(record.organization_id))
            .integer(record.is_default.map(i64::from))
            .text(record.created_at)
            .finish();
        self.versions.put(
            &[&record.user_id, &record.membership_id],
            hash,
            &[&record.organization_id, &record.is_default, &record.created_at],
        )?;
        Ok(())
    }
}

impl RecordWriter for MembershipWriter<'_> {
    /// User and membership.
    type Key = (i64, i64);

    fn is_first(&self) -> bool {
        self.versions.is_first()
    }

    fn flush(&mut self) -> Result<(), WarehouseError> {
        self.versions.flush()
    }

    fn open_keys(&self, mut visit: impl FnMut((i64, i64))) -> Result<(), WarehouseError> {
        let mut statement = self.connection.prepare(&format!(
            "select user_id, membership_id from _membership_versions where valid_to = {OPEN}
             order by user_id, membership_id"
        ))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            visit((row.get(0)?, row.get(1)?));
        }
        Ok(())
    }

    fn close(&mut self, (user_id, membership_id): (i64, i64)) -> Result<(), WarehouseError> {
        self.versions.close(&[&user_id, &membership_id])
    }
}

/// A ticket as it is stored.
#[derive(Debug)]
pub struct TicketRecord<'a> {
    /// Zendesk's id.
    pub ticket_id: i64,
    /// The requester.
    pub requester_id: Option<i64>,
    /// Number of the requester's e-mail domain, if it is an active, unsuspended end user.
    pub requester_domain_id: Option<i64>,
    /// The organization that the ticket is filed under.
    pub organization_id: Option<i64>,
    /// `new`, `open`, `pending`, `hold`, `solved`, `closed` or `deleted`.
    pub status: &'a str,
    /// ISO-8601 UTC.
    pub created_at: &'a str,
    /// The brand.
    pub brand_id: Option<i64>,
    /// How the ticket came in.
    pub via_channel: Option<&'a str>,
    /// Only where it was asked for.
    pub subject: Option<&'a str>,
}

/// Writes tickets.
pub struct TicketWriter<'c> {
    connection: &'c Connection,
    versions: VersionWriter<'c>,
    hasher: ContentHasher,
}

impl<'c> TicketWriter<'c> {
    /// For one snapshot.
    pub fn new(connection: &'c Connection, snapshot_id: i64) -> Result<Self, WarehouseError> {
        const SHAPE: Shape = Shape {
            table: "_ticket_versions",
            keys: &["ticket_id"],
            content: &[
                "requester_id",
                "requester_domain_id",
                "organization_id",
                "status",
                "created_at",
                "brand_id",
                "via_channel",
                "subject",
            ],
        };
        Ok(Self {
            connection,
            versions: VersionWriter::new(connection, &SHAPE, snapshot_id)?,
            hasher: ContentHasher::default(),
        })
    }

    /// Stores one ticket.
    pub fn put(&mut self, record: &TicketRecord<'_>) -> Result<(), WarehouseError> {
        let hash = self
            .hasher
            .begin()
            .integer(record.requester_id)
            .integer(record.requester_domain_id)
            .integer(record.organization_id)
            .text(Some(record.status))
            .text(Some(record.created_at))
            .integer(record.brand_id)
            .text(record.via_channel)
            .text(record.subject)
            .finish();
        self.versions.put(
            &[&record.ticket_id],
            hash,
            &[
                &record.requester_id,
                &record.requester_domain_id,
                &record.organization_id,
                &record.status,
                &record.created_at,
                &record.brand_id,
                &record.via_channel,
                &record.subject,
            ],
        )?;
        Ok(())
    }
}

impl RecordWriter for TicketWriter<'_> {
    type Key = i64;

    fn is_first(&self) -> bool {
        self.versions.is_first()
    }

    fn flush(&mut self) -> Result<(), WarehouseError> {
        self.versions.flush()
    }

    fn open_keys(&self, visit: impl FnMut(i64)) -> Result<(), WarehouseError> {
        open_ids(self.connection, "_ticket_versions", "ticket_id", visit)
    }

    fn close(&mut self, ticket_id: i64) -> Result<(), WarehouseError> {
        self.versions.close(&[&ticket_id])
    }
}
