//! The pages in the binary, and whether a running exchange shows them as they are.
//!
//! Somebody between the exchange and its users, or on its machine, may change a script. Browsers cannot tell, since the
//! document that names the script can be changed with it; whoever compares from elsewhere with a signed list can.
//!
//! **Source** OWASP ASVS 5.0 V3.6.1; `docs/security.md` §4.

mod check;
pub mod manifest;

use crate::assets::manifest::Manifest;
use crate::cli::assets::AssetsTask;
use anyhow::Result;
use identity::operator_key::{OperatorKey, PublicKey};

/// Does what is asked about pages.
///
/// # Errors
/// A key or a manifest cannot be used; the exchange cannot be reached, or shows something else.
pub fn run(task: &AssetsTask) -> Result<()> {
    match task {
        AssetsTask::List => {
            let manifest = Manifest::built_in();
            println!("{}digest {}", manifest.text(), manifest.digest());
            Ok(())
        }
        AssetsTask::Sign { key } => {
            print!("{}", Manifest::built_in().signed(&OperatorKey::load(key)?));
            Ok(())
        }
        AssetsTask::Check {
            address,
            manifest,
            signer,
        } => {
            let manifest = Manifest::load(manifest, &PublicKey::load(signer)?)?;
            check::check(address, &manifest)
        }
    }
}
