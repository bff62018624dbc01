//! Tickets: who waits for which command.

use std::sync::{Mutex, MutexGuard, PoisonError};

use model::event::Event;
use model::id::Sequence;
use model::text::ClientOrderId;
use model::time::Timestamp;
use tokio::sync::oneshot;

/// Nobody waits for this ticket.
pub const NOBODY: u64 = 0;
/// Bits of a ticket that name its slot; the rest count how often the slot was used.
const SLOT_BITS: u32 = 24;
const SLOT_MASK: u64 = (1 << SLOT_BITS) - 1;

/// What became of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Applied(Applied),
    /// It never reached the journal: there is no room for it.
    Shed,
}

/// A command that was applied, with everything it did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    pub sequence: Sequence,
    pub at: Timestamp,
    pub events: Vec<Event>,
}

/// The open tickets.
///
/// **Shape** at most `2^24` at a time; a ticket is never given out twice.
#[derive(Default)]
pub struct Tickets {
    slots: Mutex<Slots>,
}

/// Outcomes on their way to those who wait for them.
pub struct Answers(Vec<(oneshot::Sender<Outcome>, Outcome)>);

impl Answers {
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Wakes everybody who waits.
    pub fn send(self) {
        for (sender, outcome) in self.0 {
            // The receiver may be gone: its request ran out of time.
            let _ = sender.send(outcome);
        }
    }
}

#[derive(Default)]
struct Slots {
    slots: Vec<Slot>,
    free: Vec<usize>,
    /// How often late tickets were closed.
    rounds: u64,
}

struct Slot {
    uses: u64,
    /// The round in which its ticket was opened.
    opened_in: u64,
    name: Option<ClientOrderId>,
    sender: Option<oneshot::Sender<Outcome>>,
}

impl Tickets {
    /// Opens a ticket and returns it with the end at which its outcome arrives; `None` when too many are open.
    pub fn open(&self) -> Option<(u64, oneshot::Receiver<Outcome>)> {
        self.open_named(None)
    }

    /// Opens a ticket of a request that has a name of its own.
    pub fn open_named(
        &self,
        name: Option<ClientOrderId>,
    ) -> Option<(u64, oneshot::Receiver<Outcome>)> {
        let (sender, receiver) = oneshot::channel();
        let mut slots = self.lock();
        let index = slots.take_free()?;
        let round = slots.rounds;
        let slot = &mut slots.slots[index];
        slot.uses += 1;
        slot.opened_in = round;
        slot.name = name;
        slot.sender = Some(sender);
        Some((slot.uses << SLOT_BITS | index as u64, receiver))
    }

    /// Returns the name of the request that waits for a ticket.
    pub fn name(&self, ticket: u64) -> Option<ClientOrderId> {
        let slots = self.lock();
        let slot = slots.slots.get((ticket & SLOT_MASK) as usize)?;
        (slot.uses == ticket >> SLOT_BITS)
            .then_some(slot.name)
            .flatten()
    }

    /// Forgets a ticket nobody waits for any more.
    pub fn close(&self, ticket: u64) {
        self.lock().take(ticket);
    }

    /// Closes the tickets that were open in more than `rounds_max` earlier calls: whoever waits learns that nothing came.
    ///
    /// A timer for each of them would cost more than all the rest of waiting.
    pub fn close_late(&self, rounds_max: u64) {
        let mut slots = self.lock();
        slots.rounds += 1;
        let Slots {
            slots,
            free,
            rounds,
        } = &mut *slots;
        for (index, slot) in slots.iter_mut().enumerate() {
            if slot.opened_in + rounds_max < *rounds && slot.sender.take().is_some() {
                free.push(index);
            }
        }
    }

    /// Closes the tickets and returns their answers; those that were closed before are passed over.
    pub fn answers(&self, outcomes: impl Iterator<Item = (u64, Outcome)>) -> Answers {
        let outcomes: Vec<(u64, Outcome)> = outcomes.collect();
        let mut slots = self.lock();
        let answers = outcomes
            .into_iter()
            .filter_map(|(ticket, outcome)| Some((slots.take(ticket)?, outcome)));
        Answers(answers.collect())
    }

    /// Returns how many tickets are open.
    pub fn count(&self) -> usize {
        let slots = self.lock();
        slots.slots.len() - slots.free.len()
    }

    fn lock(&self) -> MutexGuard<'_, Slots> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Slots {
    fn take_free(&mut self) -> Option<usize> {
        if let Some(index) = self.free.pop() {
            return Some(index);
        }
        if SLOT_MASK <= self.slots.len() as u64 {
            return None;
        }
        self.slots.push(Slot {
            uses: 0,
            opened_in: 0,
            name: None,
            sender: None,
        });
        Some(self.slots.len() - 1)
    }

    fn take(&mut self, ticket: u64) -> Option<oneshot::Sender<Outcome>> {
        let index = (ticket & SLOT_MASK) as usize;
        let slot = self.slots.get_mut(index)?;
        if mutant::plant!(
            "ticket-answers-another",
            false,
            slot.uses != ticket >> SLOT_BITS
        ) {
            return None;
        }
        let sender = slot.sender.take()?;
        self.free.push(index);
        Some(sender)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::sync::oneshot::error::TryRecvError;

    #[test]
    fn an_outcome_reaches_its_own_ticket_once() {
        let tickets = Tickets::default();
        let (first, mut first_end) = tickets.open().expect("room");
        let (second, mut second_end) = tickets.open().expect("room");
        assert!(first != second && first != NOBODY);
        tickets
            .answers([(second, Outcome::Shed), (second, Outcome::Shed)].into_iter())
            .send();
        assert_eq!(second_end.try_recv(), Ok(Outcome::Shed));
        assert!(first_end.try_recv().is_err());
        assert_eq!(tickets.count(), 1);
    }

    #[test]
    fn only_tickets_that_are_late_are_closed() {
        let tickets = Tickets::default();
        let (first, mut first_end) = tickets.open().expect("room");
        tickets.close_late(2);
        let (second, mut second_end) = tickets.open().expect("room");
        tickets.close_late(2);
        assert_eq!(first_end.try_recv(), Err(TryRecvError::Empty));
        tickets.close_late(2);
        assert_eq!(first_end.try_recv(), Err(TryRecvError::Closed));
        assert_eq!(second_end.try_recv(), Err(TryRecvError::Empty));
        assert_eq!(tickets.count(), 1);
        tickets
            .answers([(first, Outcome::Shed), (second, Outcome::Shed)].into_iter())
            .send();
        assert_eq!(second_end.try_recv(), Ok(Outcome::Shed));
    }

    #[test]
    fn a_closed_ticket_never_answers_its_successor() {
        let tickets = Tickets::default();
        let (stale, _end) = tickets.open().expect("room");
        tickets.close(stale);
        let (fresh, mut end) = tickets.open().expect("room");
        assert_ne!(stale, fresh);
        tickets.answers([(stale, Outcome::Shed)].into_iter()).send();
        assert!(end.try_recv().is_err());
        tickets
            .answers([(NOBODY, Outcome::Shed), (u64::MAX, Outcome::Shed)].into_iter())
            .send();
        tickets.answers([(fresh, Outcome::Shed)].into_iter()).send();
        assert_eq!(end.try_recv(), Ok(Outcome::Shed));
        assert_eq!(tickets.count(), 0);
    }
}
