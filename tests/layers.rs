//! The layers of ARCHITECTURE.md: a module imports only from those below it.

mod imports;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use self::imports::{Source, circles, code};
use crate::common::root;

/// Every module with its layer, lowest first.
const LAYERS: &[(u8, &str)] = &[
    (0, "model"),
    (0, "identity"),
    (0, "clock"),
    (0, "safe_file"),
    (0, "safe_folder"),
    (0, "hooks"),
    (0, "near"),
    (1, "catalog"),
    (2, "warehouse"),
    (2, "zendesk"),
    (2, "salesforce"),
    (3, "output"),
    (4, "fetch"),
    (4, "ingest"),
    (4, "audit"),
    (4, "plan"),
    (4, "receipt"),
    (4, "trace"),
    (4, "sandbox"),
    (4, "workbook"),
    (4, "report"),
    (4, "decide"),
    (4, "handover"),
    (5, "apply"),
    (6, "cli"),
];

fn layer_of(module: &str) -> u8 {
    LAYERS
        .iter()
        .find(|(_, name)| *name == module)
        .unwrap_or_else(|| panic!("src/{module} has no layer: add it here and in ARCHITECTURE.md"))
        .0
}

fn source_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            source_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The module of a file below src, and the modules that it names after `crate::`.
fn modules(path: &Path) -> (String, BTreeSet<String>) {
    let below = path.strip_prefix(root().join("src")).unwrap();
    let module = below.iter().next().unwrap().to_str().unwrap().trim_end_matches(".rs").to_owned();
    let text = fs::read_to_string(path).unwrap();
    let code: String =
        text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    let mut named = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        if let Some(group) = rest.strip_prefix('{') {
            // The first words of a nested list, one level deep.
            let mut depth = 0;
            let mut word = String::new();
            for character in group.chars() {
                match character {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' if depth == 0 => word.clear(),
                    ':' if depth == 0 && !word.is_empty() => {
                        named.insert(std::mem::take(&mut word));
                    }
                    character if depth == 0 && (character.is_alphanumeric() || character == '_') => {
                        word.push(character);
                    }
                    _ => {}
                }
            }
        } else {
            let word: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            named.insert(word);
        }
    }
    named.retain(|name| {
        LAYERS.iter().any(|(_, module)| module == name) || root().join("src").join(name).exists()
    });
    (module, named)
}

