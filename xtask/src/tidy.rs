//! The project's own rules, as a test: layers, purity, lengths, words, documents.

mod claims;
mod dependencies;
mod documents;
pub mod source;
mod statements;
mod time_limits;

use anyhow::{Result, bail};

/// Checks every rule and lists every breach.
pub fn check() -> Result<()> {
    let mut breaches = Vec::new();
    dependencies::check(&mut breaches)?;
    source::check(&mut breaches)?;
    statements::check(&mut breaches)?;
    crate::mutants::sites::check(&mut breaches)?;
    documents::check(&mut breaches)?;
    claims::check(&mut breaches)?;
    time_limits::check(&mut breaches)?;
    crate::sbom::check(&mut breaches)?;
    for breach in &breaches {
        eprintln!("tidy: {breach}");
    }
    if !breaches.is_empty() {
        bail!("{} breaches of the project's rules", breaches.len());
    }
    println!("tidy: no breach");
    Ok(())
}
