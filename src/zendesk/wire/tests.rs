use std::borrow::Cow;

use super::*;
use crate::model::fields;

fn parse<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, String> {
    serde_json::from_str(text).map_err(|error| error.to_string())
}

fn ticket(fields: &str) -> String {
    format!(r#"{{"id":7,"status":"new","created_at":"2024-01-02T03:04:05Z"{fields}}}"#)
}

#[test]
fn strings_are_borrowed() {
    let text = r#"{"id":1,"name":"Acme","external_id":"x-1","domain_names":["acme.test"],
        "created_at":"2024-01-02T03:04:05Z","organization_fields":{"a":[1,{"b":null}]}}"#;
    let organization: Organization<'_> = parse(text).unwrap();
    assert!(matches!(organization.name, Cow::Borrowed("Acme")));
    assert!(matches!(organization.external_id, Some(Cow::Borrowed("x-1"))));
    assert!(matches!(organization.domain_names.as_deref(), Some([Cow::Borrowed("acme.test")])));
    assert!(matches!(organization.created_at, Some(Cow::Borrowed(_))));
    assert!(!organization.is_deleted());
}

#[test]
fn absence_is_told_from_null_and_false() {
    let bare: Organization<'_> = parse(r#"{"id":1,"name":""}"#).unwrap();
    let nulls: Organization<'_> = parse(
        r#"{"id":1,"name":"","external_id":null,"domain_names":null,"shared_tickets":null,
            "shared_comments":null,"created_at":null,"updated_at":null,"deleted_at":null,
            "organization_fields":null,"url":null}"#,
    )
    .unwrap();
    let deciding = fields::ORGANIZATIONS.deciding();
    let absent: Vec<_> = bare.absent.among(deciding).names(&fields::ORGANIZATIONS).collect();
    assert_eq!(absent, ["external_id", "shared_tickets", "shared_comments", "domain_names"]);
    assert!(nulls.absent.is_disjoint(deciding));
    assert_eq!((bare.domain_names, bare.shared_tickets, bare.organization_fields), (None, None, None));
    assert_eq!(nulls.domain_names, Some(Vec::new()));
    assert_eq!((nulls.shared_tickets, nulls.organization_fields), (Some(false), Some(Vec::new())));
    let bare: User<'_> = parse(r#"{"id":1}"#).unwrap();
    let nulls: User<'_> = parse(
        r#"{"id":1,"name":null,"email":null,"external_id":null,"role":null,"verified":null,"active":null,
            "suspended":null,"shared":null,"organization_id":null,"created_at":null,"ticket_restriction":null}"#,
    )
    .unwrap();
    let absent: Vec<_> = bare.absent.among(fields::USERS.deciding()).names(&fields::USERS).collect();
    assert_eq!(absent, ["email", "role", "verified", "active", "suspended", "organization_id"]);
    assert!(nulls.absent.is_disjoint(fields::USERS.deciding()));
    assert_eq!((bare.active, bare.verified, bare.suspended, bare.shared), (None, None, None, None));
    assert_eq!((nulls.active, nulls.verified, nulls.suspended), (Some(true), Some(false), Some(false)));
    assert_eq!((bare.ticket_restriction, nulls.ticket_restriction.as_deref()), (None, Some("")));
    let deleted: User<'_> = parse(r#"{"id":1,"active":false}"#).unwrap();
    assert_eq!(deleted.active, Some(false));
}

#[test]
fn fields_of_organizations_are_account_ids_at_most() {
    let text = r#"{"id":1,"name":"","organization_fields":{"a":"001A","b":null,"c":" ","d":7,"e":["x"],
        "f":{"g":1},"h":"\u0041b","i":"\ud800"}}"#;
    let organization: Organization<'_> = parse(text).unwrap();
    let fields = organization.organization_fields.unwrap();
    assert!(matches!(fields[0].1, FieldValue::Text(Cow::Borrowed("001A"))));
    let values: Vec<_> = fields.into_iter().map(|(_, value)| value).collect();
    let (text, other) = (|text: &'static str| FieldValue::Text(text.into()), FieldValue::Other);
    assert_eq!(
        values,
        [
            text("001A"),
            FieldValue::Blank,
            FieldValue::Blank,
            other.clone(),
            other.clone(),
            other.clone(),
            text("Ab"),
            other
        ]
    );
}

