//! Any command out of a tape, in a small world: few accounts, assets, markets, keys and names, so that they meet.

use super::tape::Tape;
use super::{conditional, proof};
use model::account::{AccountState, FEE_TIERS, FeeTier, Wallet};
use model::allowance::{Allowance, AllowanceTable, Caps, Verification};
use model::approved::{Act, Adjustment, Approval, Others, PeopleChange};
use model::command::{
    Action, Amend, AmendAny, AmendLimit, AmendOpen, Anchor, Cancel, ClientHeader, Command, Deposit,
    Genesis, Idempotency, ListMarket, NewOrder, OpenAccount, Replace, SetCountdown, Transfer,
    TransferBetween, Withdrawal,
};
use model::id::{
    AccountId, AssetId, ChainId, KeyId, MarketId, OperatorId, OrderId, OwnerId, ProposalId,
    Reference,
};
use model::instrument::{Band, Cause, FeeRates, Grid, Phase, Terms};
use model::number::{Amount, Price, Qty, RatePpb, RatioPpm};
use model::order::{
    CancelRestriction, OrderKind, OrderRef, ReplaceMode, SelfTradeMode, SelfTradeModes, Side,
    TimeInForce,
};
use model::text::{ClientOrderId, Symbol};
use model::time::Timestamp;
use std::num::NonZeroU32;
use wire::binary::record;

/// Accounts that the prelude opens.
pub const ACCOUNTS: u32 = 4;
const RECORD_BYTES_MAX: usize = 255;

/// Returns the next command of the tape.
pub fn command(tape: &mut Tape<'_>, at: Timestamp) -> Command {
    match tape.byte() {
        0..=71 => client(tape, at, |tape| Action::Place(new_order(tape))),
        72..=99 => client(tape, at, conditional::action),
        100..=129 => client(tape, at, |tape| Action::Cancel(cancel(tape))),
        130..=133 => client(tape, at, |tape| Action::CancelAll {
            market: market(tape),
        }),
        134..=149 => client(tape, at, |tape| Action::Replace(replace(tape))),
        150..=157 => client(tape, at, |tape| Action::Amend(amend(tape))),
        158..=164 => client(tape, at, amend_to),
        165..=171 => client(tape, at, |tape| Action::Transfer(transfer(tape))),
        172..=174 => client(tape, at, owners_act),
        175..=184 => {
            let header = header(tape, at);
            let action = proof::hold(tape, header.account, at);
            Command::Client { header, action }
        }
        185..=214 => money(tape),
        215..=244 => operator(tape, at),
        _ => foreign(tape),
    }
}

fn owners_act(tape: &mut Tape<'_>) -> Action {
    let account = account(tape);
    match tape.byte() % 8 {
        0 => Action::Freeze { account },
        1..=3 => Action::Unfreeze { account },
        4 => Action::Close,
        5 => Action::FindOutcome {
            key: client_id(tape),
        },
        6 => Action::SetCountdown(SetCountdown {
            market: market(tape),
            millis: NonZeroU32::new(tape.number() as u32),
        }),
        _ => Action::TransferBetween(Box::new(TransferBetween {
            payer: account,
            transfer: transfer(tape),
        })),
    }
}

/// Returns whatever command the next bytes are the record of, or the lapse of a second.
fn foreign(tape: &mut Tape<'_>) -> Command {
    let length = usize::from(tape.byte()).min(RECORD_BYTES_MAX);
    record::decode(tape.bytes(length)).unwrap_or(Command::Tick)
}

fn client(tape: &mut Tape<'_>, at: Timestamp, action: fn(&mut Tape<'_>) -> Action) -> Command {
    let header = header(tape, at);
    Command::Client {
        header,
        action: action(tape),
    }
}

fn header(tape: &mut Tape<'_>, at: Timestamp) -> ClientHeader {
    let account = account(tape);
    let habit = tape.byte();
    let idempotency = (habit % 16 == 1).then(|| Idempotency {
        key: client_id(tape),
        body: u64::from(tape.byte() % 2),
    });
    let key = match habit {
        240..250 => KeyId(tape.number()),
        _ => KeyId(u64::from(account.0)),
    };
    let valid_until = match habit {
        250.. => Timestamp::from_nanos(tape.number() as i64),
        _ => at.plus_nanos(1_000_000_000),
    };
    ClientHeader {
        account,
        key,
        valid_until,
        idempotency,
    }
}

