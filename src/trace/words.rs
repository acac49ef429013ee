//! Lists and actions in words.

use std::fmt::Display;

/// More of a list is for programs, not for a sentence.
const SHOWN: usize = 5;

/// A list for a sentence: `a, b and c`, cut after a few.
pub(crate) fn some<T: Display>(items: &[T]) -> String {
    let texts: Vec<String> = items.iter().take(SHOWN).map(ToString::to_string).collect();
    match (texts.as_slice(), items.len().saturating_sub(SHOWN)) {
        ([], _) => String::new(),
        ([only], 0) => only.clone(),
        ([first @ .., last], 0) => format!("{} and {last}", first.join(", ")),
        (all, more) => format!("{} and {more} more", all.join(", ")),
    }
}

/// What a suggested action means.
pub(crate) fn suggestion(action: &str) -> &'static str {
    match action {
        "merge_review" => "Decide which of the organizations stays and merge the others into it in Zendesk.",
        "relink_org" => {
            "Tie the organization to the account: its external_id must be the account's id, and the id that \
             Salesforce stores must be the organization's."
        }
        "create_missing_org" => {
            "Create the organization in Zendesk, with the account's 18-character id as external_id."
        }
        "served_by_parent" => {
            "Every organization that is near belongs to an account above this one: check that it serves this account \
             too. Then nothing is missing."
        }
        "repair_domain_mapping" => "Put the domain on the organization whose users have it, and on no other.",
        "assign_user_to_org" => "Make the user a member of the expected organization.",
        "move_user_to_org" => "Make the expected organization, where the user is a member, the default one.",
        "domain_review" => "Decide which account owns the domain.",
        "repair_membership_then_replay_ticket_audit" => {
            "Repair the requester's membership, then audit again; orgdrift never changes a ticket."
        }
        "file_ticket_by_hand" => {
            "The requester is in the right place: file the ticket under the expected organization by hand."
        }
        "check_tickets_then_retire" => {
            "Nothing that was read hangs on the organization, but not all tickets, users or memberships were read: \
             look for them in Zendesk before you remove it."
        }
        "retire_org" => "Nothing hangs on the organization: remove it in Zendesk if nobody needs it.",
        _ => "Look at the issue and decide.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_list_is_cut() {
        assert_eq!(some(&[1]), "1");
        assert_eq!(some(&[1, 2]), "1 and 2");
        assert_eq!(some(&[1, 2, 3, 4, 5]), "1, 2, 3, 4 and 5");
        assert_eq!(some(&[1, 2, 3, 4, 5, 6, 7]), "1, 2, 3, 4, 5 and 2 more");
        assert_eq!(some::<i64>(&[]), "");
    }
}
