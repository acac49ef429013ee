//! What a command is given: the file, the clock, where and how to print.

use std::{
    ffi::OsString,
    io::{self, BufWriter, Write},
    num::NonZeroU32,
    path::{Path, PathBuf},
};

use super::{
    config::Config,
    error::CliError,
    global::Global,
    log, output_file, pager,
    printing::{FormatName, Printing},
    shell::quoted,
};
use crate::{
    clock::Clock,
    hooks,
    model::is_sandbox,
    output::{self, CsvStyle, Format, Screen, counted, printable, wrapped},
    safe_file::{self, Readers},
    warehouse::{Read, Rows, Warehouse, WarehouseError},
    zendesk::client::ClientOptions,
};

/// Sets the time for tests; not for people, so not in the help.
const NOW_VARIABLE: &str = "ORGDRIFT_TEST_NOW";

/// Two numbers for tests, such as `400 1`, that the client's waits between tries and for replies are divided
/// by: failures that last are given up after minutes.
const HURRY_VARIABLE: &str = "ORGDRIFT_TEST_HURRY";

/// What --output names.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Writes {
    /// A file; of these endings in a form of the command's own.
    File {
        /// Without the dot.
        endings: &'static [&'static str],
    },
    /// A folder.
    Folder,
    /// A page, or a text in Markdown.
    Page,
}

/// The surroundings of one command.
pub(crate) struct Context {
    db: PathBuf,
    /// Whether people need to type --db to get at the warehouse again.
    is_db_named: bool,
    /// Defaults of the folder.
    pub(crate) config: Config,
    format: Option<FormatName>,
    output: Option<PathBuf>,
    /// Where a command that writes several files puts them.
    folder: Option<PathBuf>,
    is_raw: bool,
    is_paged: bool,
    /// The moment of the command.
    pub(crate) clock: Clock,
    /// What the demo sets for its own commands, in place of the environment.
    variables: Vec<(&'static str, String)>,
}

impl Context {
    /// `writes` is what --output names.
    pub(crate) fn new(global: &Global, printing: Printing, writes: Writes) -> Result<Self, CliError> {
        let clock = match hooks::variable(NOW_VARIABLE) {
            Some(text) => Clock::fixed(&text)?,
            None => Clock::system(),
        };
        let config = Config::load()?;
        // Without any option the command would look there.
        let usual = std::env::var_os("ORGDRIFT_DB")
            .map(PathBuf::from)
            .or_else(|| config.db.clone())
            .unwrap_or_else(|| PathBuf::from("orgdrift.db"));
        let db = global.db.clone().unwrap_or_else(|| usual.clone());
        let (output, folder) = match writes {
            Writes::Folder => (None, printing.output),
            Writes::File { .. } | Writes::Page => (printing.output, None),
        };
        let endings: &[&str] = match writes {
            Writes::File { endings } => endings,
            Writes::Page => &["html", "htm"],
            Writes::Folder => &[],
        };
        if let Some(output) = &output {
            output_file::check(output, &db, printing.format.is_some(), endings)?;
        }
        Ok(Self {
            is_db_named: db != usual,
            db,
            config,
            format: printing.format,
            output,
            folder,
            is_raw: printing.is_raw,
            is_paged: !printing.is_unpaged,
            clock,
            variables: Vec::new(),
        })
    }

