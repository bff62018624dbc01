//! Every command.

use super::allowances::{table, verification};
use super::words::{
    account, account_state, amount, asset_id, cause, client_id, condition, deposit, genesis, grant,
    grid, instructions, key, list_ref, market, maybe_client_id, order_kind, order_limits,
    order_ref, owner, phase, price, proof, proposal, qty, reference, replace_mode, restriction,
    scopes, self_trade, sequence, side, symbol, terms, tier, time, wallet, withdrawal,
};
use core::num::NonZeroU32;
use model::approved::{Act, Adjustment, Approval, Others, PeopleChange};
use model::command::{
    Action, Amend, AmendAny, AmendLimit, AmendOpen, Anchor, Cancel, CancelList, ClientHeader,
    Command, Idempotency, InstructedOrder, InstructedReplace, Leg, Legs, ListMarket, NewList,
    NewOrder, OpenAccount, Replace, Sequenced, SetCountdown, Transfer, TransferBetween,
};
use model::id::OperatorId;
use proptest::option;
use proptest::prelude::{BoxedStrategy, Just, Strategy, any, prop_oneof};

pub fn sequenced() -> impl Strategy<Value = Sequenced> {
    (sequence(), time(), command()).prop_map(|(sequence, at, command)| Sequenced {
        sequence,
        at,
        command,
    })
}

pub fn command() -> impl Strategy<Value = Command> {
    prop_oneof![
        2 => operator_command(),
        1 => money_command(),
        4 => client_command(),
        2 => approved_command(),
        1 => anchor().prop_map(Command::Anchor),
    ]
}

/// Commands about the journal, listings, accounts and keys.
pub fn operator_command() -> BoxedStrategy<Command> {
    prop_oneof![
        genesis().prop_map(Command::Genesis),
        Just(Command::Tick),
        any::<u16>().prop_map(|logic| Command::Upgrade { logic }),
        symbol().prop_map(|symbol| Command::ListAsset { symbol }),
        listing().prop_map(Command::ListMarket),
        (market(), terms(), cause()).prop_map(|(market, terms, cause)| Command::ChangeMarket {
            market,
            terms: Box::new(terms),
            cause
        }),
        (market(), phase(), cause()).prop_map(|(market, phase, cause)| Command::SetPhase {
            market,
            phase,
            cause
        }),
        opening().prop_map(Command::OpenAccount),
        (account(), account_state(), cause()).prop_map(|(account, state, cause)| {
            Command::SetAccountState {
                account,
                state,
                cause,
            }
        }),
        (account(), tier()).prop_map(|(account, tier)| Command::SetFeeTier { account, tier }),
        (key(), account(), scopes(), time(), option::of(grant())).prop_map(
            |(key, account, scopes, expires_at, grant)| {
                Command::CreateKey {
                    key,
                    account,
                    scopes,
                    expires_at,
                    grant,
                }
            }
        ),
        key().prop_map(|key| Command::RevokeKey { key }),
        (key(), time()).prop_map(|(key, expires_at)| Command::SetKeyEnd { key, expires_at }),
        (owner(), time()).prop_map(|(owner, until)| Command::HoldPayouts { owner, until }),
        table().prop_map(|table| Command::SetAllowances(Box::new(table))),
        (market(), verification()).prop_map(|(market, verification)| {
            Command::SetMarketVerification {
                market,
                verification,
            }
        }),
        (owner(), verification()).prop_map(|(owner, verification)| Command::SetVerification {
            owner,
            verification,
        }),
        (market(), order_limits(), cause()).prop_map(|(market, limits, cause)| {
            Command::SetOrderLimits {
                market,
                limits: Box::new(limits),
                cause,
            }
        }),
        market().prop_map(|market| Command::StartDue { market }),
    ]
    .boxed()
}

/// Commands about money from and to chains.
pub fn money_command() -> BoxedStrategy<Command> {
    prop_oneof![
        deposit().prop_map(Command::SeeDeposit),
        deposit().prop_map(Command::CreditDeposit),
        reference().prop_map(|reference| Command::DropDeposit { reference }),
        (reference(), option::of(reference())).prop_map(|(reference, destination)| {
            Command::SettleWithdrawal {
                reference,
                destination,
            }
        }),
        reference().prop_map(|reference| Command::CancelWithdrawal { reference }),
        (reference(), reference()).prop_map(|(reference, destination)| {
            Command::ConfirmDestination {
                reference,
                destination,
            }
        }),
    ]
    .boxed()
}

