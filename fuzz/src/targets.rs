//! What is run: every decoder, the recovery of a journal, the reading of logs and snapshots, and the engine.
//!
//! A target is total: whatever the bytes are, it returns. What it asserts is what must hold of every input.

use crate::trace::Trace;

pub mod binary;
#[cfg(feature = "binary")]
pub mod configuration;
mod damaged;
pub mod engine_total;
pub mod event_log;
pub mod journal_open;
#[cfg(feature = "binary")]
pub mod outside;
pub mod snapshot_store;
pub mod text;

/// Something that takes bytes from strangers.
pub struct Target {
    /// Also the folder of its corpus.
    pub name: &'static str,
    pub run: fn(&[u8], &mut Trace),
    /// Longer inputs show nothing that shorter ones do not.
    pub bytes_max: usize,
    /// Pieces that mean something to it; mutations put them in.
    pub words: &'static [&'static [u8]],
}

/// Every target. A new decoder is a new row.
pub const TARGETS: &[Target] = &[
    Target {
        name: "record",
        run: binary::record,
        bytes_max: 512,
        words: &[],
    },
    Target {
        name: "batch",
        run: binary::batch,
        bytes_max: 4_096,
        words: &[],
    },
    Target {
        name: "event",
        run: binary::event,
        bytes_max: 4_096,
        words: &[],
    },
    Target {
        name: "engine_snapshot",
        run: binary::engine_snapshot,
        bytes_max: 16_384,
        words: &[],
    },
    Target {
        name: "views_snapshot",
        run: binary::views_snapshot,
        bytes_max: 16_384,
        words: &[],
    },
    Target {
        name: "base",
        run: binary::base,
        bytes_max: 32_768,
        words: &[],
    },
    Target {
        name: "engine_total",
        run: engine_total::run,
        bytes_max: 8_192,
        words: &[],
    },
    Target {
        name: "journal_open",
        run: journal_open::run,
        bytes_max: 512,
        words: &[],
    },
    Target {
        name: "event_log",
        run: event_log::run,
        bytes_max: 512,
        words: &[],
    },
    Target {
        name: "snapshot_store",
        run: snapshot_store::run,
        bytes_max: 512,
        words: &[],
    },
    Target {
        name: "decimal",
        run: text::decimal,
        bytes_max: 64,
        words: text::NUMBERS,
    },
    Target {
        name: "params",
        run: text::params,
        bytes_max: 1_024,
        words: text::PARAMETERS,
    },
    Target {
        name: "control",
        run: text::control,
        bytes_max: 1_024,
        words: text::CONTROL,
    },
    Target {
        name: "socket_request",
        run: text::socket_request,
        bytes_max: 1_024,
        words: text::SOCKET_REQUEST,
    },
    Target {
        name: "recording",
        run: text::recording,
        bytes_max: 2_048,
        words: text::RECORDING,
    },
    #[cfg(feature = "binary")]
    Target {
        name: "configuration",
        run: configuration::run,
        bytes_max: 1_024,
        words: configuration::WORDS,
    },
    #[cfg(feature = "binary")]
    Target {
        name: "cursor",
        run: outside::cursor,
        bytes_max: 256,
        words: &[],
    },
    #[cfg(feature = "binary")]
    Target {
        name: "provider",
        run: outside::provider,
        bytes_max: 1_024,
        words: outside::RESULT,
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::campaign::{Campaign, Limit};
    use crate::corpus;
    use std::collections::BTreeSet;

    #[test]
    fn no_two_targets_share_a_name() {
        let names: BTreeSet<&str> = TARGETS.iter().map(|target| target.name).collect();
        assert_eq!(names.len(), TARGETS.len());
    }

    /// A short campaign of each target: the long ones are `cargo xtask fuzz`.
    #[test]
    fn every_target_holds_on_its_corpus_and_what_grows_from_it() {
        for target in TARGETS {
            let inputs =
                corpus::load(&corpus::folder(target.name)).expect("the corpus is readable");
            assert!(!inputs.is_empty(), "{} has no corpus", target.name);
            let mut campaign = Campaign::start(target, inputs, 1);
            let report = campaign.run(Limit::Executions(300));
            assert!(0 < report.kept, "{} sees nothing new", target.name);
        }
    }

    #[test]
    fn the_same_seed_gives_the_same_campaign() {
        let report = |seed| {
            let mut campaign = Campaign::start(&TARGETS[0], Vec::new(), seed);
            campaign.run(Limit::Executions(2_000))
        };
        assert_eq!(report(1), report(1));
    }
}
