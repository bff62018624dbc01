//! One example of every command.

use super::{
    ALICE, BOB, MARKET, amount, client_id, deposit, genesis, grid, price, qty, reference, symbol,
    terms, time, transfer, withdrawal,
};
use core::num::NonZeroU32;
use model::account::{AccountState, FeeTier, Scopes};
use model::approved::{Act, Adjustment, Approval, Others, PeopleChange};
use model::command::{
    Action, Amend, AmendAny, AmendLimit, AmendOpen, Anchor, Cancel, CancelList, ClientHeader,
    Command, Idempotency, InstructedOrder, InstructedReplace, Leg, Legs, ListMarket, NewList,
    NewOrder, OpenAccount, Replace, SetCountdown, TransferBetween,
};
use model::id::{AssetId, KeyId, ListId, OperatorId, OrderId, OwnerId, ProposalId};
use model::instrument::{Cause, Phase};
use model::number::BasisPoints;
use model::order::{
    CancelRestriction, ListRef, OrderKind, OrderRef, ReplaceMode, SelfTradeMode, Side, TimeInForce,
};
use model::proof::{Grant, Proof};

pub fn name(command: &Command) -> &'static str {
    match command {
        Command::Genesis(_) => "genesis",
        Command::Tick => "tick",
        Command::Upgrade { .. } => "upgrade",
        Command::ListAsset { .. } => "list-asset",
        Command::ListMarket(_) => "list-market",
        Command::ChangeMarket { .. } => "change-market",
        Command::SetPhase { .. } => "set-phase",
        Command::SetOrderLimits { .. } => "set-order-limits",
        Command::StartDue { .. } => "start-due",
        Command::OpenAccount(_) => "open-account",
        Command::SetAccountState { .. } => "set-account-state",
        Command::SetFeeTier { .. } => "set-fee-tier",
        Command::CreateKey { .. } => "create-key",
        Command::RevokeKey { .. } => "revoke-key",
        Command::SetKeyEnd { .. } => "set-key-end",
        Command::HoldPayouts { .. } => "hold-payouts",
        Command::SetAllowances(_) => "set-allowances",
        Command::SetMarketVerification { .. } => "set-market-verification",
        Command::SetVerification { .. } => "set-verification",
        Command::SeeDeposit(_) => "see-deposit",
        Command::CreditDeposit(_) => "credit-deposit",
        Command::DropDeposit { .. } => "drop-deposit",
        Command::SettleWithdrawal { .. } => "settle-withdrawal",
        Command::CancelWithdrawal { .. } => "cancel-withdrawal",
        Command::ConfirmDestination { .. } => "confirm-destination",
        Command::Client { action, .. } => action_name(action),
        Command::Approved { .. } => "approved",
        Command::Anchor(_) => "anchor",
    }
}

fn action_name(action: &Action) -> &'static str {
    match action {
        Action::Place(_) => "place",
        Action::Cancel(_) => "cancel",
        Action::CancelAll { .. } => "cancel-all",
        Action::Replace(_) => "replace",
        Action::Amend(_) => "amend",
        Action::Transfer(_) => "transfer",
        Action::HoldWithdrawal { .. } => "hold-withdrawal",
        Action::PlaceInstructed(_) => "place-instructed",
        Action::ReplaceInstructed(_) => "replace-instructed",
        Action::PlaceList(_) => "place-list",
        Action::CancelList(_) => "cancel-list",
        Action::FindOutcome { .. } => "find-outcome",
        Action::SetCountdown(_) => "set-countdown",
        Action::Freeze { .. } => "freeze",
        Action::Unfreeze { .. } => "unfreeze",
        Action::TransferBetween(_) => "transfer-between",
        Action::Close => "close",
        Action::AmendLimit(_) => "amend-limit",
        Action::AmendOpen(_) => "amend-open",
        Action::AmendAny(_) => "amend-any",
    }
}

/// The number of names above.
pub const COUNT: usize = 47;

pub fn all() -> Vec<Command> {
    let mut all = eighth();
    all.push(Command::ConfirmDestination {
        reference: reference(33),
        destination: reference(7),
    });
    all.push(Command::Client {
        header: header(),
        action: Action::AmendAny(Box::new(AmendAny {
            open: amend_open(),
            shown: Some(qty(2)),
        })),
    });
    all
}

