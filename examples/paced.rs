//! A sandbox at a distance: every reply takes a while, as over a network. For `benches/live.py`.
//!
//! ```text
//! cargo run --release --example paced -- --from /tmp/world/zendesk --rate-limit 7000 --latency 5
//! ```

#![allow(clippy::print_stdout, reason = "the driver reads the address from there")]

use std::{error::Error, path::PathBuf, sync::Arc, time::Duration};

use axum::{extract::Request, middleware, middleware::Next};
use clap::Parser;
use orgdrift::{
    clock::Clock,
    sandbox::{Options, Sandbox, Server, World, router},
};

/// Serves a folder as a live account would, at a distance
#[derive(Debug, Parser)]
struct Arguments {
    /// The records
    #[arg(long)]
    from: PathBuf,
    /// Requests a minute
    #[arg(long, default_value_t = 400)]
    rate_limit: u32,
    /// Requests for exports a minute
    #[arg(long, default_value_t = 10)]
    export_limit: u32,
    /// Milliseconds that a reply takes, beside its own time
    #[arg(long, default_value_t = 0.0)]
    latency: f64,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    let options = Options {
        rate_limit: arguments.rate_limit,
        export_limit: arguments.export_limit,
        tickets_limit: arguments.rate_limit,
        ..Options::default()
    };
    let token = options.token.clone();
    let sandbox = Arc::new(Sandbox::new(World::from_folder(&arguments.from)?, options, Clock::system()));
    let latency = Duration::from_secs_f64(arguments.latency / 1000.0);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        let server = Server::bind(0).await?;
        println!("{} {token}", server.url());
        let delayed = router(Arc::clone(&sandbox)).layer(middleware::from_fn(
            move |request: Request, next: Next| async move {
                if !latency.is_zero() {
                    tokio::time::sleep(latency).await;
                }
                next.run(request).await
            },
        ));
        server.serve(delayed, std::future::pending()).await
    })?;
    Ok(())
}
