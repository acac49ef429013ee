//! Ids, domains and e-mail addresses, for the vocabulary that `generate` uses and no more.
//!
//! The program has a URL parser, the public suffix list and UTS 46; this module has the three suffixes and the one
//! international name that generated worlds contain.

/// The alphabet of the three check characters of an account id.
const CHECK_ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";

/// The public suffixes of generated worlds, and a private one, whose tenants stay apart.
const SUFFIXES: [&str; 4] = ["com", "de", "co.uk", "myshopify.com"];

/// The one international name of generated worlds, and its ASCII form.
const INTERNATIONAL: (&str, &str) = ("bücher.de", "xn--bcher-kva.de");

/// The decomposed letters of generated names, and the composed ones.
const COMPOSED: [(&str, &str); 2] = [("u\u{308}", "ü"), ("o\u{308}", "ö")];

/// Returns the id of 18 characters for 15 characters whose letter case is right.
pub(crate) fn with_check(id15: &str) -> String {
    let check = id15.as_bytes().chunks(5).map(|block| {
        let index: usize = block
            .iter()
            .enumerate()
            .filter(|(_, byte)| byte.is_ascii_uppercase())
            .map(|(place, _)| 1 << place)
            .sum();
        char::from(CHECK_ALPHABET[index])
    });
    id15.chars().chain(check).collect()
}

/// Returns the canonical form of an id, after trimming Unicode white space; none if it is no id.
///
/// 15 characters get their check characters. 18 characters in one letter case are restored from them. 18 characters
/// of mixed case must match them.
pub(crate) fn canonical_id(raw: &str) -> Option<String> {
    let id = raw.trim();
    if !id.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    let is_mixed =
        id.bytes().any(|byte| byte.is_ascii_uppercase()) && id.bytes().any(|byte| byte.is_ascii_lowercase());
    match id.len() {
        15 => Some(with_check(id)),
        18 if is_mixed => Some(with_check(&id[..15])).filter(|canonical| canonical == id),
        18 => restore_case(id),
        _ => None,
    }
}

/// What an `external_id`, or the value of a field, names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    /// The record does not say: the key is absent.
    Undecided,
    /// Null, empty, or only Unicode white space.
    Blank,
    /// An account id, in its 18-character form.
    Account(String),
    /// Text in the shape of an account id whose checksum does not match: an account that nobody knows.
    UnknownAccount(String),
    /// Something else.
    Other,
}

/// Returns what a text names.
///
/// An account id begins with 001: the id of a contact is something else.
pub(crate) fn key(raw: Option<&str>) -> Key {
    let text = raw.unwrap_or_default().trim();
    if text.is_empty() {
        return Key::Blank;
    }
    if !text.starts_with("001") {
        return Key::Other;
    }
    match canonical_id(text) {
        Some(id) => Key::Account(id),
        None if matches!(text.len(), 15 | 18) && text.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
            Key::UnknownAccount(text.to_owned())
        }
        None => Key::Other,
    }
}

/// The key by which names compare: NFC, full case folding, white space around it trimmed; none if that is blank.
pub(crate) fn name_key(name: &str) -> Option<String> {
    let composed = COMPOSED.iter().fold(name.to_owned(), |name, (parts, whole)| name.replace(parts, whole));
    let folded = composed.to_lowercase().replace('ß', "ss");
    let trimmed = folded.trim();
    (!trimmed.is_empty()).then(|| trimmed.to_owned())
}

/// The registrable part of a host: its public suffix and one label more; none if it has none.
pub(crate) fn registrable(host: &str) -> Option<&str> {
    let is_under = |suffix: &&&str| host.strip_suffix(**suffix).is_some_and(|rest| rest.ends_with('.'));
    let suffix = SUFFIXES.iter().filter(is_under).max_by_key(|suffix| suffix.len())?;
    let rest = host[..host.len() - suffix.len()].strip_suffix('.')?;
    let label = rest.rsplit('.').next().filter(|label| !label.is_empty())?;
    Some(&host[rest.len() - label.len()..])
}

/// Returns the number in a cell of stored organization ids: `123`, `123.0`, or Java's `1.23E2`.
///
/// The spreadsheet's `1.23E+2` has lost digits: no key.
pub(crate) fn stored_id(cell: &str) -> Option<i64> {
    let cell = cell.trim();
    let Some((mantissa, exponent)) = cell.split_once('E') else {
        return cell.strip_suffix(".0").unwrap_or(cell).parse().ok();
    };
    if exponent.starts_with('+') {
        return None;
    }
    let (whole, fraction) = mantissa.split_once('.')?;
    let exponent: usize = exponent.parse().ok()?;
    let fraction = fraction.trim_end_matches('0');
    format!("{whole}{fraction:0<exponent$}").parse().ok()
}

/// Returns the key of one value of an account's domain cell, if it is a host under a public suffix.
///
/// The value may be a host, a URL or an e-mail address.
pub(crate) fn expected_domain(value: &str) -> Option<String> {
    let rest = value.split_once("://").map_or(value, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let host = host.split_once(':').map_or(host, |(host, _port)| host).to_lowercase();
    let host = host.strip_prefix("www.").unwrap_or(&host);
    let host = to_ascii(host.strip_suffix('.').unwrap_or(host));
    is_valid(&host).then_some(host)
}

/// Returns the host that an entry of an organization's `domain_names` holds.
///
/// An e-mail address, a URL and a `www.` form hold nothing.
pub(crate) fn held_domain(entry: &str) -> Option<String> {
    let lower = entry.to_lowercase();
    let host = to_ascii(lower.strip_suffix('.').unwrap_or(&lower));
    let is_plain = host.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'-');
    (is_plain && !host.starts_with("www.")).then_some(host)
}

/// Returns the domain of an e-mail address, if it is a host under a public suffix. An address with more than one @
/// or with quotes has none.
pub(crate) fn email_domain(email: &str) -> Option<String> {
    let (mailbox, domain) = email.rsplit_once('@')?;
    if mailbox.contains(['@', '"']) {
        return None;
    }
    held_domain(domain).filter(|host| is_valid(host))
}

/// Has the host a registrable part under a listed public suffix?
pub(crate) fn is_valid(host: &str) -> bool {
    !SUFFIXES.contains(&host) && registrable(host).is_some()
}

fn restore_case(id: &str) -> Option<String> {
    let (letters, check) = id.split_at(15);
    let mut restored = String::with_capacity(18);
    for (block, check) in letters.as_bytes().chunks(5).zip(check.bytes()) {
        let bits = CHECK_ALPHABET.iter().position(|byte| *byte == check.to_ascii_uppercase())?;
        for (place, byte) in block.iter().enumerate() {
            let is_upper = bits >> place & 1 == 1;
            if is_upper && !byte.is_ascii_alphabetic() {
                return None;
            }
            restored.push(char::from(if is_upper {
                byte.to_ascii_uppercase()
            } else {
                byte.to_ascii_lowercase()
            }));
        }
    }
    Some(with_check(&restored))
}

fn to_ascii(host: &str) -> String {
    let (unicode, ascii) = INTERNATIONAL;
    host.replace(unicode, ascii)
}