#[test]
fn a_default_of_null_is_false() {
    for (text, expected) in [("true", true), ("false", false), ("null", false)] {
        let text = format!(r#"{{"id":1,"user_id":2,"organization_id":3,"default":{text}}}"#);
        let membership: Membership<'_> = parse(&text).unwrap();
        assert_eq!(membership.is_default, Some(expected));
    }
}

#[test]
fn ids_are_positive_integers_of_64_bits() {
    let largest: User<'_> = parse(r#"{"id":9223372036854775807}"#).unwrap();
    assert_eq!(largest.id, i64::MAX);
    let text: User<'_> = parse(r#"{"id":"9223372036854775807","organization_id":"7"}"#).unwrap();
    assert_eq!((text.id, text.organization_id), (i64::MAX, Some(7)));
    for id in [
        "0",
        "-1",
        "1.0",
        "1e3",
        "\"\"",
        "\"01\"",
        "\" 1\"",
        "\"+1\"",
        "\"1.0\"",
        "\"9223372036854775808\"",
        "null",
        "true",
        "[]",
        "{}",
        "9223372036854775808",
        "18446744073709551616",
        "99999999999999999999999999",
    ] {
        let text = format!(r#"{{"id":{id}}}"#);
        let error = parse::<User<'_>>(&text).unwrap_err();
        assert!(error.contains("expected an id"), "{id}: {error}");
    }
    assert!(parse::<User<'_>>("{}").unwrap_err().contains("`id`"));
    assert!(parse::<User<'_>>(r#"{"id":1,"organization_id":0}"#).is_err());
    assert!(parse::<User<'_>>(r#"{"id":1,"id":2}"#).is_err());
}

#[test]
fn a_ticket_needs_a_creation_time() {
    assert!(parse::<Ticket<'_>>(r#"{"id":1,"status":"new"}"#).is_err());
    assert!(parse::<Ticket<'_>>(r#"{"id":1,"status":null,"created_at":"2024-01-02T03:04:05Z"}"#).is_err());
    let without: Ticket<'_> = parse(r#"{"id":1,"created_at":"2024-01-02T03:04:05Z"}"#).unwrap();
    assert_eq!(without.status, None);
    let text = ticket(r#","requester_id":null,"subject":"SCRUBBED""#);
    let scrubbed: Ticket<'_> = parse(&text).unwrap();
    assert_eq!(scrubbed.requester_id, None);
}

#[test]
fn a_channel_is_a_string_or_nothing() {
    for (via, expected) in [
        (r#"{"channel":"web","source":{"rel":null}}"#, Some("web")),
        (r#"{"source":{"channel":"no"},"channel":"api"}"#, Some("api")),
        (r#""email""#, Some("email")),
        (r#"{"channel":0}"#, None),
        (r#"{"channel":-1.5}"#, None),
        (r#"{"channel":null}"#, None),
        (r#"{"channel":[1,"x"]}"#, None),
        ("{}", None),
        ("null", None),
        ("5", None),
        ("false", None),
        ("[]", None),
    ] {
        let text = ticket(&format!(r#","via":{via}"#));
        let ticket: Ticket<'_> = parse(&text).unwrap();
        assert_eq!(ticket.channel.as_deref(), expected, "{via}");
    }
}

#[test]
fn damaged_text_is_replaced_only_where_it_is_shown() {
    let text = ticket(r#","subject":"cut \ud83d""#);
    let ticket: Ticket<'_> = parse(&text).unwrap();
    assert!(ticket.subject.unwrap().contains('\u{fffd}'));
    assert!(parse::<User<'_>>(r#"{"id":1,"email":"\ud83d"}"#).is_err());
    let whole: User<'_> = parse(r#"{"id":1,"name":"\ud83d\ude00 \u00e9"}"#).unwrap();
    assert_eq!(whole.name.as_deref(), Some("\u{1f600} é"));
}

#[test]
fn times_become_utc_text() {
    for (text, expected) in [
        ("2023-09-18T23:36:58Z", Some("2023-09-18T23:36:58Z")),
        ("2024-02-29T00:00:00Z", Some("2024-02-29T00:00:00Z")),
        ("2023-09-18T23:36:58+02:00", Some("2023-09-18T21:36:58Z")),
        ("2024-01-01T00:30:00+01:00", Some("2023-12-31T23:30:00Z")),
        ("2023-09-18T23:36:58.999Z", Some("2023-09-18T23:36:58Z")),
        ("2023-09-18 23:36:58Z", Some("2023-09-18T23:36:58Z")),
        ("2023-09-18T23:36:58+0000", Some("2023-09-18T23:36:58Z")),
        ("2023-02-29T00:00:00Z", None),
        ("2023-04-31T00:00:00Z", None),
        ("2023-13-01T00:00:00Z", None),
        ("2023-00-10T00:00:00Z", None),
        ("2023-01-00T00:00:00Z", None),
        ("2023-01-01T24:00:00Z", None),
        ("2023-01-01T00:60:00Z", None),
        ("2023-09-18T23:36:58", None),
        ("2023-09-18", None),
        ("-000100-01-01T00:00:00Z", None),
        ("yesterday", None),
        ("", None),
    ] {
        assert_eq!(utc_text(text).as_deref(), expected, "{text}");
    }
    assert!(matches!(utc_text("2023-09-30T23:36:58Z"), Some(Cow::Borrowed(_))));
}

#[test]
fn settings_are_read_with_and_without_their_envelope() {
    for (text, expected) in [
        (r#"{"settings":{"user":{"multiple_organizations":true,"tagging":1}}}"#, Some(true)),
        (r#"{"user":{"multiple_organizations":false}}"#, Some(false)),
        (r#"{"settings":{"user":{}}}"#, None),
        (r#"{"settings":{"user":null}}"#, None),
        (r#"{"settings":null}"#, None),
        ("{}", None),
    ] {
        let settings: AccountSettings = parse(text).unwrap();
        assert_eq!(settings.multiple_organizations, expected, "{text}");
    }
    assert!(parse::<AccountSettings>(r#"{"user":{"multiple_organizations":"yes"}}"#).is_err());
}

proptest::proptest! {
    #[test]
    fn any_text_is_a_sound_time_or_none(text in "\\PC{0,40}|[0-9T:Z+. -]{10,25}") {
        if let Some(time) = utc_text(&text) {
            assert_eq!(time.len(), 20);
            assert!(matches!(utc_text(&time), Some(Cow::Borrowed(_))));
        }
    }
}
