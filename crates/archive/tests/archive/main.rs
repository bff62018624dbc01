//! The files of some days, as whoever downloads them reads them.

mod past;
mod unpacked;

mod agreement;
mod same_bytes;