fn money(tape: &mut Tape<'_>) -> Command {
    match tape.byte() % 6 {
        0 => Command::SeeDeposit(deposit(tape)),
        1 => Command::CreditDeposit(deposit(tape)),
        2 => Command::DropDeposit {
            reference: reference(tape),
        },
        3 => Command::SettleWithdrawal {
            reference: reference(tape),
            destination: (!tape.byte().is_multiple_of(4)).then(|| proof::destination(tape)),
        },
        4 => Command::ConfirmDestination {
            reference: reference(tape),
            destination: proof::destination(tape),
        },
        _ => Command::CancelWithdrawal {
            reference: reference(tape),
        },
    }
}

fn operator(tape: &mut Tape<'_>, at: Timestamp) -> Command {
    match tape.byte() % 18 {
        0 | 1 => Command::Tick,
        2 => Command::SetPhase {
            market: market(tape),
            phase: phase(tape),
            cause: cause(tape),
        },
        3 => Command::ChangeMarket {
            market: market(tape),
            terms: Box::new(terms(tape)),
            cause: cause(tape),
        },
        4 => Command::SetAccountState {
            account: account(tape),
            state: account_state(tape),
            cause: cause(tape),
        },
        5 => Command::SetFeeTier {
            account: account(tape),
            tier: fee_tier(tape),
        },
        6 => proof::create_key(tape, at),
        7 => Command::RevokeKey {
            key: KeyId(tape.number()),
        },
        17 => Command::SetKeyEnd {
            key: KeyId(tape.number()),
            expires_at: at.plus_nanos(tape.number() as i64),
        },
        8 => Command::ListMarket(listing(tape)),
        9 => Command::ListAsset {
            symbol: symbol(tape),
        },
        10 => Command::OpenAccount(opening(tape)),
        11 => Command::StartDue {
            market: market(tape),
        },
        12 => conditional::set_order_limits(tape),
        13 => Command::HoldPayouts {
            owner: OwnerId(u64::from(tape.byte() % 4)),
            until: at.plus_nanos(tape.number() as i64),
        },
        14 if tape.byte().is_multiple_of(2) => allowances(tape),
        14 => approved(tape),
        15 => Command::Anchor(Anchor {
            rows: u64::from(tape.byte()),
            head: reference(tape),
        }),
        _ => upgrade_or_genesis(tape),
    }
}

fn fee_tier(tape: &mut Tape<'_>) -> FeeTier {
    FeeTier::new(tape.byte() % FEE_TIERS as u8).unwrap_or(FeeTier::LOWEST)
}

fn allowances(tape: &mut Tape<'_>) -> Command {
    let verification = Verification::new(tape.byte() % 4).expect("one of four");
    match tape.byte() % 3 {
        0 => Command::SetMarketVerification {
            market: market(tape),
            verification,
        },
        1 => Command::SetVerification {
            owner: OwnerId(u64::from(tape.byte() % 4)),
            verification,
        },
        _ => Command::SetAllowances(Box::new(AllowanceTable {
            reference: AssetId(u16::from(tape.byte() % 4)),
            allowances: core::array::from_fn(|_| Allowance {
                may_trade: !tape.byte().is_multiple_of(4),
                deposits: caps(tape),
                withdrawals: caps(tape),
            }),
        })),
    }
}

fn caps(tape: &mut Tape<'_>) -> Caps {
    let mut cap = || tape.byte().is_multiple_of(2).then(|| tape.amount());
    Caps {
        day: cap(),
        month: cap(),
    }
}

