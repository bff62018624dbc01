//! Comparing what an exchange shows with its manifest, over the way that its users take.

use crate::assets::manifest::{Manifest, digest_of};
use anyhow::{Context, Result, bail};
use flate2::read::GzDecoder;
use gateway::site::is_kept;
use std::io::Read;
use webhook::authority::system_roots;
use webhook::visit::{Answer, Visitor};

/// A file may be changed for those alone who take it packed, as browsers do, or for others alone.
const ENCODINGS: [&str; 2] = ["gzip", "identity"];
/// More than any file of the pages has.
const FILE_BYTES_MAX: u64 = 64 << 20;

/// Fetches every file of a manifest, and prints what differs.
///
/// # Errors
/// Something differs, or the exchange does not answer.
pub fn check(address: &str, manifest: &Manifest) -> Result<()> {
    let visitor = Visitor::of(address, system_roots());
    let visitor = visitor.with_context(|| {
        format!("{address} is no address of an exchange: https://HOST, or http://HOST:PORT")
    })?;
    let runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = { runtime }.enable_all().build()?;
    let different = runtime.block_on(compare(&visitor, manifest))?;
    let all = manifest.files.len();
    if different == 0 {
        println!(
            "{address}: {all} files and pages are as they were signed, digest {}",
            manifest.digest()
        );
        return Ok(());
    }
    bail!("{address}: {different} of {all} files and pages are not as they were signed");
}

/// Returns how many files differ, each of them printed.
async fn compare(visitor: &Visitor, manifest: &Manifest) -> Result<usize> {
    let mut different = 0;
    for (path, digest) in &manifest.files {
        let mut faults = Vec::new();
        for encodings in ENCODINGS {
            let answer = visitor.get(path, encodings).await;
            let answer = answer.with_context(|| format!("{path} is not answered"))?;
            let policy = (!is_kept(path)).then_some(manifest.policy.as_str());
            faults.extend(fault(&answer, digest, policy).map(|fault| (encodings, fault)));
        }
        different += usize::from(!faults.is_empty());
        for (encodings, fault) in faults {
            println!("{path} ({encodings}): {fault}");
        }
    }
    Ok(different)
}

/// Returns what is wrong with an answer; without a policy it may have any.
fn fault(answer: &Answer, digest: &str, policy: Option<&str>) -> Option<String> {
    if answer.status != 200 {
        return Some(format!("status {} instead of 200", answer.status));
    }
    let Some(bytes) = unpacked(answer) else {
        return Some("an encoding that nobody asked for, or a broken one".to_owned());
    };
    let found = digest_of(&bytes);
    if mutant::plant!("altered-file-passed", false, found != digest) {
        return Some(format!("other bytes: SHA-256 {found} instead of {digest}"));
    }
    let is_said = |policy: &str| {
        let mut policies = answer.headers.get_all("content-security-policy").iter();
        policies.any(|said| said.as_bytes() == policy.as_bytes())
    };
    (!policy.is_none_or(is_said)).then(|| "another Content-Security-Policy, or none".to_owned())
}

fn unpacked(answer: &Answer) -> Option<Vec<u8>> {
    match answer
        .headers
        .get("content-encoding")
        .map(|coding| coding.as_bytes())
    {
        None | Some(b"identity") => Some(answer.body.clone()),
        Some(b"gzip") => {
            let mut bytes = Vec::new();
            let read = GzDecoder::new(&answer.body[..])
                .take(FILE_BYTES_MAX)
                .read_to_end(&mut bytes);
            read.ok().map(|_| bytes)
        }
        Some(_) => None,
    }
}
