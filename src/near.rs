//! Which names a mistyped name may stand for.

use std::borrow::Borrow;

/// The least likeness of a name that may have been meant, from 0 to 1.
const LIKE: f64 = 0.8;

/// If a name is more like it than this, the others are noise.
const MUCH_LIKE: f64 = 0.9;

/// Names that are offered for one that nobody has.
const OFFERED: usize = 3;

/// The names that are most like a typed one, the closest first. Case, hyphens, spaces and underscores make no difference.
pub fn near<'n>(typed: &str, names: impl IntoIterator<Item = &'n str>) -> Vec<&'n str> {
    let typed = plain(typed);
    let mut near: Vec<(f64, &str)> = names
        .into_iter()
        .filter(|name| !name.is_empty())
        .map(|name| (likeness(&typed, &plain(name)), name))
        .filter(|(likeness, _)| *likeness >= LIKE)
        .collect();
    near.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(other.1)));
    near.dedup_by(|one, other| one.1 == other.1);
    if near.first().is_some_and(|(likeness, _)| *likeness > MUCH_LIKE) {
        near.retain(|(likeness, _)| *likeness > MUCH_LIKE);
    }
    near.into_iter().map(|(_, name)| name).take(OFFERED).collect()
}

/// `did you mean trend or issues?`, where a name is near.
pub fn did_you_mean<'n>(typed: &str, names: impl IntoIterator<Item = &'n str>) -> Option<String> {
    let near = near(typed, names);
    offered(&near)
}

/// `did you mean A or B?` for names that were found in another way; none for no name.
pub fn offered<N: Borrow<str>>(names: &[N]) -> Option<String> {
    (!names.is_empty()).then(|| format!("did you mean {}?", names.join(" or ")))
}

fn plain(name: &str) -> String {
    name.trim().to_lowercase().replace(['_', ' '], "-")
}

fn likeness(typed: &str, name: &str) -> f64 {
    let is_part = typed.len() >= 3 && (name.contains(typed) || typed.contains(name));
    if is_part { 1.0 } else { strsim::jaro_winkler(typed, name) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_understood_and_nonsense_is_not() {
        let names = ["trend", "root-causes", "critical-tickets", "repairs"];
        for (typed, meant) in [
            ("trnd", &["trend"][..]),
            ("Root Causes", &["root-causes"]),
            ("root_causes", &["root-causes"]),
            ("tickets", &["critical-tickets"]),
            ("repiars", &["repairs"]),
            ("qqqq", &[]),
            ("", &[]),
        ] {
            assert_eq!(near(typed, names), meant, "{typed}");
        }
        assert_eq!(did_you_mean("trnd", names).as_deref(), Some("did you mean trend?"));
        assert_eq!(did_you_mean("qqqq", names), None);
    }
}
