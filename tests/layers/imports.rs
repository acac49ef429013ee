//! Which file imports which, read from the texts: `use` lists and paths in the code.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use crate::common::root;

/// A path of names, from `src` on: `["cli", "shared", "context"]`.
type Names = Vec<String>;

/// The files of `src`, each by the path of its module.
pub(super) struct Source {
    files: BTreeMap<Names, File>,
}

struct File {
    path: PathBuf,
    /// Without comments, strings of more than a line aside, and without its tests.
    code: String,
    /// The modules that it declares.
    children: BTreeSet<String>,
    /// Where the names come from that it hands on.
    faces: BTreeMap<String, Names>,
}

impl Source {
    pub(super) fn read() -> Self {
        let src = root().join("src");
        let mut paths = Vec::new();
        super::source_files(&src, &mut paths);
        let mut files = BTreeMap::new();
        for path in paths {
            let mut names: Names = path
                .strip_prefix(&src)
                .unwrap()
                .with_extension("")
                .iter()
                .map(|name| name.to_str().unwrap().to_owned())
                .collect();
            if names.last().is_some_and(|name| ["mod", "lib", "main"].contains(&name.as_str())) {
                names.pop();
            }
            if path.ends_with("main.rs") || path.ends_with("tests.rs") {
                continue;
            }
            let code = code(&fs::read_to_string(&path).unwrap());
            let children = children(&code);
            files.insert(names, File { path, code, children, faces: BTreeMap::new() });
        }
        let mut source = Self { files };
        source.read_faces();
        source
    }

    /// What each file hands on by `pub use` of its children.
    fn read_faces(&mut self) {
        for (names, file) in &mut self.files {
            for statement in file.code.split(';') {
                let Some(at) = statement.find("pub") else { continue };
                let Some(list) = statement[at..].split_once("use ") else { continue };
                if !statement[at..].starts_with("pub use ") && !statement[at..].starts_with("pub(") {
                    continue;
                }
                for path in expand(list.1.trim()) {
                    let path = absolute(names, &file.children, &path).unwrap_or_default();
                    if let Some(name) = path.last() {
                        file.faces.insert(name.clone(), path.clone());
                    }
                }
            }
        }
    }

    /// The files below a folder of `src`, each with the files that it imports, as paths below `src`.
    pub(super) fn below(&self, folder: &str) -> BTreeMap<String, BTreeSet<String>> {
        let folder = format!("{folder}/");
        self.all().into_iter().filter(|(file, _)| file.starts_with(&folder)).collect()
    }

    /// All files, each with the files that it imports, as paths below `src`.
    pub(super) fn all(&self) -> BTreeMap<String, BTreeSet<String>> {
        self.files.iter().map(|(names, file)| (short(&file.path), self.imports(names, file))).collect()
    }

    fn imports(&self, names: &Names, file: &File) -> BTreeSet<String> {
        paths(&file.code, &file.children)
            .iter()
            .flat_map(|path| expand(path))
            .filter_map(|path| absolute(names, &file.children, &path))
            .filter_map(|path| self.resolve(path))
            .map(|found| short(&found.path))
            .filter(|path| *path != short(&file.path))
            .collect()
    }

    /// The file in which a name is defined; names that a file hands on lead further.
    fn resolve(&self, mut path: Names) -> Option<&File> {
        for _ in 0..8 {
            let length = (0..=path.len()).rev().find(|&length| self.files.contains_key(&path[..length]))?;
            let file = &self.files[&path[..length]];
            match path.get(length).and_then(|name| file.faces.get(name)) {
                Some(origin) => path = origin.iter().chain(&path[length + 1..]).cloned().collect(),
                None => return Some(file),
            }
        }
        None
    }
}

/// The circles among some files, each as the files that reach one another.
pub(super) fn circles(imports: &BTreeMap<String, BTreeSet<String>>) -> Vec<Vec<String>> {
    let reach = |from: &String| {
        let mut found: BTreeSet<&String> = BTreeSet::new();
        let mut open = vec![from];
        while let Some(next) = open.pop() {
            for to in imports.get(next).into_iter().flatten() {
                if imports.contains_key(to) && found.insert(to) {
                    open.push(to);
                }
            }
        }
        found
    };
    let reached: BTreeMap<&String, BTreeSet<&String>> =
        imports.keys().map(|file| (file, reach(file))).collect();
    let mut circles: Vec<Vec<String>> = Vec::new();
    for (file, found) in &reached {
        if found.contains(file) && !circles.iter().any(|circle| circle.contains(file)) {
            let members = found.iter().filter(|other| reached[**other].contains(file));
            circles.push(members.map(|&member| member.clone()).collect());
        }
    }
    circles
}

fn short(path: &Path) -> String {
    path.strip_prefix(root().join("src")).unwrap().display().to_string()
}

