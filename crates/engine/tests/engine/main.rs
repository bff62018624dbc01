//! The engine as its callers see it: commands in, events out.

mod check;
mod fold;
mod parse;
mod print;
mod script;

mod hostile;
mod limits;
mod scenarios;
mod totality;