/// One of each that carries a proof.
pub fn proven() -> Vec<Command> {
    let (destination, shown) = (reference(7), super::shown());
    let proof = Proof::Factor { destination, shown };
    vec![
        Command::Client {
            header: header(),
            action: Action::HoldWithdrawal {
                withdrawal: withdrawal(),
                proof: Some(Box::new(proof)),
            },
        },
        Command::CreateKey {
            key: KeyId(17),
            account: ALICE,
            scopes: Scopes::ALL,
            expires_at: time(86_400),
            grant: Some(Grant::Factor(shown)),
        },
        Command::SettleWithdrawal {
            reference: reference(33),
            destination: Some(destination),
        },
    ]
}

/// What the eighth batch could hold.
pub fn eighth() -> Vec<Command> {
    let mut all = seventh();
    all.push(Command::Client {
        header: header(),
        action: Action::AmendOpen(Box::new(amend_open())),
    });
    all
}

fn amend_open() -> AmendOpen {
    AmendOpen {
        limit: AmendLimit {
            market: MARKET,
            order: OrderRef::Id(OrderId(42)),
            price: None,
            qty: Some(qty(3)),
            client_id: None,
            executed: None,
        },
        stop: Some(super::price(101)),
        delta: Some(BasisPoints::new(77).expect("a delta")),
    }
}

/// What the seventh batch could hold.
pub fn seventh() -> Vec<Command> {
    let mut all = sixth();
    all.push(Command::SetKeyEnd {
        key: KeyId(17),
        expires_at: time(11),
    });
    all
}

/// What the sixth batch could hold.
pub fn sixth() -> Vec<Command> {
    let mut all = fifth();
    all.push(Command::Client {
        header: header(),
        action: Action::AmendLimit(Box::new(AmendLimit {
            market: MARKET,
            order: OrderRef::Id(OrderId(41)),
            price: Some(super::price(101)),
            qty: None,
            client_id: Some(client_id("second")),
            executed: Some(qty(3)),
        })),
    });
    all
}

/// What batches could hold before limit orders were amended to any terms.
pub fn fifth() -> Vec<Command> {
    let mut all = fourth();
    let actions = [
        Action::Freeze { account: BOB },
        Action::Unfreeze { account: BOB },
        Action::TransferBetween(Box::new(TransferBetween {
            payer: BOB,
            transfer: transfer(),
        })),
        Action::Close,
    ];
    all.extend(actions.map(|action| Command::Client {
        header: header(),
        action,
    }));
    all
}

/// What batches could hold before owners froze and closed accounts.
pub fn fourth() -> Vec<Command> {
    let mut all = third();
    all.push(Command::SetAllowances(Box::new(super::allowances::table())));
    all.push(Command::SetMarketVerification {
        market: MARKET,
        verification: super::allowances::verification(2),
    });
    all.push(Command::SetVerification {
        owner: OwnerId(9),
        verification: super::allowances::verification(1),
    });
    all
}

/// What there was before allowances.
pub fn third() -> Vec<Command> {
    let mut all = second();
    all.push(Command::HoldPayouts {
        owner: OwnerId(9),
        until: time(86_400),
    });
    all.push(Command::Approved {
        approval: approval(),
        others: Others::NONE,
        act: Box::new(Act::Adjust(adjustment())),
    });
    all.push(Command::Anchor(anchor()));
    all
}

/// What batches could hold before payouts were held and there were operators.
pub fn second() -> Vec<Command> {
    let mut second = first();
    second.extend(about_instructions());
    second
}

/// Every other act that operators decide.
pub fn acts() -> Vec<Act> {
    let mut all = acts_of_the_core();
    all.extend(PeopleChange::ALL.map(Act::ChangePeople));
    all
}

