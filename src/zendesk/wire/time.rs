//! Times as text that sorts.

use std::borrow::Cow;
use std::fmt;

use serde::de::{self, Deserialize, Deserializer, Unexpected};

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

/// Reads a required time for a value that outlives its text.
pub(in crate::zendesk) fn owned_time<'de, D>(deserializer: D) -> Result<String, D::Error>
where
    D: Deserializer<'de>,
{
    TimeText::deserialize(deserializer).map(|time| time.0.into_owned())
}

/// A time that was read.
pub(super) struct TimeText<'a>(pub(super) Cow<'a, str>);

impl<'de> Deserialize<'de> for TimeText<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(TimeVisitor)
    }
}

struct TimeVisitor;

impl<'de> de::Visitor<'de> for TimeVisitor {
    type Value = TimeText<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(TIME)
    }

    fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<TimeText<'de>, E> {
        utc_text(text).map(TimeText).ok_or_else(|| E::invalid_value(Unexpected::Other("text"), &self))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<TimeText<'de>, E> {
        utc_text(text)
            .map(|time| TimeText(Cow::Owned(time.into_owned())))
            .ok_or_else(|| E::invalid_value(Unexpected::Other("text"), &self))
    }
}
