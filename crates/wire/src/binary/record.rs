//! A command as the journal keeps it.
//!
//! **Shape** type `u8`, version `u8`, length `u16`, then the fields. Numbers of types are never reused; a variant
//! or a field that `model` gains is a new type or a new version of one (D16). Sequence and time stand once for a
//! whole batch (`batch`).

use super::codec::{DecodeError, Reader};
use super::field::{Choice, choice, put_framed, take_framed};
use model::approved::Others;
use model::command::{Action, Command};

/// No record is longer. The longest places a list of three orders that ask for everything there is.
pub const BYTES_MAX: usize = 410;

/// Appends one record.
///
/// **Cost** a LIMIT order with a client id of 22 characters is 68 bytes.
pub fn encode(command: &Command, out: &mut Vec<u8>) {
    put_framed(command, out);
}

/// Returns the command that `bytes` hold, and nothing else.
///
/// # Errors
/// When the bytes are not exactly one record that this binary reads.
pub fn decode(bytes: &[u8]) -> Result<Command, DecodeError> {
    let mut reader = Reader::new(bytes);
    let command = take(&mut reader)?;
    reader.finish(Command::EXPECTED).map(|()| command)
}

/// Takes the next record.
///
/// # Errors
/// When the next bytes are not a record that this binary reads.
#[inline]
pub fn take(reader: &mut Reader<'_>) -> Result<Command, DecodeError> {
    take_framed(reader)
}

choice! { Command, (u8, u8), "journal record";
    (1, 1) Genesis [Command::Genesis(genesis)] (genesis);
    (2, 1) Tick [Command::Tick] ();
    (3, 1) Upgrade [Command::Upgrade { logic }] (logic);

    (16, 1) ListAsset [Command::ListAsset { symbol }] (symbol);
    (17, 1) ListMarket [Command::ListMarket(listing)] (listing);
    (18, 1) ChangeMarket [Command::ChangeMarket { market, terms, cause }] (market, terms, cause);
    (19, 1) SetPhase [Command::SetPhase { market, phase, cause }] (market, phase, cause);

    (20, 1) SetOrderLimits [Command::SetOrderLimits { market, limits, cause }]
        (market, limits, cause);
    (21, 1) StartDue [Command::StartDue { market }] (market);

    (32, 1) OpenAccount [Command::OpenAccount(opening)] (opening);
    (33, 1) SetAccountState [Command::SetAccountState { account, state, cause }]
        (account, state, cause);
    (34, 1) SetFeeTier [Command::SetFeeTier { account, tier }] (account, tier);
    (35, 1) CreateKey [Command::CreateKey { key, account, scopes, expires_at, grant: None }]
        (key, account, scopes, expires_at);
    (35, 2) CreateKey
        [Command::CreateKey { key, account, scopes, expires_at, grant: Some(grant) }]
        (key, account, scopes, expires_at, grant);
    (36, 1) RevokeKey [Command::RevokeKey { key }] (key);
    (37, 1) HoldPayouts [Command::HoldPayouts { owner, until }] (owner, until);
    (38, 1) SetAllowances [Command::SetAllowances(table)] (table);
    (39, 1) SetMarketVerification [Command::SetMarketVerification { market, verification }]
        (market, verification);
    (40, 1) SetVerification [Command::SetVerification { owner, verification }]
        (owner, verification);
    (41, 1) SetKeyEnd [Command::SetKeyEnd { key, expires_at }] (key, expires_at);

    (48, 1) SeeDeposit [Command::SeeDeposit(deposit)] (deposit);
    (49, 1) CreditDeposit [Command::CreditDeposit(deposit)] (deposit);
    (50, 1) DropDeposit [Command::DropDeposit { reference }] (reference);
    (51, 1) SettleWithdrawal [Command::SettleWithdrawal { reference, destination: None }]
        (reference);
    (51, 2) SettleWithdrawal
        [Command::SettleWithdrawal { reference, destination: Some(destination) }]
        (reference, destination);
    (53, 1) ConfirmDestination [Command::ConfirmDestination { reference, destination }]
        (reference, destination);
    (52, 1) CancelWithdrawal [Command::CancelWithdrawal { reference }] (reference);

    (64, 1) Place [Command::Client { header, action: Action::Place(order) }] (header, order);
    (65, 1) Cancel [Command::Client { header, action: Action::Cancel(cancel) }] (header, cancel);
    (66, 1) CancelAll [Command::Client { header, action: Action::CancelAll { market } }]
        (header, market);
    (67, 1) Replace [Command::Client { header, action: Action::Replace(replace) }]
        (header, replace);
    (68, 1) Amend [Command::Client { header, action: Action::Amend(amend) }] (header, amend);
    (69, 1) Transfer [Command::Client { header, action: Action::Transfer(transfer) }]
        (header, transfer);
    (70, 1) HoldWithdrawal
        [Command::Client { header, action: Action::HoldWithdrawal { withdrawal, proof: None } }]
        (header, withdrawal);
    (70, 2) HoldWithdrawal
        [Command::Client { header, action: Action::HoldWithdrawal { withdrawal, proof: Some(proof) } }]
        (header, withdrawal, proof);
    (71, 1) PlaceInstructed [Command::Client { header, action: Action::PlaceInstructed(order) }]
        (header, order);
    (72, 1) ReplaceInstructed
        [Command::Client { header, action: Action::ReplaceInstructed(replace) }] (header, replace);
    (73, 1) PlaceList [Command::Client { header, action: Action::PlaceList(list) }] (header, list);
    (74, 1) CancelList [Command::Client { header, action: Action::CancelList(cancel) }]
        (header, cancel);
    (75, 1) FindOutcome [Command::Client { header, action: Action::FindOutcome { key } }]
        (header, key);
    (76, 1) SetCountdown [Command::Client { header, action: Action::SetCountdown(countdown) }]
        (header, countdown);
    (77, 1) Freeze [Command::Client { header, action: Action::Freeze { account } }]
        (header, account);
    (78, 1) Unfreeze [Command::Client { header, action: Action::Unfreeze { account } }]
        (header, account);
    (79, 1) TransferBetween
        [Command::Client { header, action: Action::TransferBetween(transfer) }] (header, transfer);
    (80, 1) Close [Command::Client { header, action: Action::Close }] (header);
    (81, 1) AmendLimit [Command::Client { header, action: Action::AmendLimit(amend) }]
        (header, amend);
    (84, 1) AmendOpen [Command::Client { header, action: Action::AmendOpen(amend) }]
        (header, amend);
    (85, 1) AmendAny [Command::Client { header, action: Action::AmendAny(amend) }] (header, amend);

    (112, 1) Approved [Command::Approved { approval, others: Others::NONE, act }] (approval, act);
    (112, 2) Approved [Command::Approved { approval, others, act }] (approval, others, act);
    (113, 1) Anchor [Command::Anchor(anchor)] (anchor);
}
