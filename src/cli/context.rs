//! What a command is given: the file, the clock, where and how to print.

use std::{
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use super::{
    CliError,
    arguments::{FormatName, Global},
    config::Config,
};
use crate::{
    clock::Clock,
    output::{self, CsvStyle, Format, printable},
    warehouse::{Rows, Warehouse},
};

/// Sets the time for tests; not for people, so not in the help.
const NOW_VARIABLE: &str = "ORGDRIFT_TEST_NOW";

/// The surroundings of one command.
pub(super) struct Context {
    db: PathBuf,
    /// Whether people need to type --db to get at the warehouse again.
    is_db_named: bool,
    /// Defaults of the folder.
    pub(super) config: Config,
    format: Option<FormatName>,
    output: Option<PathBuf>,
    is_raw: bool,
    /// The moment of the command.
    pub(super) clock: Clock,
}

impl Context {
    pub(super) fn new(global: &Global) -> Result<Self, CliError> {
        let clock = match std::env::var(NOW_VARIABLE) {
            Ok(text) => Clock::fixed(&text)?,
            Err(_) => Clock::system(),
        };
        let config = Config::load()?;
        let db = global.db.clone().or_else(|| config.db.clone());
        let format = if global.json { Some(FormatName::Json) } else { global.format };
        Ok(Self {
            is_db_named: global.db.is_some() && std::env::var_os("ORGDRIFT_DB").is_none(),
            db: db.unwrap_or_else(|| PathBuf::from("orgdrift.db")),
            config,
            format,
            output: global.output.clone(),
            is_raw: global.raw,
            clock,
        })
    }

    /// Where the warehouse lies.
    pub(super) fn db(&self) -> &Path {
        &self.db
    }

    /// Opens the warehouse for reading.
    pub(super) fn open(&self) -> Result<Warehouse, CliError> {
        Ok(Warehouse::open(&self.db)?)
    }

    /// Opens the warehouse for writing.
    pub(super) fn open_for_writing(&self) -> Result<Warehouse, CliError> {
        Ok(Warehouse::open_for_writing(&self.db)?)
    }

    /// Opens the warehouse for writing and makes it if there is none.
    pub(super) fn create(&self) -> Result<Warehouse, CliError> {
        let (warehouse, is_new) = Warehouse::create(&self.db)?;
        if is_new {
            self.talk(format!("created {}", self.db.display()));
        }
        Ok(warehouse)
    }

    /// Runs something with the warehouse, which is made if there is none; a new one goes again if it fails,
    /// because nothing is in it.
    pub(super) fn with_created<T>(
        &self,
        work: impl FnOnce(&Warehouse) -> Result<T, CliError>,
    ) -> Result<T, CliError> {
        let (warehouse, is_new) = Warehouse::create(&self.db)?;
        match work(&warehouse) {
            Ok(result) => {
                if is_new {
                    self.talk(format!("created {}", self.db.display()));
                }
                Ok(result)
            }
            Err(error) => {
                if is_new {
                    warehouse.discard();
                }
                Err(error)
            }
        }
    }

    /// The format that was asked for, else `usual`; a file named *.csv, *.json or *.ndjson says it too.
    pub(super) fn format(&self, usual: FormatName) -> Format {
        let by_name = self.output.as_deref().and_then(Path::extension).and_then(|extension| match extension
            .to_str()?
        {
            "csv" => Some(FormatName::Csv),
            "json" => Some(FormatName::Json),
            "ndjson" | "jsonl" => Some(FormatName::Ndjson),
            _ => None,
        });
        match self.format.or(by_name).unwrap_or(usual) {
            FormatName::Table => Format::Table,
            FormatName::Csv => Format::Csv(CsvStyle { is_file: self.output.is_some(), is_raw: self.is_raw }),
            FormatName::Json => Format::Json,
            FormatName::Ndjson => Format::Ndjson,
        }
    }

    /// Prints rows where they are wanted and returns how many there were.
    pub(super) fn print_rows(&self, rows: Rows<'_>, usual: FormatName) -> Result<u64, CliError> {
        let format = self.format(usual);
        if let Some(path) = &self.output {
            let count = output::write_atomically(path, |out| output::write_rows(rows, format, out)).map_err(
                |error| CliError::from(error).hint(format!("the file was to be {}", path.display())),
            )?;
            self.talk(format!("{count} rows written to {}", path.display()));
            Ok(count)
        } else {
            let mut out = BufWriter::new(io::stdout().lock());
            let count = output::write_rows(rows, format, &mut out)?;
            out.flush()?;
            Ok(count)
        }
    }

    /// Prints a text that is data.
    pub(super) fn print(&self, text: &str) -> Result<(), CliError> {
        if let Some(path) = &self.output {
            output::write_atomically(path, |out| out.write_all(text.as_bytes())).map_err(
                |error: io::Error| {
                    CliError::from(error).hint(format!("the file was to be {}", path.display()))
                },
            )?;
            self.talk(format!("written to {}", path.display()));
        } else {
            let mut out = io::stdout().lock();
            out.write_all(text.as_bytes())?;
            out.flush()?;
        }
        Ok(())
    }

    /// Whether rows are wanted in a form for programs.
    pub(super) fn wants_json(&self) -> bool {
        matches!(self.format(FormatName::Table), Format::Json | Format::Ndjson)
    }

    /// Says something to the person in front of the terminal.
    #[expect(clippy::unused_self, reason = "talk belongs to a command, and a quiet one would ask here")]
    pub(super) fn talk(&self, text: impl AsRef<str>) {
        let mut out = io::stderr().lock();
        // Nobody listening is no reason to fail.
        let _ = writeln!(out, "{}", printable(text.as_ref()));
    }

    /// Says which command comes next; the last line of talk.
    pub(super) fn next(&self, arguments: &str) {
        let db = if self.is_db_named { format!(" --db {}", self.db.display()) } else { String::new() };
        self.talk(format!("next: orgdrift {arguments}{db}"));
    }
}
