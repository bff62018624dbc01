//! Huge pages for the heap.
//!
//! The tables of an exchange are large and read all over: with pages of 4 KiB, most reads also miss the processor's
//! table of pages. The C library's allocator asks for huge ones when `GLIBC_TUNABLES` says so, which it reads once,
//! before `main`. So the process starts itself a second time, under the same number.

use std::os::unix::process::CommandExt;
use std::process::Command;

const VARIABLE: &str = "GLIBC_TUNABLES";
/// Ask for huge pages, and let the kernel decide (glibc 2.35 and later; others ignore it). Heaps of threads would grow
/// without asking, so that all share the one that asks; what is small they take from caches of their own.
const TUNABLES: &str = "glibc.malloc.hugetlb=1:glibc.malloc.arena_max=1";

/// Starts this process again with huge pages, unless the operator or an earlier start has chosen already.
///
/// Where that is impossible, the process goes on with small ones.
pub fn ask() {
    if std::env::var_os(VARIABLE).is_some() {
        return;
    }
    let Ok(binary) = std::env::current_exe() else {
        return;
    };
    // Returns only when it failed.
    let _ = Command::new(binary)
        .args(std::env::args_os().skip(1))
        .env(VARIABLE, TUNABLES)
        .exec();
}
