//! The planted bug of the poison drill: a marked order cannot be applied.

use model::command::{Action, Command, Sequenced};
use model::text::ClientOrderId;

/// The client order id of an order that meets the bug.
const MARK: &[u8] = b"poison";

/// Panics when the command is marked.
///
/// # Panics
/// It is.
pub(crate) fn meet(command: &Sequenced) {
    if let Command::Client {
        action: Action::Place(order),
        ..
    } = &command.command
    {
        assert!(
            Some(order.client_id) != ClientOrderId::parse(MARK),
            "the planted bug was met"
        );
    }
}
