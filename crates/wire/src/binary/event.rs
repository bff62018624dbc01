//! The events of one command, as the event log keeps them and the event chain hashes them.
//!
//! **Shape** sequence `u64`, time `i64`, count `u32`, then each event: type `u8`, version `u8`, length `u16`, fields.
//! The same command gives the same bytes from any node at any time (Q9).

use super::codec::{DecodeError, Reader};
use super::field::{Field, choice, put_framed, take_framed};
use model::approved::Others;
use model::event::{Event, Published};
use model::id::Sequence;
use model::time::Timestamp;

const GROUP: &str = "events of a command";

/// Appends the events of the command at `sequence`, in the order they were emitted.
///
/// # Panics
/// When there is no event: every command has at least one.
pub fn encode(sequence: Sequence, at: Timestamp, events: &[Event], out: &mut Vec<u8>) {
    put_head(sequence, at, events.len(), out);
    events.iter().for_each(|event| put_framed(event, out));
}

/// Appends the events of one command.
///
/// # Panics
/// When there is no event, or they are of different commands.
pub fn encode_published(published: &[Published], out: &mut Vec<u8>) {
    let first = published.first().expect("every command has an event");
    put_head(first.sequence, first.at, published.len(), out);
    for one in published {
        assert!(one.sequence == first.sequence && one.at == first.at);
        put_framed(&one.event, out);
    }
}

fn put_head(sequence: Sequence, at: Timestamp, count: usize, out: &mut Vec<u8>) {
    assert!(0 < count);
    sequence.put(out);
    at.put(out);
    u32::try_from(count)
        .expect("the events of one command fit memory many times over")
        .put(out);
}

/// The events of one command, read one at a time.
///
/// **Shape** yields the events in order; the first error is the last item. Allocates nothing.
#[derive(Clone, Debug)]
pub struct Events<'a> {
    reader: Reader<'a>,
    sequence: Sequence,
    at: Timestamp,
    left: u32,
}

impl<'a> Events<'a> {
    /// Returns the events that `bytes` hold.
    ///
    /// # Errors
    /// When the head is cut off or counts no event.
    pub fn decode(bytes: &'a [u8]) -> Result<Events<'a>, DecodeError> {
        let mut reader = Reader::new(bytes);
        let sequence = Sequence::take(&mut reader)?;
        let at = Timestamp::take(&mut reader)?;
        let at_count = reader;
        match u32::take(&mut reader)? {
            0 => Err(at_count.illegal(GROUP)),
            left => Ok(Events {
                reader,
                sequence,
                at,
                left,
            }),
        }
    }

    /// Returns the position of the command.
    pub const fn sequence(&self) -> Sequence {
        self.sequence
    }

    /// Returns the time of the command.
    pub const fn at(&self) -> Timestamp {
        self.at
    }

    fn take(&mut self) -> Result<Published, DecodeError> {
        let event = take_framed(&mut self.reader)?;
        self.left -= 1;
        if self.left == 0 {
            self.reader.finish(GROUP)?;
        }
        Ok(Published {
            sequence: self.sequence,
            at: self.at,
            event,
        })
    }
}

impl Iterator for Events<'_> {
    type Item = Result<Published, DecodeError>;

    fn next(&mut self) -> Option<Result<Published, DecodeError>> {
        if self.left == 0 {
            return None;
        }
        let taken = self.take();
        if taken.is_err() {
            self.left = 0;
        }
        Some(taken)
    }
}

