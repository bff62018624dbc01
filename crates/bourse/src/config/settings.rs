//! What a configuration file decides, in the gateway's own types.

use gateway::config::{Bounds, RequestLimits};
use gateway::weights::Weights;

/// Everything that can be set in a configuration file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    pub limits: RequestLimits,
    pub weights: Weights,
    pub bounds: Bounds,
}

impl Settings {
    /// What holds without a file, and for every setting that a file leaves out.
    pub const STANDARD: Settings = Settings {
        limits: RequestLimits::UPSTREAM,
        weights: Weights::PUBLISHED,
        bounds: Bounds::STANDARD,
    };
}
