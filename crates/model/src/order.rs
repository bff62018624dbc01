//! The words of an order.

use crate::id::{ListId, OrderId};
use crate::number::{Amount, BasisPoints, PegLevels, Price, Qty};
use crate::strategy::Strategy;
use crate::text::ClientOrderId;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Side {
    Buy = 0,
    Sell = 1,
}

impl Side {
    /// Returns the other side.
    #[must_use]
    pub const fn opposite(self) -> Side {
        match self {
            Side::Buy => Side::Sell,
            Side::Sell => Side::Buy,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum TimeInForce {
    /// Rests until filled or cancelled.
    GoodTillCancel = 0,
    /// Fills what it can at once; the rest expires.
    ImmediateOrCancel = 1,
    /// Fills wholly at once or expires wholly.
    FillOrKill = 2,
}

/// What an order asks for. When it starts and how much of it shows are its [`Instructions`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderKind {
    Limit {
        price: Price,
        qty: Qty,
        time_in_force: TimeInForce,
    },
    /// Post-only: refused when it would take.
    LimitMaker {
        price: Price,
        qty: Qty,
    },
    Market {
        qty: Qty,
    },
    /// Spend (buy) or obtain (sell) about this much quote.
    MarketQuote {
        quote: Amount,
    },
}

impl OrderKind {
    /// Returns the limit price, if the kind has one.
    pub const fn price(&self) -> Option<Price> {
        match self {
            OrderKind::Limit { price, .. } | OrderKind::LimitMaker { price, .. } => Some(*price),
            OrderKind::Market { .. } | OrderKind::MarketQuote { .. } => None,
        }
    }

    /// Returns the asked quantity in lots, if the kind names one.
    pub const fn qty(&self) -> Option<Qty> {
        match self {
            OrderKind::Limit { qty, .. }
            | OrderKind::LimitMaker { qty, .. }
            | OrderKind::Market { qty } => Some(*qty),
            OrderKind::MarketQuote { .. } => None,
        }
    }

    /// Returns the kind with another quantity; a kind without one as it is.
    #[must_use]
    pub const fn of_qty(self, qty: Qty) -> OrderKind {
        match self {
            OrderKind::Limit {
                price,
                time_in_force,
                ..
            } => OrderKind::Limit {
                price,
                qty,
                time_in_force,
            },
            OrderKind::LimitMaker { price, .. } => OrderKind::LimitMaker { price, qty },
            OrderKind::Market { .. } => OrderKind::Market { qty },
            OrderKind::MarketQuote { .. } => self,
        }
    }

    /// Returns the kind with another limit price; a kind without one as it is.
    #[must_use]
    pub const fn at(self, price: Price) -> OrderKind {
        match self {
            OrderKind::Limit {
                qty, time_in_force, ..
            } => OrderKind::Limit {
                price,
                qty,
                time_in_force,
            },
            OrderKind::LimitMaker { qty, .. } => OrderKind::LimitMaker { price, qty },
            OrderKind::Market { .. } | OrderKind::MarketQuote { .. } => self,
        }
    }
}

/// What an order asks for beyond its kind (`docs/spec/orders.md`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instructions {
    /// It waits outside the book until the market gets there; `None` starts it at once.
    pub trigger: Option<Trigger>,
    /// The lots it shows at a time; `None` shows all of it.
    pub iceberg: Option<Qty>,
    /// The book sets its limit price when it starts; what its kind says of a price is not looked at.
    pub peg: Option<Peg>,
    /// Kept and told; nothing depends on it.
    pub strategy: Strategy,
}

impl Instructions {
    pub const NONE: Instructions = Instructions {
        trigger: None,
        iceberg: None,
        peg: None,
        strategy: Strategy::NONE,
    };

    /// Returns the instructions of an order that waits for something else, if it waits for a trigger.
    #[must_use]
    pub fn until(self, awaited: Awaited) -> Instructions {
        Instructions {
            trigger: self.trigger.map(|trigger| Trigger {
                condition: awaited.0.unwrap_or(trigger.condition),
                ..trigger
            }),
            ..self
        }
    }