    /// The surroundings of a command that the demo runs: its own warehouse, time and variables.
    pub(crate) fn of_demo(
        &self,
        printing: Printing,
        clock: Clock,
        variables: Vec<(&'static str, String)>,
    ) -> Self {
        Self {
            db: self.db.clone(),
            is_db_named: self.is_db_named,
            config: Config::default(),
            format: printing.format,
            output: printing.output,
            folder: None,
            is_raw: printing.is_raw,
            // The demo is a story that continues.
            is_paged: false,
            clock,
            variables,
        }
    }

    /// A variable of the environment, or what the demo sets in its place.
    pub(crate) fn variable(&self, name: &str) -> Option<OsString> {
        let own = self.variables.iter().find(|(known, _)| *known == name);
        match own {
            Some((_, value)) => Some(value.into()),
            // The demo speaks to its own server, whatever else is set.
            None if !self.variables.is_empty() => None,
            None => std::env::var_os(name),
        }
    }

    /// Whether the demo runs the command: it types the next one itself.
    fn is_of_demo(&self) -> bool {
        !self.variables.is_empty()
    }

    /// How the client of the live account behaves.
    pub(crate) fn client_options(&self) -> ClientOptions {
        // The demo waits as long as anybody for its own server.
        let hurry = if self.variables.is_empty() { hooks::variable(HURRY_VARIABLE) } else { None }
            .unwrap_or_default();
        let mut numbers = hurry.split(' ').map(|number| number.parse().unwrap_or(NonZeroU32::MIN));
        let mut number = || numbers.next().unwrap_or(NonZeroU32::MIN);
        ClientOptions::default().hurried(number(), number())
    }

    /// Where the warehouse is.
    pub(crate) fn db(&self) -> &Path {
        &self.db
    }

    /// Refuses a file that belongs to the warehouse.
    pub(crate) fn check_not_the_warehouse(&self, path: &Path) -> Result<(), CliError> {
        output_file::check_not_the_warehouse(path, &self.db, "")
    }

    /// Opens the warehouse for reading.
    pub(crate) fn open(&self) -> Result<Warehouse, CliError> {
        let warehouse = Warehouse::open(&self.db).map_err(|error| self.with_hint(error))?;
        self.tell_of_upgrade(&warehouse);
        if !warehouse.added().is_empty() {
            self.talk(format!(
                "{} holds what orgdrift did not make: {}",
                self.db.display(),
                warehouse.added().join(", ")
            ));
        }
        Ok(warehouse)
    }

    /// What to type depends on where the warehouse is.
    fn with_hint(&self, error: WarehouseError) -> CliError {
        let hint = match &error {
            WarehouseError::NeedsUpgrade { .. } => {
                format!(
                    "run `orgdrift init{}` as a user who may write the file and its folder",
                    self.db_option()
                )
            }
            WarehouseError::Added { .. } => {
                format!("`orgdrift doctor --remove-foreign{}` removes it", self.db_option())
            }
            _ => return error.into(),
        };
        CliError::from(error).hint(hint)
    }

    /// Opens the warehouse for writing.
    pub(crate) fn open_for_writing(&self) -> Result<Warehouse, CliError> {
        let warehouse = Warehouse::open_for_writing(&self.db).map_err(|error| self.with_hint(error))?;
        self.tell_of_upgrade(&warehouse);
        Ok(warehouse)
    }

    /// Opens the warehouse for writing and creates it if it does not exist.
    pub(crate) fn create(&self) -> Result<Warehouse, CliError> {
        let (warehouse, is_new) = Warehouse::create(&self.db).map_err(|error| self.with_hint(error))?;
        if is_new {
            self.talk(format!("created {}", self.db.display()));
        }
        self.tell_of_upgrade(&warehouse);
        Ok(warehouse)
    }

    fn tell_of_upgrade(&self, warehouse: &Warehouse) {
        if let Some(copy) = warehouse.copy_before_upgrade() {
            self.talk(format!(
                "upgraded {}; a copy of the old file is {}",
                self.db.display(),
                copy.display()
            ));
        }
    }

    /// Runs something with the warehouse, which is created if it does not exist; a new one is removed if it fails,
    /// because nothing is in it.
    pub(crate) fn with_created<T>(
        &self,
        work: impl FnOnce(&Warehouse) -> Result<T, CliError>,
    ) -> Result<T, CliError> {
        let (warehouse, is_new) = Warehouse::create(&self.db).map_err(|error| self.with_hint(error))?;
        self.tell_of_upgrade(&warehouse);
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
    pub(crate) fn format(&self, usual: FormatName) -> Format {
        let by_name = self.output.as_deref().and_then(Path::extension).and_then(|extension| match extension
            .to_str()?
        {
            "csv" => Some(FormatName::Csv),
            "json" => Some(FormatName::Json),
            "ndjson" | "jsonl" => Some(FormatName::Ndjson),
            _ => None,
        });
        match self.format.or(by_name).unwrap_or(usual) {
            // No command that prints rows takes Markdown.
            FormatName::Table | FormatName::Md => Format::Table,
            FormatName::Csv => Format::Csv(CsvStyle { is_file: self.output.is_some(), is_raw: self.is_raw }),
            FormatName::Json => Format::Json,
            FormatName::Ndjson => Format::Ndjson,
        }
    }

    /// Prints rows where they are wanted and returns how many there were, and the first.
    pub(crate) fn print_rows(&self, rows: Rows<'_>, usual: FormatName) -> Result<Read, CliError> {
        let format = self.format(usual);
        if let Some(path) = &self.output {
            let read = safe_file::write(path, Readers::Owner, |out| output::write_rows(rows, format, out))?;
            self.talk(format!("{} written to {}", counted(read.count, "row"), path.display()));
            Ok(read)
        } else if format == Format::Table {
            let mut text = Vec::new();
            let (read, hidden) = output::write_table(rows, self.screen(), &mut text)?;
            pager::print(&String::from_utf8_lossy(&text), self.is_paged)?;
            self.tell_of_hidden(&hidden);
            Ok(read)
        } else {
            let mut out = BufWriter::new(io::stdout().lock());
            let read = output::write_rows(rows, format, &mut out)?;
            out.flush()?;
            Ok(read)
        }
    }

    /// What a table that is printed has to fit; a file has no width.
    pub(crate) fn screen(&self) -> Screen {
        if self.output.is_some() { Screen::default() } else { pager::screen() }
    }

    /// Names the columns that there was no room for.
    pub(crate) fn tell_of_hidden(&self, hidden: &[String]) {
        if !hidden.is_empty() {
            self.talk(format!(
                "no room for {}: a wider terminal or --output FILE.csv shows {}",
                hidden.join(", "),
                if hidden.len() == 1 { "it" } else { "them" }
            ));
        }
    }

    /// Prints a text that is data.
    pub(crate) fn print(&self, text: &str) -> Result<(), CliError> {
        if let Some(path) = &self.output {
            safe_file::write_text(path, Readers::Owner, text)?;
            self.talk(format!("written to {}", path.display()));
        } else {
            pager::print(text, self.is_paged && self.format(FormatName::Table) == Format::Table)?;
        }
        Ok(())
    }

    /// Whether rows are wanted in a form for programs.
    pub(crate) fn wants_json(&self) -> bool {
        matches!(self.format(FormatName::Table), Format::Json | Format::Ndjson)
    }

    /// Says something to the person in front of the terminal.
    #[expect(clippy::unused_self, reason = "talk belongs to a command, and a quiet one would ask here")]
    pub(crate) fn talk(&self, text: impl AsRef<str>) {
        tracing::info!(target: log::TARGET, "{}", printable(text.as_ref()));
        let mut out = io::stderr().lock();
        // Nobody listening is not a reason to fail.
        let _ = writeln!(out, "{}", wrapped(&printable(text.as_ref()), pager::width_of_talk()));
    }

    /// Says that an account is a sandbox or the demo, so that nobody takes a rehearsal for the real thing.
    pub(crate) fn tell_of_rehearsal(&self, identity: Option<&str>) {
        if let Some(identity) = identity.filter(|identity| is_sandbox(identity)) {
            // The demo says so once, before its first command.
            if !self.is_of_demo() {
                self.talk(format!("rehearsal: {identity} is a sandbox, so nothing reaches Zendesk"));
            }
        }
    }

    /// Says which command comes next; the last line of talk.
    pub(crate) fn next(&self, arguments: &str) {
        if self.is_of_demo() {
            return;
        }
        self.talk(format!("next: orgdrift {arguments}{}", self.db_option()));
    }

    /// What must be typed to get at the same warehouse again.
    pub(crate) fn db_option(&self) -> String {
        if self.is_db_named { format!(" --db {}", quoted(&self.db)) } else { String::new() }
    }

    /// The format that was asked for by an option.
    pub(crate) fn given_format(&self) -> Option<FormatName> {
        self.format
    }

    /// Where rows go, if not to standard output.
    pub(crate) fn output(&self) -> Option<&Path> {
        self.output.as_deref()
    }

    /// Where a command that writes several files puts them.
    pub(crate) fn folder(&self) -> Option<&Path> {
        self.folder.as_deref()
    }

    /// Refuses a format in which a command has nothing to say, rather than write something else.
    pub(crate) fn only_text_or_json(&self, command: &str) -> Result<(), CliError> {
        match self.format(FormatName::Table) {
            Format::Table | Format::Json => Ok(()),
            Format::Csv(_) | Format::Ndjson => {
                let rows = match command {
                    "plan" => "plan show PLAN",
                    "apply" | "receipt verify" => "receipt show PLAN",
                    _ => "export issues",
                };
                Err(CliError::usage(format!("`{command}` supports only text and JSON"))
                    .hint(format!("`orgdrift {rows}` writes rows")))
            }
        }
    }
}
