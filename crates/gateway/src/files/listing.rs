//! What a folder holds: as a page for people, as JSON for programs.

use core::fmt::Write;
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use axum::http::HeaderMap;
use axum::http::header::ACCEPT;
use serde::Serialize;
use wire::binance::error::Refusal;
use wire::binance::params::{Params, illegal};

use super::{is_name, kind_of};
use crate::reply::{Content, Reply};

/// Names of one list; the rest follows after the last of them.
const ROWS_MAX: usize = 1_000;
const NAME_RANGE: &str = "^[A-Za-z0-9_-][A-Za-z0-9._-]{0,79}$";

/// How a list is wanted.
#[derive(Clone, Debug)]
pub struct Wish {
    form: Form,
    /// The name after which it begins.
    after: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Page,
    Json,
}

/// The names of a folder, sorted.
#[derive(Debug, Serialize)]
pub struct Listing {
    /// The folder below `/data`, without slashes at its ends.
    path: String,
    folders: Vec<String>,
    files: Vec<ListedFile>,
    /// What to send as `after` for the names that follow.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
    #[serde(skip)]
    form: Form,
}

#[derive(Debug, Serialize)]
struct ListedFile {
    name: String,
    bytes: u64,
}

impl Wish {
    /// Reads what a query and its headers ask for: JSON by `format=json` or by preference, else a page.
    ///
    /// # Errors
    /// -1100 for a format or a name that cannot be.
    pub fn of(query: &str, headers: &HeaderMap) -> Result<Wish, Refusal> {
        let params = Params::parse(query, "")?;
        let accepts = headers.get(ACCEPT).and_then(|value| value.to_str().ok());
        let form = match params.raw("format") {
            Some("json") => Form::Json,
            Some("html") => Form::Page,
            Some(_) => return Err(illegal("format", "^(html|json)$")),
            None if accepts.is_some_and(|it| it.starts_with("application/json")) => Form::Json,
            None => Form::Page,
        };
        match params.raw("after") {
            Some(name) if !is_name(name) => Err(illegal("after", NAME_RANGE)),
            after => Ok(Wish {
                form,
                after: after.map(str::to_owned),
            }),
        }
    }
}

impl Listing {
    /// Returns the list of a folder that is not there yet.
    pub fn empty(wish: &Wish) -> Listing {
        Listing {
            path: String::new(),
            folders: Vec::new(),
            files: Vec::new(),
            next: None,
            form: wish.form,
        }
    }

    /// Reads a folder. Blocks.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn read(path: &Path, names: &[String], wish: &Wish) -> io::Result<Listing> {
        let mut listing = Listing {
            path: names.join("/"),
            ..Listing::empty(wish)
        };
        let mut rows = BTreeMap::new();
        for entry in fs::read_dir(path)? {
            let entry = entry?;
            let Ok(name) = entry.file_name().into_string() else {
                continue;
            };
            let is_after = wish.after.as_ref().is_none_or(|after| *after < name);
            let metadata = entry.metadata()?;
            let is_served = metadata.is_dir() || metadata.is_file() && kind_of(&name).is_some();
            if is_after && is_name(&name) && is_served {
                rows.insert(name, metadata);
                if ROWS_MAX + 1 < rows.len() {
                    rows.pop_last();
                }
            }
        }
        for (name, metadata) in rows {
            if listing.folders.len() + listing.files.len() == ROWS_MAX {
                let last_file = listing.files.last().map(|file| file.name.clone());
                listing.next = listing.folders.last().cloned().max(last_file);
            } else if metadata.is_dir() {
                listing.folders.push(name);
            } else {
                let bytes = metadata.len();
                listing.files.push(ListedFile { name, bytes });
            }
        }
        Ok(listing)
    }

    /// Returns the list as it is wanted.
    pub fn reply(&self) -> Reply {
        match self.form {
            Form::Json => Reply::ok(self),
            Form::Page => Reply::text(Content::Page, self.page().into_bytes()),
        }
    }

    /// Every name was checked: none of its letters means anything in HTML.
    fn page(&self) -> String {
        let folder = match self.path.as_str() {
            "" => "/data/".to_owned(),
            path => format!("/data/{path}/"),
        };
        let mut page = format!(
            "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>{folder}</title>\n\
             <h1>{folder}</h1>\n<ul>\n"
        );
        if let Some((parent, _)) = self.path.rsplit_once('/') {
            let _ = writeln!(page, "<li><a href=\"/data/{parent}/\">../</a>");
        } else if !self.path.is_empty() {
            page.push_str("<li><a href=\"/data/\">../</a>\n");
        }
        for name in &self.folders {
            let _ = writeln!(page, "<li><a href=\"{folder}{name}/\">{name}/</a>");
        }
        for ListedFile { name, bytes } in &self.files {
            let _ = writeln!(
                page,
                "<li><a href=\"{folder}{name}\">{name}</a> {bytes} bytes"
            );
        }
        if let Some(next) = &self.next {
            let _ = writeln!(page, "<li><a href=\"{folder}?after={next}\">more</a>");
        }
        page.push_str("</ul>\n");
        page
    }
}
