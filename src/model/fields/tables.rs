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
            ("shared_tickets", shared_tickets: Flag, whole, decides)
                => (is_shared_tickets: OptionalFlag, hashed,
                    "shared_tickets":
                    "1: members see each other's tickets. 0: they do not. Null: the record does not say.");
            ("shared_comments", shared_comments: Flag, whole, decides)
                => (is_shared_comments: OptionalFlag, hashed,
                    "shared_comments":
                    "1: members may comment on each other's tickets. 0: they may not. Null: the record does not say.");
            ("domain_names", domain_names: Texts, whole, decides) => ();
            () => (domain_names: OptionalText, hashed,
                    "domain_names":
                    "JSON array of the organization's domains as Zendesk gave them, in its order. Null: the record does not say.");
            ("created_at", created_at: OptionalTime, whole)
                => (created_at: OptionalText, hashed,
                    "created_at": "When Zendesk says that the record was made, ISO-8601 UTC. Null: Zendesk did not say.");
            ("updated_at", updated_at: OptionalTime, whole) => ();
            // Only the incremental export delivers deleted ones.
            ("deleted_at", deleted_at: OptionalTime, whole) => ();
            ("url", url: OptionalText, dropped) => ();
            // Of the fields, which may hold anything, only account ids.
            ("organization_fields", organization_fields: AccountFields, part) => ();
            () => (account_fields: OptionalText, added,
                    "account_fields":
                    "JSON object of the organization fields that hold an account id, with the 18-character ids. Null: the record does not say.");
            // Of the field that holds the account id in place of external_id, if there is one.
            () => (key_in_field: OptionalText, added);
            () => (account_key: OptionalText, derived,
                    "account_key":
                    "What names the account, without white space around it: external_id, or the organization field of account_id_field. Null: blank. Empty: the record does not say.");
            () => (key_account_id: OptionalText, derived,
                    "key_account_id":
                    "The account id that account_key stands for, 18 characters; as received where it begins with 001 and its checksum does not match. Null: no account id.");
            () => (external_account_key: OptionalText, derived);
            () => (name_key: OptionalText, derived);
            () => (undecided_fields: OptionalText, added,
                    "undecided_fields":
                    "Fields that Zendesk always sends and that the record lacks, with commas between. Null: none.");
            // The API sends none of these: they are an exporter's marks.
            ("_fivetran_deleted", fivetran_deleted: FlagOrFalse, dropped) => ();
            ("_sdc_deleted_at", sdc_deleted: Filled, dropped) => ();
            ("_ab_cdc_deleted_at", airbyte_deleted: Filled, dropped) => ();
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
                => (role: OptionalText, hashed,
                    "role": "end-user, agent or admin. Null: the record does not say.");
            ("verified", verified: Flag, whole, decides)
                => (is_verified: OptionalFlag, hashed,
                    "is_verified":
                    "1: one of the user's addresses is verified. 0: none is. Null: the record does not say.");
            ("active", active: FlagOrTrue, whole, decides)
                => (is_active: OptionalFlag, hashed,
                    "is_active": "1: the user exists. 0: it was deleted. Null: the record does not say.");
            ("suspended", suspended: Flag, whole, decides)
                => (is_suspended: OptionalFlag, hashed,
                    "is_suspended":
                    "1: the user is suspended. 0: it is not. Null: the record does not say.");
            ("shared", shared: Flag, whole)
                => (is_shared: OptionalFlag, hashed,
                    "is_shared":
                    "1: shared from another Zendesk account, so it cannot be changed here. 0: it is not. Null: the record does not say.");
            ("organization_id", organization_id: OptionalId, whole, decides)
                => (default_organization_id: OptionalInteger, hashed,
                    "default_organization_id":
                    "The user's default organization, from the user's own record. Null: none.");
            ("created_at", created_at: OptionalTime, whole)
                => (created_at: OptionalText, hashed,
                    "created_at": "When Zendesk says that the record was made, ISO-8601 UTC. Null: Zendesk did not say.");
            ("updated_at", updated_at: OptionalTime, whole) => ();
            ("url", url: OptionalText, dropped) => ();
            ("ticket_restriction", ticket_restriction: SaidText, whole)
                => (ticket_restriction: OptionalText, added,
                    "ticket_restriction":
                    "Which tickets the user sees: organization, groups, assigned or requested. Empty: Zendesk gave null. Null: the record does not say.");
            () => (undecided_fields: OptionalText, added,
                    "undecided_fields":
                    "Fields that Zendesk always sends and that the record lacks, with commas between. Null: none.");
            // The API sends none of these: they are an exporter's marks.
            ("_fivetran_deleted", fivetran_deleted: FlagOrFalse, dropped) => ();
            ("_sdc_deleted_at", sdc_deleted: Filled, dropped) => ();
            ("_ab_cdc_deleted_at", airbyte_deleted: Filled, dropped) => ();
        }
    };
}

/// The fields of an organization membership.
macro_rules! membership_fields {
    ($make:ident) => {
        $make! { Membership MembershipRecord MadeOfMembership
            ("user_id", user_id: IdIfThere, whole, decides) => ();
            () => (user_id: Integer, key, "user_id": "The member, as in zendesk_users.");
            ("id", id: Id, whole)
                => (membership_id: Integer, key,
                    "membership_id": "Zendesk organization membership id.");
            ("organization_id", organization_id: IdIfThere, whole, decides) => ();
            () => (organization_id: Integer, hashed,
                    "organization_id": "The organization, as in zendesk_organizations.");
            ("default", is_default: Flag, whole, decides)
                => (is_default: OptionalFlag, hashed,
                    "is_default":
                    "1: the membership says that it is the user's default. 0: it says that it is not. Null: it does not say. What counts is default_organization_id of the user.");
            ("created_at", created_at: OptionalTime, whole)
                => (created_at: OptionalText, hashed,
                    "created_at": "When Zendesk says that the record was made, ISO-8601 UTC. Null: Zendesk did not say.");
            ("updated_at", updated_at: OptionalTime, whole) => ();
            ("url", url: OptionalText, dropped) => ();
            // The API sends none of these: they are an exporter's marks.
            ("_fivetran_deleted", fivetran_deleted: FlagOrFalse, dropped) => ();
            ("_sdc_deleted_at", sdc_deleted: Filled, dropped) => ();
            ("_ab_cdc_deleted_at", airbyte_deleted: Filled, dropped) => ();
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
            ("status", status: TextIfThere, whole, decides)
                => (status: OptionalText, hashed,
                    "status":
                    "new, open, pending, hold, solved, closed or deleted. Null: the record does not say.");
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
            ("url", url: OptionalText, dropped) => ();
            () => (undecided_fields: OptionalText, added,
                    "undecided_fields":
                    "Fields that Zendesk always sends and that the record lacks, with commas between. Null: none.");
            // The API sends none of these: they are an exporter's marks.
            ("_fivetran_deleted", fivetran_deleted: FlagOrFalse, dropped) => ();
            ("_sdc_deleted_at", sdc_deleted: Filled, dropped) => ();
            ("_ab_cdc_deleted_at", airbyte_deleted: Filled, dropped) => ();
        }
    };
}

pub(crate) use {membership_fields, organization_fields, ticket_fields, user_fields};
