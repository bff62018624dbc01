//! What an account traded on each UTC day: kept, since adding up the fills of a month would take as long as they are many.

use std::collections::BTreeMap;

use model::id::{AccountId, MarketId};

use crate::money::day_of;
use crate::trade::{FillRole, PastFill};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct VolumeKey {
    pub account: AccountId,
    /// Days since the epoch.
    pub day: i64,
    pub market: MarketId,
}

impl VolumeKey {
    pub const fn of(fill: &PastFill) -> VolumeKey {
        VolumeKey {
            account: fill.account,
            day: day_of(fill.at),
            market: fill.market,
        }
    }
}

/// What an account traded in a market on a day. A trade with itself counts twice: as maker and as taker.
///
/// **Units** quote units of the market.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PastVolume {
    pub key: VolumeKey,
    pub maker: i128,
    pub taker: i128,
    pub fills: u64,
}

/// Adds fills to the volumes of their days, and returns those that changed, each as it is now.
pub fn add(fills: &[PastFill], known: &mut BTreeMap<VolumeKey, PastVolume>) -> Vec<PastVolume> {
    let mut changed = BTreeMap::new();
    for fill in fills {
        let key = VolumeKey::of(fill);
        let volume = known.entry(key).or_insert(PastVolume {
            key,
            maker: 0,
            taker: 0,
            fills: 0,
        });
        let side = match fill.role {
            FillRole::Maker => &mut volume.maker,
            FillRole::Taker => &mut volume.taker,
        };
        *side += fill.quote.units();
        volume.fills += 1;
        changed.insert(key, *volume);
    }
    changed.into_values().collect()
}
