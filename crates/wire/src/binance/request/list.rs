//! Requests about lists of orders.
//!
//! The model wants the stop loss of a pair first; requests name its legs by where they lie.
//!
//! **Source** `docs/spec/binance-surface.md` §9.6.

use model::command::{CancelList, Leg, Legs, NewList};
use model::id::{ListId, MarketId};
use model::instrument::Instrument;
use model::order::{ListRef, Side};
use model::text::ClientOrderId;

use crate::binance::error::{Fault, Refusal};
use crate::binance::params::Params;
use crate::binance::request::names::{self, OrderNames};
use crate::binance::request::wish::wish;
use crate::binance::request::{ResponseType, response_type, self_trade, side_of, type_of};
use crate::binance::words::OrderType;

/// A new list and how it wants to be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListRequest {
    pub list: NewList,
    pub response: ResponseType,
}

/// A cancel of a list; `client_id` names the request itself in the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CancelListRequest {
    pub cancel: CancelList,
    pub client_id: ClientOrderId,
}

/// What a list looks like in its request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListForm {
    /// `POST /api/v3/order/oco`: a limit maker and a stop loss.
    OldPair,
    /// `POST /api/v3/orderList/oco`.
    Pair,
    /// `POST /api/v3/orderList/oto`.
    Triggering,
    /// `POST /api/v3/orderList/otoco`.
    TriggeringPair,
}

impl ListForm {
    /// Returns how many orders such a list has.
    pub const fn orders(self) -> u32 {
        match self {
            ListForm::OldPair | ListForm::Pair | ListForm::Triggering => 2,
            ListForm::TriggeringPair => 3,
        }
    }
}

/// Reads a new list; `name` gives client ids to it and to the orders that came without one.
///
/// # Errors
/// The refusal upstream gives for the first rule that is broken.
pub fn place(
    params: &Params,
    form: ListForm,
    instrument: &Instrument,
    name: impl Fn() -> ClientOrderId,
) -> Result<ListRequest, Refusal> {
    let reader = Reader {
        params,
        instrument,
        name: &name,
    };
    let legs = match form {
        ListForm::OldPair => reader.old_pair()?,
        ListForm::Pair => reader.pair()?,
        ListForm::Triggering => reader.triggering()?,
        ListForm::TriggeringPair => reader.triggering_pair()?,
    };
    Ok(ListRequest {
        list: NewList {
            market: instrument.id,
            client_id: params
                .client_id("listClientOrderId", Fault::ClientIdEmpty)?
                .unwrap_or_else(&name),
            self_trade: self_trade(params)?,
            legs,
        },
        response: response_type(params)?.unwrap_or(ResponseType::Result),
    })
}

struct Reader<'a> {
    params: &'a Params,
    instrument: &'a Instrument,
    name: &'a dyn Fn() -> ClientOrderId,
}

impl Reader<'_> {
    /// The stop loss is a limit order when it names a limit price.
    fn old_pair(&self) -> Result<Legs, Refusal> {
        let side = self.side("side")?;
        let has_limit = self.params.raw(names::OLD_STOP.price).is_some();
        let stop_type = if has_limit {
            OrderType::StopLossLimit
        } else {
            OrderType::StopLoss
        };
        let limit = self.leg(side, OrderType::LimitMaker, &names::OLD_LIMIT)?;
        let stop = self.leg(side, stop_type, &names::OLD_STOP)?;
        Ok(Legs::OneCancelsOther {
            pair: [stop, limit],
        })
    }

    fn pair(&self) -> Result<Legs, Refusal> {
        let side = self.side("side")?;
        let types = PairTypes {
            above: self.order_type("aboveType")?,
            below: self.order_type("belowType")?,
        };
        Ok(Legs::OneCancelsOther {
            pair: self.pair_of(side, types, (&names::ABOVE, &names::BELOW))?,
        })
    }

    fn triggering(&self) -> Result<Legs, Refusal> {
        let working = self.working()?;
        let order_type = self.order_type("pendingType")?;
        let side = self.side("pendingSide")?;
        Ok(Legs::OneTriggersOther {
            working,
            pending: self.leg(side, order_type, &names::PENDING)?,
        })
    }

    fn triggering_pair(&self) -> Result<Legs, Refusal> {
        let working = self.working()?;
        let side = self.side("pendingSide")?;
        let types = PairTypes {
            above: self.order_type("pendingAboveType")?,
            below: self.order_type("pendingBelowType")?,
        };
        let names = (&names::PENDING_ABOVE, &names::PENDING_BELOW);
        Ok(Legs::OneTriggersOneCancelsOther {
            working,
            pending: self.pair_of(side, types, names)?,
        })
    }

    fn working(&self) -> Result<Leg, Refusal> {
        let order_type = self.order_type("workingType")?;
        let side = self.side("workingSide")?;
        match order_type {
            OrderType::Limit | OrderType::LimitMaker => self.leg(side, order_type, &names::WORKING),
            _ => Err(Refusal::of(Fault::PairTypeUnsupported)),
        }
    }

    /// Returns the legs of a pair, the stop loss first.
    fn pair_of(
        &self,
        side: Side,
        types: PairTypes,
        (above, below): (&OrderNames, &OrderNames),
    ) -> Result<[Leg; 2], Refusal> {
        types.check(side)?;
        let above = self.leg(side, types.above, above)?;
        let below = self.leg(side, types.below, below)?;
        Ok(match side {
            Side::Buy => [above, below],
            Side::Sell => [below, above],
        })
    }

    fn leg(&self, side: Side, order_type: OrderType, names: &OrderNames) -> Result<Leg, Refusal> {
        let grid = &self.instrument.grid;
        let wish = wish(self.params, names, order_type, grid, self.name)?;
        Ok(Leg {
            side,
            kind: wish.kind,
            client_id: wish.client_id,
            instructions: wish.instructions,
        })
    }

    fn side(&self, name: &str) -> Result<Side, Refusal> {
        side_of(self.params.mandatory(name)?)
    }

    fn order_type(&self, name: &str) -> Result<OrderType, Refusal> {
        type_of(self.params.mandatory(name)?)
    }
}

