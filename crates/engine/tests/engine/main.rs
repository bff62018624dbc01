//! The engine as its callers see it: commands in, events out.

mod check;
mod fold;
mod fold_countdowns;
mod fold_lists;
mod fold_market;
mod generator;
mod generator_orders;
mod parse;
mod parse_orders;
mod parse_proofs;
mod print;
mod print_orders;
mod script;

mod cascade;
mod damage;
mod hostile;
mod hostile_orders;
mod limits;
mod scenarios;
mod totality;
