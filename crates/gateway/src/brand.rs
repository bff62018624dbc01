//! How an operator wants the pages to look: a public document that pages ask for, so that none is built anew for it.
//!
//! **Source** `docs/web.md`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;

/// Parts of the pages that can be left out.
pub const FEATURES: [&str; 7] = [
    "register",
    "faucet",
    "notifications",
    "portfolio",
    "statements",
    "subaccounts",
    "hotkeys",
];
/// Languages that the pages have.
pub const LANGUAGES: [&str; 4] = ["en", "zh-CN", MADE[0], MADE[1]];
/// Languages made of English, for whoever writes pages: longer words, and from right to left.
pub const MADE: [&str; 2] = ["en-XA", "ar-XB"];
/// Languages that people speak, which are offered unless an operator wants others.
pub const SPOKEN: [&str; 2] = ["en", "zh-CN"];

/// Name, looks, links and parts of the pages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Brand {
    pub name: String,
    /// A picture as an address that carries it (`data:`); null for the sign of the pages.
    pub logo: Option<String>,
    pub dark: Colours,
    pub light: Colours,
    /// The first is that of whoever has chosen none.
    pub languages: Vec<String>,
    pub links: Links,
    pub features: Vec<String>,
}

/// Colours of a theme, as `#rrggbb`; null for those of the pages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Colours {
    /// Of links, and of what is chosen.
    pub accent: Option<String>,
    /// Of the first button of a page, below white text.
    pub primary: Option<String>,
}

/// Pages elsewhere; null where there is none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Links {
    pub support: Option<String>,
    pub terms: Option<String>,
    pub privacy: Option<String>,
}

/// Returns an address that carries a picture of a media type.
pub fn picture_address(kind: &str, bytes: &[u8]) -> String {
    format!("data:{kind};base64,{}", STANDARD.encode(bytes))
}

impl Brand {
    /// Returns the pages as they are without an operator's wishes.
    #[must_use]
    pub fn standard() -> Brand {
        Brand {
            name: "Bourse".to_owned(),
            logo: None,
            dark: Colours::default(),
            light: Colours::default(),
            languages: SPOKEN.map(str::to_owned).to_vec(),
            links: Links::default(),
            features: FEATURES.map(str::to_owned).to_vec(),
        }
    }
}