#[test]
fn a_module_imports_only_from_below() {
    let mut files = Vec::new();
    source_files(&root().join("src"), &mut files);
    let mut wrong = Vec::new();
    let mut edges = 0;
    for path in files {
        let (module, named) = modules(&path);
        if module == "lib" || module == "main" {
            continue;
        }
        for name in named.iter().filter(|name| **name != module) {
            edges += 1;
            if layer_of(name) >= layer_of(&module) {
                wrong.push(format!("{} imports crate::{name}", path.display()));
            }
        }
    }
    assert!(edges > 30, "the test reads imports: {edges}");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn only_the_warehouse_knows_sqlite() {
    let mut files = Vec::new();
    source_files(&root().join("src"), &mut files);
    for path in files {
        let is_warehouse = path.starts_with(root().join("src/warehouse"));
        let text = fs::read_to_string(&path).unwrap();
        assert!(is_warehouse || !text.contains("rusqlite"), "{} names rusqlite", path.display());
        // Its types stay there: nothing that others can call takes or returns one.
        for signature in code(&text).lines().filter(|line| is_offer(line)) {
            for name in ["rusqlite", "Connection", "ToSql", "Row<'"] {
                assert!(!is_warehouse || !signature.contains(name), "{}: {signature}", path.display());
            }
        }
    }
}

/// Whether a line begins something that others can call or name. The field of a tuple is its own.
fn is_offer(line: &str) -> bool {
    ["pub fn", "pub use", "pub type", "pub const", "pub async"]
        .iter()
        .any(|word| line.trim_start().starts_with(word))
}

/// Who opens files for writing beside `safe_file`, and why.
const WRITERS: [(&str, &str); 7] = [
    ("safe_file.rs", "it is the one way to write a file"),
    ("safe_folder.rs", "it is the one way to write a folder"),
    ("fetch/files.rs", "pages are appended to a file that is resumed"),
    ("warehouse/lock.rs", "the lock is never replaced"),
    ("warehouse/create.rs", "SQLite writes the new warehouse itself"),
    ("cli/demo/bundled.rs", "into a folder that is gone again"),
    ("sandbox/world/load.rs", "into a folder that is gone again"),
];

#[test]
fn files_are_written_in_one_way() {
    let mut files = Vec::new();
    source_files(&root().join("src"), &mut files);
    let mut writers = BTreeSet::new();
    for path in files.iter().filter(|path| !path.ends_with("tests.rs")) {
        let text = code(&fs::read_to_string(path).unwrap());
        let words = ["OpenOptions", "File::create", "fs::write", "fs::rename", "fs::copy", "NamedTempFile"];
        if words.iter().any(|word| text.contains(word)) {
            writers.insert(path.strip_prefix(root().join("src")).unwrap().display().to_string());
        }
    }
    assert_eq!(writers, WRITERS.map(|(file, _)| file.to_owned()).into());
}

/// What tests set from outside must be nothing in a release build.
#[test]
fn the_variables_of_tests_are_read_in_one_place() {
    let hooks = fs::read_to_string(root().join("src/hooks.rs")).unwrap();
    let (debug, release) = hooks.split_once("#[cfg(not(debug_assertions))]").unwrap();
    assert!(debug.contains("#[cfg(debug_assertions)]\npub(crate) fn variable"), "{debug}");
    assert!(release.contains("None") && !release.contains("env"), "{release}");
    let mut files = Vec::new();
    source_files(&root().join("src"), &mut files);
    let mut readers = BTreeSet::new();
    for path in files.iter().filter(|path| !path.ends_with("tests.rs")) {
        let text = code(&fs::read_to_string(path).unwrap());
        if text.contains("\"ORGDRIFT_TEST_") {
            assert!(text.contains("hooks::variable("), "{}", path.display());
        }
        if text.contains("env::var") {
            readers.insert(path.strip_prefix(root().join("src")).unwrap().display().to_string());
        }
    }
    // The warehouse, credentials, the sandbox's token, the terminal and its pager are for everybody.
    let known = ["cli/sandbox.rs", "cli/shared/context.rs", "cli/shared/pager.rs", "hooks.rs"];
    let others: Vec<_> = readers.iter().filter(|file| !known.contains(&file.as_str())).collect();
    assert!(others.is_empty(), "{others:?}");
}

#[test]
fn only_the_client_knows_http() {
    let mut files = Vec::new();
    source_files(&root().join("src"), &mut files);
    for path in files {
        let is_client = path.starts_with(root().join("src/zendesk/client"));
        let text = fs::read_to_string(&path).unwrap();
        assert!(is_client || !text.contains("reqwest"), "{} names reqwest", path.display());
    }
}

#[test]
fn an_account_is_read_by_the_client_alone() {
    let mut files = Vec::new();
    source_files(&root().join("src"), &mut files);
    source_files(&root().join("tests"), &mut files);
    // Split, so that this line is none of them.
    let implementation = ["ReadApi", "for"].join(" ");
    files.retain(|path| fs::read_to_string(path).unwrap().contains(&implementation));
    assert_eq!(files, [root().join("src/zendesk/client/mod.rs")]);
}

#[test]
fn sql_stands_in_the_warehouse_and_in_queries() {
    let mut files = Vec::new();
    source_files(&root().join("src"), &mut files);
    for path in files {
        if path.starts_with(root().join("src/warehouse")) {
            continue;
        }
        // What is shown for people to type stands in escaped quotes.
        let text = fs::read_to_string(&path).unwrap().replace("\\\"", "'");
        for word in ["\"select ", "\"insert ", "\"update ", "\"delete "] {
            assert!(!text.contains(word), "{} has {word}…\"", path.display());
        }
    }
}

#[test]
fn only_the_sandbox_serves() {
    let mut files = Vec::new();
    source_files(&root().join("src"), &mut files);
    for path in files {
        let is_sandbox = path.starts_with(root().join("src/sandbox"));
        let text = fs::read_to_string(&path).unwrap();
        assert!(is_sandbox || !text.contains("axum"), "{} names axum", path.display());
    }
}

#[test]
fn only_the_command_line_prints() {
    let mut files = Vec::new();
    source_files(&root().join("src"), &mut files);
    for path in files {
        // Tests say what they skip.
        let is_cli = path.starts_with(root().join("src/cli")) || path.ends_with("tests.rs");
        let text = fs::read_to_string(&path).unwrap();
        for word in ["println!", "eprintln!", "io::stdout", "io::stderr"] {
            assert!(is_cli || !text.contains(word), "{} has {word}", path.display());
        }
    }
}

/// Modules in which even the file that is the face of a folder is imported by none below it.
const WITHOUT_CIRCLES: [&str; 3] = ["cli", "fetch", "sandbox"];

/// Whether a file is the face of a folder in which another file stands: it says what concerns all of them.
fn is_face_above(face: &str, file: &str) -> bool {
    let folder = face.strip_suffix("mod.rs").map(str::to_owned);
    let folder = folder.unwrap_or_else(|| format!("{}/", face.trim_end_matches(".rs")));
    file.starts_with(&folder)
}

#[test]
fn no_files_import_one_another_in_a_circle() {
    let source = Source::read();
    for module in WITHOUT_CIRCLES {
        let imports = source.below(module);
        assert!(imports.len() > 5, "src/{module} has files: {imports:#?}");
        assert!(imports.values().any(|found| found.len() > 3), "the test reads imports of {module}");
        let circles = circles(&imports);
        assert!(circles.is_empty(), "{}", explained(&circles, &imports));
    }
    let mut imports = source.all();
    let count: usize = imports.values().map(BTreeSet::len).sum();
    assert!(imports.len() > 200 && count > 1000, "the test reads {count} imports of {} files", imports.len());
    for (file, found) in &mut imports {
        found.retain(|to| !is_face_above(to, file));
    }
    let circles = circles(&imports);
    assert!(circles.is_empty(), "{}", explained(&circles, &imports));
}

/// The circles with the imports that make them.
fn explained(circles: &[Vec<String>], imports: &BTreeMap<String, BTreeSet<String>>) -> String {
    let mut text = String::new();
    for circle in circles {
        text.push_str(&format!("a circle of {}\n", circle.len()));
        for (file, to) in circle.iter().flat_map(|file| imports[file].iter().map(move |to| (file, to))) {
            if circle.contains(to) {
                text.push_str(&format!("  {file} imports {to}\n"));
            }
        }
    }
    text
}

/// What of `src/cli` is no command: its face, its arguments, what commands share.
fn command_of(file: &str) -> Option<&str> {
    let below = file.strip_prefix("cli/")?;
    let name = below.split(['/', '.']).next()?;
    (!["mod", "arguments", "shared"].contains(&name)).then_some(name)
}

#[test]
fn commands_do_not_import_one_another() {
    let imports = Source::read().below("cli");
    let mut wrong = Vec::new();
    let mut edges = 0;
    for (file, to) in imports.iter().flat_map(|(file, to)| to.iter().map(move |to| (file, to))) {
        let is_command = command_of(file).is_some();
        edges += usize::from(is_command);
        let is_other = is_command && command_of(to).is_some() && command_of(to) != command_of(file);
        let is_above = is_command && ["cli/mod.rs", "cli/arguments.rs"].contains(&to.as_str());
        let is_shared =
            file.starts_with("cli/shared/") && to.starts_with("cli/") && !to.starts_with("cli/shared/");
        if is_other || is_above || is_shared {
            wrong.push(format!("{file} imports {to}"));
        }
    }
    assert!(edges > 30, "the test reads imports: {edges}");
    assert!(wrong.is_empty(), "{wrong:#?}");
}
