//! `orgdrift export workbook`

use std::path::{Path, PathBuf};

use super::arguments::WorkbookArgs;
use crate::{
    cli::shared::{context::Context, error::CliError, exit, runs, shell::quoted},
    output::counted,
    safe_file,
    warehouse::{RunRow, Warehouse},
    workbook::{self, WorkbookOptions, Written},
};

/// The longest part of a file's name that is made of an owner's name, in characters.
const OWNER_IN_NAME: usize = 60;

pub(super) fn export(context: &Context, arguments: &WorkbookArgs) -> Result<u8, CliError> {
    let path = file_of(context, arguments)?;
    let warehouse = context.open()?;
    let run = runs::find_run(&warehouse, arguments.run.run.as_deref())?;
    let gaps = runs::gap_lines(run.run_id, &warehouse.gaps(run.run_id)?);
    let options =
        WorkbookOptions { is_redacted: arguments.redact, gaps: &gaps, ..WorkbookOptions::default() };
    if arguments.split_by.is_some() {
        split(context, &warehouse, &run, &options, path)?;
    } else {
        let owner = owner_of(&warehouse, &run, arguments)?;
        let options = WorkbookOptions { owner: owner.as_deref(), ..options };
        let written = workbook::write(&warehouse, &run, &options, &context.clock, path)?;
        context.talk(format!("{} written to {}", said(written), path.display()));
    }
    runs::warn(context, &warehouse, &run)?;
    if arguments.split_by.is_none() && !arguments.redact {
        context.talk(format!(
            "to decide in it: fill in Decision and Note, save, then orgdrift decide --from {} --by NAME{}",
            quoted(path),
            context.db_option()
        ));
    }
    context.next("plan");
    Ok(exit::DONE)
}

/// The file that was asked for.
fn file_of<'c>(context: &'c Context, arguments: &WorkbookArgs) -> Result<&'c Path, CliError> {
    // Whoever leaves names out wants them left out of what the hint says, too.
    let redact = if arguments.redact { " --redact" } else { "" };
    let split = if arguments.split_by.is_some() { " --split-by owner" } else { "" };
    let example = format!("write a workbook: orgdrift export workbook{redact}{split} --output drift.xlsx");
    let path =
        context.output().ok_or_else(|| CliError::usage("a workbook is written to a file").hint(&example))?;
    if path.extension().is_none_or(|ending| ending != "xlsx") {
        return Err(CliError::usage(format!("{} does not end in .xlsx", path.display())).hint(example));
    }
    Ok(path)
}

/// The owner as the account file writes the name.
fn owner_of(
    warehouse: &Warehouse,
    run: &RunRow,
    arguments: &WorkbookArgs,
) -> Result<Option<String>, CliError> {
    let Some(typed) = &arguments.owner else { return Ok(None) };
    let owners = warehouse.owners_with_issues(run.run_id)?;
    let typed = typed.trim().to_lowercase();
    if let Some(owner) = owners.iter().find(|owner| owner.to_lowercase() == typed) {
        return Ok(Some(owner.clone()));
    }
    let mut near =
        owners.into_iter().filter(|owner| !typed.is_empty() && owner.to_lowercase().contains(&typed));
    match (near.next(), near.next()) {
        (Some(owner), None) => Ok(Some(owner)),
        (None, _) => Err(CliError::failure("no account with an issue has an owner of that name")
            .hint("`orgdrift export workbook --split-by owner --output FILE.xlsx` writes one for each")),
        (Some(_), Some(_)) => Err(CliError::usage("--owner is part of several names: write the whole name")),
    }
}

/// A workbook for each owner. Nothing is written unless all names are free or regular files.
fn split(
    context: &Context,
    warehouse: &Warehouse,
    run: &RunRow,
    options: &WorkbookOptions<'_>,
    path: &Path,
) -> Result<(), CliError> {
    let owners = warehouse.owners_with_issues(run.run_id)?;
    let files = files_of(path, &owners);
    for file in &files {
        safe_file::check(file)?;
    }
    for (owner, file) in owners.iter().zip(&files) {
        let options = WorkbookOptions { owner: Some(owner), ..*options };
        workbook::write(warehouse, run, &options, &context.clock, file)?;
    }
    let stem = path.with_extension("");
    // Owners are people, and talk ends up in logs.
    context.talk(format!("{} written, as {}.OWNER.xlsx", counted(files.len(), "workbook"), stem.display()));
    Ok(())
}

/// `drift.dana-scully.xlsx` beside `drift.xlsx`; equal names get a number.
fn files_of(path: &Path, owners: &[String]) -> Vec<PathBuf> {
    let mut taken: Vec<String> = Vec::new();
    for owner in owners {
        let slug = slug(owner);
        // One of as many names as there are owners is free.
        let name = (1..=owners.len())
            .map(|number| if number == 1 { slug.clone() } else { format!("{slug}-{number}") })
            .find(|name| !taken.contains(name))
            .unwrap_or(slug);
        taken.push(name);
    }
    taken.iter().map(|name| path.with_extension(format!("{name}.xlsx"))).collect()
}

/// Letters and digits of a name, with hyphens between: nothing that leads to another folder.
fn slug(owner: &str) -> String {
    let mut slug = String::new();
    for character in owner.to_lowercase().chars() {
        if character.is_alphanumeric() {
            slug.push(character);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    let slug: String = slug.trim_end_matches('-').chars().take(OWNER_IN_NAME).collect();
    match (slug.is_empty(), owner.is_empty()) {
        (false, _) => slug,
        (true, true) => "no-owner".to_owned(),
        (true, false) => "other".to_owned(),
    }
}

fn said(written: Written) -> String {
    format!("{} and {}", counted(written.account_count, "account"), counted(written.issue_count, "issue"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_owner_has_a_file_of_its_own_beside_the_one_that_was_named() {
        let owners = ["", "Dana Scully", "dana.scully", "../../etc/passwd", "***", "Ängström, Åsa"];
        let files = files_of(Path::new("out/drift.xlsx"), &owners.map(str::to_owned));
        let names: Vec<&str> = files.iter().map(|file| file.to_str().unwrap()).collect();
        assert_eq!(
            names,
            [
                "out/drift.no-owner.xlsx",
                "out/drift.dana-scully.xlsx",
                "out/drift.dana-scully-2.xlsx",
                "out/drift.etc-passwd.xlsx",
                "out/drift.other.xlsx",
                "out/drift.ängström-åsa.xlsx",
            ]
        );
        assert!(slug(&"x".repeat(500)).len() <= OWNER_IN_NAME);
    }
}
