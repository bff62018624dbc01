//! A file of any length that the exchange answers with, read piece by piece into its place.
//!
//! **Source** RFC 9112 §7.1: pieces with their lengths, the last of which has none.

use crate::operators::client;
use anyhow::{Context, Result, bail, ensure};
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// More than any line of a head has.
const LINE_BYTES_MAX: u64 = 8_192;
/// More than any refusal has.
const REFUSAL_BYTES_MAX: u64 = 1 << 16;

/// A file that is made before anything is asked for, for nobody else to read; it is removed again unless it was filled.
pub struct Target<'a> {
    path: &'a Path,
    file: File,
    is_filled: bool,
}

impl Target<'_> {
    /// Makes the file.
    ///
    /// # Errors
    /// It is there already, or cannot be written.
    pub fn create(path: &Path) -> Result<Target<'_>> {
        let mut options = OpenOptions::new();
        let file = options.write(true).create_new(true).mode(0o600).open(path);
        Ok(Target {
            path,
            file: file.with_context(|| format!("{} cannot be made", path.display()))?,
            is_filled: false,
        })
    }

    /// Writes what an answer brings, and returns how long it is.
    ///
    /// # Errors
    /// A refusal; the file cannot be written; the answer broke off.
    pub fn fill(mut self, mut answer: impl BufRead) -> Result<u64> {
        let head = head(&mut answer)?;
        if !head.starts_with("HTTP/1.1 200 ") {
            let mut text = head.into_bytes();
            answer.take(REFUSAL_BYTES_MAX).read_to_end(&mut text)?;
            client::read(&text)?;
            bail!("the exchange answered without a file");
        }
        let is_in_pieces = head
            .to_ascii_lowercase()
            .contains("transfer-encoding: chunked");
        ensure!(is_in_pieces, "the exchange answered without a file");
        let copied = copy(&mut answer, &mut self.file);
        let size_bytes = copied.context("the answer broke off: ask for it anew")?;
        self.is_filled = true;
        Ok(size_bytes)
    }
}

impl Drop for Target<'_> {
    fn drop(&mut self) {
        if !self.is_filled {
            // What broke off is no archive.
            let _ = std::fs::remove_file(self.path);
        }
    }
}

fn copy(answer: &mut impl BufRead, file: &mut File) -> Result<u64> {
    let mut size_bytes = 0;
    loop {
        let length = line(answer)?;
        let length = length.trim_end().split(';').next().unwrap_or("");
        let length = u64::from_str_radix(length, 16).context("a piece has no length")?;
        if length == 0 {
            file.flush()?;
            file.sync_all()?;
            return Ok(size_bytes);
        }
        let copied = io::copy(&mut answer.by_ref().take(length), file)?;
        ensure!(copied == length, "a piece is shorter than it says");
        ensure!(
            line(answer)?.trim_end().is_empty(),
            "a piece is longer than it says"
        );
        size_bytes += length;
    }
}

/// Returns the head with the empty line that ends it.
fn head(answer: &mut impl BufRead) -> Result<String> {
    let mut head = String::new();
    loop {
        let line = line(answer)?;
        head.push_str(&line);
        if line == "\r\n" {
            return Ok(head);
        }
        ensure!(
            head.len() < REFUSAL_BYTES_MAX as usize,
            "this is no exchange"
        );
    }
}

fn line(answer: &mut impl BufRead) -> Result<String> {
    let mut line = String::new();
    answer.by_ref().take(LINE_BYTES_MAX).read_line(&mut line)?;
    ensure!(line.ends_with('\n'), "a line has no end");
    Ok(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

    fn saved(answer: &str) -> (Result<u64>, Option<Vec<u8>>) {
        let folder = tempfile::tempdir().expect("a folder");
        let to = folder.path().join("export.zip");
        let target = Target::create(&to).expect("made");
        let saved = target.fill(answer.as_bytes());
        (saved, std::fs::read(&to).ok())
    }

    #[test]
    fn pieces_are_put_together_in_a_new_file() {
        let (size_bytes, file) = saved(&format!("{HEAD}3\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n"));
        assert_eq!(size_bytes.expect("whole"), 13);
        assert_eq!(file.expect("written"), b"abc0123456789");
    }

    #[test]
    fn what_breaks_off_leaves_no_file() {
        for rest in [
            "",
            "3\r\nab",
            "3\r\nabc\r\n",
            "3\r\nabcd\r\n0\r\n\r\n",
            "x\r\n",
        ] {
            let (size_bytes, file) = saved(&format!("{HEAD}{rest}"));
            assert!(size_bytes.is_err() && file.is_none(), "{rest:?}");
        }
    }

    #[test]
    fn a_refusal_is_told_and_leaves_no_file() {
        let refusal = "HTTP/1.1 403 Forbidden\r\n\r\n{\"code\":-7015,\"msg\":\"no\"}";
        let (refused, file) = saved(refusal);
        assert_eq!(
            refused.expect_err("refused").to_string(),
            "refused (-7015): no"
        );
        assert!(file.is_none());
    }
}
