//! Transfers between a master account and its sub-accounts.
//!
//! **Source** `docs/spec/subaccounts.md`.

use indexer::reading_money::Way;
use indexer::reading_moves::MoveRange;
use indexer::transfer::PastTransfer;
use model::account::Wallet;
use model::command::{Action, Transfer, TransferBetween};
use model::id::{AccountId, AssetId, Reference, Sequence};
use model::number::Amount;
use model::reject::Reject;
use serde::Serialize;
use sha2::{Digest, Sha256};
use views::views::Views;
use wire::binance::error::{Fault, Refusal};
use wire::binance::reject::{Operation, refusal};
use wire::binance::request;
use wire::binance::time::Time;
use wire::binance::words::SymbolText;
use wire::decimal::Decimal;

use crate::past::{Reach, failed};
use crate::reply::Reply;
use crate::rest::ask::{Ask, rejection};
use crate::rest::audited::note_own_about;
use crate::rest::facts::asset_symbol;
use crate::rest::named_account::{account_in, unknown};
use crate::rest::range::{self, ROWS_DEFAULT, ROWS_MAX};
use crate::rest::sub_accounts::done_by;
use crate::rest::turning::{Question, stretch};
use crate::rest::wallet::asset_named;

const FROM: &str = "fromAccount";
const TO: &str = "toAccount";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TransferAnswer {
    tran_id: u64,
    from_account: u32,
    to_account: u32,
    asset: SymbolText,
    amount: Decimal,
    timestamp: Time,
}

