//! How the values of fields are read: ids, flags and borrowed text.
//!
//! Each kind is named in the tables of [`crate::model::fields`].
//!
//! `Cow<str>` borrows by itself only as a direct field; inside an `Option` or a `Vec` serde copies it
//! (<https://serde.rs/lifetimes.html#borrowing-data-in-a-derived-impl>). Every text therefore goes through a
//! visitor of this file.
//!
//! Every message has the form "…, expected X" with a fixed X, so that the part before it, which may
//! quote the record, can be cut off by whoever shows the error.

use std::borrow::Cow;
use std::fmt;

use serde::de::{self, Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Unexpected};
use serde_json::value::RawValue;

use super::time::{TimeText, Timestamp};

/// How the value of a key is read, and what its absence means.
pub(super) trait Kind {
    /// The value, which borrows from the text.
    type Value<'a>;

    /// Reads a value.
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self::Value<'de>, D::Error>;

    /// What a record without the key has; none where it is refused.
    fn absent<'a>() -> Option<Self::Value<'a>>;
}

/// A value that was read as a kind says.
pub(super) struct Read<'a, K: Kind>(pub(super) K::Value<'a>);

impl<'de, K: Kind> Deserialize<'de> for Read<'de, K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        K::read(deserializer).map(Self)
    }
}

/// Declares kinds: the value, how it is read, what a record without the key has.
macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident = $value:ty, $read:expr, $absent:expr;)+) => {
        /// The values of kinds, by their names.
        pub(in crate::zendesk::wire) mod values {
            use super::{Cow, FieldValue, Timestamp};

            $( $(#[$doc])* pub(in crate::zendesk::wire) type $kind<'a> = $value; )+
        }

        $(
        $(#[$doc])*
        #[derive(Debug)]
        pub(super) enum $kind {}

        impl Kind for $kind {
            type Value<'a> = values::$kind<'a>;

            fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self::Value<'de>, D::Error> {
                Deserialize::deserialize(deserializer).map($read)
            }

            fn absent<'a>() -> Option<Self::Value<'a>> {
                $absent
            }
        }
        )+
    };
}

kinds! {
    /// A record's own id, or one that it cannot do without.
    Id = i64, |id: WireId| id.0, None;
    /// An id; null and absence are none.
    OptionalId = Option<i64>, |id: Option<WireId>| id.map(|id| id.0), Some(None);
    /// An id that Zendesk always sends; none where an exporter left the key out.
    IdIfThere = Option<i64>, |id: WireId| Some(id.0), Some(None);
    /// A word of a closed set; none where an exporter left the key out.
    TextIfThere = Option<Cow<'a, str>>, |text: WireText<'de>| Some(text.0), Some(None);
    /// Text, empty where the API says null; none where the key is not there.
    SaidText = Option<Cow<'a, str>>, |text: Option<WireText<'de>>| Some(text.map_or(Cow::Borrowed(""), |text| text.0)), Some(None);
    /// Text as received; an empty string is kept as such.
    OptionalText = Option<Cow<'a, str>>, |text: Option<WireText<'de>>| text.map(|text| text.0), Some(None);
    /// Text that is only shown. Unpaired surrogates are replaced.
    DisplayText = Cow<'a, str>, |text: WireDisplayText<'de>| text.0, None;
    /// The same, where it may be missing.
    OptionalDisplayText = Option<Cow<'a, str>>, |text: Option<WireDisplayText<'de>>| text.map(|text| text.0), Some(None);
    /// Texts in their order; none where the key is not there.
    Texts = Option<Vec<Cow<'a, str>>>, |texts: Option<WireTexts<'de>>| Some(texts.map_or_else(Vec::new, |texts| texts.0)), Some(None);
    /// What organization fields say of accounts; none where the key is not there.
    AccountFields = Option<Vec<(Cow<'a, str>, FieldValue<'a>)>>, |fields: Option<WireFields<'de>>| Some(fields.map_or_else(Vec::new, |fields| fields.0)), Some(None);
    /// A time, in UTC.
    Time = Timestamp<'a>, |time: TimeText<'de>| time.0, None;
    /// The same, where it may be missing.
    OptionalTime = Option<Timestamp<'a>>, |time: Option<TimeText<'de>>| time.map(|time| time.0), Some(None);
    /// A flag; the API writes null for false.
    FlagOrFalse = bool, |flag: Option<bool>| flag.unwrap_or(false), Some(false);
    /// A flag; the API writes null for false. None where the key is not there.
    Flag = Option<bool>, |flag: Option<bool>| Some(flag.unwrap_or(false)), Some(None);
    /// The same, where null is true.
    FlagOrTrue = Option<bool>, |flag: Option<bool>| Some(flag.unwrap_or(true)), Some(None);
    /// Whether there is anything: a time of deletion.
    Filled = bool, |filled: WireFilled| filled.0, Some(false);
    /// The channel of a `via`, where it is a string. Old records hold numbers, which are left out.
    Channel = Option<Cow<'a, str>>, |channel: WireChannel<'de>| channel.0, Some(None);
}

/// An id as a number or as decimal text, which warehouses export because some readers take numbers for floats.
pub(in crate::zendesk) struct WireId(pub(in crate::zendesk) i64);

impl<'de> Deserialize<'de> for WireId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(IdVisitor)
    }
}