fn approved(tape: &mut Tape<'_>) -> Command {
    let approval = Approval {
        proposal: ProposalId(u64::from(tape.byte())),
        digest: reference(tape),
        proposer: OperatorId(u32::from(tape.byte() % 3)),
        approver: OperatorId(u32::from(tape.byte() % 3)),
    };
    let act = match tape.byte() % 11 {
        0 => Act::SetAccountState {
            account: account(tape),
            state: account_state(tape),
        },
        1 => Act::SetPhase {
            market: market(tape),
            phase: phase(tape),
        },
        2 => Act::ListMarket(listing(tape)),
        3 => Act::ChangePeople(tape.pick(&PeopleChange::ALL)),
        4 => Act::ApproveWithdrawal {
            reference: reference(tape),
            destination: proof::destination(tape),
        },
        5 => Act::FailWithdrawal {
            reference: reference(tape),
        },
        6 => Act::SetFeeTier {
            account: account(tape),
            tier: fee_tier(tape),
        },
        7 => Act::ListAsset {
            symbol: symbol(tape),
        },
        8 => Act::ChangeMarket {
            market: market(tape),
            terms: Box::new(terms(tape)),
        },
        9 => Act::SetPayoutLimit {
            asset: asset(tape),
            cap: tape.byte().is_multiple_of(2).then(|| tape.amount()),
        },
        _ => Act::Adjust(adjustment(tape)),
    };
    let others = [tape.byte(), tape.byte()].map(|byte| OperatorId(u32::from(byte % 4)));
    let count = usize::from(tape.byte() % 3);
    Command::Approved {
        approval,
        others: Others::new(&others[..count]).unwrap_or(Others::NONE),
        act: Box::new(act),
    }
}

fn adjustment(tape: &mut Tape<'_>) -> Adjustment {
    let amount = tape.amount();
    Adjustment {
        account: account(tape),
        asset: asset(tape),
        amount: match tape.byte() % 2 {
            0 => amount,
            _ => amount.negated(),
        },
        reason: reference(tape),
    }
}

fn upgrade_or_genesis(tape: &mut Tape<'_>) -> Command {
    match tape.byte() % 2 {
        0 => Command::Upgrade {
            logic: u16::from(tape.byte() % 8),
        },
        _ => Command::Genesis(genesis()),
    }
}

pub fn genesis() -> Genesis {
    Genesis {
        cluster: 1,
        table_seed: 7,
        blinding_key: [9; 32],
    }
}

pub fn new_order(tape: &mut Tape<'_>) -> NewOrder {
    NewOrder {
        market: market(tape),
        side: tape.pick(&[Side::Buy, Side::Sell]),
        kind: order_kind(tape),
        client_id: client_id(tape),
        self_trade: self_trade(tape),
    }
}

pub fn order_kind(tape: &mut Tape<'_>) -> OrderKind {
    match tape.byte() {
        0..=179 => OrderKind::Limit {
            price: tape.price(),
            qty: tape.qty(),
            time_in_force: tape.pick(&[
                TimeInForce::GoodTillCancel,
                TimeInForce::GoodTillCancel,
                TimeInForce::ImmediateOrCancel,
                TimeInForce::FillOrKill,
            ]),
        },
        180..=209 => OrderKind::LimitMaker {
            price: tape.price(),
            qty: tape.qty(),
        },
        210..=234 => OrderKind::Market { qty: tape.qty() },
        _ => OrderKind::MarketQuote {
            quote: tape.amount(),
        },
    }
}

pub fn self_trade(tape: &mut Tape<'_>) -> Option<SelfTradeMode> {
    let choice = usize::from(tape.byte()) % (SelfTradeMode::ALL.len() + 1);
    SelfTradeMode::ALL.get(choice).copied()
}

fn cancel(tape: &mut Tape<'_>) -> Cancel {
    Cancel {
        market: market(tape),
        order: order_ref(tape),
        restriction: restriction(tape),
    }
}

pub fn replace(tape: &mut Tape<'_>) -> Replace {
    Replace {
        cancel: order_ref(tape),
        restriction: restriction(tape),
        mode: tape.pick(&[ReplaceMode::StopOnFailure, ReplaceMode::AllowFailure]),
        order: new_order(tape),
    }
}

fn amend(tape: &mut Tape<'_>) -> Amend {
    Amend {
        market: market(tape),
        order: order_ref(tape),
        qty: tape.qty(),
        client_id: (tape.byte() % 4 == 1).then(|| client_id(tape)),
    }
}

fn amend_to(tape: &mut Tape<'_>) -> Action {
    let given = tape.byte();
    let limit = amend_limit(tape);
    if given & 1 == 0 {
        return Action::AmendLimit(Box::new(limit));
    }
    let open = AmendOpen {
        limit,
        stop: (given & 2 == 0).then(|| tape.price()),
        delta: (given & 4 == 0).then(|| conditional::delta(tape)),
    };
    if given & 8 == 0 {
        return Action::AmendOpen(Box::new(open));
    }
    Action::AmendAny(Box::new(AmendAny {
        open,
        shown: (given & 48 == 16).then(|| tape.qty()),
    }))
}

