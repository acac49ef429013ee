//! What replies say about limits, read leniently: three spellings of the account's, one for each other limit.

use std::time::{Duration, SystemTime};

use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};

/// The shortest and the longest wait that a server is obeyed in; what it names beyond is not a wait.
const WAIT: std::ops::RangeInclusive<Duration> = Duration::from_secs(1)..=Duration::from_mins(5);

/// No account has a larger limit; what is said beyond is a mistake.
const LARGEST_LIMIT: u32 = 1_000_000;

/// What a reply says about a limit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Said {
    /// Requests a minute.
    pub(crate) limit: Option<u32>,
    /// How many of them are left.
    pub(crate) remaining: Option<u32>,
    /// When they are all there again.
    pub(crate) reset: Option<Duration>,
}

/// Reads the limit of the account.
pub(crate) fn account(headers: &HeaderMap) -> Said {
    let first = |names: &[&str]| names.iter().find_map(|name| leading_number(text(headers, name)?));
    Said {
        limit: limit(first(&["ratelimit-limit", "x-rate-limit", "rate-limit"])),
        remaining: first(&["ratelimit-remaining", "x-rate-limit-remaining", "rate-limit-remaining"])
            .map(saturated),
        reset: first(&["ratelimit-reset", "x-rate-limit-reset", "rate-limit-reset"]).map(wait),
    }
}

/// Reads another limit: `total=10; remaining=9; resets=2`.
pub(crate) fn named(headers: &HeaderMap, names: &[&str]) -> Said {
    let mut said = Said::default();
    let value = names.iter().find_map(|name| text(headers, name));
    let pairs = value.into_iter().flat_map(|text| text.split([';', ',']));
    for (key, value) in pairs.filter_map(|pair| pair.split_once('=')) {
        let Some(value) = leading_number(value) else { continue };
        match key.trim().to_ascii_lowercase().as_str() {
            "total" => said.limit = limit(Some(value)),
            "remaining" => said.remaining = Some(saturated(value)),
            "resets" => said.reset = Some(wait(value)),
            _ => {}
        }
    }
    said
}

/// Reads how long the server asks to wait: seconds or a date. Nonsense is no answer.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = text(headers, RETRY_AFTER.as_str())?.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(text.parse().map_or(*WAIT.end(), wait));
    }
    let until = httpdate::parse_http_date(text).ok()?;
    // The server's clock, not ours, is the one that its date is by.
    let now = server_time(headers)?;
    Some(until.duration_since(now).unwrap_or_default().clamp(*WAIT.start(), *WAIT.end()))
}

/// The server's time.
pub(crate) fn server_time(headers: &HeaderMap) -> Option<SystemTime> {
    httpdate::parse_http_date(text(headers, DATE.as_str())?).ok()
}

/// A header of visible ASCII characters; the first, where it is there more than once.
pub(crate) fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// The number at the beginning: `700`, `700, 700;w=60`.
fn leading_number(text: &str) -> Option<u64> {
    let text = text.trim_start();
    let end = text.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    text[..end].parse().ok()
}

fn limit(said: Option<u64>) -> Option<u32> {
    said.map(saturated).filter(|limit| (1..=LARGEST_LIMIT).contains(limit))
}

fn saturated(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn wait(seconds: u64) -> Duration {
    Duration::from_secs(seconds).clamp(*WAIT.start(), *WAIT.end())
}
