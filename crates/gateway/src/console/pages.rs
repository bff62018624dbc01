//! The page on which operators enrol a passkey, sign in, and decide about proposals.

use axum::http::Method;

use crate::reply::{Content, Reply};

const PAGE: &str = include_str!("../page/console.html");
const SCRIPT: &str = include_str!("../page/console.js");
const STYLE: &str = include_str!("../page/console.css");

/// Returns the file of a path, `None` when it is none: each loads nothing but the others.
pub fn find(method: &Method, path: &str) -> Option<Reply> {
    let (content, text) = match path {
        "/" => (Content::Page, PAGE),
        "/console.js" => (Content::Script, SCRIPT),
        "/console.css" => (Content::Style, STYLE),
        _ => return None,
    };
    let is_asked = *method == Method::GET;
    is_asked.then(|| Reply::text(content, text.as_bytes().to_vec()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_loads_only_its_own_files_and_runs_nothing_else() {
        for path in ["/", "/console.js", "/console.css"] {
            let file = find(&Method::GET, path).expect("a file");
            let text = String::from_utf8(file.body).expect("text");
            for forbidden in [
                "://",
                "innerHTML",
                "<script>",
                "style=",
                "eval(",
                "onclick=",
            ] {
                assert!(!text.contains(forbidden), "{forbidden} in {path}");
            }
        }
        assert!(find(&Method::POST, "/").is_none());
        assert!(find(&Method::GET, "/console").is_none());
    }
}
