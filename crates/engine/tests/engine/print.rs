//! Events as text.

use model::event::{
    Event, MatchPrevented, OrderAccepted, OrderAmended, OrderClosed, OrderRequeued, Traded,
};
use model::id::Reference;
use model::number::Qty;
use model::order::{OrderKind, Side};

use crate::print_orders::{
    activated_line, instructed_line, list_line, triggered_line, waiting_amended_line,
};

/// Returns an event on one line. The market is left out: scenarios name it in the command.
pub fn line(event: &Event) -> String {
    match event {
        Event::Rejected { reason } => format!("rejected {}", reason.name()),
        Event::Repeated { original } => format!("repeated, see {}", original.0),
        Event::Started(genesis) => format!("started with seed {}", genesis.table_seed),
        Event::Approved { approval, others } => {
            let others = others.ids().iter().map(|id| format!("{}, ", id.0));
            format!(
                "proposal {} of {} approved by {}{}",
                approval.proposal.0,
                approval.proposer.0,
                others.collect::<String>(),
                approval.approver.0
            )
        }
        Event::Anchored(anchor) => format!("anchored at row {}", anchor.rows),
        Event::BalanceAdjusted(adjustment) => format!(
            "account {} adjusted by {}",
            adjustment.account.0,
            adjustment.amount.units()
        ),
        Event::PayoutLimitSet {
            asset,
            cap,
            from,
            held,
        } => {
            let cap = cap.map_or("-".to_owned(), |cap| cap.units().to_string());
            format!(
                "a day has {cap} of asset {} from {} on, {} held",
                asset.0,
                from.nanos() / 1_000_000_000,
                held.units()
            )
        }
        Event::Ticked => "ticked".to_owned(),
        Event::Upgraded { logic } => format!("upgraded to {logic}"),
        Event::AssetListed(asset) => format!("asset {} is {}", asset.id.0, asset.symbol),
        Event::MarketListed { instrument, .. } => format!(
            "market {} is {}, one tick and lot is worth {}",
            instrument.id.0, instrument.symbol, instrument.quote_per_tick_lot
        ),
        Event::MarketChanged { .. } => "market changed".to_owned(),
        Event::PhaseChanged { phase, cause, .. } => format!("phase {phase:?} by {cause:?}"),
        Event::AccountOpened {
            account,
            owner,
            group,
        } => format!(
            "account {} of owner {} in group {}",
            account.0, owner.0, group.0
        ),
        Event::AccountStateChanged { account, state, .. } => {
            format!("account {} is {state:?}", account.0)
        }
        Event::FeeTierChanged { account, tier } => {
            format!("account {} has tier {}", account.0, tier.row())
        }
        Event::KeyCreated { key, account, .. } => format!("key {} of {}", key.0, account.0),
        Event::AllowancesSet(table) => format!("allowances in asset {}", table.reference.0),
        Event::MarketVerificationSet {
            market,
            verification,
        } => format!(
            "market {} from verification {}",
            market.0,
            verification.number()
        ),
        Event::VerificationSet {
            owner,
            verification,
        } => format!(
            "owner {} has verification {}",
            owner.0,
            verification.number()
        ),
        Event::AllowanceUsed {
            owner,
            flow,
            value,
            is_beyond,
        } => format!(
            "{flow:?} of owner {} counts {}{}",
            owner.0,
            value.map_or("nothing, unpriced".to_owned(), |value| value
                .units()
                .to_string()),
            if *is_beyond { ", beyond" } else { "" }
        ),
        Event::PayoutsHeld { owner, until } => {
            format!(
                "payouts of owner {} held until {}",
                owner.0,
                until.seconds()
            )
        }
        Event::OwnerStateChanged { account, state } => {
            format!("account {} is {state:?} by its owner", account.0)
        }
        Event::KeyEndSet {
            key,
            account,
            expires_at,
        } => format!(
            "key {} of {} until {}",
            key.0,
            account.0,
            expires_at.seconds()
        ),
        Event::KeyRevoked { key, account } => format!("key {} of {} revoked", key.0, account.0),
        Event::DepositSeen(deposit) => format!(
            "deposit {} seen: {} for {}",
            name(deposit.reference),
            deposit.amount.units(),
            deposit.account.0
        ),
        Event::DepositCredited(deposit) => format!(
            "deposit {} credited: {} to {}",
            name(deposit.reference),
            deposit.amount.units(),
            deposit.account.0
        ),
        Event::DepositDropped { reference } => format!("deposit {} dropped", name(*reference)),
        Event::WithdrawalHeld { withdrawal, .. } => format!(
            "withdrawal {} held: {} and fee {}",
            name(withdrawal.reference),
            withdrawal.amount.units(),
            withdrawal.fee.units()
        ),
        Event::WithdrawalSettled { withdrawal, .. } => {
            format!("withdrawal {} settled", name(withdrawal.reference))
        }
        Event::WithdrawalCancelled { withdrawal, .. } => {
            format!("withdrawal {} cancelled", name(withdrawal.reference))
        }
        Event::Transferred { account, transfer } => format!(
            "transferred {} from {} {:?} to {} {:?}",
            transfer.amount.units(),
            account.0,
            transfer.from,
            transfer.to_account.0,
            transfer.to
        ),
        Event::OrderAccepted(accepted) => accepted_line(accepted),
        Event::OrderLimitsChanged { .. } => "limits changed".to_owned(),
        Event::DueStarted { left, .. } => format!("due started, {left} left"),
        Event::OrderInstructed(instructed) => instructed_line(instructed),
        Event::OrderTriggered(triggered) => triggered_line(triggered),
        Event::OrderActivated(activated) => activated_line(activated),
        Event::OrderRefilled {
            order, price, qty, ..
        } => format!("refilled #{}: {} @ {}", order.0, qty.lots(), price.ticks()),
        Event::ListAccepted(accepted) => list_line(accepted),
        Event::ListClosed { list, .. } => format!("list #{} closed", list.0),
        Event::OrderRested {
            order, price, qty, ..
        } => format!("rested #{}: {} @ {}", order.0, qty.lots(), price.ticks()),
        Event::Traded(traded) => traded_line(traded),
        Event::MatchPrevented(prevented) => prevented_line(prevented),
        Event::OrderAmended(amended) => amended_line(amended),
        Event::OrderRequeued(requeued) => requeued_line(requeued),
        Event::WaitingAmended(amended) => waiting_amended_line(amended),
        Event::IcebergAmended {
            order,
            previous,
            shown,
            ..
        } => {
            let (shown, previous) = (shown.lots(), previous.lots());
            format!("shows #{}: {shown} (was {previous})", order.0)
        }
        Event::HoldShifted(shifted) => format!(
            "shifted #{}: release {}, hold {}",
            shifted.order.0,
            shifted.release.units(),
            shifted.hold.units()
        ),
        Event::OrderClosed(closed) => closed_line(closed),
        Event::ReplaceCancelRejected { reason } => format!("cancel rejected {}", reason.name()),
        Event::ReplacePlaceRejected { reason } => format!("place rejected {}", reason.name()),
        Event::CountdownSet { account, until, .. } => match until {
            Some(until) => format!("countdown of {} until {} ms", account.0, until.millis()),
            None => format!("countdown of {} ended", account.0),
        },
        Event::CountdownExpired { account, .. } => format!("countdown of {} ran out", account.0),
        Event::ReplacePlaceSkipped => "place skipped".to_owned(),
    }
}

