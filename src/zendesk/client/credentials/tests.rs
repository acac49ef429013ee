use std::{
    fs::{self, OpenOptions, Permissions},
    io::Write,
    os::unix::fs::{OpenOptionsExt, PermissionsExt, symlink},
    path::{Path, PathBuf},
};

use tempfile::TempDir;

use super::*;

const CANARY: &str = "c4n4ry-of-a-secret";

fn from_environment(pairs: &[(&str, &str)]) -> Result<Credentials, CredentialsError> {
    find(None, pairs)
}

fn find(file: Option<&Path>, pairs: &[(&str, &str)]) -> Result<Credentials, CredentialsError> {
    Credentials::find(file, |name| {
        pairs.iter().find(|(set, _)| *set == name).map(|(_, value)| OsString::from(value))
    })
}

fn refused(pairs: &[(&str, &str)]) -> String {
    let error = from_environment(pairs).unwrap_err();
    assert!(error.hint().is_some());
    let debug = format!("{error} {error:?} {:?}", error.hint());
    assert!(!debug.contains(CANARY) && !debug.contains("ann@example.com"), "{debug}");
    error.to_string()
}

fn write(folder: &TempDir, text: &str, mode: u32) -> PathBuf {
    let path = folder.path().join("credentials.toml");
    let _ = fs::remove_file(&path);
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path).unwrap();
    file.write_all(text.as_bytes()).unwrap();
    fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
    path
}

#[test]
fn one_whole_way_to_log_in_is_taken() {
    for (pairs, given_as) in [
        (vec![(CLIENT_ID, "id"), (CLIENT_SECRET, CANARY)], GivenAs::OauthClient),
        (vec![(OAUTH_TOKEN, CANARY)], GivenAs::OauthToken),
        (vec![(EMAIL, "ann@example.com"), (API_TOKEN, CANARY)], GivenAs::ApiToken),
        // What is set to nothing is not set.
        (vec![(OAUTH_TOKEN, CANARY), (API_TOKEN, ""), (EMAIL, "")], GivenAs::OauthToken),
    ] {
        let pairs: Vec<_> = pairs.into_iter().chain([(SUBDOMAIN, "acme")]).collect();
        let credentials = from_environment(&pairs).unwrap();
        assert_eq!(credentials.given_as(), given_as);
        assert_eq!(credentials.address().host(), "acme.zendesk.com");
        assert_eq!(credentials.note().is_some(), given_as == GivenAs::ApiToken);
        let debug = format!("{credentials:?}");
        assert!(!debug.contains(CANARY) && !debug.contains("ann@example.com"), "{debug}");
    }
}

#[test]
fn anything_else_is_refused_by_the_names_of_the_variables() {
    let acme = (SUBDOMAIN, "acme");
    assert_eq!(refused(&[acme]), "there are no Zendesk credentials: no variable and no file holds them");
    assert_eq!(
        refused(&[acme, (CLIENT_ID, "id")]),
        "ZENDESK_OAUTH_CLIENT_ID is set and ZENDESK_OAUTH_CLIENT_SECRET is not: they belong together"
    );
    assert_eq!(
        refused(&[acme, (CLIENT_SECRET, CANARY)]),
        "ZENDESK_OAUTH_CLIENT_SECRET is set and ZENDESK_OAUTH_CLIENT_ID is not: they belong together"
    );
    assert_eq!(
        refused(&[acme, (EMAIL, "ann@example.com")]),
        "ZENDESK_EMAIL is set and ZENDESK_API_TOKEN is not: they belong together"
    );
    assert_eq!(
        refused(&[acme, (API_TOKEN, CANARY)]),
        "ZENDESK_API_TOKEN is set and ZENDESK_EMAIL is not: they belong together"
    );
    assert_eq!(
        refused(&[acme, (OAUTH_TOKEN, CANARY), (API_TOKEN, CANARY)]),
        "both ZENDESK_OAUTH_TOKEN and ZENDESK_API_TOKEN are set, and only one of them can be used"
    );
    assert_eq!(
        refused(&[acme, (CLIENT_SECRET, CANARY), (EMAIL, "ann@example.com")]),
        "both ZENDESK_OAUTH_CLIENT_SECRET and ZENDESK_EMAIL are set, and only one of them can be used"
    );
    assert_eq!(
        refused(&[(OAUTH_TOKEN, CANARY)]),
        "the Zendesk account is not named: ZENDESK_SUBDOMAIN is not set"
    );
    for value in
        ["c4n4ry-of-a-secret\n", "c4n4ry-of-a-secret x", "\u{feff}c4n4ry-of-a-secret", "é\r\nHost: evil.com"]
    {
        assert_eq!(
            refused(&[acme, (OAUTH_TOKEN, value)]),
            "ZENDESK_OAUTH_TOKEN holds a line end, a space or another character that cannot be part of it"
        );
    }
    assert!(
        refused(&[(SUBDOMAIN, "evil.com/#c4n4ry-of-a-secret"), (OAUTH_TOKEN, CANARY)]).contains("subdomain")
    );
    assert!(
        refused(&[acme, (OAUTH_TOKEN, CANARY), (URL_VARIABLE, "https://c4n4ry-of-a-secret@evil.com")])
            .contains("another machine")
    );
}

