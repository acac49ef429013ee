//! Counts as people say them.

/// `1 row`, `12 rows`: the last word of `what` gets an s.
pub fn counted(count: impl TryInto<i64>, what: &str) -> String {
    // Counts fit; whatever did not would be many.
    let count = count.try_into().unwrap_or(i64::MAX);
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_no_plural() {
        assert_eq!(counted(0, "row"), "0 rows");
        assert_eq!(counted(1_i64, "open issue"), "1 open issue");
        assert_eq!(counted(12_u64, "open issue"), "12 open issues");
    }
}