pub fn client_command() -> BoxedStrategy<Command> {
    (header(), action())
        .prop_map(|(header, action)| Command::Client { header, action })
        .boxed()
}

fn approved_command() -> BoxedStrategy<Command> {
    (approval(), others(), act())
        .prop_map(|(approval, others, act)| Command::Approved {
            approval,
            others,
            act: Box::new(act),
        })
        .boxed()
}

pub fn approval() -> impl Strategy<Value = Approval> {
    (proposal(), reference(), any::<u32>(), any::<u32>()).prop_map(
        |(proposal, digest, proposer, approver)| Approval {
            proposal,
            digest,
            proposer: OperatorId(proposer),
            approver: OperatorId(approver),
        },
    )
}

pub fn others() -> impl Strategy<Value = Others> {
    proptest::collection::vec(any::<u32>(), 0..=Others::MAX).prop_map(|numbers| {
        let ids: Vec<OperatorId> = numbers.into_iter().map(OperatorId).collect();
        Others::new(&ids).unwrap_or(Others::NONE)
    })
}

pub fn anchor() -> impl Strategy<Value = Anchor> {
    (any::<u64>(), reference()).prop_map(|(rows, head)| Anchor { rows, head })
}

pub fn adjustment() -> impl Strategy<Value = Adjustment> {
    (account(), asset_id(), amount(), reference()).prop_map(|(account, asset, amount, reason)| {
        Adjustment {
            account,
            asset,
            amount,
            reason,
        }
    })
}

fn act() -> BoxedStrategy<Act> {
    prop_oneof![
        adjustment().prop_map(Act::Adjust),
        (account(), account_state())
            .prop_map(|(account, state)| Act::SetAccountState { account, state }),
        (account(), tier()).prop_map(|(account, tier)| Act::SetFeeTier { account, tier }),
        symbol().prop_map(|symbol| Act::ListAsset { symbol }),
        listing().prop_map(Act::ListMarket),
        (market(), terms()).prop_map(|(market, terms)| Act::ChangeMarket {
            market,
            terms: Box::new(terms),
        }),
        (market(), phase()).prop_map(|(market, phase)| Act::SetPhase { market, phase }),
        (asset_id(), option::of(amount()))
            .prop_map(|(asset, cap)| Act::SetPayoutLimit { asset, cap }),
        proptest::sample::select(PeopleChange::ALL.as_slice()).prop_map(Act::ChangePeople),
        (reference(), reference()).prop_map(|(reference, destination)| {
            Act::ApproveWithdrawal {
                reference,
                destination,
            }
        }),
        reference().prop_map(|reference| Act::FailWithdrawal { reference }),
    ]
    .boxed()
}

fn listing() -> impl Strategy<Value = ListMarket> {
    (symbol(), asset_id(), asset_id(), grid(), terms()).prop_map(
        |(symbol, base, quote, grid, terms)| ListMarket {
            symbol,
            base,
            quote,
            grid,
            terms: Box::new(terms),
        },
    )
}

fn opening() -> impl Strategy<Value = OpenAccount> {
    (reference(), owner(), option::of(account())).prop_map(|(reference, owner, master)| {
        OpenAccount {
            reference,
            owner,
            master,
        }
    })
}

pub fn header() -> impl Strategy<Value = ClientHeader> {
    (account(), key(), time(), option::of(idempotency())).prop_map(
        |(account, key, valid_until, idempotency)| ClientHeader {
            account,
            key,
            valid_until,
            idempotency,
        },
    )
}

pub fn idempotency() -> impl Strategy<Value = Idempotency> {
    (client_id(), any::<u64>()).prop_map(|(key, body)| Idempotency { key, body })
}

fn amend_to() -> impl Strategy<Value = Action> {
    let delta = || option::of(condition()).prop_map(|condition| condition?.delta());
    prop_oneof![
        amend_limit().prop_map(|amend| Action::AmendLimit(Box::new(amend))),
        (
            amend_limit(),
            option::of(price()),
            delta(),
            option::of(option::of(qty()))
        )
            .prop_map(|(limit, stop, delta, shown)| {
                let open = AmendOpen { limit, stop, delta };
                match shown {
                    Some(shown) => Action::AmendAny(Box::new(AmendAny { open, shown })),
                    None => Action::AmendOpen(Box::new(open)),
                }
            }),
    ]
}

