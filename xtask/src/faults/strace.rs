//! Reading what `strace` writes: one line for each call that began and returned with nothing between, two lines for
//! every other.
//!
//! The order of the lines proves an order of events: strace lets a thread go on after a call only when it has noted
//! the call's return. Whatever another thread does because of that return is therefore noted after it.

use anyhow::{Context, Result, bail, ensure};
use std::collections::HashMap;

/// What is traced: all writes to files and sockets, and all syncs.
pub const CALLS: &str =
    "pwrite64,pwritev,pwritev2,fdatasync,fsync,write,writev,sendto,sendmsg,sendmmsg";
/// The longest argument that is shown whole.
const BYTES_MAX: &str = "4194304";

/// Returns the words of a trace of everything a program and its threads do, into a file. The program stays the direct
/// child of whoever starts it.
pub fn words(output: &str) -> Vec<String> {
    let fixed = [
        "strace",
        "-D",
        "-f",
        "-y",
        "-x",
        "--seccomp-bpf",
        "-s",
        BYTES_MAX,
        "-o",
        output,
    ];
    let trace = format!("trace={CALLS}");
    fixed
        .into_iter()
        .chain(["-e", &trace])
        .map(str::to_owned)
        .collect()
}

/// A call with its arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    pub name: String,
    /// What its descriptor leads to: a path, or `socket:[…]`.
    pub file: String,
    /// What it writes.
    pub bytes: Vec<u8>,
}

/// A step of a trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    Began(Call),
    /// With what it returned, -1 when it failed or was not carried out.
    Returned(Call, i64),
}

/// Takes lines and gives steps.
#[derive(Debug, Default)]
pub struct Reader {
    /// By thread.
    unfinished: HashMap<u32, Call>,
}

impl Reader {
    /// Reads a line: no step for signals and ends of threads, one or two for calls.
    ///
    /// # Errors
    /// The line is of another form.
    pub fn read(&mut self, line: &str) -> Result<Vec<Step>> {
        self.steps(line)
            .with_context(|| format!("a line of strace: {}", &line[..line.len().min(300)]))
    }

    fn steps(&mut self, line: &str) -> Result<Vec<Step>> {
        let (thread, text) = line.split_once(' ').context("a thread")?;
        let (thread, text) = (thread.parse::<u32>()?, text.trim_start());
        if text.starts_with("---") || text.starts_with("+++") {
            return Ok(Vec::new());
        }
        if text.starts_with("<... ") {
            let call = self
                .unfinished
                .remove(&thread)
                .context("a call that began")?;
            return Ok(vec![Step::Returned(call, result(text)?)]);
        }
        let (call, rest) = call(text)?;
        if rest.contains("<unfinished ...>") {
            self.unfinished.insert(thread, call.clone());
            return Ok(vec![Step::Began(call)]);
        }
        let result = result(rest)?;
        Ok(vec![
            Step::Began(call.clone()),
            Step::Returned(call, result),
        ])
    }
}

/// A call that never returned says `?`; one whose result was injected was not carried out.
fn result(text: &str) -> Result<i64> {
    let (_, result) = text.rsplit_once(" = ").context("a result")?;
    match result.split(' ').next() {
        _ if result.ends_with("(INJECTED)") => Ok(-1),
        Some("?") => Ok(-1),
        word => Ok(word.context("a result")?.parse()?),
    }
}

/// Reads name, descriptor and written bytes; returns what stands after the last of them.
fn call(text: &str) -> Result<(Call, &str)> {
    let (name, arguments) = text.split_once('(').context("a call")?;
    let (file, mut rest) = descriptor(arguments)?;
    let mut bytes = Vec::new();
    while let Some(start) = rest.find('"') {
        let (part, after) = quoted(&rest[start + 1..])?;
        ensure!(!after.starts_with("..."), "the bytes are cut short");
        bytes.extend(part);
        rest = after;
    }
    Ok((
        Call {
            name: name.to_owned(),
            file: file.to_owned(),
            bytes,
        },
        rest,
    ))
}

/// A descriptor is a number and what it leads to in angle brackets.
fn descriptor(arguments: &str) -> Result<(&str, &str)> {
    let digits = arguments
        .find(|letter: char| !letter.is_ascii_digit())
        .context("a descriptor")?;
    match arguments[digits..].strip_prefix('<') {
        Some(named) => named.split_once('>').context("the end of a descriptor"),
        None => Ok(("", &arguments[digits..])),
    }
}