choice! { Event, (u8, u8), "event";
    (1, 1) Rejected [Event::Rejected { reason }] (reason);
    (2, 1) Repeated [Event::Repeated { original }] (original);
    (3, 1) Started [Event::Started(genesis)] (genesis);
    (4, 1) Ticked [Event::Ticked] ();
    (5, 1) Upgraded [Event::Upgraded { logic }] (logic);

    (16, 1) AssetListed [Event::AssetListed(asset)] (asset);
    (17, 1) MarketListed [Event::MarketListed { instrument, terms }] (instrument, terms);
    (18, 1) MarketChanged [Event::MarketChanged { market, terms, cause }] (market, terms, cause);
    (19, 1) PhaseChanged [Event::PhaseChanged { market, phase, cause }] (market, phase, cause);

    (20, 1) OrderLimitsChanged [Event::OrderLimitsChanged { market, limits, cause }]
        (market, limits, cause);
    (21, 1) DueStarted [Event::DueStarted { market, left }] (market, left);

    (32, 1) AccountOpened [Event::AccountOpened { account, owner, group }] (account, owner, group);
    (33, 1) AccountStateChanged [Event::AccountStateChanged { account, state, cause }]
        (account, state, cause);
    (34, 1) FeeTierChanged [Event::FeeTierChanged { account, tier }] (account, tier);
    (35, 1) KeyCreated [Event::KeyCreated { key, account, scopes, expires_at }]
        (key, account, scopes, expires_at);
    (36, 1) KeyRevoked [Event::KeyRevoked { key, account }] (key, account);
    (37, 1) PayoutsHeld [Event::PayoutsHeld { owner, until }] (owner, until);
    (38, 1) AllowancesSet [Event::AllowancesSet(table)] (table);
    (39, 1) MarketVerificationSet [Event::MarketVerificationSet { market, verification }]
        (market, verification);
    (40, 1) VerificationSet [Event::VerificationSet { owner, verification }]
        (owner, verification);
    (41, 1) AllowanceUsed [Event::AllowanceUsed { owner, flow, value, is_beyond }]
        (owner, flow, value, is_beyond);
    (42, 1) OwnerStateChanged [Event::OwnerStateChanged { account, state }] (account, state);
    (43, 1) KeyEndSet [Event::KeyEndSet { key, account, expires_at }] (key, account, expires_at);

    (48, 1) DepositSeen [Event::DepositSeen(deposit)] (deposit);
    (49, 1) DepositCredited [Event::DepositCredited(deposit)] (deposit);
    (50, 1) DepositDropped [Event::DepositDropped { reference }] (reference);
    (51, 1) WithdrawalHeld [Event::WithdrawalHeld { account, withdrawal }] (account, withdrawal);
    (52, 1) WithdrawalSettled [Event::WithdrawalSettled { account, withdrawal }]
        (account, withdrawal);
    (53, 1) WithdrawalCancelled [Event::WithdrawalCancelled { account, withdrawal }]
        (account, withdrawal);
    (54, 1) Transferred [Event::Transferred { account, transfer }] (account, transfer);
    (55, 1) BalanceAdjusted [Event::BalanceAdjusted(adjustment)] (adjustment);
    (56, 1) PayoutLimitSet [Event::PayoutLimitSet { asset, cap, from, held }]
        (asset, cap, from, held);

    (64, 1) OrderAccepted [Event::OrderAccepted(accepted)] (accepted);
    (65, 1) OrderRested [Event::OrderRested { market, order, account, side, price, qty }]
        (market, order, account, side, price, qty);
    (66, 1) Traded [Event::Traded(traded)] (traded);
    (67, 1) MatchPrevented [Event::MatchPrevented(prevented)] (prevented);
    (68, 1) OrderAmended [Event::OrderAmended(amended)] (amended);
    (69, 1) OrderClosed [Event::OrderClosed(closed)] (closed);
    (70, 1) ReplaceCancelRejected [Event::ReplaceCancelRejected { reason }] (reason);
    (71, 1) ReplacePlaceRejected [Event::ReplacePlaceRejected { reason }] (reason);
    (72, 1) ReplacePlaceSkipped [Event::ReplacePlaceSkipped] ();
    (73, 1) OrderInstructed [Event::OrderInstructed(instructed)] (instructed);
    (74, 1) OrderTriggered [Event::OrderTriggered(triggered)] (triggered);
    (75, 1) OrderActivated [Event::OrderActivated(activated)] (activated);
    (76, 1) OrderRefilled [Event::OrderRefilled { market, order, account, side, price, qty }]
        (market, order, account, side, price, qty);
    (77, 1) ListAccepted [Event::ListAccepted(accepted)] (accepted);
    (78, 1) ListClosed [Event::ListClosed { market, list, account }] (market, list, account);
    (79, 1) CountdownSet [Event::CountdownSet { market, account, until }] (market, account, until);
    (80, 1) CountdownExpired [Event::CountdownExpired { market, account }] (market, account);
    (81, 1) OrderRequeued [Event::OrderRequeued(requeued)] (requeued);
    (84, 1) WaitingAmended [Event::WaitingAmended(amended)] (amended);
    (85, 1) IcebergAmended [Event::IcebergAmended { market, order, account, previous, shown }]
        (market, order, account, previous, shown);
    (86, 1) HoldShifted [Event::HoldShifted(shifted)] (shifted);

    (112, 1) Approved [Event::Approved { approval, others: Others::NONE }] (approval);
    (112, 2) Approved [Event::Approved { approval, others }] (approval, others);
    (113, 1) Anchored [Event::Anchored(anchor)] (anchor);
}
