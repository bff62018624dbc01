//! Text files that whoever runs the exchange brings.
//!
//! **Source** OWASP ASVS 5.0 V5.2.1: what is read is bounded, also where it never ends.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::Path;

pub(crate) const BYTES_MAX: u64 = 512 << 20;

/// Returns the text of a file.
///
/// # Errors
/// `FileTooLarge` beyond 512 MiB; when it cannot be read or is no UTF-8.
pub(crate) fn read(path: &Path) -> io::Result<String> {
    read_up_to(path, BYTES_MAX)
}

/// Returns the text of a file of at most so many bytes.
///
/// # Errors
/// `FileTooLarge` beyond them; when it cannot be read or is no UTF-8.
pub fn read_up_to(path: &Path, bytes_max: u64) -> io::Result<String> {
    let too_large = || {
        let bound = format!("it has more than {} MiB", bytes_max >> 20);
        io::Error::new(ErrorKind::FileTooLarge, bound)
    };
    let file = File::open(path)?;
    if bytes_max < file.metadata()?.len() {
        return Err(too_large());
    }
    // A device or a pipe has no length.
    let mut bytes = Vec::new();
    file.take(bytes_max + 1).read_to_end(&mut bytes)?;
    if bytes_max < bytes.len() as u64 {
        return Err(too_large());
    }
    String::from_utf8(bytes).map_err(|_| io::Error::new(ErrorKind::InvalidData, "it is no UTF-8"))
}

/// Returns the rows of a table with the numbers of their lines: without remarks, which begin with `#`, and without the
/// first, which names the columns.
///
/// # Errors
/// The first line names other columns, so that the rows may mean something else.
pub(crate) fn rows<'a>(
    text: &'a str,
    columns: &str,
) -> Result<impl Iterator<Item = (usize, &'a str)>, String> {
    let lines = (1..).zip(text.lines().map(str::trim));
    let mut lines = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    match lines.next() {
        Some((_, head)) if mutant::plant!("list-head-unread", true, head == columns) => Ok(lines),
        _ => Err(format!("its first line is not `{columns}`")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_begins_with_the_names_of_its_columns() {
        let read = |text| rows(text, "name,place").map(Iterator::collect::<Vec<_>>);
        let text = "# of nobody\nname,place\n\n ann,DE \n# remark\nbob,FR\n";
        assert_eq!(read(text), Ok(vec![(4, "ann,DE"), (6, "bob,FR")]));
        assert_eq!(read("name,place"), Ok(Vec::new()));
        for wrong in [
            "",
            "# name,place",
            "ann,DE\nname,place",
            "place,name\nDE,ann",
            "name,place,age",
        ] {
            assert!(
                read(wrong).is_err_and(|why| why.contains("`name,place`")),
                "{wrong}"
            );
        }
    }

    #[test]
    fn a_file_is_read_whole_or_refused_for_its_length() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("list");
        std::fs::write(&path, "añb\n").expect("written");
        assert_eq!(read_up_to(&path, 5).expect("read"), "añb\n");
        let refused = read_up_to(&path, 4).expect_err("too long");
        assert_eq!(refused.kind(), ErrorKind::FileTooLarge);
        let endless = read_up_to(Path::new("/dev/zero"), 1_000).expect_err("without an end");
        assert_eq!(endless.kind(), ErrorKind::FileTooLarge);
        std::fs::write(&path, b"a\xff").expect("written");
        let refused = read_up_to(&path, 5).expect_err("no text");
        assert_eq!(refused.kind(), ErrorKind::InvalidData);
    }
}