#[test]
fn a_file_holds_the_same_under_plain_names() {
    let folder = TempDir::new().unwrap();
    let text = format!("# ours\nsubdomain = \"acme\"\nemail = \"ann@example.com\"\napi_token = '{CANARY}'\n");
    let path = write(&folder, &text, 0o600);
    let credentials = find(Some(&path), &[]).unwrap();
    assert_eq!(credentials.given_as(), GivenAs::ApiToken);
    assert_eq!(credentials.address().subdomain(), "acme");
    // The environment names the file, or the subdomain that it leaves open; nothing else is mixed in.
    let path_text = path.to_str().unwrap();
    let mixed = [(FILE_VARIABLE, path_text), (OAUTH_TOKEN, "other"), (SUBDOMAIN, "other")];
    let credentials = from_environment(&mixed).unwrap();
    assert_eq!(credentials.given_as(), GivenAs::ApiToken);
    assert_eq!(credentials.address().subdomain(), "acme");
    let path = write(&folder, &format!("oauth_token = \"{CANARY}\"\nemail = \"\""), 0o400);
    assert_eq!(find(Some(&path), &[(SUBDOMAIN, "z3n")]).unwrap().address().subdomain(), "z3n");
}

#[test]
fn a_file_that_others_can_read_or_change_is_refused() {
    let folder = TempDir::new().unwrap();
    let text = format!("subdomain = \"acme\"\noauth_token = \"{CANARY}\"\n");
    for mode in [0o640, 0o604, 0o644, 0o660, 0o601, 0o777] {
        let error = find(Some(&write(&folder, &text, mode)), &[]).unwrap_err();
        assert!(matches!(error, CredentialsError::File(FileError::Open { .. })), "{mode:o}: {error}");
        assert!(error.to_string().ends_with(&format!("its mode is {mode:04o}")));
        assert!(error.hint().unwrap().starts_with("chmod 600 "));
    }
    let path = write(&folder, &text, 0o600);
    let link = folder.path().join("link");
    symlink(&path, &link).unwrap();
    for (path, words) in [
        (link.as_path(), "a symbolic link"),
        (folder.path(), "no regular file"),
        (Path::new("/dev/zero"), "no regular file"),
        (&folder.path().join("none"), "cannot be read"),
    ] {
        let error = find(Some(path), &[]).unwrap_err();
        assert!(error.to_string().contains(words), "{error}");
    }
    let endless = "#".repeat(70_000);
    let error = find(Some(&write(&folder, &endless, 0o600)), &[]).unwrap_err();
    assert!(error.to_string().contains("larger than any such file"), "{error}");
}

#[test]
fn a_file_that_is_wrong_is_never_quoted() {
    let folder = TempDir::new().unwrap();
    for (text, words) in [
        (format!("subdomain = \"acme\"\noauth_token = {CANARY}\n"), "line 2: not in the form"),
        (format!("subdomain = \"acme\"\n\n{CANARY}\n"), "line 3: not in the form"),
        (format!("subdomain = \"acme\"\noauth_token = \"{CANARY}\n"), "line 2: not in the form"),
        (format!("oauth_token = \"{CANARY}\"\noauth_token = \"{CANARY}\"\n"), "line 2: not in the form"),
        (format!("{CANARY} = \"x\"\n"), "line 1: a key that is not known"),
        ("token = \"x\"\n".to_owned(), "line 1: a key that is not known"),
        ("[zendesk]\nsubdomain = \"acme\"\n".to_owned(), "line 1: a key that is not known"),
        ("subdomain = \"acme\"\napi_token = 12345\n".to_owned(), "line 2: api_token is not text in quotes"),
        (format!("oauth_token = [\"{CANARY}\"]\n"), "line 1: oauth_token is not text in quotes"),
    ] {
        let error = find(Some(&write(&folder, &text, 0o600)), &[]).unwrap_err();
        let all = format!("{error} {error:?} {:?}", error.hint());
        assert!(error.to_string().contains(words) && !all.contains(CANARY), "{all}");
    }
}
