//! Pegged orders: their limit price is what the book says when they start.

use super::filters::check;
use super::{Incoming, Market, Naive};
use model::id::MarketId;
use model::instrument::Phase;
use model::number::Price;
use model::order::{OrderKind, Peg, PegBase, Side, TimeInForce};
use model::reject::Reject;

impl Naive {
    /// Returns an order at the price of its peg if it starts now, else at the price it names, if it does.
    pub(super) fn priced(&self, id: MarketId, asked: &Incoming) -> Result<Incoming, Reject> {
        let Some(peg) = asked.instructions.peg else {
            return Ok(*asked);
        };
        let market = self.market(id)?;
        check(market.phase == Phase::Continuous, Reject::PhaseClosed)?;
        check(may_be_pegged(&asked.kind, peg.base), Reject::PegForbidden)?;
        if asked.starts_later {
            let kind = peg.price.map_or(asked.kind, |price| asked.kind.at(price));
            return Ok(Incoming { kind, ..*asked });
        }
        at_peg(market, asked, &peg)
    }

    /// Returns an order that starts, at the price of its peg, if it passes the filters there.
    pub(super) fn priced_at_start(
        &self,
        id: MarketId,
        asked: &Incoming,
    ) -> Result<Incoming, Reject> {
        let Some(peg) = asked.instructions.peg else {
            return Ok(*asked);
        };
        let market = self.market(id)?;
        let priced = at_peg(market, asked, &peg)?;
        self.check_price_and_qty(market, &priced)?;
        Ok(priced)
    }
}

/// Returns the price the book has set for an order that starts, if it has.
pub fn price_set(started: &Incoming) -> Option<Price> {
    started.instructions.peg.and(started.kind.price())
}

fn at_peg(market: &Market, asked: &Incoming, peg: &Peg) -> Result<Incoming, Reject> {
    let side = match peg.base {
        PegBase::Primary => asked.side,
        PegBase::Market => asked.side.opposite(),
    };
    let rows = market.orders.iter().filter(|row| row.side == side);
    let mut prices: Vec<i64> = rows.map(|row| row.price).collect();
    prices.sort_unstable();
    prices.dedup();
    if side == Side::Buy {
        prices.reverse();
    }
    let price = prices.get(usize::from(peg.levels.count()));
    let price = Price::new(*price.ok_or(Reject::PegUnavailable)?).expect("it rests there");
    Ok(Incoming {
        kind: asked.kind.at(price),
        ..*asked
    })
}

fn may_be_pegged(kind: &OrderKind, base: PegBase) -> bool {
    match kind {
        OrderKind::Limit { time_in_force, .. } => {
            base == PegBase::Market || *time_in_force == TimeInForce::GoodTillCancel
        }
        OrderKind::LimitMaker { .. } => base == PegBase::Primary,
        OrderKind::Market { .. } | OrderKind::MarketQuote { .. } => false,
    }
}
