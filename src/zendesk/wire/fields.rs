//! Deserializers of single fields: ids, times, flags and borrowed text.
//!
//! `Cow<str>` borrows by itself only as a direct field; inside an `Option` or a `Vec` serde copies it
//! (<https://serde.rs/lifetimes.html#borrowing-data-in-a-derived-impl>). Every text field therefore
//! goes through a visitor of this file.
//!
//! Every message has the form "…, expected X" with a fixed X, so that the part before it, which may
//! quote the record, can be cut off by whoever shows the error.

use std::borrow::Cow;
use std::fmt;

use serde::de::{self, Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Unexpected};

/// A time as text, `YYYY-MM-DDTHH:MM:SSZ`: always UTC, so that it sorts as text.
pub type Timestamp<'a> = Cow<'a, str>;

const TIME: &str = "an ISO-8601 time with an offset, like 2026-01-31T08:00:00Z";

/// Returns a time as `YYYY-MM-DDTHH:MM:SSZ`, or `None` if the text is no ISO-8601 time with an offset.
///
/// Fractions of a second are cut off: the API has none, and mixed forms would not sort as text.
pub fn utc_text(text: &str) -> Option<Timestamp<'_>> {
    match canonical_date(text.as_bytes()) {
        // Every month has 28 days; only the rest needs a calendar.
        Some((_, _, 1..=28)) => Some(Cow::Borrowed(text)),
        Some((year, month, day)) => {
            jiff::civil::Date::new(year, month, day).is_ok().then_some(Cow::Borrowed(text))
        }
        None => {
            let time: jiff::Timestamp = text.parse().ok()?;
            let second = jiff::Timestamp::from_second(time.as_second()).ok()?;
            let text = second.to_string();
            // Years before 0 or after 9999 take more room and would not sort.
            (text.len() == 20).then_some(Cow::Owned(text))
        }
    }
}

/// Returns year, month and day of a text of the shape `YYYY-MM-DDTHH:MM:SSZ` whose other parts are in range.
fn canonical_date(text: &[u8]) -> Option<(i16, i8, i8)> {
    let &[y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, b'T', h1, h2, b':', n1, n2, b':', s1, s2, b'Z'] = text
    else {
        return None;
    };
    let digits = [y1, y2, y3, y4, m1, m2, d1, d2, h1, h2, n1, n2, s1, s2];
    if !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let two = |tens: u8, ones: u8| (tens - b'0').cast_signed() * 10 + (ones - b'0').cast_signed();
    let in_range =
        (1..=12).contains(&two(m1, m2)) && two(h1, h2) < 24 && two(n1, n2) < 60 && two(s1, s2) < 60;
    let year = i16::from(two(y1, y2)) * 100 + i16::from(two(y3, y4));
    in_range.then(|| (year, two(m1, m2), two(d1, d2)))
}

pub(super) fn id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    Id::deserialize(deserializer).map(|id| id.0)
}

pub(super) fn optional_id<'de, D>(deserializer: D) -> Result<Option<i64>, D::Error>
where
    D: Deserializer<'de>,
{
    Ok(Option::<Id>::deserialize(deserializer)?.map(|id| id.0))
}

pub(super) fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Cow<'de, str>, D::Error> {
    Text::deserialize(deserializer).map(|text| text.0)
}

pub(super) fn optional_text<'de, D>(deserializer: D) -> Result<Option<Cow<'de, str>>, D::Error>
where
    D: Deserializer<'de>,
{
    Ok(Option::<Text<'de>>::deserialize(deserializer)?.map(|text| text.0))
}

pub(super) fn display_text<'de, D>(deserializer: D) -> Result<Cow<'de, str>, D::Error>
where
    D: Deserializer<'de>,
{
    DisplayText::deserialize(deserializer).map(|text| text.0)
}

pub(super) fn optional_display_text<'de, D>(deserializer: D) -> Result<Option<Cow<'de, str>>, D::Error>
where
    D: Deserializer<'de>,
{
    Ok(Option::<DisplayText<'de>>::deserialize(deserializer)?.map(|text| text.0))
}

pub(super) fn texts<'de, D>(deserializer: D) -> Result<Vec<Cow<'de, str>>, D::Error>
where
    D: Deserializer<'de>,
{
    Ok(Option::<Texts<'de>>::deserialize(deserializer)?.map_or_else(Vec::new, |texts| texts.0))
}

pub(super) fn time<'de, D>(deserializer: D) -> Result<Timestamp<'de>, D::Error>
where
    D: Deserializer<'de>,
{
    Time::deserialize(deserializer).map(|time| time.0)
}

/// Reads a required time for a value that outlives its text.
pub(in crate::zendesk) fn owned_time<'de, D>(deserializer: D) -> Result<String, D::Error>
where
    D: Deserializer<'de>,
{
    time(deserializer).map(Cow::into_owned)
}

pub(super) fn optional_time<'de, D>(deserializer: D) -> Result<Option<Timestamp<'de>>, D::Error>
where
    D: Deserializer<'de>,
{
    Ok(Option::<Time<'de>>::deserialize(deserializer)?.map(|time| time.0))
}

pub(super) fn flag_or_false<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    Ok(Option::<bool>::deserialize(deserializer)?.unwrap_or(false))
}

pub(super) fn flag_or_true<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    Ok(Option::<bool>::deserialize(deserializer)?.unwrap_or(true))
}

pub(super) fn yes() -> bool {
    true
}

pub(super) fn via_channel<'de, D>(deserializer: D) -> Result<Option<Cow<'de, str>>, D::Error>
where
    D: Deserializer<'de>,
{
    Channel::deserialize(deserializer).map(|channel| channel.0)
}

struct Id(i64);

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_i64(IdVisitor)
    }
}