fn amend_limit(tape: &mut Tape<'_>) -> AmendLimit {
    let given = tape.byte();
    AmendLimit {
        market: market(tape),
        order: order_ref(tape),
        price: (given & 1 == 0).then(|| tape.price()),
        qty: (given & 2 == 0).then(|| tape.qty()),
        client_id: (given & 12 == 4).then(|| client_id(tape)),
        executed: (given & 48 == 16).then(|| tape.qty()),
    }
}

fn order_ref(tape: &mut Tape<'_>) -> OrderRef {
    match tape.byte() % 8 {
        0..=3 => OrderRef::Client(client_id(tape)),
        4..=6 => OrderRef::Id(order_id(tape)),
        _ => OrderRef::Both(order_id(tape), client_id(tape)),
    }
}

/// One of the first orders of a market, now and then any other.
fn order_id(tape: &mut Tape<'_>) -> OrderId {
    match tape.byte() {
        early @ 0..240 => OrderId(1 + u64::from(early % 32)),
        _ => OrderId(tape.number()),
    }
}

fn restriction(tape: &mut Tape<'_>) -> CancelRestriction {
    tape.pick(&[
        CancelRestriction::None,
        CancelRestriction::None,
        CancelRestriction::OnlyNew,
        CancelRestriction::OnlyPartiallyFilled,
    ])
}

fn transfer(tape: &mut Tape<'_>) -> Transfer {
    Transfer {
        reference: reference(tape),
        from: wallet(tape),
        to_account: account(tape),
        to: wallet(tape),
        asset: asset(tape),
        amount: tape.amount(),
    }
}

pub fn withdrawal(tape: &mut Tape<'_>) -> Withdrawal {
    Withdrawal {
        reference: reference(tape),
        chain: ChainId(u16::from(tape.byte() % 2)),
        asset: asset(tape),
        amount: tape.amount(),
        fee: tape.amount(),
    }
}

fn deposit(tape: &mut Tape<'_>) -> Deposit {
    Deposit {
        reference: reference(tape),
        chain: ChainId(u16::from(tape.byte() % 2)),
        account: account(tape),
        asset: asset(tape),
        amount: tape.amount(),
    }
}

fn opening(tape: &mut Tape<'_>) -> OpenAccount {
    OpenAccount {
        reference: reference(tape),
        owner: OwnerId(u64::from(tape.byte() % 4)),
        master: (tape.byte() % 2 == 1).then(|| account(tape)),
    }
}

fn listing(tape: &mut Tape<'_>) -> ListMarket {
    ListMarket {
        symbol: symbol(tape),
        base: asset(tape),
        quote: asset(tape),
        grid: tape.pick(&GRIDS),
        terms: Box::new(terms(tape)),
    }
}

/// Grids from coarse to fine, and one that is not whole.
const GRIDS: [Grid; 4] = [
    Grid {
        tick_units: 1_000_000,
        lot_units: 1_000,
    },
    Grid {
        tick_units: 1,
        lot_units: 100_000_000,
    },
    Grid {
        tick_units: 100_000_000,
        lot_units: 1,
    },
    Grid {
        tick_units: 3,
        lot_units: 7,
    },
];

/// Terms that allow almost anything.
pub fn wide_terms() -> Terms {
    let band = |up, down| Band {
        up: RatioPpm::new(up).unwrap_or(RatioPpm::MAX),
        down: RatioPpm::new(down).unwrap_or(RatioPpm::ONE),
    };
    let rate = |ppb| RatePpb::new(ppb).unwrap_or(RatePpb::ZERO);
    let qty = |lots| Qty::new(lots).unwrap_or(Qty::ZERO);
    Terms {
        price_min: Price::MIN,
        price_max: Price::new(1 << 40).unwrap_or(Price::MAX),
        qty_min: qty(1),
        qty_max: qty(1 << 30),
        market_qty_min: qty(1),
        market_qty_max: qty(1 << 30),
        notional_min: Amount::ZERO,
        notional_max: Amount::MAX,
        bid_band: band(1_000_000_000, 0),
        ask_band: band(1_000_000_000, 0),
        execution_band: band(1_100_000, 900_000),
        open_orders_max: 12,
        position_max: Amount::MAX,
        fees: core::array::from_fn(|tier| FeeRates {
            maker: rate(500_000 - 250_000 * tier as i64),
            taker: rate(3_000_000 - 100_000 * tier as i64),
        }),
        self_trade_default: SelfTradeMode::ExpireMaker,
        self_trade_allowed: SelfTradeModes::ALL,
    }
}

