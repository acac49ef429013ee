//! An option that its command does not take: which command does.

use std::{error::Error, ffi::OsString};

use clap::{
    Command,
    builder::StyledStr,
    error::{ContextKind, ContextValue, ErrorKind},
};

use super::shared::synonyms;
use crate::near::near;

/// How many commands are named.
const NAMED: usize = 3;

/// The error of the parser, with the commands that take the option where any does.
pub(super) fn explained(mut error: clap::Error, command: &Command, words: &[OsString]) -> clap::Error {
    if error.kind() == ErrorKind::ValueValidation {
        return number_explained(error, command);
    }
    if error.kind() == ErrorKind::InvalidSubcommand {
        return command_explained(error, command, words);
    }
    if error.kind() != ErrorKind::UnknownArgument {
        return error;
    }
    // `-- --option` passes a word that looks like an option, and nobody means that.
    error.remove(ContextKind::Suggested);
    let Some(ContextValue::String(typed)) = error.get(ContextKind::InvalidArg) else { return error };
    let name = typed.trim_start_matches('-').split('=').next().unwrap_or_default().to_owned();
    let is_long = typed.starts_with("--");
    let (path, is_before) = path_of(command, words, &name);
    let mut takers = Vec::new();
    if is_long {
        find(command, "", &name, &mut takers);
    }
    let asked =
        path.split(' ').try_fold(command, |above, word| above.find_subcommand(word)).unwrap_or(command);
    let known = (!is_before).then(|| synonyms::tip(asked, &path, &name)).flatten();
    let Some(tip) = known.or_else(|| tip(&path, is_before, &name, &takers)) else {
        return without_noise(error, &name);
    };
    error.remove(ContextKind::SuggestedArg);
    error.remove(ContextKind::Usage);
    error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![StyledStr::from(tip)]));
    error
}

/// The error of a command that there is not, with those that are most like it, or the one that does what it says.
fn command_explained(mut error: clap::Error, command: &Command, words: &[OsString]) -> clap::Error {
    let Some(ContextValue::String(typed)) = error.get(ContextKind::InvalidSubcommand) else { return error };
    let typed = typed.clone();
    let (path, _) = path_of(command, words, "");
    let asked =
        path.split(' ').try_fold(command, |above, word| above.find_subcommand(word)).unwrap_or(command);
    if let Some(meant) = synonyms::command(&path, &typed) {
        error.remove(ContextKind::SuggestedSubcommand);
        let tip = format!("did you mean `orgdrift {meant}`?");
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![StyledStr::from(tip)]));
        return error;
    }
    let near = near(&typed, asked.get_subcommands().map(Command::get_name));
    if !near.is_empty() {
        let near = near.into_iter().map(str::to_owned).collect();
        error.insert(ContextKind::SuggestedSubcommand, ContextValue::Strings(near));
    }
    error
}

/// The error without an option that is hardly like the one that was typed.
fn without_noise(mut error: clap::Error, typed: &str) -> clap::Error {
    let is_noise = match error.get(ContextKind::SuggestedArg) {
        Some(ContextValue::String(offered)) => {
            near(typed, [offered.trim_start_matches('-').split(' ').next().unwrap_or_default()]).is_empty()
        }
        _ => false,
    };
    if is_noise {
        error.remove(ContextKind::SuggestedArg);
        // It names the option, too.
        error.remove(ContextKind::Usage);
    }
    error
}

/// The error of a value that is not a number, or not one that the option takes, without the words of the parser.
fn number_explained(error: clap::Error, command: &Command) -> clap::Error {
    let Some(said) = error.source().map(ToString::to_string) else { return error };
    let wanted = if let Some((_, range)) = said.split_once(" is not in ") {
        let (first, last) = range.split_once("..=").unwrap_or((range, ""));
        match last.parse::<i64>() {
            Ok(last) if last < i64::from(u32::MAX) => format!("write a whole number from {first} to {last}"),
            _ => format!("write a whole number from {}", first.trim_end_matches("..")),
        }
    } else if ["invalid digit", "cannot parse integer", "number too"]
        .iter()
        .any(|start| said.starts_with(start))
    {
        "write a whole number".to_owned()
    } else {
        return error;
    };
    let (Some(ContextValue::String(option)), Some(ContextValue::String(value))) =
        (error.get(ContextKind::InvalidArg), error.get(ContextKind::InvalidValue))
    else {
        return error;
    };
    clap::Error::raw(
        ErrorKind::ValueValidation,
        format!("invalid value '{value}' for '{option}': {wanted}\n"),
    )
    .with_cmd(command)
}

/// The words that name the command, and whether the option stands before one of them.
fn path_of(command: &Command, words: &[OsString], name: &str) -> (String, bool) {
    let option = format!("--{name}");
    let is_option = |word: &str| {
        word.strip_prefix(option.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('='))
    };
    let (mut path, mut below) = (Vec::new(), command);
    let (mut has_passed, mut is_before) = (false, false);
    for word in words.iter().skip(1).filter_map(|word| word.to_str()) {
        has_passed |= is_option(word);
        if let Some(found) = below.find_subcommand(word) {
            path.push(found.get_name());
            below = found;
            is_before = has_passed;
        }
    }
    (path.join(" "), is_before)
}

/// Every command that takes the option.
fn find(command: &Command, path: &str, name: &str, takers: &mut Vec<String>) {
    if command.get_arguments().any(|argument| argument.get_long() == Some(name)) {
        takers.push(path.to_owned());
    }
    for sub in command.get_subcommands() {
        find(sub, format!("{path} {}", sub.get_name()).trim(), name, takers);
    }
}

fn tip(path: &str, is_before: bool, name: &str, takers: &[String]) -> Option<String> {
    if takers.is_empty() {
        return None;
    }
    if is_before && takers.iter().any(|taker| taker == path) {
        return Some(format!("write it after the command: orgdrift {path} --{name}"));
    }
    // Those of the same family; else those that are few enough to be named.
    let family = path.split(' ').next().filter(|word| !word.is_empty());
    let akin: Vec<&String> =
        takers.iter().filter(|taker| taker.split(' ').next() == family).take(NAMED).collect();
    let named = match (akin.is_empty(), takers.len() <= NAMED) {
        (false, _) => akin,
        (true, true) => takers.iter().collect(),
        (true, false) => Vec::new(),
    };
    let command = if path.is_empty() { "orgdrift".to_owned() } else { format!("orgdrift {path}") };
    Some(match named.as_slice() {
        [] => format!("`{command}` takes no --{name}"),
        named => {
            let named: Vec<String> = named.iter().map(|taker| format!("`orgdrift {taker}`")).collect();
            let verb = if named.len() == 1 { "takes" } else { "take" };
            format!("{} {verb} --{name}", named.join(", "))
        }
    })
}
