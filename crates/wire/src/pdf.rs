//! Plain tables as PDF: A4, one fixed-width font that every reader has, a head and a page number on each page.
//!
//! **Source** ISO 32000-1: objects, cross-reference table and text operators only; nothing is embedded or compressed.

use core::fmt::Write;

/// A line of text has so many characters at most; the rest is cut off.
pub const LINE_CHARS: usize = 134;

/// A4 in points, and where its text begins.
const WIDTH: u32 = 595;
const HEIGHT: u32 = 842;
const LEFT: u32 = 40;
const TOP: u32 = 806;
/// Of the font and of a line; a character is 0.6 of the font wide: 134 of them are 515 points.
const FONT_TENTHS: u32 = 64;
const LINE_POINTS: u32 = 9;
const FOOT: u32 = 30;
/// Lines a page, below its head.
const LINES: usize = 78;

/// The numbers of the objects that are there once: catalogue, pages, font. Each page has two of its own after them.
const CATALOGUE: usize = 1;
const PAGES: usize = 2;
const FONT: usize = 3;
const FIRST_PAGE: usize = 4;

/// A document that grows by lines.
#[derive(Debug)]
pub struct Pdf {
    /// What stands above the lines of each page.
    head: Vec<String>,
    lines: Vec<String>,
}

impl Pdf {
    /// Returns a document of no lines yet.
    ///
    /// # Panics
    /// When the head leaves no room for lines.
    pub fn headed(head: Vec<String>) -> Pdf {
        assert!(head.len() < LINES / 2);
        Pdf {
            head,
            lines: Vec::new(),
        }
    }

    /// Appends a line. What the font has no letter for, outside Latin-1, is shown as a question mark.
    pub fn line(&mut self, text: &str) {
        self.lines.push(text.to_owned());
    }

    /// Returns the document.
    pub fn into_bytes(self) -> Vec<u8> {
        let room = LINES - self.head.len();
        let empty: &[String] = &[];
        let mut pages: Vec<&[String]> = self.lines.chunks(room).collect();
        if pages.is_empty() {
            pages.push(empty);
        }
        let mut file = File::begin();
        file.object(
            CATALOGUE,
            &format!("<< /Type /Catalog /Pages {PAGES} 0 R >>"),
        );
        let kids = (0..pages.len()).map(|index| format!("{} 0 R", FIRST_PAGE + 2 * index));
        let kids: Vec<String> = kids.collect();
        let tree = format!(
            "<< /Type /Pages /Kids [{}] /Count {} >>",
            kids.join(" "),
            pages.len()
        );
        file.object(PAGES, &tree);
        let font =
            "<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding >>";
        file.object(FONT, font);
        for (index, lines) in pages.iter().enumerate() {
            let number = FIRST_PAGE + 2 * index;
            let page = format!(
                "<< /Type /Page /Parent {PAGES} 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}] \
                 /Resources << /Font << /F {FONT} 0 R >> >> /Contents {} 0 R >>",
                number + 1
            );
            file.object(number, &page);
            let content = content(&self.head, lines, (index + 1, pages.len()));
            let stream = format!(
                "<< /Length {} >>\nstream\n{content}\nendstream",
                content.len()
            );
            file.object(number + 1, &stream);
        }
        file.end()
    }
}

/// Returns the operators that draw a page.
fn content(head: &[String], lines: &[String], (page, pages): (usize, usize)) -> String {
    let (whole, tenth) = (FONT_TENTHS / 10, FONT_TENTHS % 10);
    let mut text = format!("BT /F {whole}.{tenth} Tf {LINE_POINTS} TL {LEFT} {TOP} Td\n");
    for line in head.iter().chain(lines) {
        let _ = writeln!(text, "({}) Tj T*", escaped(line));
    }
    text.push_str("ET\n");
    let foot = format!("page {page} of {pages}");
    let _ = write!(
        text,
        "BT /F {whole}.{tenth} Tf {LEFT} {FOOT} Td ({foot}) Tj ET"
    );
    text
}

