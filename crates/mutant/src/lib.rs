//! Bugs planted on purpose, to test the tests: the suite must find every one of them.
//!
//! A build with `--cfg bourse_mutants` holds them all, asleep; the environment variable `BOURSE_MUTANT` wakes one. In
//! any other build, and so in every one that ships, [`plant`] is its right expression and nothing else.
//! `cargo xtask mutants` wakes one after the other and tells which check found it.

#![forbid(unsafe_code)]

pub mod algos;
pub mod amending;
pub mod guarding;
pub mod list;
pub mod planted;
pub mod resuming;
pub mod signatures;
pub mod withdrawals;

use planted::Mutant;

/// Returns every planted bug.
pub fn all() -> impl Iterator<Item = &'static Mutant> {
    list::ALL
        .iter()
        .chain(algos::ALL)
        .chain(amending::ALL)
        .chain(guarding::ALL)
        .chain(resuming::ALL)
        .chain(signatures::ALL)
        .chain(withdrawals::ALL)
}

/// Stands where a bug is planted: gives the right expression, and the wrong one while the bug of this name is awake.
///
/// **Shape** `plant!("name", wrong, right)`; the name is one of [`all`].
#[cfg(not(bourse_mutants))]
#[macro_export]
macro_rules! plant {
    ($name:literal, $wrong:expr, $right:expr $(,)?) => {
        $right
    };
}

#[cfg(bourse_mutants)]
#[macro_export]
macro_rules! plant {
    ($name:literal, $wrong:expr, $right:expr $(,)?) => {
        if $crate::is_awake($name) {
            $wrong
        } else {
            $right
        }
    };
}

/// Returns whether this is the bug that `BOURSE_MUTANT` names. The variable is read once.
#[cfg(bourse_mutants)]
pub fn is_awake(name: &str) -> bool {
    static AWAKE: std::sync::OnceLock<Option<String>> = std::sync::OnceLock::new();
    let awake = AWAKE.get_or_init(|| std::env::var("BOURSE_MUTANT").ok());
    awake.as_deref() == Some(name)
}
