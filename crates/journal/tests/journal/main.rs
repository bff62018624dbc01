//! What the journal promises, proved against every fault of a disk that can be named.

mod support;

mod bit_flips;
mod crashes;
mod disk_full;
mod events;
mod failing_calls;
mod format;
mod keys;
mod misplaced_writes;
mod packing;
mod readers;
mod real_files;
mod segments;
mod snapshots;
mod truncation;
