//! Cursors, in the shapes that the API's have. Opaque to clients.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::Deserialize;

/// Returns the cursor of a list behind a record.
pub(super) fn of_list(order: &str, id: i64) -> String {
    let value = STANDARD.encode(id.to_le_bytes());
    STANDARD.encode(format!(r#"{{"o":"{order}","v":"{value}"}}"#))
}

/// Returns the record behind which a list continues.
pub(super) fn read_of_list(cursor: &str) -> Option<i64> {
    #[derive(Deserialize)]
    struct Inner {
        v: String,
    }
    let inner: Inner = serde_json::from_slice(&STANDARD.decode(cursor).ok()?).ok()?;
    let bytes: [u8; 8] = STANDARD.decode(inner.v).ok()?.try_into().ok()?;
    Some(i64::from_le_bytes(bytes))
}

/// Returns the cursor of an export behind a record of a second.
pub(super) fn of_export((second, id): (i64, i64)) -> String {
    STANDARD.encode(format!("{second}.0||{id}|"))
}

/// Returns the second and the record behind which an export continues.
pub(super) fn read_of_export(cursor: &str) -> Option<(i64, i64)> {
    let text = String::from_utf8(STANDARD.decode(cursor).ok()?).ok()?;
    let (second, id) = text.strip_suffix('|')?.split_once(".0||")?;
    Some((second.parse().ok()?, id.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cursor_of_an_export_is_one_that_was_recorded() {
        assert_eq!(of_export((1_695_052_663, 28)), "MTY5NTA1MjY2My4wfHwyOHw=");
        assert_eq!(read_of_export("MTY5NTA1MjY2My4wfHwyOHw="), Some((1_695_052_663, 28)));
    }

    #[test]
    fn a_list_goes_on_where_its_cursor_says() {
        for id in [1, 6_130_869_157_658, i64::MAX] {
            assert_eq!(read_of_list(&of_list("id", id)), Some(id));
        }
        assert_eq!(read_of_list("bm9uc2Vuc2U="), None);
        assert_eq!(read_of_export("bm9uc2Vuc2U="), None);
    }
}
