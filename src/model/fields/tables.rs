//! One table of fields for each kind of Zendesk record.
//!
//! Reader, fetch, inserter, content hash and data dictionary are made from these tables: a field is written
//! down here and nowhere else.
//!
//! # A row
//!
//! ```text
//! ("email", email: OptionalText, whole) => (email: OptionalText, hashed, "email": "Primary e-mail address …");
//! ```
//!
//! On the left is what the API sends: the key, the member of the record in `zendesk::wire`, how it is read,
//! and how much of it a fetch keeps ([`Keep`](super::Keep)). `decides` behind that marks a key without
//! which the collection cannot be judged. On the right is what the warehouse stores: the column, its type, its
//! place in the content hash ([`Place`](super::Place)), and the name and description of the public column.
//! An empty left side is a column that the ingest works out; an empty right side is read and not stored.
//!
//! The order of the rows is the order of the columns in the hash. Never change it: the versions of every
//! warehouse would be opened again. A new column is `added`, which hashes as nothing where it is null.
//!
//! # The types
//!
//! They are looked up where a table is used: `zendesk::wire` and `warehouse::records` have types of their own
//! for them. A table begins with its three records: as read, as stored, and what the ingest works out.

/// The fields of an organization.
macro_rules! organization_fields {
    ($make:ident) => {
        $make! { Organization OrganizationRecord MadeOfOrganization
            ("id", id: Id, whole)
                => (organization_id: Integer, key, "organization_id": "Zendesk organization id.");
            ("name", name: DisplayText, whole)
                => (name: Text, hashed, "name": "Name in Zendesk. Never used to find an account.");
            ("external_id", external_id: OptionalText, whole, decides)
                => (external_id: OptionalText, hashed,
                    "external_id": "external_id as Zendesk gave it. Null: Zendesk gave null.");
            () => (external_id_key: OptionalText, derived,
                    "external_id_key": "external_id without white space around it. Null: blank.");
            () => (external_account_id: OptionalText, derived,
                    "external_account_id":
                    "The 18-character account id that external_id stands for. Null: it is blank or no account id.");
            ("shared_tickets", shared_tickets: FlagOrFalse, whole, decides)
                => (is_shared_tickets: Flag, hashed,
                    "shared_tickets": "1: members see each other's tickets. 0: they do not.");
            ("shared_comments", shared_comments: FlagOrFalse, whole, decides)
                => (is_shared_comments: Flag, hashed,
                    "shared_comments": "1: members may comment on each other's tickets. 0: they may not.");
            ("domain_names", domain_names: Texts, whole, decides) => ();
            () => (domain_names: Text, hashed,
                    "domain_names": "JSON array of the organization's domains as Zendesk gave them, in its order.");
            ("created_at", created_at: OptionalTime, whole)
                => (created_at: OptionalText, hashed,
                    "created_at": "When Zendesk says that the record was made, ISO-8601 UTC. Null: Zendesk did not say.");
            ("updated_at", updated_at: OptionalTime, whole) => ();
            // Only the incremental export delivers deleted ones.
            ("deleted_at", deleted_at: OptionalTime, whole) => ();
        }
    };
}

