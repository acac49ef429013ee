//! The `orgdrift` command: parse, run, exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    orgdrift::cli::main()
}