fn escaped(line: &str) -> String {
    let mut text = String::new();
    for character in line.chars().take(LINE_CHARS) {
        match character {
            '(' | ')' | '\\' => text.extend(['\\', character]),
            ' '..='~' => text.push(character),
            // The encoding of the font has these at their Unicode numbers.
            '\u{a1}'..='\u{ff}' => {
                let _ = write!(text, "\\{:03o}", u32::from(character));
            }
            _ => text.push('?'),
        }
    }
    text
}

/// The bytes so far, and where each object begins.
struct File {
    bytes: String,
    begins: Vec<usize>,
}

impl File {
    fn begin() -> File {
        File {
            bytes: "%PDF-1.4\n".to_owned(),
            begins: Vec::new(),
        }
    }

    /// Appends the next object.
    fn object(&mut self, number: usize, body: &str) {
        assert!(number == self.begins.len() + 1);
        self.begins.push(self.bytes.len());
        let _ = write!(self.bytes, "{number} 0 obj\n{body}\nendobj\n");
    }

    /// Appends where everything is. Each row of that table has 20 bytes.
    fn end(mut self) -> Vec<u8> {
        let table = self.bytes.len();
        let count = self.begins.len() + 1;
        let _ = write!(self.bytes, "xref\n0 {count}\n0000000000 65535 f \n");
        for begin in &self.begins {
            let _ = writeln!(self.bytes, "{begin:010} 00000 n ");
        }
        let _ = write!(
            self.bytes,
            "trailer\n<< /Size {count} /Root {CATALOGUE} 0 R >>\nstartxref\n{table}\n%%EOF\n"
        );
        self.bytes.into_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the document as text, after following its table to every object.
    fn checked(pdf: Pdf) -> String {
        let text = String::from_utf8(pdf.into_bytes()).expect("ASCII");
        assert!(text.starts_with("%PDF-1.4\n") && text.ends_with("%%EOF\n"));
        let (_, tail) = text.rsplit_once("startxref\n").expect("a table");
        let table: usize = tail
            .lines()
            .next()
            .and_then(|line| line.parse().ok())
            .expect("a place");
        let rows: Vec<&str> = text[table..]
            .lines()
            .skip(3)
            .take_while(|row| row.ends_with("n "))
            .collect();
        for (index, row) in rows.iter().enumerate() {
            let begin: usize = row[..10].parse().expect("a place");
            let expected = format!("{} 0 obj\n", index + 1);
            assert!(text[begin..].starts_with(&expected), "{row}");
        }
        for stream in text.split("/Length ").skip(1) {
            let (length, rest) = stream.split_once(" >>\nstream\n").expect("a stream");
            let length: usize = length.parse().expect("a length");
            assert!(rest[length..].starts_with("\nendstream"));
        }
        text
    }

    #[test]
    fn pages_have_a_head_a_number_and_every_line_once() {
        let mut pdf = Pdf::headed(vec!["head".to_owned(), "columns".to_owned()]);
        for line in 0..200 {
            pdf.line(&format!("line {line}."));
        }
        let text = checked(pdf);
        assert!(text.contains("/Count 3"));
        for line in 0..200 {
            assert_eq!(text.matches(&format!("(line {line}.)")).count(), 1);
        }
        assert_eq!(text.matches("(head)").count(), 3);
        assert!(text.contains("(page 3 of 3)"));
    }

    #[test]
    fn an_empty_document_has_one_page() {
        let text = checked(Pdf::headed(Vec::new()));
        assert!(text.contains("/Count 1") && text.contains("(page 1 of 1)"));
    }

    #[test]
    fn no_text_ends_its_string() {
        let mut pdf = Pdf::headed(Vec::new());
        pdf.line("a) Tj (b\\ é \u{0}");
        pdf.line(&"x".repeat(500));
        let text = checked(pdf);
        assert!(text.contains(r"(a\) Tj \(b\\ \351 ?) Tj"));
        assert!(text.contains(&format!("({})", "x".repeat(LINE_CHARS))));
    }

    #[test]
    fn letters_of_western_languages_are_shown_and_others_are_question_marks() {
        assert_eq!(escaped("B\u{f6}rse (1) \u{4ea4}"), "B\\366rse \\(1\\) ?");
    }
}