/// The fields of a user.
macro_rules! user_fields {
    ($make:ident) => {
        $make! { User UserRecord MadeOfUser
            ("id", id: Id, whole) => (user_id: Integer, key, "user_id": "Zendesk user id.");
            ("name", name: OptionalDisplayText, whole)
                => (name: Text, hashed, "name": "Name in Zendesk.");
            ("email", email: OptionalText, whole, decides)
                => (email: OptionalText, hashed,
                    "email": "Primary e-mail address as Zendesk gave it. Null: none.");
            () => (email_domain_id: OptionalInteger, hashed,
                    "email_domain": "Part after the last @, lower case, ASCII form. Null: no address, or no plain host.");
            ("external_id", external_id: OptionalText, whole)
                => (external_id: OptionalText, hashed,
                    "external_id": "external_id as Zendesk gave it. Null: Zendesk gave null.");
            () => (external_id_key: OptionalText, derived,
                    "external_id_key": "external_id without white space around it. Null: blank.");
            ("role", role: OptionalText, whole, decides)
                => (role: Text, hashed, "role": "end-user, agent or admin.");
            ("verified", verified: FlagOrFalse, whole, decides)
                => (is_verified: Flag, hashed, "is_verified": "1: Zendesk verified the user. 0: it did not.");
            ("active", active: FlagOrTrue, whole, decides)
                => (is_active: Flag, hashed, "is_active": "1: the user exists. 0: it was deleted.");
            ("suspended", suspended: FlagOrFalse, whole, decides)
                => (is_suspended: Flag, hashed, "is_suspended": "1: the user is suspended. 0: it is not.");
            ("shared", shared: FlagOrFalse, whole)
                => (is_shared: Flag, hashed,
                    "is_shared": "1: shared from another Zendesk account, so it cannot be changed here. 0: it is not.");
            ("organization_id", organization_id: OptionalId, whole, decides)
                => (default_organization_id: OptionalInteger, hashed,
                    "default_organization_id":
                    "The user's default organization, from the user's own record. Null: none.");
            ("created_at", created_at: OptionalTime, whole)
                => (created_at: OptionalText, hashed,
                    "created_at": "When Zendesk says that the record was made, ISO-8601 UTC. Null: Zendesk did not say.");
            ("updated_at", updated_at: OptionalTime, whole) => ();
        }
    };
}

/// The fields of an organization membership.
macro_rules! membership_fields {
    ($make:ident) => {
        $make! { Membership MembershipRecord MadeOfMembership
            ("user_id", user_id: Id, whole, decides)
                => (user_id: Integer, key, "user_id": "The member, as in zendesk_users.");
            ("id", id: Id, whole)
                => (membership_id: Integer, key,
                    "membership_id": "Zendesk organization membership id.");
            ("organization_id", organization_id: Id, whole, decides)
                => (organization_id: Integer, hashed,
                    "organization_id": "The organization, as in zendesk_organizations.");
            ("default", is_default: FlagOrFalse, whole, decides)
                => (is_default: OptionalFlag, hashed,
                    "is_default":
                    "1: the membership says that it is the user's default. 0: it says that it is not. Null: it does not say. What counts is default_organization_id of the user.");
            ("created_at", created_at: OptionalTime, whole)
                => (created_at: OptionalText, hashed,
                    "created_at": "When Zendesk says that the record was made, ISO-8601 UTC. Null: Zendesk did not say.");
            ("updated_at", updated_at: OptionalTime, whole) => ();
        }
    };
}

/// The fields of a ticket, without anything that was written in it.
macro_rules! ticket_fields {
    ($make:ident) => {
        $make! { Ticket TicketRecord MadeOfTicket
            ("id", id: Id, whole) => (ticket_id: Integer, key, "ticket_id": "Zendesk ticket id.");
            ("requester_id", requester_id: OptionalId, whole, decides)
                => (requester_id: OptionalInteger, hashed,
                    "requester_id": "The requester, as in zendesk_users. Null: Zendesk gave none.");
            () => (requester_domain_id: OptionalInteger, hashed);
            ("organization_id", organization_id: OptionalId, whole, decides)
                => (organization_id: OptionalInteger, hashed,
                    "organization_id": "The organization under which the ticket is filed. Null: none.");
            ("status", status: PlainText, whole, decides)
                => (status: Text, hashed,
                    "status": "new, open, pending, hold, solved, closed or deleted.");
            ("created_at", created_at: Time, whole)
                => (created_at: Text, hashed, "created_at": "When the ticket was made, ISO-8601 UTC.");
            ("updated_at", updated_at: OptionalTime, whole) => ();
            ("brand_id", brand_id: OptionalId, whole)
                => (brand_id: OptionalInteger, hashed,
                    "brand_id": "Zendesk brand id. Null: Zendesk gave none.");
            // The rest of `via` names the sender.
            ("via", channel: Channel, part)
                => (via_channel: OptionalText, hashed,
                    "via_channel":
                    "Zendesk's name of the channel through which it came. Null: Zendesk gave none.");
            ("subject", subject: OptionalDisplayText, if_asked) => ();
            () => (subject: OptionalText, hashed,
                    "subject": "Subject of the ticket. Null: not kept, unless the ingest was asked to.");
        }
    };
}

pub(crate) use {membership_fields, organization_fields, ticket_fields, user_fields};