/// Reads up to the closing quote; returns the bytes and what follows.
fn quoted(text: &str) -> Result<(Vec<u8>, &str)> {
    let raw = text.as_bytes();
    let mut bytes = Vec::new();
    let mut index = 0;
    loop {
        match raw.get(index).context("a closing quote")? {
            b'"' => return Ok((bytes, &text[index + 1..])),
            b'\\' => {
                let (byte, length) = escape(&raw[index + 1..])?;
                bytes.push(byte);
                index += 1 + length;
            }
            byte => {
                bytes.push(*byte);
                index += 1;
            }
        }
    }
}

fn escape(raw: &[u8]) -> Result<(u8, usize)> {
    let first = *raw.first().context("an escape")?;
    Ok(match first {
        b'n' => (b'\n', 1),
        b't' => (b'\t', 1),
        b'r' => (b'\r', 1),
        b'v' => (0x0b, 1),
        b'f' => (0x0c, 1),
        b'"' | b'\\' => (first, 1),
        b'x' => {
            let digits = std::str::from_utf8(raw.get(1..3).context("two digits")?)?;
            (u8::from_str_radix(digits, 16)?, 3)
        }
        b'0'..=b'7' => {
            let length = raw
                .iter()
                .take(3)
                .take_while(|byte| (b'0'..=b'7').contains(byte))
                .count();
            let value = raw[..length]
                .iter()
                .fold(0_u32, |value, byte| value * 8 + u32::from(byte - b'0'));
            (u8::try_from(value)?, length)
        }
        other => bail!("the escape \\{}", char::from(other)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(name: &str, file: &str, bytes: &[u8]) -> Call {
        Call {
            name: name.to_owned(),
            file: file.to_owned(),
            bytes: bytes.to_vec(),
        }
    }

    fn steps(lines: &[&str]) -> Vec<Step> {
        let mut reader = Reader::default();
        lines
            .iter()
            .flat_map(|line| reader.read(line).expect("a line"))
            .collect()
    }

    #[test]
    fn a_call_that_returns_at_once_is_two_steps() {
        let sent = call("sendto", "socket:[7]", b"{\"a\":1}\r\n");
        let line = r#"12  sendto(8<socket:[7]>, "{\"a\":1}\r\n", 9, MSG_NOSIGNAL, NULL, 0) = 9"#;
        assert_eq!(
            steps(&[line]),
            [Step::Began(sent.clone()), Step::Returned(sent, 9)]
        );
    }

    #[test]
    fn a_call_that_is_interrupted_by_others_is_put_together() {
        let lines = [
            r#"1 pwrite64(3</d/j.log>, "\x00\xff", 2, 0 <unfinished ...>"#,
            r#"2 fdatasync(4</d/w> <unfinished ...>"#,
            r#"1 <... pwrite64 resumed>) = 2"#,
            r#"2 <... fdatasync resumed>) = -1 EIO (Input/output error) (INJECTED)"#,
            r#"2 +++ exited with 1 +++"#,
        ];
        let (written, synced) = (
            call("pwrite64", "/d/j.log", &[0, 255]),
            call("fdatasync", "/d/w", b""),
        );
        let expected = [
            Step::Began(written.clone()),
            Step::Began(synced.clone()),
            Step::Returned(written, 2),
            Step::Returned(synced, -1),
        ];
        assert_eq!(steps(&lines), expected);
    }

    #[test]
    fn a_call_that_was_not_carried_out_has_failed_whatever_it_says() {
        let synced = call("fdatasync", "/d/w", b"");
        let line = "7 fdatasync(4</d/w>) = 0 (INJECTED)";
        assert_eq!(
            steps(&[line]),
            [Step::Began(synced.clone()), Step::Returned(synced, -1)]
        );
    }

    #[test]
    fn the_parts_of_a_gathered_write_are_joined() {
        let line = r#"5 writev(9<socket:[1]>, [{iov_base="ab", iov_len=2}, {iov_base="\1c", iov_len=2}], 2) = 4"#;
        assert_eq!(
            steps(&[line])[0],
            Step::Began(call("writev", "socket:[1]", b"ab\x01c"))
        );
    }

    #[test]
    fn bytes_that_are_not_shown_whole_are_refused() {
        let mut reader = Reader::default();
        assert!(
            reader
                .read(r#"5 write(9<socket:[1]>, "ab"..., 70) = 70"#)
                .is_err()
        );
    }
}