/// A file without its comments and without the tests at its end.
pub(super) fn code(text: &str) -> String {
    let end = text.find("#[cfg(test)]\nmod tests").unwrap_or(text.len());
    let is_code = |line: &&str| !line.trim_start().starts_with("//");
    // Who may see a name is no import.
    text[..end].lines().filter(is_code).collect::<Vec<_>>().join("\n").replace("pub(in crate::", "pub(in ")
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// The modules that are declared at the left margin; others are inside of the file.
fn children(code: &str) -> BTreeSet<String> {
    code.lines()
        .filter_map(|line| line.strip_suffix(';'))
        .filter_map(|line| {
            let (before, name) = line.rsplit_once("mod ")?;
            (before.is_empty() || before.starts_with("pub")).then(|| name.to_owned())
        })
        .collect()
}

/// All paths that begin with `crate`, `self`, `super` or a child, with their lists.
fn paths(code: &str, children: &BTreeSet<String>) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("::") {
        let start = code[..at].rfind(|character| !is_word(character)).map_or(0, |before| before + 1);
        let first = &code[start..at];
        let is_start = !code[..start].ends_with(':');
        if is_start && (["crate", "self", "super"].contains(&first) || children.contains(first)) {
            found.push(code[start..end_of_path(code, start)].to_owned());
        }
    }
    found
}

/// Where a path ends: behind its last name or the list that closes it.
fn end_of_path(code: &str, start: usize) -> usize {
    let mut depth = 0;
    for (at, character) in code[start..].char_indices() {
        match character {
            '{' if depth > 0 || code[..start + at].ends_with("::") => depth += 1,
            '}' if depth == 1 => return start + at + 1,
            '}' if depth > 1 => depth -= 1,
            ':' => {}
            character if depth > 0 || is_word(character) => {}
            _ => return start + at,
        }
    }
    code.len()
}

/// `a::{b, c::{self, D}}` as `a::b`, `a::c`, `a::c::D`.
fn expand(path: &str) -> Vec<Names> {
    let path = path.trim();
    let Some(open) = path.find('{') else {
        let path = path.split(" as ").next().unwrap_or_default();
        let mut names: Names = path.split("::").map(|name| name.trim().to_owned()).collect();
        names.retain(|name| !name.is_empty());
        if names.len() > 1 && names.last().is_some_and(|name| name == "self") {
            names.pop();
        }
        return vec![names];
    };
    let inside = path[open + 1..].trim_end().strip_suffix('}').unwrap_or(&path[open + 1..]);
    let mut parts = vec![String::new()];
    let mut depth = 0;
    for character in inside.chars() {
        match character {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        match (character, parts.last_mut()) {
            (',', _) if depth == 0 => parts.push(String::new()),
            (character, Some(last)) => last.push(character),
            _ => {}
        }
    }
    let before = &path[..open];
    parts
        .iter()
        .filter(|part| !part.trim().is_empty())
        .flat_map(|part| expand(&format!("{before}{}", part.trim())))
        .collect()
}

/// A path from `src` on; nothing for what is another crate's.
fn absolute(module: &Names, children: &BTreeSet<String>, path: &Names) -> Option<Names> {
    let first = path.first()?;
    let mut names = module.clone();
    match first.as_str() {
        "crate" => names.clear(),
        "self" => {}
        "super" => {
            for _ in path.iter().take_while(|name| *name == "super") {
                names.pop()?;
            }
        }
        child if children.contains(child) => names.push(child.to_owned()),
        _ => return None,
    }
    names.extend(
        path.iter()
            .skip_while(|name| ["crate", "self", "super"].contains(&name.as_str()))
            .skip(usize::from(children.contains(first)))
            .cloned(),
    );
    Some(names)
}

#[test]
fn lists_and_paths_are_read() {
    let names = |path: &str| expand(path).iter().map(|names| names.join(" ")).collect::<Vec<_>>();
    assert_eq!(names("super::{a::{self, B}, c::D as E}"), ["super a", "super a B", "super c D"]);
    let code = "use super::{a, b::C};\nlet x = crate::d::e(child::f(1));\nlet y = other::g;\n";
    let children = BTreeSet::from(["child".to_owned()]);
    assert_eq!(paths(code, &children), ["super::{a, b::C}", "crate::d::e", "child::f"]);
}

#[test]
fn a_circle_is_found() {
    let imports = [("a", vec!["b"]), ("b", vec!["c"]), ("c", vec!["a"]), ("d", vec!["a"])];
    let imports = imports
        .into_iter()
        .map(|(from, to)| (from.to_owned(), to.into_iter().map(ToOwned::to_owned).collect()))
        .collect();
    assert_eq!(circles(&imports), [["a", "b", "c"]]);
}