    /// Returns what the market has to do for it to start.
    pub fn awaited(&self) -> Awaited {
        Awaited(self.trigger.map(|trigger| trigger.condition))
    }

    /// Returns whether the order does what its kind does and nothing else.
    pub const fn are_plain(&self) -> bool {
        self.trigger.is_none() && self.iceberg.is_none() && self.peg.is_none()
    }
}

/// Where a pegged order takes its limit price from (`docs/spec/orders.md` §5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peg {
    pub base: PegBase,
    /// How many levels behind the best one.
    pub levels: PegLevels,
    /// A price it names all the same, which must pass the filters too.
    pub price: Option<Price>,
}

/// Whose price a pegged order takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum PegBase {
    /// The best of its own side.
    Primary = 0,
    /// The best of the other side.
    Market = 1,
}

impl PegBase {
    /// Returns the side of the book whose price an order of `side` takes.
    pub const fn side(self, side: Side) -> Side {
        match self {
            PegBase::Primary => side,
            PegBase::Market => side.opposite(),
        }
    }
}

/// What makes a waiting order start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trigger {
    pub purpose: Purpose,
    pub condition: Condition,
}

/// What a trigger is there for; with the side it says which way the market must go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Purpose {
    StopLoss = 0,
    TakeProfit = 1,
}

/// When a trigger is met (`docs/spec/orders.md` §2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// At the first trade at this price or beyond it.
    Stop { price: Price },
    /// At a trade that is `delta` away from the best price since the next trade.
    Trail { delta: BasisPoints },
    /// The same since the first trade at `activation` or beyond it.
    TrailFrom {
        activation: Price,
        delta: BasisPoints,
    },
}

/// What an order outside the book waits for in the market; `None` of a leg that waits for its list alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Awaited(pub Option<Condition>);

/// On which side of the market a trigger lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// Met by a price that is not below it.
    Above,
    /// Met by a price that is not above it.
    Below,
}

impl Trigger {
    /// Returns on which side of the market the trigger of an order of `side` lies.
    pub const fn direction(&self, side: Side) -> Direction {
        match (self.purpose, side) {
            (Purpose::StopLoss, Side::Buy) | (Purpose::TakeProfit, Side::Sell) => Direction::Above,
            (Purpose::StopLoss, Side::Sell) | (Purpose::TakeProfit, Side::Buy) => Direction::Below,
        }
    }

    /// Returns the stop or activation price, if it has one.
    pub const fn price(&self) -> Option<Price> {
        self.condition.price()
    }

    /// Returns the delta of a trail.
    pub const fn delta(&self) -> Option<BasisPoints> {
        self.condition.delta()
    }
}

impl Condition {
    /// Returns the condition with another stop or activation price, where one is named.
    ///
    /// `None` when it has no such price.
    pub const fn at(self, price: Option<Price>) -> Option<Condition> {
        match (self, price) {
            (_, None) => Some(self),
            (Condition::Stop { .. }, Some(price)) => Some(Condition::Stop { price }),
            (Condition::TrailFrom { delta, .. }, Some(activation)) => {
                Some(Condition::TrailFrom { activation, delta })
            }
            (Condition::Trail { .. }, Some(_)) => None,
        }
    }

    /// Returns the condition with another delta, where one is named; `None` when it has none.
    pub const fn by(self, delta: Option<BasisPoints>) -> Option<Condition> {
        match (self, delta) {
            (_, None) => Some(self),
            (Condition::Trail { .. }, Some(delta)) => Some(Condition::Trail { delta }),
            (Condition::TrailFrom { activation, .. }, Some(delta)) => {
                Some(Condition::TrailFrom { activation, delta })
            }
            (Condition::Stop { .. }, Some(_)) => None,
        }
    }

    /// Returns the stop or activation price, if it has one.
    pub const fn price(&self) -> Option<Price> {
        match self {
            Condition::Stop { price } => Some(*price),
            Condition::TrailFrom { activation, .. } => Some(*activation),
            Condition::Trail { .. } => None,
        }
    }

    /// Returns the delta of a trail.
    pub const fn delta(&self) -> Option<BasisPoints> {
        match self {
            Condition::Trail { delta } | Condition::TrailFrom { delta, .. } => Some(*delta),
            Condition::Stop { .. } => None,
        }
    }
}

