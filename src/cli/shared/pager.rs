//! What a person reads on: the width of the terminal, its colours, and a pager for what is longer than it.

use std::{
    ffi::OsStr,
    io::{self, IsTerminal, Write},
    process::{Command, Stdio},
};

use crate::output::Screen;

/// A terminal that says it is narrower than this is mistaken.
const NARROWEST: usize = 20;

/// The screen behind standard output. `COLUMNS` says how wide it is, else the terminal does; neither a file nor a pipe
/// has a width. Colours are for terminals, and `NO_COLOR` is obeyed.
pub(super) fn screen() -> Screen {
    let stdout = io::stdout();
    let given = std::env::var("COLUMNS").ok().and_then(|text| text.parse().ok());
    let measured = || {
        let (terminal_size::Width(width), _) = terminal_size::terminal_size_of(&stdout)?;
        Some(usize::from(width))
    };
    Screen {
        width: given.or_else(measured).filter(|&width| width >= NARROWEST),
        is_colored: anstream::AutoStream::choice(&stdout) != anstream::ColorChoice::Never,
    }
}

/// How wide the terminal behind standard error is, if it is one.
pub(super) fn width_of_talk() -> Option<usize> {
    let (terminal_size::Width(width), _) = terminal_size::terminal_size_of(io::stderr())?;
    Some(usize::from(width)).filter(|&width| width >= NARROWEST)
}

/// Prints a text to standard output, through a pager where a terminal would scroll it away.
pub(super) fn print(text: &str, is_paged: bool) -> io::Result<()> {
    if is_paged && is_higher_than_terminal(text) && page(text)? {
        return Ok(());
    }
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

fn is_higher_than_terminal(text: &str) -> bool {
    let stdout = io::stdout();
    if !stdout.is_terminal() || std::env::var_os("TERM").is_some_and(|term| term == "dumb") {
        return false;
    }
    let Some((_, terminal_size::Height(height))) = terminal_size::terminal_size_of(&stdout) else {
        return false;
    };
    // Two lines for the prompt and the next command.
    text.lines().count() + 2 > usize::from(height)
}

/// Shows a text in `PAGER`, or `less`; returns whether there was one.
fn page(text: &str) -> io::Result<bool> {
    let pager = std::env::var("PAGER").unwrap_or_else(|_| "less".to_owned());
    let mut words = pager.split_whitespace();
    let Some(program) = words.next().filter(|program| *program != "cat") else { return Ok(false) };
    let mut command = Command::new(program);
    command.args(words).stdin(Stdio::piped());
    if std::env::var_os("LESS").is_none() {
        // Colours as they are, long lines cut, the text stays on the screen, and the prompt says how to leave.
        command.env("LESS", OsStr::new("-FRSX -Psspace shows more, q ends$"));
    }
    // Without the program the text is printed as it is.
    let Ok(mut child) = command.spawn() else { return Ok(false) };
    if let Some(mut pipe) = child.stdin.take() {
        // Whoever leaves the pager has read enough.
        let _ = pipe.write_all(text.as_bytes());
    }
    child.wait()?;
    Ok(true)
}
