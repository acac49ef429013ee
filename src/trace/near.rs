//! What may have been meant by an id that nobody has.
//!
//! Every id one slip away is made and looked up by its key, which costs the same in a warehouse of any size;
//! measuring the distance to every id would not.

use std::collections::BTreeSet;

use crate::identity::AccountId;

/// The ids of digits that are one slip away: a digit changed, left out, put in, or two changed over.
pub(crate) fn numbers(typed: &str) -> Vec<String> {
    slips(typed.as_bytes(), b"0123456789", true)
        .into_iter()
        .filter(|text| !text.starts_with('0'))
        .filter(|text| text.parse::<i64>().is_ok())
        .collect()
}

/// The account ids whose first 15 characters differ in one character, or in the order of two.
pub(crate) fn accounts(typed: &str) -> Vec<String> {
    let alphabet = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let short = typed.get(..15).unwrap_or(typed);
    let ids: BTreeSet<String> = slips(short.as_bytes(), alphabet, false)
        .into_iter()
        .filter_map(|text| Some(AccountId::parse(&text).ok()?.id.as_str().to_owned()))
        .collect();
    ids.into_iter().collect()
}

fn slips(typed: &[u8], alphabet: &[u8], with_other_lengths: bool) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut add = |bytes: Vec<u8>| {
        if bytes != typed {
            found.extend(String::from_utf8(bytes).ok());
        }
    };
    for at in 0..typed.len() {
        for &letter in alphabet {
            let mut changed = typed.to_vec();
            changed[at] = letter;
            add(changed);
        }
        if at + 1 < typed.len() {
            let mut swapped = typed.to_vec();
            swapped.swap(at, at + 1);
            add(swapped);
        }
        if with_other_lengths {
            let mut shorter = typed.to_vec();
            shorter.remove(at);
            add(shorter);
        }
    }
    if with_other_lengths {
        for at in 0..=typed.len() {
            for &letter in alphabet {
                let mut longer = typed.to_vec();
                longer.insert(at, letter);
                add(longer);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_single_slip_is_there() {
        let near = numbers("1234");
        for id in ["1235", "2134", "124", "12334", "12345", "1324", "91234"] {
            assert!(near.contains(&id.to_owned()), "{id}");
        }
        for id in ["1234", "0123", "4321", "12"] {
            assert!(!near.contains(&id.to_owned()), "{id}");
        }
    }

    #[test]
    fn an_account_id_keeps_its_shape() {
        let near = accounts("001ACME00100000YDA");
        assert!(near.contains(&"001ACME00200000YDA".to_owned()));
        assert!(near.contains(&"001CAME00100000YDA".to_owned()));
        assert!(near.iter().all(|id| id.len() == 18 && id.starts_with("001")));
        assert!(!near.contains(&"001ACME00100000YDA".to_owned()));
    }
}
