//! Tests of the whole book: examples to read, and the same commands played on a naive book.

mod duel;
mod examples;
mod extremes;
