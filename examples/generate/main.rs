//! Writes a made-up customer base of any size: `accounts.csv` and a folder `zendesk/`.
//!
//! The same arguments write the same bytes. `--generation G` is the same company G days later: in each
//! generation `--change` per mille of the records change, and as many tickets are new.
//!
//! ```text
//! cargo run --release --example generate -- --accounts 10000 --seed 1 --out /tmp/world
//! ```

mod company;

use std::{error::Error, path::PathBuf};

use clap::Parser;

use company::Company;

/// Writes a made-up customer base
#[derive(Debug, Parser)]
struct Arguments {
    /// How many accounts; there are ten users and fifty tickets for each
    #[arg(long, default_value_t = 1000)]
    accounts: u64,
    /// Other seeds write other companies
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Per mille of the records that change in a generation
    #[arg(long, default_value_t = 10)]
    change: u64,
    /// How many generations after the first
    #[arg(long, default_value_t = 0)]
    generation: u64,
    /// Leave out the bulk that real records carry
    #[arg(long)]
    slim: bool,
    /// Where to write
    #[arg(long)]
    out: PathBuf,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    let company = Company {
        accounts: arguments.accounts,
        seed: arguments.seed,
        change: arguments.change,
        generation: arguments.generation,
        is_slim: arguments.slim,
    };
    company.write(&arguments.out)
}
