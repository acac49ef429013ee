//! Normalizers for the three things that can identify a customer: a Salesforce account id, a
//! stored Zendesk organization id and a domain.
//!
//! Everything here is pure: text in, key or problem out. A problem has a stable reason code
//! (`as_str`), because codes are stored and counted, and never carries the value itself.

mod account_id;
mod domain;
mod email;
mod external_id;
mod idna2008;
mod mojibake;
mod name;
mod organization_id;
mod plain_host;
mod trim;

pub use account_id::{AccountId, AccountIdProblem, IdForm, ParsedAccountId};
pub use domain::{DomainProblem, domain_key, hosts_above, is_valid_domain, registrable_part};
pub use email::email_domain;
pub use external_id::{ExternalIdKey, external_id_key, named_account};
pub use name::name_key;
pub use organization_id::{StoredIdProblem, stored_organization_id};
pub use plain_host::{HostProblem, is_host_by_mapping_only, plain_host};
pub use trim::trim_invisible;
