//! Events and rows of orders that wait, hide a part or belong to a list, as text.

use model::event::{ListAccepted, OrderActivated, OrderInstructed, OrderTriggered, WaitingAmended};
use model::number::{Price, Qty};
use model::order::{Awaited, Condition, Instructions, OrderKind, Peg, PegBase, Purpose, Trigger};
use model::snapshot::{ParkedRow, Waiting};
use model::strategy::Strategy;

use crate::print::{asked, side};

pub fn instructed_line(instructed: &OrderInstructed) -> String {
    let pending = if instructed.is_pending {
        ", pending"
    } else {
        ""
    };
    let instructions = instructions(&instructed.instructions);
    format!("instructed #{}{instructions}{pending}", instructed.order.0)
}

fn instructions(instructions: &Instructions) -> String {
    let trigger = instructions.trigger.as_ref().map_or(String::new(), trigger);
    let shown = instructions.iceberg;
    let shown = shown.map_or(String::new(), |shown| format!(", shows {}", shown.lots()));
    let peg = instructions.peg.as_ref().map_or(String::new(), peg);
    let strategy = strategy(&instructions.strategy);
    format!("{trigger}{shown}{peg}{strategy}")
}

fn strategy(strategy: &Strategy) -> String {
    let id = strategy.id.map(|id| format!(", strategy {}", id.number()));
    let kind = strategy.kind;
    let kind = kind.map(|kind| format!(", kind of strategy {}", kind.number()));
    id.unwrap_or_default() + &kind.unwrap_or_default()
}

fn peg(peg: &Peg) -> String {
    let base = match peg.base {
        PegBase::Primary => "primary",
        PegBase::Market => "market",
    };
    let named = peg.price.map(|price| format!(" naming {}", price.ticks()));
    let named = named.unwrap_or_default();
    format!(", pegged to {base}+{}{named}", peg.levels.count())
}

fn price_set(pegged: Option<Price>) -> String {
    pegged.map_or(String::new(), |price| format!(" at {}", price.ticks()))
}

fn trigger(trigger: &Trigger) -> String {
    let purpose = match trigger.purpose {
        Purpose::StopLoss => "stop loss",
        Purpose::TakeProfit => "take profit",
    };
    format!(", {purpose} {}", condition(trigger.condition))
}

fn condition(condition: Condition) -> String {
    match condition {
        Condition::Stop { price } => format!("at {}", price.ticks()),
        Condition::Trail { delta } => format!("trails by {}", delta.points()),
        Condition::TrailFrom { activation, delta } => {
            format!("trails by {} from {}", delta.points(), activation.ticks())
        }
    }
}

pub fn triggered_line(triggered: &OrderTriggered) -> String {
    format!(
        "triggered #{}{}: release {}, hold {}",
        triggered.order.0,
        price_set(triggered.pegged),
        triggered.release.units(),
        triggered.hold.units()
    )
}

pub fn waiting_amended_line(amended: &WaitingAmended) -> String {
    format!(
        "waits otherwise #{} {} (was {}): {}{} (was {}{}), release {}, hold {}",
        amended.order.0,
        amended.client_id,
        amended.previous_client_id,
        terms(&amended.kind),
        awaited(amended.awaited),
        terms(&amended.previous_kind),
        awaited(amended.previous),
        amended.release.units(),
        amended.hold.units()
    )
}

fn awaited(awaited: Awaited) -> String {
    let condition = awaited.0.map(|it| format!(" {}", condition(it)));
    condition.unwrap_or_default()
}

fn terms(kind: &OrderKind) -> String {
    let lots = kind.qty().map_or(0, Qty::lots);
    let limit = kind.price().map(|price| format!(" @ {}", price.ticks()));
    format!("{lots}{}", limit.unwrap_or_default())
}

pub fn activated_line(activated: &OrderActivated) -> String {
    format!(
        "activated #{}{}: hold {}",
        activated.order.0,
        price_set(activated.pegged),
        activated.hold.units()
    )
}

pub fn list_line(accepted: &ListAccepted) -> String {
    format!(
        "list #{} {} of {}: {:?} from #{}",
        accepted.list.0,
        accepted.client_id,
        accepted.account.0,
        accepted.kind,
        accepted.first_order.0
    )
}

/// Returns an order outside the book on one line.
pub fn parked_line(row: &ParkedRow) -> String {
    let waiting = match row.waiting {
        Waiting::Working => "its working leg".to_owned(),
        Waiting::Market => "the market".to_owned(),
        Waiting::Trailing { extreme } => format!("a turn from {}", extreme.ticks()),
        Waiting::Turn => "its turn".to_owned(),
        Waiting::Activation => "its activation".to_owned(),
    };
    format!(
        "#{} {} {}{} holds {}, waits for {waiting}",
        row.order.0,
        side(row.side),
        asked(&row.kind),
        instructions(&row.instructions),
        row.hold.units()
    )
}
