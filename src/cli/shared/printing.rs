//! How a command prints: which of --format, --json, --output, --raw and --no-pager it takes, and what was typed.
//! Each command has the options that it obeys and no others, so help, completions and manual tell the truth.

use std::path::PathBuf;

use clap::{
    Arg, ArgAction, ArgMatches, Command, ValueEnum,
    builder::{PossibleValuesParser, TypedValueParser, ValueParser},
};

/// The heading of these options in the help.
pub(crate) const HEADING: &str = "Common options";

/// A format by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FormatName {
    /// For a terminal
    Table,
    /// For a spreadsheet
    Csv,
    /// For a program
    Json,
    /// For a program, one object on each line
    Ndjson,
    /// For a chat or an e-mail
    Md,
}

/// What a command prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Printed {
    /// Rows, in any form.
    Rows,
    /// Rows about the files that it writes, on standard output alone, and without a pager: more is said after them.
    RowsAbout,
    /// A text, or one JSON document.
    Text,
    /// A text, or one JSON document, on standard output; --output names a folder for files.
    Folder,
    /// A JSON document about what it does, if wanted.
    Json,
    /// A text without another form.
    Plain,
    /// A file in a format of its own.
    File,
    /// A page, or a text in Markdown.
    Page,
    /// Nothing: it only talks.
    Nothing,
}

impl Printed {
    fn formats(self) -> &'static [FormatName] {
        use FormatName::{Csv, Json, Md, Ndjson, Table};

        match self {
            Self::Rows | Self::RowsAbout => &[Table, Csv, Json, Ndjson],
            Self::Text | Self::Folder => &[Table, Json],
            Self::Json => &[Json],
            Self::Page => &[Md],
            Self::Plain | Self::File | Self::Nothing => &[],
        }
    }

    /// What --output is good for.
    fn output(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::Rows => Some(("FILE", "Write rows to a file instead of standard output")),
            Self::Text | Self::Plain => Some(("FILE", "Write to a file instead of standard output")),
            Self::Json => Some(("FILE", "Write the JSON to a file instead of standard output")),
            Self::File => Some(("FILE", "The file to write, such as drift.xlsx")),
            Self::Page => Some(("FILE", "The file to write, such as report.html or report.md")),
            Self::Folder => Some(("DIR", "The folder for a new dated folder with the files of the run")),
            Self::RowsAbout | Self::Nothing => None,
        }
    }

    fn is_paged(self) -> bool {
        !matches!(self, Self::RowsAbout | Self::Json | Self::File | Self::Nothing)
    }

    /// The command with the options that it obeys.
    pub(crate) fn options(self, command: Command) -> Command {
        let option = |name, order| Arg::new(name).long(name).help_heading(HEADING).display_order(order);
        let flag = |name, order| option(name, order).action(ArgAction::SetTrue);
        let formats = self.formats();
        let mut options = Vec::new();
        if !formats.is_empty() {
            let help = if self == Self::Page { "Write a text instead of a page" } else { "How to print" };
            options.push(option(FORMAT, 2).value_name("FORMAT").value_parser(parser(formats)).help(help));
        }
        if formats.contains(&FormatName::Json) {
            options.push(flag(JSON, 3).conflicts_with(FORMAT).help("The same as --format json"));
        }
        if let Some((name, help)) = self.output() {
            let file = ValueParser::path_buf();
            options.push(option(OUTPUT, 4).value_name(name).value_parser(file).help(help));
        }
        if formats.contains(&FormatName::Csv) {
            options.push(
                flag(RAW, 5)
                    .help("Write CSV cells unchanged, even those that a spreadsheet would run as formulas"),
            );
        }
        if self.is_paged() {
            options.push(flag(NO_PAGER, 6).help("Print long texts to a terminal at once, without a pager"));
        }
        command.args(options)
    }
}

const FORMAT: &str = "format";
const JSON: &str = "json";
const OUTPUT: &str = "output";
const RAW: &str = "raw";
const NO_PAGER: &str = "no-pager";

/// The names of some formats, each with what it is for.
fn parser(formats: &[FormatName]) -> ValueParser {
    let values = formats.iter().filter_map(ValueEnum::to_possible_value);
    PossibleValuesParser::new(values).try_map(|name| FormatName::from_str(&name, false)).into()
}

/// What was typed of these options.
#[derive(Debug, Clone, Default)]
pub(crate) struct Printing {
    pub(crate) format: Option<FormatName>,
    pub(crate) output: Option<PathBuf>,
    pub(crate) is_raw: bool,
    pub(crate) is_unpaged: bool,
}

impl Printing {
    /// What stands before and after the name of a command below another; the last word counts.
    pub(crate) fn of(matches: &ArgMatches) -> Self {
        let mut printing = Self::default();
        let mut level = Some(matches);
        let (mut is_refused, mut has_pager) = (false, false);
        while let Some(matches) = level {
            let is_set = |name| matches.try_get_one::<bool>(name).ok().flatten() == Some(&true);
            let format = matches.try_get_one::<FormatName>(FORMAT).ok().flatten().copied();
            let format = if is_set(JSON) { Some(FormatName::Json) } else { format };
            let output = matches.try_get_one::<PathBuf>(OUTPUT).ok().flatten().cloned();
            printing.format = format.or(printing.format);
            printing.output = output.or(printing.output);
            printing.is_raw |= is_set(RAW);
            is_refused |= is_set(NO_PAGER);
            has_pager = matches.try_get_one::<bool>(NO_PAGER).is_ok();
            level = matches.subcommand().map(|(_, below)| below);
        }
        printing.is_unpaged = is_refused || !has_pager;
        printing
    }
}
