//! Scenario lines of orders, with what they ask for beyond their kind, and of lists.

use std::num::NonZeroU32;

use model::command::{
    Action, Command, InstructedOrder, InstructedReplace, Leg, Legs, NewList, NewOrder, Replace,
    SetCountdown,
};
use model::id::ListId;
use model::instrument::{Cause, DeltaRange, OrderLimits};
use model::number::{BasisPoints, PegLevels, Price, Qty};
use model::order::{
    Condition, Instructions, ListRef, OrderKind, Peg, PegBase, Purpose, ReplaceMode, Side,
    TimeInForce, Trigger,
};
use model::strategy::{Strategy, StrategyId, StrategyKind};
use model::text::ClientOrderId;

use crate::parse::{
    Line, Names, client_id, number, order_ref, price, qty, range, restriction, self_trade,
};

impl Names {
    /// `limits BTCUSD algo=5 icebergs=none above=10..2000`.
    pub fn set_limits(&mut self, line: &Line) -> Command {
        let market = self.market(line.word(1));
        let current = self.limits.get(usize::from(market.0)).copied();
        let mut limits = current.unwrap_or(OrderLimits::LISTED);
        for (name, value) in &line.options {
            match *name {
                "algo" => limits.algo_orders_max = count(value),
                "icebergs" => limits.iceberg_orders_max = count(value),
                "parts" => limits.iceberg_parts_max = count(value),
                "lists" => limits.order_lists_max = count(value),
                "amends" => limits.order_amends_max = count(value),
                "above" => limits.trailing_above = deltas(value),
                "below" => limits.trailing_below = deltas(value),
                _ => panic!("{name:?} is no limit"),
            }
        }
        Command::SetOrderLimits {
            market,
            limits: Box::new(limits),
            cause: Cause::Operator,
        }
    }

    /// `oco ACCOUNT MARKET id=l : sell 5 @ 110 maker : sell 5 market stop=90`.
    pub fn place_list(&mut self, line: &Line) -> Action {
        let parts: Vec<Line> = line.text.split(" : ").map(Line::new).collect();
        let [head, legs @ ..] = &parts[..] else {
            panic!("a list has a head");
        };
        let client_id = match head.option("id") {
            Some(id) => client_id(id),
            None => {
                self.unnamed_lists += 1;
                crate::parse::client_id(&format!("l{}", self.unnamed_lists))
            }
        };
        let legs: Vec<Leg> = legs.iter().map(|leg| self.leg(leg)).collect();
        let legs = match (head.word(0), &legs[..]) {
            ("oco", [first, second]) => Legs::OneCancelsOther {
                pair: [*first, *second],
            },
            ("oto", [working, pending]) => Legs::OneTriggersOther {
                working: *working,
                pending: *pending,
            },
            ("otoco", [working, first, second]) => Legs::OneTriggersOneCancelsOther {
                working: *working,
                pending: [*first, *second],
            },
            (word, legs) => panic!("{word} does not have {} legs", legs.len()),
        };
        Action::PlaceList(Box::new(NewList {
            market: self.market(head.word(2)),
            client_id,
            self_trade: head.option("stp").map(self_trade),
            legs,
        }))
    }

    /// `countdown ACCOUNT MARKET 5000`, or `off`.
    pub fn set_countdown(&self, line: &Line) -> Action {
        let millis = match line.word(3) {
            "off" => None,
            _ => NonZeroU32::new(u32::try_from(line.number(3)).expect("milliseconds")),
        };
        Action::SetCountdown(SetCountdown {
            market: self.market(line.word(2)),
            millis,
        })
    }

    fn leg(&mut self, line: &Line) -> Leg {
        Leg {
            side: side(line.word(0)),
            kind: kind(line, 1),
            client_id: self.client_id(line),
            instructions: instructions(line),
        }
    }

    /// `buy ACCOUNT MARKET 5 market stop=90`: an order, and what it asks for beyond its kind.
    pub fn place(&mut self, line: &Line) -> Action {
        let order = self.order(line, 0);
        match instructions(line) {
            Instructions::NONE => Action::Place(order),
            instructions => Action::PlaceInstructed(Box::new(InstructedOrder {
                order,
                instructions,
            })),
        }
    }

    /// `replace 1 stop new #3 buy BTCUSD 5 @ 100 gtc`: mode, restriction, order, then the new order.
    pub fn replace(&mut self, line: &Line) -> Action {
        let replace = Replace {
            mode: match line.word(2) {
                "stop" => ReplaceMode::StopOnFailure,
                "allow" => ReplaceMode::AllowFailure,
                word => panic!("{word:?} is no replace mode"),
            },
            restriction: restriction(Some(&line.word(3))),
            cancel: order_ref(line.word(4)),
            order: self.order(line, 4),
        };
        match instructions(line) {
            Instructions::NONE => Action::Replace(replace),
            instructions => Action::ReplaceInstructed(Box::new(InstructedReplace {
                replace,
                instructions,
            })),
        }
    }

