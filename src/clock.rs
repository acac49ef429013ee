//! Time as an argument.
//!
//! Nothing below the command line asks for the time, so that tests can set it and two readings of one
//! command agree.

use jiff::{Timestamp, civil::Date};

/// Where a command gets the time from.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    /// Set for tests; else the machine is asked each time.
    fixed: Option<Timestamp>,
}

/// Text that is not a date or time.
#[derive(Debug, thiserror::Error)]
#[error("not an ISO-8601 date or time: write 2026-11-02 or 2026-11-02T06:00:00Z")]
pub struct TimeError;

/// Text that is not a date.
#[derive(Debug, thiserror::Error)]
#[error("not an ISO-8601 date: write 2026-12-31")]
pub struct DateError;

impl Clock {
    /// The time of this machine.
    pub fn system() -> Self {
        Self { fixed: None }
    }

    /// A fixed time, as ISO-8601 text with an offset.
    pub fn fixed(text: &str) -> Result<Self, TimeError> {
        Ok(Self { fixed: Some(text.parse().map_err(|_| TimeError)?) })
    }

    fn timestamp(&self) -> Timestamp {
        self.fixed.unwrap_or_else(Timestamp::now)
    }

    /// Now, as ISO-8601 UTC text to the second.
    pub fn now(&self) -> String {
        utc_text(self.timestamp())
    }

    /// Whether an ISO-8601 time is more than a day away, which no difference between two clocks explains. What is no
    /// time is never known to be nearer.
    pub fn is_past_tomorrow(&self, time: &str) -> bool {
        is_past_day_after(time, self.timestamp())
    }

    /// Today in UTC, as an ISO-8601 date.
    pub fn today(&self) -> String {
        self.now()[..10].to_owned()
    }
}

/// Returns the machine's form of a time as ISO-8601 UTC text to the second; `None` outside of the calendar.
pub fn utc(time: std::time::SystemTime) -> Option<String> {
    Timestamp::try_from(time).ok().map(utc_text)
}

fn utc_text(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Returns the given date or time as ISO-8601 UTC text to the second; a date stands for its midnight, UTC.
pub fn normalize(text: &str) -> Result<String, TimeError> {
    let text = text.trim();
    if let Ok(time) = text.parse::<Timestamp>() {
        return Ok(utc_text(time));
    }
    let date: Date = text.parse().map_err(|_| TimeError)?;
    let midnight = date.to_zoned(jiff::tz::TimeZone::UTC).map_err(|_| TimeError)?;
    Ok(utc_text(midnight.timestamp()))
}

/// Returns the time `days` days before the given ISO-8601 time; null-like `None` where it leaves the calendar.
pub fn days_before(time: &str, days: u32) -> Option<String> {
    let time: Timestamp = time.parse().ok()?;
    let earlier = time.checked_sub(jiff::SignedDuration::from_hours(24 * i64::from(days))).ok()?;
    Some(utc_text(earlier))
}

/// Returns the time `seconds` after the given ISO-8601 time, or the given one where that leaves the calendar.
pub fn seconds_after(time: &str, seconds: i64) -> String {
    let later = time.parse::<Timestamp>().ok();
    let later = later.and_then(|time| time.checked_add(jiff::SignedDuration::from_secs(seconds)).ok());
    later.map_or_else(|| time.to_owned(), utc_text)
}

/// Returns the seconds since 1970 of an ISO-8601 time; `None` for any other text.
pub fn unix_seconds(time: &str) -> Option<i64> {
    time.parse::<Timestamp>().ok().map(Timestamp::as_second)
}

/// Whether an ISO-8601 time lies more than this number of hours before another; what is not a time is old.
pub fn is_older(time: &str, now: &str, hours: u32) -> bool {
    match (time.parse::<Timestamp>(), now.parse::<Timestamp>()) {
        (Ok(time), Ok(now)) => now.duration_since(time) > jiff::SignedDuration::from_hours(hours.into()),
        _ => true,
    }
}

/// The days from one ISO-8601 time to another, the last one begun; none: they are no times, or in the other order.
pub fn days_between(time: &str, now: &str) -> Option<u32> {
    let (time, now) = (time.parse::<Timestamp>().ok()?, now.parse::<Timestamp>().ok()?);
    u32::try_from(now.duration_since(time).as_hours() / 24 + 1).ok()
}

/// Whether an ISO-8601 time lies more than a day after another; what is not a time does.
pub fn is_in_future(time: &str, now: &str) -> bool {
    now.parse::<Timestamp>().map_or(true, |now| is_past_day_after(time, now))
}

fn is_past_day_after(time: &str, now: Timestamp) -> bool {
    time.parse::<Timestamp>()
        .map_or(true, |time| time.duration_since(now) > jiff::SignedDuration::from_hours(24))
}

/// The seconds from one ISO-8601 time to a later one; 0 if it is not later, or one of them is not a time.
pub fn seconds_between(earlier: &str, later: &str) -> u64 {
    match (earlier.parse::<Timestamp>(), later.parse::<Timestamp>()) {
        (Ok(earlier), Ok(later)) => u64::try_from(later.duration_since(earlier).as_secs()).unwrap_or(0),
        _ => 0,
    }
}

/// Returns the given text if it is an ISO-8601 date and nothing else, so that no hour of it is lost.
pub fn date(text: &str) -> Result<String, DateError> {
    let date: Date = text.trim().parse().map_err(|_| DateError)?;
    if date.to_string() == text.trim() { Ok(date.to_string()) } else { Err(DateError) }
}

/// Returns the date `days` days after the given ISO-8601 date, or the last one of the calendar.
pub fn days_after(date: &str, days: u32) -> Result<String, DateError> {
    let date: Date = date.parse().map_err(|_| DateError)?;
    let last = jiff::Span::new().try_days(days).map_or(Date::MAX, |span| date.saturating_add(span));
    Ok(last.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_become_utc_text_to_the_second() {
        assert_eq!(normalize("2026-11-02").unwrap(), "2026-11-02T00:00:00Z");
        assert_eq!(normalize("2026-11-02T08:00:00.5+02:00").unwrap(), "2026-11-02T06:00:00Z");
        assert!(normalize("last week").is_err());
    }

    #[test]
    fn a_date_is_a_day_and_nothing_else() {
        assert_eq!(date(" 2026-12-31 ").unwrap(), "2026-12-31");
        for text in ["", "31.12.2026", "2026-02-30", "2026-12-31T10:00:00Z", "20261231", "2026-W53-4"] {
            assert!(date(text).is_err(), "{text}");
        }
        assert_eq!(days_after("2026-12-24", 14).unwrap(), "2027-01-07");
        assert_eq!(days_after("2026-12-24", u32::MAX).unwrap(), "9999-12-31");
    }

    #[test]
    fn seconds_are_counted_over_midnight_and_to_the_epoch() {
        assert_eq!(seconds_after("2026-11-02T23:59:30Z", 45), "2026-11-03T00:00:15Z");
        assert_eq!(seconds_after("2026-11-02T00:00:30Z", -45), "2026-11-01T23:59:45Z");
        assert_eq!(unix_seconds("1970-01-02T00:00:01Z"), Some(86_401));
        assert_eq!(unix_seconds("yesterday"), None);
    }

    #[test]
    fn a_window_is_counted_in_whole_days() {
        assert_eq!(days_before("2026-11-02T06:00:00Z", 90).unwrap(), "2026-08-04T06:00:00Z");
    }
}
