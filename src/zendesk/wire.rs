//! The records of the Zendesk Support API, reduced to the fields that are used.
//!
//! Strings are borrowed from the text they were read from: a record lives as long as the line or the
//! page that holds it, and a caller copies what it keeps. Unknown fields are ignored. Message bodies
//! and comments have no field here on purpose: what is never read cannot leak.
//!
//! # What is refused
//!
//! An id that is missing, not an integer, not positive or beyond 64 bits; a value of the wrong type;
//! a time that is none. A field that Zendesk may leave empty accepts both null and absence.
//!
//! Field lists: <https://developer.zendesk.com/api-reference/ticketing/organizations/organizations/>,
//! <https://developer.zendesk.com/api-reference/ticketing/users/users/>,
//! <https://developer.zendesk.com/api-reference/ticketing/organizations/organization_memberships/>,
//! <https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/>.

mod kinds;
#[cfg(test)]
mod tests;
mod time;

use std::fmt;

use serde::Deserialize;
use serde::de::{self, Deserializer, IgnoredAny, MapAccess, Visitor};

use crate::model::fields::{Absent, membership_fields, organization_fields, ticket_fields, user_fields};
use kinds::{Kind as _, Read, values};

pub use kinds::FieldValue;
pub(super) use kinds::WireId as StampId;
pub(super) use time::owned_time;
pub use time::{Timestamp, utc_text};

/// What every record has.
pub trait ApiRecord {
    /// The keys that it lacks.
    fn absent(&self) -> Absent;

    /// Its address in the API.
    fn url(&self) -> Option<&str>;

    /// When it last changed, ISO-8601 UTC.
    fn updated_at(&self) -> Option<&str>;

    /// Whether an exporter marks it as deleted.
    fn is_marked_deleted(&self) -> bool;
}

/// Makes the type of a record and its reader from a table of fields.
macro_rules! record {
    ($record:ident $stored:ident $made:ident $( $left:tt => $right:tt; )+) => {
        record! { @keys $record [] $( $left )+ }
    };
    // A column that the ingest works out is not read.
    (@keys $record:ident [$($rows:tt)*] () $($rest:tt)*) => { record! { @keys $record [$($rows)*] $($rest)* } };
    (@keys $record:ident [$($rows:tt)*] $left:tt $($rest:tt)*) => {
        record! { @keys $record [$($rows)* $left] $($rest)* }
    };
    (@keys $record:ident [$(($key:literal, $member:ident: $kind:ident $($rest:tt)*))+]) => {
        #[doc = concat!("A record of the API; see the table of fields for `", stringify!($record), "`.")]
        #[derive(Debug, Clone, PartialEq, Eq)]
        #[allow(clippy::struct_excessive_bools, reason = "independent flags of the API's record")]
        pub struct $record<'a> {
            $(
                #[doc = concat!("`", $key, "`.")]
                pub $member: values::$kind<'a>,
            )+
            /// The keys that the record lacks.
            pub absent: Absent,
        }

        impl ApiRecord for $record<'_> {
            fn absent(&self) -> Absent {
                self.absent
            }

            fn url(&self) -> Option<&str> {
                self.url.as_deref()
            }

            fn updated_at(&self) -> Option<&str> {
                self.updated_at.as_deref()
            }

            fn is_marked_deleted(&self) -> bool {
                self.fivetran_deleted || self.sdc_deleted || self.airbyte_deleted
            }
        }

        impl<'de: 'a, 'a> Deserialize<'de> for $record<'a> {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                #[allow(non_camel_case_types, reason = "named after the members")]
                enum Key { $($member,)+ Other }

                impl<'de> Deserialize<'de> for Key {
                    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                        struct KeyVisitor;
                        impl Visitor<'_> for KeyVisitor {
                            type Value = Key;

                            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                                f.write_str("a key")
                            }

                            fn visit_str<E: de::Error>(self, key: &str) -> Result<Key, E> {
                                Ok(match key { $($key => Key::$member,)+ _ => Key::Other })
                            }
                        }
                        deserializer.deserialize_identifier(KeyVisitor)
                    }
                }

                struct RecordVisitor;
                impl<'de> Visitor<'de> for RecordVisitor {
                    type Value = $record<'de>;

                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str("a record: an object")
                    }

                    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                        $(let mut $member = None;)+
                        while let Some(key) = map.next_key::<Key>()? {
                            match key {
                                $(Key::$member => {
                                    if $member.is_some() {
                                        return Err(de::Error::duplicate_field($key));
                                    }
                                    $member = Some(map.next_value::<Read<'_, kinds::$kind>>()?.0);
                                })+
                                Key::Other => {
                                    map.next_value::<IgnoredAny>()?;
                                }
                            }
                        }
                        let mut absent = Absent::default();
                        Ok($record {
                            $($member: match $member {
                                Some(value) => value,
                                None => {
                                    absent.add(Key::$member as u32);
                                    kinds::$kind::absent().ok_or_else(|| de::Error::missing_field($key))?
                                }
                            },)+
                            absent,
                        })
                    }
                }
                deserializer.deserialize_map(RecordVisitor)
            }
        }
    };
}

organization_fields!(record);
user_fields!(record);
membership_fields!(record);
ticket_fields!(record);

impl Organization<'_> {
    /// Returns whether the export says that the organization no longer exists.
    pub fn is_deleted(&self) -> bool {
        self.deleted_at.is_some()
    }
}

/// What is used of the account's settings.
///
/// See <https://developer.zendesk.com/api-reference/ticketing/account-configuration/account_settings/>.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AccountSettings {
    /// Whether a user may belong to several organizations; `None` where the settings do not say.
    pub multiple_organizations: Option<bool>,
}

impl<'de> Deserialize<'de> for AccountSettings {
    /// Accepts the API's envelope (`{"settings": {...}}`) and what is inside it.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Envelope {
            #[serde(default)]
            settings: Option<Settings>,
            #[serde(default)]
            user: Option<UserSettings>,
        }
        #[derive(Deserialize)]
        struct Settings {
            #[serde(default)]
            user: Option<UserSettings>,
        }
        #[derive(Deserialize)]
        struct UserSettings {
            #[serde(default)]
            multiple_organizations: Option<bool>,
        }

        let envelope = Envelope::deserialize(deserializer)?;
        let user = match envelope.settings {
            Some(settings) => settings.user,
            None => envelope.user,
        };
        Ok(Self { multiple_organizations: user.and_then(|user| user.multiple_organizations) })
    }
}