fn amend_limit() -> impl Strategy<Value = AmendLimit> {
    let order = (market(), order_ref(), maybe_client_id());
    let lots = || option::of(qty());
    (order, option::of(price()), lots(), lots()).prop_map(|(order, price, qty, executed)| {
        AmendLimit {
            market: order.0,
            order: order.1,
            price,
            qty,
            client_id: order.2,
            executed,
        }
    })
}

pub fn action() -> impl Strategy<Value = Action> {
    prop_oneof![
        new_order().prop_map(Action::Place),
        (market(), order_ref(), restriction()).prop_map(|(market, order, restriction)| {
            Action::Cancel(Cancel {
                market,
                order,
                restriction,
            })
        }),
        market().prop_map(|market| Action::CancelAll { market }),
        replace().prop_map(Action::Replace),
        instructed_action(),
        (market(), order_ref(), qty(), maybe_client_id()).prop_map(
            |(market, order, qty, client_id)| Action::Amend(Amend {
                market,
                order,
                qty,
                client_id,
            })
        ),
        amend_to(),
        transfer().prop_map(Action::Transfer),
        owners_action(),
        (withdrawal(), option::of(proof())).prop_map(|(withdrawal, proof)| {
            Action::HoldWithdrawal {
                withdrawal,
                proof: proof.map(Box::new),
            }
        }),
    ]
}

/// What masters ask for.
fn owners_action() -> impl Strategy<Value = Action> {
    prop_oneof![
        account().prop_map(|account| Action::Freeze { account }),
        account().prop_map(|account| Action::Unfreeze { account }),
        (account(), transfer()).prop_map(|(payer, transfer)| {
            Action::TransferBetween(Box::new(TransferBetween { payer, transfer }))
        }),
        Just(Action::Close),
    ]
}

/// What asks for more than a plain order.
fn instructed_action() -> BoxedStrategy<Action> {
    prop_oneof![
        (new_order(), instructions()).prop_map(|(order, instructions)| {
            Action::PlaceInstructed(Box::new(InstructedOrder {
                order,
                instructions,
            }))
        }),
        (replace(), instructions()).prop_map(|(replace, instructions)| {
            Action::ReplaceInstructed(Box::new(InstructedReplace {
                replace,
                instructions,
            }))
        }),
        (market(), client_id(), option::of(self_trade()), legs()).prop_map(
            |(market, client_id, self_trade, legs)| Action::PlaceList(Box::new(NewList {
                market,
                client_id,
                self_trade,
                legs,
            }))
        ),
        (market(), list_ref())
            .prop_map(|(market, list)| Action::CancelList(CancelList { market, list })),
        client_id().prop_map(|key| Action::FindOutcome { key }),
        (market(), any::<u32>()).prop_map(|(market, millis)| {
            Action::SetCountdown(SetCountdown {
                market,
                millis: NonZeroU32::new(millis),
            })
        }),
    ]
    .boxed()
}

fn replace() -> BoxedStrategy<Replace> {
    (order_ref(), restriction(), replace_mode(), new_order())
        .prop_map(|(cancel, restriction, mode, order)| Replace {
            cancel,
            restriction,
            mode,
            order,
        })
        .boxed()
}

fn legs() -> BoxedStrategy<Legs> {
    prop_oneof![
        (leg(), leg()).prop_map(|(first, second)| Legs::OneCancelsOther {
            pair: [first, second]
        }),
        (leg(), leg()).prop_map(|(working, pending)| Legs::OneTriggersOther { working, pending }),
        (leg(), leg(), leg()).prop_map(|(working, first, second)| {
            Legs::OneTriggersOneCancelsOther {
                working,
                pending: [first, second],
            }
        }),
    ]
    .boxed()
}

fn leg() -> BoxedStrategy<Leg> {
    (side(), order_kind(), client_id(), instructions())
        .prop_map(|(side, kind, client_id, instructions)| Leg {
            side,
            kind,
            client_id,
            instructions,
        })
        .boxed()
}

pub fn new_order() -> BoxedStrategy<NewOrder> {
    (
        market(),
        side(),
        order_kind(),
        client_id(),
        option::of(self_trade()),
    )
        .prop_map(|(market, side, kind, client_id, self_trade)| NewOrder {
            market,
            side,
            kind,
            client_id,
            self_trade,
        })
        .boxed()
}

pub fn transfer() -> impl Strategy<Value = Transfer> {
    (
        reference(),
        wallet(),
        account(),
        wallet(),
        asset_id(),
        amount(),
    )
        .prop_map(
            |(reference, from, to_account, to, asset, amount)| Transfer {
                reference,
                from,
                to_account,
                to,
                asset,
                amount,
            },
        )
}