struct IdVisitor;

impl de::Visitor<'_> for IdVisitor {
    type Value = WireId;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an id: a whole number from 1 to 9223372036854775807")
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<WireId, E> {
        match i64::try_from(value) {
            Ok(id) if id > 0 => Ok(WireId(id)),
            _ => Err(E::invalid_value(Unexpected::Unsigned(value), &self)),
        }
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<WireId, E> {
        if value > 0 { Ok(WireId(value)) } else { Err(E::invalid_value(Unexpected::Signed(value), &self)) }
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<WireId, E> {
        let is_decimal = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
        match text.parse() {
            Ok(id) if is_decimal => Ok(WireId(id)),
            _ => Err(E::invalid_value(Unexpected::Other("text"), &self)),
        }
    }
}

/// What an organization field holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldValue<'a> {
    /// Null, or nothing but white space.
    Blank,
    /// Text that may be an account id.
    Text(Cow<'a, str>),
    /// Anything else.
    Other,
}

impl<'a> FieldValue<'a> {
    /// A damaged text in a field that nobody asks for must not refuse the collection.
    fn of(value: &'a RawValue) -> Self {
        let text: Cow<'a, str> = match value.get().as_bytes() {
            [b'n', ..] => return Self::Blank,
            [b'"', inner @ .., b'"'] if !inner.contains(&b'\\') => {
                Cow::Borrowed(&value.get()[1..=inner.len()])
            }
            [b'"', ..] => match serde_json::from_str::<String>(value.get()) {
                Ok(text) => Cow::Owned(text),
                Err(_) => return Self::Other,
            },
            _ => return Self::Other,
        };
        if text.trim().is_empty() { Self::Blank } else { Self::Text(text) }
    }
}

struct WireFields<'a>(Vec<(Cow<'a, str>, FieldValue<'a>)>);

impl<'de> Deserialize<'de> for WireFields<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(FieldsVisitor)
    }
}

struct FieldsVisitor;

impl<'de> de::Visitor<'de> for FieldsVisitor {
    type Value = WireFields<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of fields")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<WireFields<'de>, A::Error> {
        let mut fields = Vec::new();
        while let Some(key) = object.next_key::<WireText<'de>>()? {
            fields.push((key.0, FieldValue::of(object.next_value()?)));
        }
        Ok(WireFields(fields))
    }
}

/// Whether a value is there: not null, not empty text, not false.
struct WireFilled(bool);

