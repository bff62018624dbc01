//! The reference page under `/docs`, and the documents it is made from.

use crate::description::{asyncapi, openapi};
use crate::reply::{Content, Reply};

const PAGE: &str = include_str!("../page/reference.html");
const SCRIPT: &str = include_str!("../page/reference.js");
const STYLE: &str = include_str!("../page/reference.css");

/// `GET /docs`.
pub fn page() -> Reply {
    Reply::text(Content::Page, PAGE.as_bytes().to_vec())
}

/// `GET /docs/reference.js`.
pub fn script() -> Reply {
    Reply::text(Content::Script, SCRIPT.as_bytes().to_vec())
}

/// `GET /docs/reference.css`.
pub fn style() -> Reply {
    Reply::text(Content::Style, STYLE.as_bytes().to_vec())
}

/// `GET /docs/openapi.json`.
pub fn openapi() -> Reply {
    Reply::json(200, openapi::text().as_bytes().to_vec())
}

/// `GET /docs/asyncapi.json`.
pub fn asyncapi() -> Reply {
    Reply::json(200, asyncapi::text().as_bytes().to_vec())
}