fn acts_of_the_core() -> Vec<Act> {
    vec![
        Act::SetAccountState {
            account: ALICE,
            state: AccountState::Frozen,
        },
        Act::SetPayoutLimit {
            asset: AssetId(0),
            cap: Some(amount(7)),
        },
        Act::SetPayoutLimit {
            asset: AssetId(1),
            cap: None,
        },
        Act::ApproveWithdrawal {
            reference: reference(1),
            destination: reference(2),
        },
        Act::FailWithdrawal {
            reference: reference(1),
        },
        Act::SetFeeTier {
            account: ALICE,
            tier: FeeTier::LOWEST,
        },
        Act::ListAsset {
            symbol: symbol("BTC"),
        },
        Act::ListMarket(ListMarket {
            symbol: symbol("BTCUSDT"),
            base: AssetId(0),
            quote: AssetId(1),
            grid: grid(),
            terms: Box::new(terms()),
        }),
        Act::ChangeMarket {
            market: MARKET,
            terms: Box::new(terms()),
        },
        Act::SetPhase {
            market: MARKET,
            phase: Phase::Halt,
        },
    ]
}

pub fn anchor() -> Anchor {
    Anchor {
        rows: 1_234,
        head: reference(77),
    }
}

pub fn approval() -> Approval {
    Approval {
        proposal: ProposalId(19),
        digest: reference(33),
        proposer: OperatorId(1),
        approver: OperatorId(2),
    }
}

pub fn others() -> Others {
    Others::new(&[OperatorId(9), OperatorId(3)]).expect("two")
}

pub fn adjustment() -> Adjustment {
    Adjustment {
        account: ALICE,
        asset: AssetId(1),
        amount: amount(-250),
        reason: reference(129),
    }
}

/// What the first batches could hold.
pub fn first() -> Vec<Command> {
    let mut first = about_the_exchange();
    first.extend(about_money());
    first.extend(actions().map(|action| Command::Client {
        header: header(),
        action,
    }));
    first
}

fn about_instructions() -> Vec<Command> {
    let mut about = vec![
        Command::SetOrderLimits {
            market: MARKET,
            limits: Box::new(super::order_limits()),
            cause: Cause::Operator,
        },
        Command::StartDue { market: MARKET },
    ];
    about.extend(instructed_actions().map(|action| Command::Client {
        header: header(),
        action,
    }));
    about
}

fn instructed_actions() -> impl Iterator<Item = Action> {
    let instructed = InstructedOrder {
        order: limit_order(),
        instructions: super::trailing_iceberg(),
    };
    let replace = Replace {
        cancel: OrderRef::Id(OrderId(41)),
        restriction: CancelRestriction::None,
        mode: ReplaceMode::StopOnFailure,
        order: limit_order(),
    };
    [
        Action::PlaceInstructed(Box::new(instructed)),
        Action::ReplaceInstructed(Box::new(InstructedReplace {
            replace,
            instructions: super::stop(),
        })),
        Action::PlaceList(Box::new(NewList {
            market: MARKET,
            client_id: client_id("bracket-1"),
            self_trade: None,
            legs: Legs::OneTriggersOneCancelsOther {
                working: leg("enter"),
                pending: [leg("lose"), leg("win")],
            },
        })),
        Action::CancelList(CancelList {
            market: MARKET,
            list: ListRef::Both(ListId(6), client_id("bracket-1")),
        }),
        Action::FindOutcome {
            key: client_id("once-0001"),
        },
        Action::SetCountdown(SetCountdown {
            market: MARKET,
            millis: NonZeroU32::new(30_000),
        }),
    ]
    .into_iter()
}

fn leg(name: &str) -> Leg {
    Leg {
        side: Side::Sell,
        kind: OrderKind::Market { qty: qty(12_000) },
        client_id: client_id(name),
        instructions: super::stop(),
    }
}

