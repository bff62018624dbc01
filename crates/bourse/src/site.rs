//! The pages of the trading screen that this binary was built with.

use gateway::site::{Asset, Site};

static ASSETS: &[Asset] = include!(concat!(env!("OUT_DIR"), "/site.rs"));

/// Returns the site to show; without pages in the binary, one that says how to build them.
pub fn built_in() -> Site {
    Site::new(ASSETS)
}