struct IdVisitor;

impl de::Visitor<'_> for IdVisitor {
    type Value = Id;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an id: a whole number from 1 to 9223372036854775807")
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Id, E> {
        match i64::try_from(value) {
            Ok(id) if id > 0 => Ok(Id(id)),
            _ => Err(E::invalid_value(Unexpected::Unsigned(value), &self)),
        }
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Id, E> {
        if value > 0 { Ok(Id(value)) } else { Err(E::invalid_value(Unexpected::Signed(value), &self)) }
    }
}

struct Text<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(TextVisitor).map(Text)
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

    // Only `DisplayText` asks for bytes.
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
struct DisplayText<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for DisplayText<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_bytes(TextVisitor).map(DisplayText)
    }
}

struct Texts<'a>(Vec<Cow<'a, str>>);

impl<'de> Deserialize<'de> for Texts<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(TextsVisitor)
    }
}

struct TextsVisitor;

impl<'de> de::Visitor<'de> for TextsVisitor {
    type Value = Texts<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of strings")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Texts<'de>, A::Error> {
        let mut texts = Vec::new();
        while let Some(text) = list.next_element::<Text<'de>>()? {
            texts.push(text.0);
        }
        Ok(Texts(texts))
    }
}

struct Time<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Time<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(TimeVisitor)
    }
}

struct TimeVisitor;

impl<'de> de::Visitor<'de> for TimeVisitor {
    type Value = Time<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(TIME)
    }

    fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Time<'de>, E> {
        utc_text(text).map(Time).ok_or_else(|| E::invalid_value(Unexpected::Other("text"), &self))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Time<'de>, E> {
        utc_text(text)
            .map(|time| Time(Cow::Owned(time.into_owned())))
            .ok_or_else(|| E::invalid_value(Unexpected::Other("text"), &self))
    }
}

/// The channel in `via`. Whatever else stands there is accepted and left out: nothing is decided by it.
struct Channel<'a>(Option<Cow<'a, str>>);

impl<'de> Deserialize<'de> for Channel<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ChannelVisitor)
    }
}

/// Reads both the object around the channel and the channel, which differ only in what is a string.
struct ChannelVisitor;

impl<'de> de::Visitor<'de> for ChannelVisitor {
    type Value = Channel<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a channel")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut via: A) -> Result<Channel<'de>, A::Error> {
        let mut channel = Channel(None);
        while let Some(key) = via.next_key::<Text<'de>>()? {
            if key.0 == "channel" {
                channel = via.next_value()?;
            } else {
                via.next_value::<IgnoredAny>()?;
            }
        }
        Ok(channel)
    }

    fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Channel<'de>, E> {
        Ok(Channel(Some(Cow::Borrowed(text))))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Channel<'de>, E> {
        Ok(Channel(Some(Cow::Owned(text.to_owned()))))
    }

    fn visit_unit<E: de::Error>(self) -> Result<Channel<'de>, E> {
        Ok(Channel(None))
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<Channel<'de>, E> {
        Ok(Channel(None))
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<Channel<'de>, E> {
        Ok(Channel(None))
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> Result<Channel<'de>, E> {
        Ok(Channel(None))
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Channel<'de>, E> {
        Ok(Channel(None))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Channel<'de>, A::Error> {
        IgnoredAny.visit_seq(list).map(|_| Channel(None))
    }
}
