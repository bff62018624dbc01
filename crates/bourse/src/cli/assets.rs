//! What is asked about the pages in the binary at the shell.

use clap::Subcommand;
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub enum AssetsTask {
    /// Print the manifest of the pages in this binary: each file and page with its SHA-256, and what browsers let them do.
    ///
    /// Its last line is the digest of the lines before, which a running exchange shows in its log and in `/metrics`.
    List,
    /// Print the manifest with a signature, for machines that watch a running exchange.
    Sign {
        /// The private key, as `bourse operator key` makes one. Keep it away from the machine that serves the pages.
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
    /// Fetch every file of a signed manifest from a running exchange, as browsers do, and compare each byte.
    ///
    /// Prints what differs, and exits with 1 then. Run it regularly, from another machine and through whatever stands before the exchange.
    Check {
        /// Where the exchange is, such as https://trade.example.
        address: String,
        /// What `bourse assets sign` printed.
        #[arg(long, value_name = "FILE")]
        manifest: PathBuf,
        /// The public key of whoever signed it.
        #[arg(long, value_name = "FILE")]
        signer: PathBuf,
    },
}
