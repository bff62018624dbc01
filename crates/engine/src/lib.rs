//! The state machine of the exchange: the only code that sees both orders and balances.
//!
//! One sequenced command goes in, its events come out, and the same commands always give the same events. No
//! command stops it: what cannot be done is refused, and a refusal changes nothing. Absent by design: any clock,
//! byte, socket or thread; history, which `views` keeps from the events.
//!
//! What every order passes through is `#[inline(always)]`, here and in the crates below, and what few orders pass
//! through is kept out of line: entering and leaving small functions, and handing results over in memory, was a
//! fifth of all instructions.
//!
//! ```
//! use engine::engine::Engine;
//! use model::command::{Command, Genesis, Sequenced};
//! use model::event::Event;
//! use model::id::Sequence;
//! use model::time::Timestamp;
//!
//! let genesis = Genesis { cluster: 1, table_seed: 7, blinding_key: [0; 32] };
//! let mut engine = Engine::new();
//! let mut events = Vec::new();
//! let command = Command::Genesis(genesis);
//! engine.apply(&Sequenced { sequence: Sequence(1), at: Timestamp::ZERO, command }, &mut events);
//! assert_eq!(events, [Event::Started(genesis)]);
//! assert_eq!(engine.audit(), Ok(()));
//! ```

#![forbid(unsafe_code)]

pub mod engine;

pub mod audit;
pub mod both;
pub mod restore;
pub mod restore_market;
pub mod snapshot;

pub mod warm;

mod client;
mod countdown;
pub mod genesis;

mod administration;
mod allowance;
mod approved;
mod closing;
mod deposit;
mod limits;
mod listing;
mod owner;
mod payout_hold;
mod payout_limit;
mod phase;
mod proof;
mod transfer;
mod withdrawal;

mod amend;
mod amend_limit;
mod amend_open;
mod amend_pair;
mod cancel;
mod desk;
mod filter;
mod instructed;
mod list;
mod list_end;
mod list_shape;
mod matching;
mod met;
mod parked;
mod peg;
mod place;
mod plan;
mod replace;
mod start;

mod account;
mod audit_orders;
mod detail;
mod idempotency;
mod key;
mod lists;
mod market;
mod name;
mod restore_orders;
mod seat;
mod table;
mod trail;
mod triggers;
