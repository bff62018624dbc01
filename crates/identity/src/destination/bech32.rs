//! Bech32 and bech32m: addresses of segregated witness.
//!
//! **Source** BIP 173 and BIP 350.

use bech32::Fe32;
use bech32::segwit::{VERSION_0, VERSION_1};

/// Returns whether a text in small letters is an address of a network whose addresses begin with `prefix`.
pub(super) fn is_address(text: &str, prefix: &str) -> bool {
    let Ok((found, version, program)) = bech32::segwit::decode(text) else {
        return false;
    };
    found.as_str() == prefix && is_meant(version, program.len())
}

/// Later versions mean nothing yet: what is sent to them is anybody's.
fn is_meant(version: Fe32, program_bytes: usize) -> bool {
    match version {
        VERSION_0 => matches!(program_bytes, 20 | 32),
        VERSION_1 => program_bytes == 32,
        _ => false,
    }
}
