//! Whom an event concerns: who is told something of it, or has another balance after it.

use model::event::Event;
use model::id::AccountId;

use crate::user_data::executions::OrderPlace;

/// Returns the orders that an event tells something of.
pub fn order_places(event: &Event) -> impl Iterator<Item = OrderPlace> {
    let places = match event {
        Event::OrderAccepted(order) => [Some((order.market, order.order, order.account)), None],
        Event::OrderInstructed(order) => [Some((order.market, order.order, order.account)), None],
        Event::OrderTriggered(order) => [Some((order.market, order.order, order.account)), None],
        Event::OrderActivated(order) => [Some((order.market, order.order, order.account)), None],
        Event::OrderAmended(order) => [Some((order.market, order.order, order.account)), None],
        Event::OrderRequeued(order) => [Some((order.market, order.order, order.account)), None],
        Event::WaitingAmended(order) => [Some((order.market, order.order, order.account)), None],
        Event::OrderClosed(order) => [Some((order.market, order.order, order.account)), None],
        Event::OrderRested {
            market,
            order,
            account,
            ..
        } => [Some((*market, *order, *account)), None],
        Event::Traded(traded) => {
            let (maker, taker) = (&traded.maker, &traded.taker);
            [mutant::plant!("maker-not-concerned", taker, maker), taker]
                .map(|party| Some((traded.market, party.order, party.account)))
        }
        Event::MatchPrevented(prevented) => {
            let market = prevented.market;
            [
                Some((market, prevented.maker_order, prevented.maker_account)),
                Some((market, prevented.taker_order, prevented.taker_account)),
            ]
        }
        _ => [None, None],
    };
    places.into_iter().flatten()
}

/// Returns the accounts that an event concerns; one may be named twice.
pub fn concerned(event: &Event) -> impl Iterator<Item = AccountId> {
    let others = match event {
        Event::ListAccepted(list) => [Some(list.account), None],
        Event::HoldShifted(shifted) => [Some(shifted.account), None],
        Event::ListClosed { account, .. }
        | Event::IcebergAmended { account, .. }
        | Event::WithdrawalHeld { account, .. }
        | Event::WithdrawalCancelled { account, .. } => [Some(*account), None],
        Event::DepositCredited(deposit) => [Some(deposit.account), None],
        Event::BalanceAdjusted(adjustment) => [Some(adjustment.account), None],
        Event::Transferred { account, transfer } => [Some(*account), Some(transfer.to_account)],
        _ => [None, None],
    };
    let owners = order_places(event).map(|(_, _, account)| account);
    owners.chain(others.into_iter().flatten())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::script::{
        ALICE, BOB, CAROL, accepted, activated, closed, limit, list_accepted, list_closed, rested,
        traded, triggered,
    };
    use model::account::Wallet;
    use model::approved::Adjustment;
    use model::command::{Deposit, Transfer, Withdrawal};
    use model::id::{AssetId, ChainId, Reference};
    use model::number::Amount;
    use model::order::{CloseReason, ListKind, Side};

    fn of_money() -> [Event; 5] {
        let (asset, amount) = (AssetId(1), Amount::new(5).expect("legal"));
        let withdrawal = Withdrawal {
            reference: Reference([1; 32]),
            chain: ChainId(0),
            asset,
            amount,
            fee: Amount::ZERO,
        };
        [
            Event::DepositCredited(Deposit {
                reference: Reference([1; 32]),
                chain: ChainId(0),
                account: ALICE,
                asset,
                amount,
            }),
            Event::WithdrawalHeld {
                account: ALICE,
                withdrawal,
            },
            Event::WithdrawalCancelled {
                account: ALICE,
                withdrawal,
            },
            Event::BalanceAdjusted(Adjustment {
                account: ALICE,
                asset,
                amount,
                reason: Reference([2; 32]),
            }),
            Event::Transferred {
                account: BOB,
                transfer: Transfer {
                    reference: Reference([3; 32]),
                    to_account: ALICE,
                    from: Wallet::Spot,
                    to: Wallet::Spot,
                    asset,
                    amount,
                },
            },
        ]
    }

    #[test]
    fn whoever_is_told_something_is_named_and_nobody_else() {
        let of_orders = [
            accepted(ALICE, 1, Side::Buy, limit(3)),
            rested(ALICE, 1, Side::Buy, 3),
            triggered(ALICE, 1, Side::Buy),
            activated(ALICE, 1, Side::Buy),
            closed(ALICE, 1, Side::Buy, CloseReason::Cancelled),
            list_accepted(ALICE, 7, ListKind::OneCancelsOther, 1),
            list_closed(ALICE, 7),
            traded(1, 1, (ALICE, 1), (BOB, 3), Side::Sell),
            traded(1, 1, (BOB, 1), (ALICE, 3), Side::Sell),
        ];
        for event in of_orders.iter().chain(&of_money()) {
            assert!(
                concerned(event).any(|account| account == ALICE),
                "{event:?}"
            );
            assert!(
                !concerned(event).any(|account| account == CAROL),
                "{event:?}"
            );
        }
    }
}