fn about_the_exchange() -> Vec<Command> {
    vec![
        Command::Genesis(genesis()),
        Command::Tick,
        Command::Upgrade { logic: 0x0102 },
        Command::ListAsset {
            symbol: symbol("BTC"),
        },
        Command::ListMarket(ListMarket {
            symbol: symbol("BTCUSDT"),
            base: AssetId(0),
            quote: AssetId(1),
            grid: grid(),
            terms: Box::new(terms()),
        }),
        Command::ChangeMarket {
            market: MARKET,
            terms: Box::new(terms()),
            cause: Cause::Risk,
        },
        Command::SetPhase {
            market: MARKET,
            phase: Phase::Continuous,
            cause: Cause::Operator,
        },
        Command::OpenAccount(OpenAccount {
            reference: reference(97),
            owner: OwnerId(0x0a0b_0c0d_0e0f),
            master: Some(ALICE),
        }),
        Command::SetAccountState {
            account: BOB,
            state: AccountState::NoWithdraw,
            cause: Cause::Quarantine,
        },
        Command::SetFeeTier {
            account: BOB,
            tier: FeeTier::new(9).expect("legal"),
        },
        Command::CreateKey {
            key: KeyId(17),
            account: ALICE,
            scopes: Scopes::READ.with(Scopes::TRADE),
            expires_at: time(9),
            grant: None,
        },
        Command::RevokeKey { key: KeyId(17) },
    ]
}

fn about_money() -> Vec<Command> {
    vec![
        Command::SeeDeposit(deposit()),
        Command::CreditDeposit(deposit()),
        Command::DropDeposit {
            reference: reference(1),
        },
        Command::SettleWithdrawal {
            reference: reference(33),
            destination: None,
        },
        Command::CancelWithdrawal {
            reference: reference(33),
        },
    ]
}

fn header() -> ClientHeader {
    ClientHeader {
        account: ALICE,
        key: KeyId(17),
        valid_until: time(5_000_000_000),
        idempotency: Some(Idempotency {
            key: client_id("once-0001"),
            body: 0x1122_3344_5566_7788,
        }),
    }
}

pub fn limit_order() -> NewOrder {
    NewOrder {
        market: MARKET,
        side: Side::Buy,
        kind: OrderKind::Limit {
            price: price(6_512_345),
            qty: qty(12_000),
            time_in_force: TimeInForce::ImmediateOrCancel,
        },
        client_id: client_id("x-A1b2C3d4E5f6G7h8I9j0"),
        self_trade: Some(SelfTradeMode::Decrement),
    }
}

fn actions() -> impl Iterator<Item = Action> {
    [
        Action::Place(limit_order()),
        Action::Cancel(Cancel {
            market: MARKET,
            order: OrderRef::Both(OrderId(0x0010_0000_0000_0001), client_id("a")),
            restriction: CancelRestriction::OnlyPartiallyFilled,
        }),
        Action::CancelAll { market: MARKET },
        Action::Replace(Replace {
            cancel: OrderRef::Id(OrderId(41)),
            restriction: CancelRestriction::OnlyNew,
            mode: ReplaceMode::AllowFailure,
            order: NewOrder {
                side: Side::Sell,
                kind: OrderKind::MarketQuote {
                    quote: super::amount(2_500_000_000),
                },
                self_trade: None,
                ..limit_order()
            },
        }),
        Action::Amend(Amend {
            market: MARKET,
            order: OrderRef::Client(client_id("Z:/_-9.")),
            qty: qty(11_999),
            client_id: Some(client_id("0123456789abcdefghijklmnopqrstuvwxyz")),
        }),
        Action::Transfer(transfer()),
        Action::HoldWithdrawal {
            withdrawal: withdrawal(),
            proof: None,
        },
    ]
    .into_iter()
}

/// The longest record: a list of three orders that ask for everything there is, under names of the greatest length.
pub fn longest() -> Command {
    let name = |first: char| client_id(&format!("{first}123456789abcdefghijklmnopqrstuvwxyz"));
    let leg = |first| Leg {
        side: Side::Sell,
        kind: limit_order().kind,
        client_id: name(first),
        instructions: super::trailing_iceberg(),
    };
    let mut header = header();
    if let Some(idempotency) = &mut header.idempotency {
        idempotency.key = name('k');
    }
    Command::Client {
        header,
        action: Action::PlaceList(Box::new(NewList {
            market: MARKET,
            client_id: name('l'),
            self_trade: Some(SelfTradeMode::ExpireBoth),
            legs: Legs::OneTriggersOneCancelsOther {
                working: leg('a'),
                pending: [leg('b'), leg('c')],
            },
        })),
    }
}
