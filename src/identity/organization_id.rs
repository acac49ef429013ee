//! Zendesk organization ids as they are stored in a Salesforce field.
//!
//! A Number field in Salesforce is a double, and the API writes 8 to 14 digits of it in exponent
//! form, by design
//! (<https://help.salesforce.com/apex/HTViewSolution?id=000221617&language=en_US>). That form is
//! exact. A spreadsheet's `3.61092E+11` is not: its digits are gone.

use super::trim::trim_invisible;

/// The largest integer up to which a double holds every integer.
const MAX_EXACT_DOUBLE: i64 = 1 << 53;

/// Why a stored organization id is of no use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum StoredIdProblem {
    /// The exponent form of a spreadsheet (`3.61E+11`), whose last digits are lost.
    #[error("a spreadsheet rounded the number")]
    SpreadsheetDamaged,
    /// No positive integer in a known form.
    #[error("not a positive whole number")]
    Malformed,
}

impl StoredIdProblem {
    /// Returns the reason code that is stored with a warning.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SpreadsheetDamaged => "spreadsheet_damaged",
            Self::Malformed => "malformed_organization_id",
        }
    }
}

/// Reads a stored Zendesk organization id: decimal (`123`), with a zero fraction (`123.0`), or in
/// Java's exponent form (`3.6109234952E11`). Blank text is `None`.
///
/// The text is never taken through a floating point number.
pub fn stored_organization_id(raw: &str) -> Result<Option<i64>, StoredIdProblem> {
    let text = trim_invisible(raw);
    if text.is_empty() {
        return Ok(None);
    }
    let id = match text.split_once(['E', 'e']) {
        Some((mantissa, exponent)) => exponent_form(text, mantissa, exponent)?,
        None => decimal_form(text)?,
    };
    if id > 0 { Ok(Some(id)) } else { Err(StoredIdProblem::Malformed) }
}

fn decimal_form(text: &str) -> Result<i64, StoredIdProblem> {
    let digits = match text.split_once('.') {
        Some((whole, zeros)) if !zeros.is_empty() && zeros.bytes().all(|b| b == b'0') => whole,
        Some(_) => return Err(StoredIdProblem::Malformed),
        None => text,
    };
    whole_number(digits)
}

fn exponent_form(text: &str, mantissa: &str, exponent: &str) -> Result<i64, StoredIdProblem> {
    if let Some(exponent) = exponent.strip_prefix('+') {
        // A comma is the decimal mark of a German or French spreadsheet.
        let is_number = is_digits(exponent)
            && mantissa
                .split_once(['.', ','])
                .map_or_else(|| is_digits(mantissa), |(a, b)| is_digits(a) && is_digits(b));
        return Err(if is_number { StoredIdProblem::SpreadsheetDamaged } else { StoredIdProblem::Malformed });
    }
    // Java writes one digit, a point, digits, a capital E and no plus.
    let (Some((lead, fraction)), false) = (mantissa.split_once('.'), text.contains('e')) else {
        return Err(StoredIdProblem::Malformed);
    };
    if lead.len() != 1 || !is_digits(lead) || !is_digits(fraction) || !is_digits(exponent) {
        return Err(StoredIdProblem::Malformed);
    }
    let exponent: usize = exponent.parse().map_err(|_| StoredIdProblem::Malformed)?;
    let fraction = fraction.trim_end_matches('0');
    // 2^53 has 16 digits, so more than 15 places cannot fit; this also bounds the padding.
    if exponent > 15 || fraction.len() > exponent {
        return Err(StoredIdProblem::Malformed);
    }
    let id = whole_number(&format!("{lead}{fraction:0<exponent$}"))?;
    if id > MAX_EXACT_DOUBLE {
        return Err(StoredIdProblem::Malformed);
    }
    Ok(id)
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

fn whole_number(digits: &str) -> Result<i64, StoredIdProblem> {
    if !is_digits(digits) {
        return Err(StoredIdProblem::Malformed);
    }
    digits.parse().map_err(|_| StoredIdProblem::Malformed)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn exact_forms_are_read() {
        for (raw, id) in [
            ("361092349520", 361_092_349_520),
            (" 361092349520.0\u{a0}", 361_092_349_520),
            ("123.000", 123),
            ("3.6109234952E11", 361_092_349_520),
            ("1.2345678E7", 12_345_678),
            ("1.0E7", 10_000_000),
            ("9.007199254740992E15", 9_007_199_254_740_992),
            ("9223372036854775807", i64::MAX),
        ] {
            assert_eq!(stored_organization_id(raw), Ok(Some(id)), "{raw}");
        }
        assert_eq!(stored_organization_id(" \u{feff}"), Ok(None));
    }

    #[test]
    fn a_spreadsheet_form_is_named() {
        for raw in ["3.61E+11", "3,61E+11", "3.61092e+11", "4E+11"] {
            assert_eq!(stored_organization_id(raw), Err(StoredIdProblem::SpreadsheetDamaged), "{raw}");
        }
    }

    #[test]
    fn everything_else_is_malformed() {
        for raw in [
            "0",
            "0.0",
            "-5",
            "+5",
            "1.5",
            "1.",
            ".0",
            "1,234",
            "12a",
            "E",
            "E+",
            "E+11",
            "1E",
            "1.E5",
            "36.1E10",
            "3.61E-2",
            "3.61e11",
            "1.25E1",
            "9.007199254740993E15",
            "1.0E99999999999999",
            "9223372036854775808",
            "١٢٣",
            "1.0E16",
        ] {
            assert_eq!(stored_organization_id(raw), Err(StoredIdProblem::Malformed), "{raw}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(raw in ".{0,40}|[0-9.,Ee+-]{0,24}") {
            let _ = stored_organization_id(&raw);
        }

        #[test]
        fn decimal_text_is_a_fixed_point(id in 1..=i64::MAX) {
            prop_assert_eq!(stored_organization_id(&id.to_string()), Ok(Some(id)));
        }
    }
}