#[derive(Serialize)]
struct TransferPage {
    transfers: Vec<TransferAnswer>,
    /// The cursor of the next page, where there may be one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// A transfer that was asked for.
struct Wish {
    payer: AccountId,
    receiver: AccountId,
    asset: AssetId,
    amount: Amount,
}

/// `POST /v1/subaccounts/transfer`: between spot wallets, once a key.
///
/// # Errors
/// -1130 for accounts that are not of this master or not this key's to use, -1121
/// for an asset that is not listed, -2010 when the money is not there or the payer may not pay, those of the idempotency
/// key and of an overload.
pub async fn transfer(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let wish = read(ask)?;
    let key = request::idempotency_key(ask.params)?;
    let key = key.ok_or_else(|| Refusal::with(Fault::MandatoryMissing, &["idempotencyKey"]))?;
    let transfer = Transfer {
        reference: reference(ask.session.key.account, &key.to_string()),
        from: Wallet::Spot,
        to_account: wish.receiver,
        to: Wallet::Spot,
        asset: wish.asset,
        amount: wish.amount,
    };
    let action = match wish.payer == ask.session.key.account {
        true => Action::Transfer(transfer),
        false => Action::TransferBetween(Box::new(TransferBetween {
            payer: wish.payer,
            transfer,
        })),
    };
    let applied = ask.submit(action).await?;
    if let Some(reject) = rejection(&applied.events) {
        return Err(refused(reject));
    }
    let about = format!("account {} to account {}", wish.payer.0, wish.receiver.0);
    note_own_about(ask, "subaccount-transferred", about).await?;
    let views = ask.gateway.hub().views();
    Ok(Reply::ok(&TransferAnswer {
        tran_id: done_by(&applied.events, applied.sequence).0,
        from_account: wish.payer.0,
        to_account: wish.receiver.0,
        asset: SymbolText(asset_symbol(&views, wish.asset)),
        amount: Decimal(wish.amount.units()),
        timestamp: ask.unit.show(applied.at),
    }))
}

/// `GET /v1/subaccounts/transfers`: newest first, what the account paid to others of its owner and got from them.
///
/// # Errors
/// -4047 beyond 90 days, -1130 for a cursor of another question, -1001 when the history is behind, and those of the
/// values.
pub async fn transfers(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let (from, until) = stretch(ask, range::Reach::Quarter)?;
    let limit = ask.params.limit(ROWS_DEFAULT, ROWS_MAX)?;
    let question = Question::of(ask, "transfers", None, (from, until));
    let range = MoveRange {
        from,
        until,
        beyond: question.beyond(ask)?,
        way: Way::NewestFirst,
    };
    let reach = Reach::of(&ask.gateway.hub().views(), until);
    let reading = ask.gateway.reading(reach).await?;
    // Within an account no money moves from a wallet to the same.
    let wallets = (Wallet::Spot, Wallet::Spot);
    let found = reading.transfers(ask.account, wallets, range, limit).await;
    let found = found.map_err(failed)?;
    let last = found.last().filter(|_| found.len() == limit);
    let next = question.next(ask, last.map(PastTransfer::place))?;
    let views = ask.gateway.hub().views();
    Ok(Reply::ok(&TransferPage {
        transfers: found.iter().map(|moved| row(&views, ask, moved)).collect(),
        next,
    }))
}

fn row(views: &Views, ask: &Ask<'_>, moved: &PastTransfer) -> TransferAnswer {
    let Sequence(tran_id) = moved.sequence;
    TransferAnswer {
        tran_id,
        from_account: moved.account.0,
        to_account: moved.transfer.to_account.0,
        asset: SymbolText(asset_symbol(views, moved.transfer.asset)),
        amount: Decimal(moved.transfer.amount.units()),
        timestamp: ask.unit.show(moved.at),
    }
}

fn read(ask: &Ask<'_>) -> Result<Wish, Refusal> {
    let own = ask.session.key.account;
    let views = ask.gateway.hub().views();
    let payer = account_in(ask.params, FROM)?.unwrap_or(own);
    let receiver = account_in(ask.params, TO)?.unwrap_or(own);
    check_accounts(&views, own, (payer, receiver))?;
    let invalid = || Refusal::with(Fault::DataInvalid, &["amount"]);
    let missing = || Refusal::with(Fault::MandatoryMissing, &["amount"]);
    let units = ask.params.decimal("amount")?.ok_or_else(missing)?;
    let amount = Amount::new(units).filter(|amount| Amount::ZERO < *amount);
    Ok(Wish {
        payer,
        receiver,
        asset: asset_named(&views, ask.params.mandatory("asset")?)?,
        amount: amount.ok_or_else(invalid)?,
    })
}

/// A master moves money between any two of its accounts; a sub-account pays its master, and nobody else.
fn check_accounts(
    views: &Views,
    own: AccountId,
    (payer, receiver): (AccountId, AccountId),
) -> Result<(), Refusal> {
    let asking = views.account(own);
    let asking = asking.ok_or_else(|| Refusal::of(Fault::KeyRefused))?;
    let is_of_group = |id: AccountId| {
        let account = views.account(id);
        account.is_some_and(|account| account.group == asking.group)
    };
    let may_pay = payer == own || asking.is_master() && is_of_group(payer);
    if !may_pay {
        return Err(unknown(FROM));
    }
    let is_known = match asking.is_master() {
        true => is_of_group(receiver),
        false => mutant::plant!(
            "sub-account-pays-anybody",
            is_of_group(receiver),
            receiver.0 == asking.group.0
        ),
    };
    if !is_known || receiver == payer {
        return Err(unknown(TO));
    }
    Ok(())
}

/// Returns what a transfer is known by for ever: whoever asks, and the key they chose.
fn reference(asking: AccountId, key: &str) -> Reference {
    let mut hash = Sha256::new();
    hash.update(b"bourse.transfer.v1\0");
    hash.update(asking.0.to_be_bytes());
    hash.update(key.as_bytes());
    Reference(hash.finalize().into())
}

fn refused(reject: Reject) -> Refusal {
    match reject {
        Reject::ReferenceConflict => Refusal::of(Fault::IdempotencyConflict),
        Reject::SubAccountUnknown => unknown(FROM),
        Reject::OwnerForeign | Reject::TransferToSelf => unknown(TO),
        reject => refusal(reject, Operation::Place),
    }
}
