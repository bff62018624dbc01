//! The pages of the trading screen, as they were built from `web/` and put into the binary.
//!
//! Pages are two documents, whatever their path, which find out themselves what to show: signing in and what leads there,
//! which is small, and everything else. Files below `/assets/` are named after what they hold, so browsers keep them for
//! a year. Pages ask nothing but the public interface, and are counted by no limit: they are memory that is sent as it is.

use axum::body::{Body, Bytes};
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE,
    HeaderMap, HeaderName, HeaderValue, REFERRER_POLICY, VARY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::request::Parts;
use axum::http::{Method, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::sync::{Arc, PoisonError, RwLock};

use crate::brand::Brand;

const UNBUILT: &[u8] = include_bytes!("page/unbuilt.html");
const DOCUMENT: &str = "/index.html";
const ENTRY_DOCUMENT: &str = "/entry.html";
const MANIFEST: &str = "/manifest.webmanifest";
const KEPT_FOLDER: &str = "/assets/";
/// What a file of that folder may do where somebody opens it by itself: nothing. What it does in a page, the page's
/// document says, in ten times as many bytes.
const KEPT_POLICY: &str = "default-src 'none'; frame-ancestors 'none'";

/// The first words of the paths of pages; no route of the interface begins with one.
pub const PAGES: &[&str] = &[
    "", "markets", "trade", "wallet", "orders", "account", "sign-in", "register", "settings",
    "brand",
];

/// Those of them that are signing in and what leads there.
const ENTRY_PAGES: &[&str] = &["sign-in", "register"];

const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// A file of the site.
#[derive(Clone, Copy, Debug)]
pub struct Asset {
    /// From the root, beginning with a slash.
    pub path: &'static str,
    pub plain: &'static [u8],
    /// The same in gzip, where that is smaller.
    pub packed: Option<&'static [u8]>,
}

/// All files of the site, and what its pages may do.
#[derive(Debug)]
pub struct Site {
    assets: &'static [Asset],
    document: Asset,
    entry: Asset,
    policy: HeaderValue,
    brand: RwLock<Arc<Brand>>,
}

impl Site {
    /// Returns the site of these files; one without its documents is that of `unbuilt`.
    #[must_use]
    pub fn new(assets: &'static [Asset]) -> Site {
        let named = |path| assets.iter().find(|asset| asset.path == path).copied();
        let (Some(document), Some(entry)) = (named(DOCUMENT), named(ENTRY_DOCUMENT)) else {
            return Site::unbuilt();
        };
        Site {
            assets,
            document,
            entry,
            policy: policy(&[document, entry]),
            brand: RwLock::new(Arc::new(Brand::standard())),
        }
    }

    /// Returns the same site as an operator wants it to look.
    #[must_use]
    pub fn branded(self, brand: Brand) -> Site {
        self.wear(brand);
        self
    }

    /// Lets the pages look otherwise from their next request on.
    pub fn wear(&self, brand: Brand) {
        *self.brand.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(brand);
    }

    /// Returns how the pages are to look.
    pub fn brand(&self) -> Arc<Brand> {
        Arc::clone(&self.brand.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Returns what is sent under each path as it was built: every page, and the files but for the manifest of web
    /// applications, which has the name of the exchange.
    pub fn fixed(&self) -> Vec<(String, &'static [u8])> {
        let pages = PAGES.iter().map(|word| {
            let path = format!("/{word}");
            let document = self.document_of(&path).plain;
            (path, document)
        });
        let files = self.assets.iter().filter(|asset| asset.path != MANIFEST);
        let files = files.map(|asset| (asset.path.to_owned(), asset.plain));
        pages.chain(files).collect()
    }

    /// Returns what browsers let the pages do, as the header says it.
    pub fn policy(&self) -> &str {
        self.policy.to_str().unwrap_or("")
    }

    /// Returns the site that says how to build one.
    #[must_use]
    pub fn unbuilt() -> Site {
        let document = Asset {
            path: DOCUMENT,
            plain: UNBUILT,
            packed: None,
        };
        Site {
            assets: &[],
            document,
            entry: document,
            policy: policy(&[document]),
            brand: RwLock::new(Arc::new(Brand::standard())),
        }
    }

    /// Returns the file or page of a path, if it is one.
    #[must_use]
    pub fn answer(&self, parts: &Parts) -> Option<Response<Body>> {
        if parts.method != Method::GET {
            return None;
        }
        let path = parts.uri.path();
        if let Some(asset) = self.assets.iter().find(|asset| asset.path == path) {
            return Some(match path {
                MANIFEST => self.send_manifest(asset),
                _ => self.send(asset, &parts.headers),
            });
        }
        is_page_path(path).then(|| self.send(self.document_of(path), &parts.headers))
    }

    /// Returns the document of a page.
    fn document_of(&self, path: &str) -> &Asset {
        if ENTRY_PAGES.contains(&first_word(path)) {
            &self.entry
        } else {
            &self.document
        }
    }

    /// What is installed from the pages is called as they are.
    fn send_manifest(&self, asset: &Asset) -> Response<Body> {
        let named = named(asset.plain, &self.brand().name);
        self.respond(asset, Bytes::from(named))
    }

    fn send(&self, asset: &Asset, asked: &HeaderMap) -> Response<Body> {
        let packed = asset.packed.filter(|_| takes_gzip(asked));
        let bytes = Bytes::from_static(packed.unwrap_or(asset.plain));
        let mut response = self.respond(asset, bytes);
        let headers = response.headers_mut();
        if asset.packed.is_some() {
            headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
        }
        if packed.is_some() {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        response
    }

    fn respond(&self, asset: &Asset, bytes: Bytes) -> Response<Body> {
        let mut response = Response::new(Body::from(bytes));
        let headers = response.headers_mut();
        let fixed = HeaderValue::from_static;
        headers.insert(CONTENT_TYPE, fixed(media_type(asset.path)));
        headers.insert(X_CONTENT_TYPE_OPTIONS, fixed("nosniff"));
        headers.insert(REFERRER_POLICY, fixed("no-referrer"));
        headers.insert(OPENER_POLICY, fixed("same-origin"));
        headers.insert(RESOURCE_POLICY, fixed("same-origin"));
        let (policy, keeping) = if is_kept(asset.path) {
            (fixed(KEPT_POLICY), "public, max-age=31536000, immutable")
        } else {
            (self.policy.clone(), "no-cache")
        };
        headers.insert(CONTENT_SECURITY_POLICY, policy);
        headers.insert(CACHE_CONTROL, fixed(keeping));
        response
    }
}

/// Returns whether what a path has never changes, and is no document: what it may do, the document that names it says.
pub fn is_kept(path: &str) -> bool {
    path.starts_with(KEPT_FOLDER)
}

/// Returns whether a path is one of a page.
pub fn is_page_path(path: &str) -> bool {
    // Two slashes at the start are no page: only the shortest path has an empty first word.
    let first = first_word(path);
    PAGES.contains(&first) && (!first.is_empty() || path == "/")
}

fn first_word(path: &str) -> &str {
    path.split('/').nth(1).unwrap_or("")
}

/// Returns a manifest of web applications under another name; one that is none stays as it is.
fn named(manifest: &[u8], name: &str) -> Vec<u8> {
    let Ok(Value::Object(mut members)) = serde_json::from_slice(manifest) else {
        return manifest.to_vec();
    };
    for member in ["name", "short_name"] {
        members.insert(member.to_owned(), Value::from(name));
    }
    Value::Object(members).to_string().into_bytes()
}

fn takes_gzip(asked: &HeaderMap) -> bool {
    let accepted = asked.get(ACCEPT_ENCODING);
    let text = accepted.and_then(|value| value.to_str().ok()).unwrap_or("");
    text.split(',').any(|coding| {
        let (name, quality) = coding.split_once(';').unwrap_or((coding, ""));
        name.trim().eq_ignore_ascii_case("gzip") && !quality.trim().starts_with("q=0")
    })
}

/// Returns what browsers let the pages do: load their own files, and talk to this exchange.
///
/// Scripts inside the documents run by their hash alone, and no text becomes a script or markup (Trusted Types).
fn policy(documents: &[Asset]) -> HeaderValue {
    let hashes: BTreeSet<String> = documents.iter().flat_map(script_hashes).collect();
    let hashes: String = hashes.into_iter().collect();
    let policy = format!(
        "default-src 'none'; script-src 'self'{hashes}; style-src 'self'; img-src 'self' data:; \
         font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; \
         trusted-types bourse-worker"
    );
    HeaderValue::from_str(&policy).expect("base 64 and words are visible characters")
}

/// Returns what a policy says of each script inside a document.
fn script_hashes(document: &Asset) -> Vec<String> {
    let text = String::from_utf8_lossy(document.plain);
    inline_scripts(&text)
        .map(|script| format!(" 'sha256-{}'", STANDARD.encode(Sha256::digest(script))))
        .collect()
}

/// Returns what runs inside the document, and the map that says what the files of imports must hold.
fn inline_scripts(document: &str) -> impl Iterator<Item = &str> {
    let after = document.split("<script").skip(1);
    after.filter_map(|rest| {
        let (attributes, rest) = rest.split_once('>')?;
        let (script, _) = rest.split_once("</script>")?;
        (!attributes.contains(" src=")).then_some(script)
    })
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "woff2" => "font/woff2",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::route::ENDPOINTS;
    use axum::http::Request;

    static FILES: &[Asset] = &[
        Asset {
            path: DOCUMENT,
            plain: b"<script>let a;</script><script type=\"importmap\">{}</script>\
                <script src=\"/assets/a.js\"></script>",
            packed: None,
        },
        Asset {
            path: ENTRY_DOCUMENT,
            plain: b"<script>let a;</script><script type=\"importmap\">{\"e\":1}</script>",
            packed: Some(b"packed entry"),
        },
        Asset {
            path: "/assets/a.js",
            plain: b"plain",
            packed: Some(b"packed"),
        },
        Asset {
            path: "/assets/inter-a1.woff2",
            plain: b"wOF2",
            packed: None,
        },
        Asset {
            path: MANIFEST,
            plain: br#"{"name":"Bourse","short_name":"Bourse","start_url":"/markets"}"#,
            packed: Some(b"packed"),
        },
        Asset {
            path: "/icon.svg",
            plain: b"<svg/>",
            packed: None,
        },
    ];

    fn ask(site: &Site, method: Method, path: &str, coding: &str) -> Option<Response<Body>> {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(ACCEPT_ENCODING, coding)
            .body(())
            .expect("a request");
        site.answer(&request.into_parts().0)
    }

    fn header<'a>(response: &'a Response<Body>, name: &HeaderName) -> &'a str {
        let value = response.headers().get(name).map(HeaderValue::to_str);
        value.and_then(Result::ok).unwrap_or("")
    }

    #[test]
    fn no_route_of_the_interface_is_hidden_by_a_page() {
        for endpoint in ENDPOINTS {
            let first = endpoint.path.split('/').nth(1).unwrap_or("");
            assert!(!PAGES.contains(&first), "{}", endpoint.path);
        }
    }

    #[test]
    fn a_file_opened_by_itself_may_do_nothing() {
        let site = Site::new(FILES);
        let policy_of = |path| {
            let response = ask(&site, Method::GET, path, "").expect("a file");
            header(&response, &CONTENT_SECURITY_POLICY).to_owned()
        };
        assert_eq!(policy_of("/assets/a.js"), KEPT_POLICY);
        for path in ["/markets", "/sign-in", "/icon.svg"] {
            assert_eq!(policy_of(path), site.policy(), "{path}");
        }
    }

    #[test]
    fn files_named_after_their_content_are_kept_and_the_rest_is_asked_for_again() {
        let site = Site::new(FILES);
        for (path, keeping, kind) in [
            (
                "/assets/a.js",
                "public, max-age=31536000, immutable",
                "text/javascript; charset=utf-8",
            ),
            (
                "/assets/inter-a1.woff2",
                "public, max-age=31536000, immutable",
                "font/woff2",
            ),
            ("/icon.svg", "no-cache", "image/svg+xml"),
            ("/", "no-cache", "text/html; charset=utf-8"),
            ("/trade/BTCUSDT", "no-cache", "text/html; charset=utf-8"),
            ("/sign-in/reset", "no-cache", "text/html; charset=utf-8"),
        ] {
            let response = ask(&site, Method::GET, path, "").expect("there");
            assert_eq!(header(&response, &CACHE_CONTROL), keeping, "{path}");
            assert_eq!(header(&response, &CONTENT_TYPE), kind, "{path}");
        }
        for path in ["/assets/b.js", "/api/v3/time", "/traders", "/../secret"] {
            assert!(ask(&site, Method::GET, path, "").is_none(), "{path}");
        }
        assert!(ask(&site, Method::POST, "/", "").is_none());
    }

    #[tokio::test]
    async fn signing_in_and_what_leads_there_is_the_small_document_and_all_else_the_other() {
        let site = Site::new(FILES);
        let entry = ["/sign-in", "/sign-in/reset", "/sign-in/email", "/register"];
        let other = [
            "/",
            "/markets",
            "/trade/BTCUSDT",
            "/settings",
            "/account/security",
        ];
        let all = entry.map(|path| (path, ENTRY_DOCUMENT)).into_iter();
        for (path, document) in all.chain(other.map(|path| (path, DOCUMENT))) {
            let response = ask(&site, Method::GET, path, "").expect("a page");
            let body = axum::body::to_bytes(response.into_body(), usize::MAX).await;
            let expected = FILES.iter().find(|asset| asset.path == document);
            assert_eq!(
                body.expect("read"),
                expected.expect("a file").plain,
                "{path}"
            );
        }
        let packed = ask(&site, Method::GET, "/register", "gzip").expect("a page");
        let body = axum::body::to_bytes(packed.into_body(), usize::MAX).await;
        assert_eq!(body.expect("read"), &b"packed entry"[..]);
    }

    #[test]
    fn only_those_who_ask_get_gzip() {
        let site = Site::new(FILES);
        for (coding, expected) in [("gzip, br", "gzip"), ("br", ""), ("gzip;q=0", ""), ("", "")] {
            let response = ask(&site, Method::GET, "/assets/a.js", coding).expect("there");
            assert_eq!(header(&response, &CONTENT_ENCODING), expected, "{coding}");
            assert_eq!(header(&response, &VARY), "accept-encoding");
        }
    }

    #[tokio::test]
    async fn what_is_installed_has_the_name_that_the_pages_have_now() {
        let site = Site::new(FILES);
        for name in ["Bourse", "Piazza \"1\""] {
            site.wear(Brand {
                name: name.to_owned(),
                ..Brand::standard()
            });
            let response = ask(&site, Method::GET, MANIFEST, "gzip").expect("there");
            assert_eq!(
                header(&response, &CONTENT_TYPE),
                "application/manifest+json"
            );
            assert_eq!(header(&response, &CONTENT_ENCODING), "");
            let body = axum::body::to_bytes(response.into_body(), usize::MAX).await;
            let told: Value = serde_json::from_slice(&body.expect("read")).expect("a manifest");
            assert_eq!(told["name"], name);
            assert_eq!(told["short_name"], name);
            assert_eq!(told["start_url"], "/markets");
        }
        assert_eq!(named(b"none", "Piazza"), b"none");
    }

    #[test]
    fn scripts_of_the_documents_run_by_their_hash_and_nothing_else_does() {
        let site = Site::new(FILES);
        let response = ask(&site, Method::GET, "/", "").expect("there");
        let policy = header(&response, &CONTENT_SECURITY_POLICY);
        let hashes = [
            // printf 'let a;' | openssl dgst -sha256 -binary | base64
            "'sha256-81WALLbUROF1pWdYjuQYKuIcGgY/+TqVJr8UsV6Tkvo='",
            // printf '{"e":1}' | openssl dgst -sha256 -binary | base64
            "'sha256-GObDX9hhgsgwH44j9Yz6Kqh7326NuoAtsWUEMHkGnq4='",
            // printf '{}' | openssl dgst -sha256 -binary | base64
            "'sha256-RBNvo1WzZ4oRRq0W9+hknpT7T8If536DEMBg9hyq/4o='",
        ];
        assert!(
            policy.contains(&format!("script-src 'self' {};", hashes.join(" "))),
            "{policy}"
        );
        assert!(policy.contains("require-trusted-types-for 'script'"));
        assert!(!policy.contains("unsafe"));
        let entry = ask(&site, Method::GET, "/sign-in", "").expect("there");
        assert_eq!(header(&entry, &CONTENT_SECURITY_POLICY), policy);
    }

    #[test]
    fn what_never_changes_is_listed_with_every_page() {
        let fixed = Site::new(FILES).fixed();
        let has = |path: &str| fixed.iter().any(|(found, _)| found == path);
        assert_eq!(fixed.len(), PAGES.len() + FILES.len() - 1);
        assert!(has("/") && has("/trade") && has("/assets/a.js") && !has(MANIFEST));
        let entry = fixed.iter().find(|(path, _)| path == "/sign-in");
        assert_eq!(entry.expect("listed").1, FILES[1].plain);
    }

    #[test]
    fn a_binary_without_pages_says_how_to_build_them() {
        let site = Site::new(&[]);
        let response = ask(&site, Method::GET, "/", "").expect("there");
        assert_eq!(response.status(), 200);
        assert!(
            std::str::from_utf8(UNBUILT)
                .expect("text")
                .contains("make run")
        );
    }
}
