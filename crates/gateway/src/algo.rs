//! Orders that are spread over time: when their slices are sent, how large they are, and that each is sent once.
//!
//! What a slice is, is written down before it is sent (`identity::algo`), and it has a name of its own in the exchange:
//! after a stop whoever goes on asks the exchange what became of it, and sends it neither twice nor not at all. The
//! exchange itself knows nothing but the orders that slices become.
//!
//! **Source** `docs/spec/algo-orders.md`.

pub mod agenda;
pub mod bounds;
pub mod schedule;
pub mod slice;
pub mod work;