impl Direction {
    /// Returns whether the market at `price` has reached `threshold`.
    pub fn is_met(self, threshold: Price, price: Price) -> bool {
        match self {
            Direction::Above => threshold <= price,
            Direction::Below => price <= threshold,
        }
    }
}

/// How the orders of a list depend on each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum ListKind {
    OneCancelsOther = 0,
    OneTriggersOther = 1,
    OneTriggersOneCancelsOther = 2,
}

impl ListKind {
    /// Returns the number of legs.
    pub const fn legs(self) -> u64 {
        match self {
            ListKind::OneCancelsOther | ListKind::OneTriggersOther => 2,
            ListKind::OneTriggersOneCancelsOther => 3,
        }
    }
}

/// How a command names a list. With both names, they must name the same list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListRef {
    Id(ListId),
    Client(ClientOrderId),
    Both(ListId, ClientOrderId),
}

/// What happens when an order meets one of its own trade group; the taker's mode decides (`clearing.md` §10.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum SelfTradeMode {
    /// They trade, where the operator allows it.
    None = 0,
    ExpireTaker = 1,
    ExpireMaker = 2,
    ExpireBoth = 3,
    /// Both shrink by the smaller remaining quantity.
    Decrement = 4,
}

impl SelfTradeMode {
    pub const ALL: [SelfTradeMode; 5] = [
        SelfTradeMode::None,
        SelfTradeMode::ExpireTaker,
        SelfTradeMode::ExpireMaker,
        SelfTradeMode::ExpireBoth,
        SelfTradeMode::Decrement,
    ];
}

/// The modes a market allows.
///
/// **Shape** one bit a mode, by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SelfTradeModes(u8);

impl SelfTradeModes {
    pub const ALL: SelfTradeModes = SelfTradeModes(0b1_1111);

    /// Returns the set with these bits, or `None` when a bit is unknown.
    pub const fn from_bits(bits: u8) -> Option<SelfTradeModes> {
        if bits <= SelfTradeModes::ALL.0 {
            Some(SelfTradeModes(bits))
        } else {
            None
        }
    }

    /// Returns the bits.
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// Returns whether the market allows `mode`.
    pub const fn includes(self, mode: SelfTradeMode) -> bool {
        self.0 & (1 << mode as u8) != 0
    }
}

/// How a command names an order. With both names, they must name the same order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderRef {
    Id(OrderId),
    Client(ClientOrderId),
    Both(OrderId, ClientOrderId),
}

/// In which state of the order a cancel is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum CancelRestriction {
    None = 0,
    /// Only when nothing has been filled yet.
    OnlyNew = 1,
    /// Only when something has been filled.
    OnlyPartiallyFilled = 2,
}

/// What a cancel-replace does when its cancel is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum ReplaceMode {
    /// The new order is not attempted.
    StopOnFailure = 0,
    /// The new order is attempted all the same.
    AllowFailure = 1,
}

/// Why an order ended (D24: every event that ends an order says why).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum CloseReason {
    Filled = 0,
    /// Its owner cancelled it, alone or with all of a market.
    Cancelled = 1,
    /// The cancel half of a cancel-replace.
    Replaced = 2,
    /// The rest of an IOC order found nothing.
    ImmediateRemainder = 3,
    /// An FOK order could not be filled wholly.
    FillOrKillUnfilled = 4,
    /// The rest of a market order found an empty book.
    InsufficientLiquidity = 5,
    /// The rest of a taker would have traded outside the execution band.
    ExecutionBand = 6,
    /// Self-trade prevention ended it.
    SelfTrade = 7,
    /// The market was delisted.
    Delisted = 8,
    /// An operator or a risk monitor cancelled it.
    ExchangeCancelled = 9,
    /// The other leg of its pair took its place.
    OtherLeg = 10,
    /// The working leg of its list ended before it was filled.
    WorkingLeg = 11,
    /// When it was to start, its account had too little.
    InsufficientFunds = 12,
    /// When it was to start, the market could not take it.
    NotPlaceable = 13,
    /// The countdown of its account ran out.
    Countdown = 14,
}
