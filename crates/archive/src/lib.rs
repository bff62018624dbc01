//! Market-data files: what each market did on a UTC day, as compressed tables that anybody may keep.
//!
//! They are folded from the event log, so that the same day always has the same bytes, and their rows say what the
//! streams said (`docs/spec/market-data-files.md`). Absent by design: where events come from, threads, sockets.
//!
//! ```
//! use archive::day::Day;
//! use archive::fold::Fold;
//! use archive::writing::{Plan, Writing};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = std::env::temp_dir().join(format!("archive-example-{}", std::process::id()));
//! let mut fold = Fold::start(7);
//! let day = Day::parse("2024-08-08").ok_or("a day")?;
//! let plan = Plan::of_everything(day, &folder);
//! let mut writing = Writing::begin(plan, &fold)?;
//! let events_of_the_day: [&[u8]; 0] = [];
//! for payload in events_of_the_day {
//!     writing.add(&mut fold, payload)?;
//! }
//! assert_eq!(writing.finish()?.files, 0);
//! # std::fs::remove_dir_all(folder)?;
//! # Ok(())
//! # }
//! ```

#![forbid(unsafe_code)]

pub mod day;
pub mod error;
pub mod file_name;
pub mod fold;
pub mod opening;
pub mod writing;

mod day_candles;
mod level_changes;
mod publish;
mod rows;
mod spool;
mod zip;