fn accepted_line(accepted: &OrderAccepted) -> String {
    let asked = asked(&accepted.kind);
    format!(
        "accepted #{} {} of {}: {} {asked} {:?}, hold {}",
        accepted.order.0,
        accepted.client_id,
        accepted.account.0,
        side(accepted.side),
        accepted.self_trade,
        accepted.hold.units()
    )
}

pub fn asked(kind: &OrderKind) -> String {
    match kind {
        OrderKind::Limit {
            price,
            qty,
            time_in_force,
        } => format!("{} @ {} {time_in_force:?}", qty.lots(), price.ticks()),
        OrderKind::LimitMaker { price, qty } => {
            format!("{} @ {} LimitMaker", qty.lots(), price.ticks())
        }
        OrderKind::Market { qty } => format!("{} Market", qty.lots()),
        OrderKind::MarketQuote { quote } => format!("for {} MarketQuote", quote.units()),
    }
}

fn traded_line(traded: &Traded) -> String {
    format!(
        "traded t{}: {} @ {} is {} for {}; maker #{} of {} fee {}; taker {} #{} of {} fee {}; \
         rebate {}, release {}",
        traded.trade.0,
        traded.qty.lots(),
        traded.price.ticks(),
        traded.base.units(),
        traded.quote.units(),
        traded.maker.order.0,
        traded.maker.account.0,
        traded.maker.fee.units(),
        side(traded.taker_side),
        traded.taker.order.0,
        traded.taker.account.0,
        traded.taker.fee.units(),
        traded.maker_rebate.units(),
        traded.buyer_release.units()
    )
}

fn prevented_line(prevented: &MatchPrevented) -> String {
    format!(
        "prevented p{} {:?} @ {}; maker #{} loses {} release {}; taker {} #{} loses {} release {}",
        prevented.prevented.0,
        prevented.mode,
        prevented.price.ticks(),
        prevented.maker_order.0,
        prevented.maker_qty.lots(),
        prevented.maker_release.units(),
        side(prevented.taker_side),
        prevented.taker_order.0,
        prevented.taker_qty.lots(),
        prevented.taker_release.units()
    )
}

fn amended_line(amended: &OrderAmended) -> String {
    format!(
        "amended #{} {} (was {}) to {} by {}, release {}",
        amended.order.0,
        amended.client_id,
        amended.previous_client_id,
        amended.qty.lots(),
        amended.reduced.lots(),
        amended.release.units()
    )
}

fn requeued_line(requeued: &OrderRequeued) -> String {
    format!(
        "requeued #{} {} (was {}): {} @ {} (was {} @ {}), unbooked {}, release {}, hold {}",
        requeued.order.0,
        requeued.client_id,
        requeued.previous_client_id,
        requeued.qty.lots(),
        requeued.price.ticks(),
        requeued.previous_qty.lots(),
        requeued.previous_price.ticks(),
        requeued.unbooked.lots(),
        requeued.release.units(),
        requeued.hold.units()
    )
}

fn closed_line(closed: &OrderClosed) -> String {
    let unbooked = if closed.unbooked == Qty::ZERO {
        String::new()
    } else {
        let price = closed.price.map_or(0, |price| price.ticks());
        format!(", unbooked {} @ {price}", closed.unbooked.lots())
    };
    format!(
        "closed #{} {:?}{unbooked}, release {}",
        closed.order.0,
        closed.reason,
        closed.release.units()
    )
}

pub const fn side(side: Side) -> &'static str {
    match side {
        Side::Buy => "buy",
        Side::Sell => "sell",
    }
}

/// Returns the text that a scenario made a reference of.
fn name(reference: Reference) -> String {
    let bytes = reference.0.into_iter().take_while(|byte| *byte != 0);
    bytes.map(char::from).collect()
}