/// The types of the legs of a pair, by where they lie.
#[derive(Clone, Copy)]
struct PairTypes {
    above: OrderType,
    below: OrderType,
}

impl PairTypes {
    /// Only a stop loss above and something else below make a pair that buys, and the other way round.
    fn check(self, side: Side) -> Result<(), Refusal> {
        let roles = [pair_role(self.above)?, pair_role(self.below)?];
        let fault = match (side, roles) {
            (_, [Role::Limit, Role::Limit]) => Fault::PairOfLimits,
            (Side::Buy, [Role::StopLoss, Role::Limit | Role::TakeProfit])
            | (Side::Sell, [Role::Limit | Role::TakeProfit, Role::StopLoss]) => return Ok(()),
            (Side::Buy, [Role::Limit, _]) => Fault::BuyLimitAbove,
            (Side::Buy, [Role::TakeProfit, _]) => Fault::BuyTakeProfitAbove,
            (Side::Buy, [Role::StopLoss, _]) => Fault::BuyStopLossBelow,
            (Side::Sell, [_, Role::Limit]) => Fault::SellLimitBelow,
            (Side::Sell, [_, Role::TakeProfit]) => Fault::SellTakeProfitBelow,
            (Side::Sell, [_, Role::StopLoss]) => Fault::SellStopLossAbove,
        };
        Err(Refusal::of(fault))
    }
}

/// What a leg is to its pair.
#[derive(Clone, Copy)]
enum Role {
    Limit,
    StopLoss,
    TakeProfit,
}

fn pair_role(order_type: OrderType) -> Result<Role, Refusal> {
    match order_type {
        OrderType::LimitMaker => Ok(Role::Limit),
        OrderType::StopLoss | OrderType::StopLossLimit => Ok(Role::StopLoss),
        OrderType::TakeProfit | OrderType::TakeProfitLimit => Ok(Role::TakeProfit),
        OrderType::Limit | OrderType::Market => Err(Refusal::of(Fault::PairTypeUnsupported)),
    }
}

/// Reads `DELETE /api/v3/orderList`.
///
/// # Errors
/// -1102 when neither name of the list was sent, and those of the values.
pub fn cancel(
    params: &Params,
    market: MarketId,
    name: impl Fn() -> ClientOrderId,
) -> Result<CancelListRequest, Refusal> {
    Ok(CancelListRequest {
        cancel: CancelList {
            market,
            list: list_ref(params, "listClientOrderId")?,
        },
        client_id: params
            .client_id("newClientOrderId", Fault::ClientIdEmpty)?
            .unwrap_or_else(name),
    })
}

/// Returns the list that a request names by number, by client id or by both.
///
/// # Errors
/// -1102 when it names none.
pub fn list_ref(params: &Params, client: &str) -> Result<ListRef, Refusal> {
    const ID: &str = "orderListId";
    let number = params.integer(ID)?;
    let number = number.map(|number| ListId(number.unsigned_abs()));
    let client_id = params.client_id(client, Fault::OriginalClientIdEmpty)?;
    match (number, client_id) {
        (Some(list), None) => Ok(ListRef::Id(list)),
        (None, Some(client_id)) => Ok(ListRef::Client(client_id)),
        (Some(list), Some(client_id)) => Ok(ListRef::Both(list, client_id)),
        (None, None) => Err(Refusal::with(Fault::EitherMissing, &[client, ID])),
    }
}
