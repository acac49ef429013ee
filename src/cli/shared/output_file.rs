//! A file that is written for somebody: never one of the warehouse, and named for what it holds.

use std::path::Path;

use super::{error::CliError, shell::quoted};
use crate::safe_file;

/// Refuses a file that belongs to the warehouse.
pub(super) fn check_not_the_warehouse(output: &Path, db: &Path, said: &str) -> Result<(), CliError> {
    let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    for ending in ["", ".lock", ".refresh.lock", "-journal", "-wal", ".new"] {
        let mut name = db.as_os_str().to_owned();
        name.push(ending);
        if real(output) == real(Path::new(&name))
            || output == Path::new(&name)
            || is_same_file(output, Path::new(&name))
        {
            return Err(CliError::usage(format!("{said}{} belongs to the warehouse", output.display()))
                .hint("name another file"));
        }
    }
    Ok(())
}

/// Whether two names are of one file, as those of a hard link are.
fn is_same_file(one: &Path, other: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;

        let id = |path: &Path| std::fs::symlink_metadata(path).map(|file| (file.dev(), file.ino()));
        matches!((id(one), id(other)), (Ok(one), Ok(other)) if one == other)
    }
    #[cfg(not(unix))]
    {
        one == other
    }
}

/// Rows never go over the warehouse, and a file's name must not promise what it does not hold.
pub(super) fn check(output: &Path, db: &Path, has_format: bool, own: &[&str]) -> Result<(), CliError> {
    check_not_the_warehouse(output, db, "--output ")?;
    if output == Path::new("-") {
        return Err(CliError::usage("--output takes a file; omit it to write to standard output"));
    }
    let ending = output.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    if !has_format
        && !own.contains(&ending)
        && ["xlsx", "xls", "ods", "parquet", "gz", "zip", "html", "db"].contains(&ending)
    {
        return Err(CliError::usage(format!("orgdrift does not write .{ending} files"))
            .hint("name a .csv, .json or .ndjson file; `orgdrift export workbook` writes .xlsx, `orgdrift report` .html"));
    }
    let known = ["csv", "json", "ndjson"].iter().chain(own);
    if !has_format
        && !known.clone().any(|known| *known == ending)
        && let Some(near) = known.clone().find(|known| strsim::osa_distance(known, ending) == 1)
    {
        return Err(CliError::usage(format!("orgdrift does not write .{ending} files"))
            .hint(format!("did you mean {}?", quoted(&output.with_extension(near)))));
    }
    // Now, and not after hours of work for it.
    Ok(safe_file::check(output)?)
}
