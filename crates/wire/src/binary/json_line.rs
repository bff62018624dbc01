//! Writing one line of JSON out of values whose texts never need escaping.

use super::field::Show;
use core::fmt::{Display, Write};

/// A line under construction.
#[derive(Default)]
pub(crate) struct Line {
    text: String,
}

impl Line {
    pub(crate) fn open(&mut self) {
        self.text.push('{');
    }

    pub(crate) fn close(&mut self) {
        self.text.push('}');
    }

    pub(crate) fn open_list(&mut self) {
        self.text.push('[');
    }

    pub(crate) fn close_list(&mut self) {
        self.text.push(']');
    }

    pub(crate) fn element(&mut self, value: &impl Show) {
        self.separate();
        value.show(self);
    }

    pub(crate) fn member(&mut self, key: &'static str, value: &impl Show) {
        self.key(key);
        value.show(self);
    }

    pub(crate) fn key(&mut self, key: &'static str) {
        self.separate();
        self.string(key);
        self.text.push(':');
    }

    /// Appends a number that every reader of JSON holds exactly: below 2^53.
    pub(crate) fn number(&mut self, number: impl Display) {
        self.write(format_args!("{number}"));
    }

    /// Appends a text without quotes, backslashes or control characters.
    pub(crate) fn string(&mut self, text: impl Display) {
        self.write(format_args!("\"{text}\""));
    }

    pub(crate) fn hex(&mut self, bytes: &[u8]) {
        self.text.push('"');
        for byte in bytes {
            self.write(format_args!("{byte:02x}"));
        }
        self.text.push('"');
    }

    pub(crate) fn null(&mut self) {
        self.text.push_str("null");
    }

    pub(crate) fn append(&mut self, other: &Line) {
        self.text.push_str(&other.text);
    }

    pub(crate) fn is_empty_object(&self) -> bool {
        self.text == "{}"
    }

    pub(crate) fn into_text(self) -> String {
        self.text
    }

    fn separate(&mut self) {
        if !self.text.ends_with(['{', '[']) {
            self.text.push(',');
        }
    }

    fn write(&mut self, text: core::fmt::Arguments<'_>) {
        self.text
            .write_fmt(text)
            .expect("a String takes every text");
    }
}
