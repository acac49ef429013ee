//! The migrations, the lists and the demo as they are compiled in. A test fails on a migration that is missing here.

/// The migrations: number, name as refinery wants it, text.
pub const MIGRATIONS: &[(&str, &str)] = &[
    ("V1__warehouse", include_str!("../../migrations/V1__warehouse.sql")),
    ("V2__plans_and_comparison", include_str!("../../migrations/V2__plans_and_comparison.sql")),
    ("V3__continued_readings", include_str!("../../migrations/V3__continued_readings.sql")),
    ("V4__apply_and_receipts", include_str!("../../migrations/V4__apply_and_receipts.sql")),
    ("V5__rules_in_words", include_str!("../../migrations/V5__rules_in_words.sql")),
    ("V6__kinds_of_domains", include_str!("../../migrations/V6__kinds_of_domains.sql")),
    ("V7__unread_accounts", include_str!("../../migrations/V7__unread_accounts.sql")),
    ("V8__undecided_facts", include_str!("../../migrations/V8__undecided_facts.sql")),
    ("V9__time_of_a_run", include_str!("../../migrations/V9__time_of_a_run.sql")),
    ("V10__refusals", include_str!("../../migrations/V10__refusals.sql")),
    ("V11__decisions", include_str!("../../migrations/V11__decisions.sql")),
    ("V12__accepted_risks", include_str!("../../migrations/V12__accepted_risks.sql")),
    ("V13__changes_of_issues", include_str!("../../migrations/V13__changes_of_issues.sql")),
    ("V14__audits_of_changes", include_str!("../../migrations/V14__audits_of_changes.sql")),
    ("V15__forgotten", include_str!("../../migrations/V15__forgotten.sql")),
    ("V16__found_by_domain", include_str!("../../migrations/V16__found_by_domain.sql")),
    ("V17__suppressed_families", include_str!("../../migrations/V17__suppressed_families.sql")),
    ("V18__predictions", include_str!("../../migrations/V18__predictions.sql")),
    ("V19__lines_of_files", include_str!("../../migrations/V19__lines_of_files.sql")),
    ("V20__figures", include_str!("../../migrations/V20__figures.sql")),
];

/// `queries/data_dictionary.csv`.
pub const DICTIONARY: &str = include_str!("../../queries/data_dictionary.csv");

/// `queries/examples.txt`.
pub const EXAMPLES: &str = include_str!("../../queries/examples.txt");

/// `queries/blocked_reasons.csv`.
pub const BLOCKED_REASONS: &str = include_str!("../../queries/blocked_reasons.csv");

/// `queries/input_reasons.csv`.
pub const INPUT_REASONS: &str = include_str!("../../queries/input_reasons.csv");

/// `queries/glossary.csv`.
pub const GLOSSARY: &str = include_str!("../../queries/glossary.csv");

/// `queries/words.csv`.
pub const WORDS: &str = include_str!("../../queries/words.csv");

/// `queries/classes.csv`.
pub const CLASSES: &str = include_str!("../../queries/classes.csv");

/// The bundled list of personal e-mail domains.
pub const PERSONAL_DOMAINS: &str = include_str!("../identity/personal_domains.txt");

/// The bundled list of disposable mail services.
pub const DISPOSABLE_DOMAINS: &str = include_str!("../identity/disposable_domains.txt");

/// The bundled list of hosts of platforms: host, `all` or `self`, source, separated by tabs.
pub const PLATFORM_HOSTS: &str = include_str!("../identity/platform_hosts.txt");

/// The demo company: path below `fixtures/demo`, text.
pub const DEMO: &[(&str, &str)] = &[
    ("accounts.csv", include_str!("../../fixtures/demo/accounts.csv")),
    ("zendesk/manifest.json", include_str!("../../fixtures/demo/zendesk/manifest.json")),
    ("zendesk/account_settings.json", include_str!("../../fixtures/demo/zendesk/account_settings.json")),
    ("zendesk/organizations.ndjson", include_str!("../../fixtures/demo/zendesk/organizations.ndjson")),
    ("zendesk/users.ndjson", include_str!("../../fixtures/demo/zendesk/users.ndjson")),
    (
        "zendesk/organization_memberships.ndjson",
        include_str!("../../fixtures/demo/zendesk/organization_memberships.ndjson"),
    ),
    ("zendesk/tickets.ndjson", include_str!("../../fixtures/demo/zendesk/tickets.ndjson")),
];
