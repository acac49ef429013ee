//! Tells the binary of what it is made: of which sources, so that it can tell what another one wrote down about the files
//! that it read; and of which texts it makes views, dictionary and lists, so that it can tell those of another one.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use xxhash_rust::xxh3::Xxh3;

/// What decides how a file is read.
const SOURCES: [&str; 3] = ["src", "Cargo.lock", "Cargo.toml"];

/// What decides which views, dictionary and lists a warehouse gets, and how domains and names are judged for it.
const DERIVED: [&str; 6] =
    ["queries", "src/catalog", "src/identity", "src/model", "src/warehouse/derived.rs", "Cargo.lock"];

fn main() -> io::Result<()> {
    for (name, paths) in [("ORGDRIFT_SOURCES", &SOURCES[..]), ("ORGDRIFT_DERIVED", &DERIVED[..])] {
        println!("cargo:rustc-env={name}={:032x}", digest(paths)?);
        for path in paths {
            println!("cargo:rerun-if-changed={path}");
        }
    }
    Ok(())
}

/// Of the files' names and contents.
fn digest(paths: &[&str]) -> io::Result<u128> {
    let mut files = Vec::new();
    for path in paths {
        collect(Path::new(path), &mut files)?;
    }
    files.sort();
    let mut digest = Xxh3::new();
    for file in &files {
        let content = fs::read(file)?;
        digest.update(file.to_string_lossy().as_bytes());
        digest.update(&(content.len() as u64).to_le_bytes());
        digest.update(&content);
    }
    Ok(digest.digest128())
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if !path.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    for entry in fs::read_dir(path)? {
        collect(&entry?.path(), files)?;
    }
    Ok(())
}
