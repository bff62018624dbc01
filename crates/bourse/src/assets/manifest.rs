//! The list of files and pages with what each of them is, and its signature.

use crate::site;
use anyhow::{Context, Result, bail};
use identity::brought::read_up_to;
use identity::operator_key::{OperatorKey, PublicKey};
use model::sha256::sha256;
use std::fmt::Write;
use std::path::Path;
use wire::binary::digest::Digest;

const FIRST_LINE: &str = "bourse-assets 1";
const POLICY: &str = "policy ";
const SIGNATURE: &str = "signature ";
/// Some ten thousand files.
const BYTES_MAX: u64 = 1 << 20;

/// What a running exchange shows, when nobody has changed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// What browsers let the pages do: the header of all but the files that a document names.
    pub policy: String,
    /// Paths with the SHA-256 of what is sent there, in hex.
    pub files: Vec<(String, String)>,
}

impl Manifest {
    /// Returns that of the pages in this binary.
    pub fn built_in() -> Manifest {
        let site = site::built_in();
        let files = site.fixed().into_iter();
        Manifest {
            policy: site.policy().to_owned(),
            files: files
                .map(|(path, bytes)| (path, digest_of(bytes)))
                .collect(),
        }
    }

    /// Returns the manifest of a file that somebody has signed.
    ///
    /// # Errors
    /// The file cannot be read, is no manifest, or is not signed by this key.
    pub fn load(path: &Path, signer: &PublicKey) -> Result<Manifest> {
        let shown = path.display();
        let text = read_up_to(path, BYTES_MAX).with_context(|| format!("{shown}"))?;
        Manifest::read(&text, signer).with_context(|| format!("{shown}"))
    }

    fn read(text: &str, signer: &PublicKey) -> Result<Manifest> {
        let signed = text.trim_end().rsplit_once('\n');
        let (listed, last) = signed.context("this is no manifest")?;
        let Some(signature) = last.strip_prefix(SIGNATURE) else {
            bail!("it has no signature; `bourse assets sign` prints one with its manifest");
        };
        let listed = format!("{listed}\n");
        if !signer.verify_assets(&listed, signature) {
            bail!("it is not signed by this key, or was changed since");
        }
        Manifest::parse(&listed).context("this is no manifest that this version reads")
    }

    fn parse(text: &str) -> Option<Manifest> {
        let mut lines = text.lines();
        let first = lines.next()?;
        let policy = lines.next()?.strip_prefix(POLICY)?;
        let files = lines.map(|line| {
            let (digest, path) = line.split_once(' ')?;
            let is_path = path.starts_with('/') && path.bytes().all(|byte| byte.is_ascii_graphic());
            (digest.len() == 64 && is_path).then(|| (path.to_owned(), digest.to_owned()))
        });
        let manifest = Manifest {
            policy: policy.to_owned(),
            files: files.collect::<Option<_>>()?,
        };
        (first == FIRST_LINE && !manifest.files.is_empty()).then_some(manifest)
    }

    /// Returns the lines that are signed.
    pub fn text(&self) -> String {
        let mut text = format!("{FIRST_LINE}\n{POLICY}{}\n", self.policy);
        for (path, digest) in &self.files {
            let _ = writeln!(text, "{digest} {path}");
        }
        text
    }

    /// Returns one digest over all, in hex.
    pub fn digest(&self) -> String {
        digest_of(self.text().as_bytes())
    }

    /// Returns the lines with their signature.
    pub fn signed(&self, key: &OperatorKey) -> String {
        let text = self.text();
        let signature = key.sign_assets(&text);
        format!("{text}{SIGNATURE}{signature}\n")
    }
}

/// Returns the SHA-256 of bytes, in hex.
pub fn digest_of(bytes: &[u8]) -> String {
    Digest(sha256(&[bytes])).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_counts_as_it_was_signed_and_by_its_signer_alone() {
        let (key, other) = (OperatorKey::generate(), OperatorKey::generate());
        let (key, other) = (key.expect("random"), other.expect("random"));
        let file = |path: &str| (path.to_owned(), digest_of(path.as_bytes()));
        let manifest = Manifest {
            policy: "script-src 'sha256-abc'; base-uri 'none'".to_owned(),
            files: vec![file("/"), file("/assets/a.js")],
        };
        let signed = manifest.signed(&key);
        let read = |text: &str, key: &OperatorKey| Manifest::read(text, &key.public());
        assert_eq!(read(&signed, &key).expect("signed"), manifest);
        assert!(read(&signed, &other).is_err());
        assert!(read(&manifest.text(), &key).is_err(), "unsigned");
        assert!(read("", &key).is_err());
        for (from, to) in [
            ("sha256-", "sha257-"),
            (" /\n", " /other\n"),
            ("none", "self"),
        ] {
            let changed = signed.replacen(from, to, 1);
            assert!(read(&changed, &key).is_err(), "{from}");
        }
        let lines = signed.lines().count();
        let shorter: Vec<&str> = signed
            .lines()
            .take(2)
            .chain(signed.lines().skip(3))
            .collect();
        assert_eq!(shorter.len(), lines - 1);
        assert!(read(&shorter.join("\n"), &key).is_err(), "a file less");
    }

    #[test]
    fn what_is_no_manifest_is_refused_also_when_it_is_signed() {
        let key = OperatorKey::generate().expect("random");
        let digest = digest_of(b"");
        for text in [
            "bourse-assets 2\npolicy x\n".to_owned() + &digest + " /\n",
            "bourse-assets 1\npolicy x\n".to_owned(),
            "bourse-assets 1\n".to_owned() + &digest + " /\n",
            "bourse-assets 1\npolicy x\nabc /\n".to_owned(),
            "bourse-assets 1\npolicy x\n".to_owned() + &digest + " /a b\n",
        ] {
            let signed = format!("{text}{SIGNATURE}{}\n", key.sign_assets(&text));
            assert!(Manifest::read(&signed, &key.public()).is_err(), "{text}");
        }
    }
}