    /// `buy ACCOUNT MARKET 5 @ 100 gtc`, `… 5 market` or `… 500 quote`; the word at `start + 1` is not read.
    pub fn order(&mut self, line: &Line, start: usize) -> NewOrder {
        // In a replace the side stands where the account would.
        let side_at = if start == 0 { 0 } else { start + 1 };
        let side = side(line.word(side_at));
        let market = self.market(line.word(start + 2));
        let kind = kind(line, start + 3);
        NewOrder {
            market,
            side,
            kind,
            client_id: self.client_id(line),
            self_trade: line.option("stp").map(self_trade),
        }
    }

    fn client_id(&mut self, line: &Line) -> ClientOrderId {
        match line.option("id") {
            Some(id) => client_id(id),
            None => {
                self.unnamed += 1;
                client_id(&format!("o{}", self.unnamed))
            }
        }
    }
}

fn side(word: &str) -> Side {
    match word {
        "buy" => Side::Buy,
        "sell" => Side::Sell,
        word => panic!("{word:?} is no side"),
    }
}

/// `5 @ 100 gtc`, `5 market` or `500 quote`, from the word at `start`.
fn kind(line: &Line, start: usize) -> OrderKind {
    let asked = line.word(start);
    match line.word(start + 1) {
        "@" => {
            let price = price(line.word(start + 2));
            limit_kind(price, qty(asked), line.word(start + 3))
        }
        "market" => OrderKind::Market { qty: qty(asked) },
        "quote" => OrderKind::MarketQuote {
            quote: line.amount(start),
        },
        word => panic!("{word:?} is no kind"),
    }
}

fn limit_kind(price: Price, qty: Qty, word: &str) -> OrderKind {
    let time_in_force = match word {
        "gtc" => TimeInForce::GoodTillCancel,
        "ioc" => TimeInForce::ImmediateOrCancel,
        "fok" => TimeInForce::FillOrKill,
        "maker" => return OrderKind::LimitMaker { price, qty },
        _ => panic!("{word:?} is no time in force"),
    };
    OrderKind::Limit {
        price,
        qty,
        time_in_force,
    }
}

/// `stop=90`, `profit=110`, `trail=500`, `stop=90 trail=500`; a take profit that trails at once is `profit=now
/// trail=500`. `show=2` is an iceberg, `peg=market+3:105` a peg three levels behind the best that names 105 as well.
/// `strategy=7:1000000` is a strategy; either part may be missing.
fn instructions(line: &Line) -> Instructions {
    let delta = line.option("trail").map(points);
    let purposes = [Purpose::StopLoss, Purpose::TakeProfit].into_iter();
    let named = purposes
        .zip(["stop", "profit"])
        .find_map(|(purpose, name)| Some((purpose, line.option(name)?)));
    let (purpose, at) = match named {
        Some((purpose, "now")) => (purpose, None),
        Some((purpose, at)) => (purpose, Some(price(at))),
        None => (Purpose::StopLoss, None),
    };
    let condition = match (at, delta) {
        (Some(price), None) => Some(Condition::Stop { price }),
        (None, Some(delta)) => Some(Condition::Trail { delta }),
        (Some(activation), Some(delta)) => Some(Condition::TrailFrom { activation, delta }),
        (None, None) => None,
    };
    Instructions {
        peg: line.option("peg").map(peg),
        trigger: condition.map(|condition| Trigger { purpose, condition }),
        iceberg: line.option("show").map(qty),
        strategy: line.option("strategy").map_or(Strategy::NONE, strategy),
    }
}

fn strategy(text: &str) -> Strategy {
    let (id, kind) = text.split_once(':').unwrap_or((text, ""));
    let number = |text: &str| i64::try_from(number(text)).expect("an id or a kind");
    let named = |text: &str| (!text.is_empty()).then(|| number(text));
    Strategy {
        id: named(id).map(|id| StrategyId::new(id).expect("an id")),
        kind: named(kind).map(|kind| StrategyKind::new(kind).expect("a kind")),
    }
}

fn peg(text: &str) -> Peg {
    let (level, named) = match text.split_once(':') {
        Some((level, named)) => (level, Some(price(named))),
        None => (text, None),
    };
    let (base, levels) = level.split_once('+').unwrap_or((level, "0"));
    let levels = u8::try_from(number(levels)).expect("levels");
    Peg {
        base: match base {
            "primary" => PegBase::Primary,
            "market" => PegBase::Market,
            _ => panic!("{base:?} is no side to peg to"),
        },
        levels: PegLevels::new(levels).expect("at most 100"),
        price: named,
    }
}

/// `#3` is a list number, `name` a client id, `#3/name` both.
pub fn list_ref(text: &str) -> ListRef {
    let Some(rest) = text.strip_prefix('#') else {
        return ListRef::Client(client_id(text));
    };
    let id = |text| ListId(u64::try_from(number(text)).expect("a list number"));
    match rest.split_once('/') {
        Some((list, name)) => ListRef::Both(id(list), client_id(name)),
        None => ListRef::Id(id(rest)),
    }
}

fn count(text: &str) -> u32 {
    match text {
        "none" => u32::MAX,
        _ => u32::try_from(number(text)).expect("a count"),
    }
}

pub fn points(text: &str) -> BasisPoints {
    let points = u16::try_from(number(text)).expect("points");
    BasisPoints::new(points).expect("a part of one whole")
}

fn deltas(text: &str) -> DeltaRange {
    let (min, max) = range(text);
    DeltaRange {
        min: points(min),
        max: points(max),
    }
}
