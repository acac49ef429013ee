//! The kept columns of several rows of one account.

use serde_json::{Map, Value};

/// Puts the kept columns of a further row to those of the first: each column with its different values, which
/// are a list if there are several.
pub(super) fn merged(first: Option<&str>, further: Option<&str>) -> Option<String> {
    let object = |text: Option<&str>| -> Map<String, Value> {
        text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
    };
    let mut all = object(first);
    for (column, value) in object(further) {
        let known = all.entry(column).or_insert_with(|| value.clone());
        match known {
            Value::Array(values) if values.contains(&value) => {}
            Value::Array(values) => values.push(value),
            known if *known == value => {}
            known => *known = Value::Array(vec![known.take(), value]),
        }
    }
    (!all.is_empty()).then(|| Value::Object(all).to_string())
}

#[cfg(test)]
mod tests {
    use super::merged;

    #[test]
    fn kept_columns_never_conflict() {
        let all =
            merged(Some(r#"{"Region":"EU","Tier":"A"}"#), Some(r#"{"Region":"US","Tier":"A"}"#)).unwrap();
        assert_eq!(all, r#"{"Region":["EU","US"],"Tier":"A"}"#);
        let all = merged(Some(&all), Some(r#"{"Region":"EU","Tier":"B"}"#)).unwrap();
        assert_eq!(all, r#"{"Region":["EU","US"],"Tier":["A","B"]}"#);
        assert_eq!(merged(None, None), None);
    }
}