/// The wide terms with one of them changed.
fn terms(tape: &mut Tape<'_>) -> Terms {
    let mut terms = wide_terms();
    match tape.byte() % 12 {
        0 => terms.price_min = tape.price(),
        1 => terms.price_max = tape.price(),
        2 => terms.qty_min = tape.qty(),
        3 => terms.qty_max = tape.qty(),
        4 => terms.notional_min = tape.amount(),
        5 => terms.notional_max = tape.amount(),
        6 => terms.position_max = tape.amount(),
        7 => terms.open_orders_max = u32::from(tape.byte()),
        8 => terms.execution_band = band(tape),
        9 => terms.bid_band = band(tape),
        10 => terms.fees[usize::from(tape.byte()) % FEE_TIERS] = fee_rates(tape),
        _ => terms.self_trade_allowed = modes(tape),
    }
    terms
}

fn band(tape: &mut Tape<'_>) -> Band {
    let mut ratio = || {
        let ppm = u64::from(tape.byte()) * 10_000;
        RatioPpm::new(ppm).unwrap_or(RatioPpm::ONE)
    };
    Band {
        up: ratio(),
        down: ratio(),
    }
}

fn fee_rates(tape: &mut Tape<'_>) -> FeeRates {
    let mut rate = || {
        let ppb = i64::from(tape.byte()) * 100_000_000 - 2_000_000_000;
        RatePpb::new(ppb).unwrap_or(RatePpb::ZERO)
    };
    FeeRates {
        maker: rate(),
        taker: rate(),
    }
}

fn modes(tape: &mut Tape<'_>) -> SelfTradeModes {
    SelfTradeModes::from_bits(tape.byte() & SelfTradeModes::ALL.bits())
        .unwrap_or(SelfTradeModes::ALL)
}

pub fn account(tape: &mut Tape<'_>) -> AccountId {
    match tape.byte() {
        usual @ 0..248 => AccountId(1 + u32::from(usual) % ACCOUNTS),
        _ => AccountId(tape.number() as u32),
    }
}

fn asset(tape: &mut Tape<'_>) -> AssetId {
    match tape.byte() {
        usual @ 0..248 => AssetId(u16::from(usual) % 3),
        _ => AssetId(tape.number() as u16),
    }
}

pub fn market(tape: &mut Tape<'_>) -> MarketId {
    match tape.byte() {
        0..200 => MarketId(0),
        200..248 => MarketId(1),
        _ => MarketId(tape.number() as u16),
    }
}

fn wallet(tape: &mut Tape<'_>) -> Wallet {
    tape.pick(&[Wallet::Spot, Wallet::Futures])
}

fn phase(tape: &mut Tape<'_>) -> Phase {
    tape.pick(&[
        Phase::Continuous,
        Phase::Continuous,
        Phase::PreTrading,
        Phase::PostOnly,
        Phase::LimitOnly,
        Phase::CancelOnly,
        Phase::Halt,
        Phase::Continuous,
        Phase::Continuous,
        Phase::Closed,
    ])
}

pub fn cause(tape: &mut Tape<'_>) -> Cause {
    tape.pick(&[Cause::Operator, Cause::Risk, Cause::Quarantine])
}

fn account_state(tape: &mut Tape<'_>) -> AccountState {
    tape.pick(&[
        AccountState::Active,
        AccountState::Active,
        AccountState::CancelOnly,
        AccountState::NoWithdraw,
        AccountState::Frozen,
    ])
}

/// One of a few names, so that they are taken, free and taken again.
pub fn client_id(tape: &mut Tape<'_>) -> ClientOrderId {
    ClientOrderId::from_number(u64::from(tape.byte() % 12))
}

pub fn reference(tape: &mut Tape<'_>) -> Reference {
    Reference([tape.byte() % 12; 32])
}

pub fn symbol(tape: &mut Tape<'_>) -> Symbol {
    numbered_symbol(tape.byte() % 8)
}

/// # Panics
/// Never: every letter is one of a symbol's.
pub fn numbered_symbol(number: u8) -> Symbol {
    Symbol::parse(&[b'A', b'A' + number % 26]).expect("two capital letters are a symbol")
}