impl<'de> Deserialize<'de> for WireFilled {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(FilledVisitor).map(WireFilled)
    }
}

struct FilledVisitor;

impl de::Visitor<'_> for FilledVisitor {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a time or null")
    }

    fn visit_unit<E: de::Error>(self) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_bool<E: de::Error>(self, flag: bool) -> Result<bool, E> {
        Ok(flag)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<bool, E> {
        Ok(!text.trim().is_empty())
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<bool, E> {
        Ok(true)
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> Result<bool, E> {
        Ok(true)
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<bool, E> {
        Ok(true)
    }
}

struct WireText<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for WireText<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(TextVisitor).map(WireText)
    }
}

struct TextVisitor;

impl<'de> de::Visitor<'de> for TextVisitor {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Borrowed(text))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Owned(text.to_owned()))
    }

    fn visit_string<E: de::Error>(self, text: String) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Owned(text))
    }

    // Only `WireDisplayText` asks for bytes.
    fn visit_borrowed_bytes<E: de::Error>(self, text: &'de [u8]) -> Result<Cow<'de, str>, E> {
        Ok(String::from_utf8_lossy(text))
    }

    fn visit_bytes<E: de::Error>(self, text: &[u8]) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Owned(String::from_utf8_lossy(text).into_owned()))
    }
}

/// Text that is only shown: an unpaired surrogate (`\ud83d` alone) becomes U+FFFD, because a damaged
/// subject must not refuse a million tickets. `serde_json` lets such escapes pass only as bytes
/// (<https://docs.rs/serde_json/latest/serde_json/struct.Deserializer.html>, `deserialize_bytes`).
struct WireDisplayText<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for WireDisplayText<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_bytes(TextVisitor).map(WireDisplayText)
    }
}

struct WireTexts<'a>(Vec<Cow<'a, str>>);

impl<'de> Deserialize<'de> for WireTexts<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(TextsVisitor)
    }
}

struct TextsVisitor;

impl<'de> de::Visitor<'de> for TextsVisitor {
    type Value = WireTexts<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of strings")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<WireTexts<'de>, A::Error> {
        let mut texts = Vec::new();
        while let Some(text) = list.next_element::<WireText<'de>>()? {
            texts.push(text.0);
        }
        Ok(WireTexts(texts))
    }
}

/// The channel in `via`. Whatever else stands there is accepted and left out: nothing is decided by it.
struct WireChannel<'a>(Option<Cow<'a, str>>);

impl<'de> Deserialize<'de> for WireChannel<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ChannelVisitor)
    }
}

/// Reads both the object around the channel and the channel, which differ only in what is a string.
struct ChannelVisitor;

impl<'de> de::Visitor<'de> for ChannelVisitor {
    type Value = WireChannel<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a channel")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut via: A) -> Result<WireChannel<'de>, A::Error> {
        let mut channel = WireChannel(None);
        while let Some(key) = via.next_key::<WireText<'de>>()? {
            if key.0 == "channel" {
                channel = via.next_value()?;
            } else {
                via.next_value::<IgnoredAny>()?;
            }
        }
        Ok(channel)
    }

    fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<WireChannel<'de>, E> {
        Ok(WireChannel(Some(Cow::Borrowed(text))))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<WireChannel<'de>, E> {
        Ok(WireChannel(Some(Cow::Owned(text.to_owned()))))
    }

    fn visit_unit<E: de::Error>(self) -> Result<WireChannel<'de>, E> {
        Ok(WireChannel(None))
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<WireChannel<'de>, E> {
        Ok(WireChannel(None))
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<WireChannel<'de>, E> {
        Ok(WireChannel(None))
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> Result<WireChannel<'de>, E> {
        Ok(WireChannel(None))
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<WireChannel<'de>, E> {
        Ok(WireChannel(None))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<WireChannel<'de>, A::Error> {
        IgnoredAny.visit_seq(list).map(|_| WireChannel(None))
    }
}
