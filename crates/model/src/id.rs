//! Identifiers. Each is its own type, so that no two of them can be exchanged by accident.

macro_rules! id {
    ($(#[$doc:meta])* $name:ident($inner:ty)) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub $inner);
    };
}

id! {
    /// A core account. Given out by the engine in order, from 1 (D14).
    AccountId(u32)
}
id! {
    /// A user of `identity`, who owns core accounts. The engine stores it and never looks behind it.
    OwnerId(u64)
}
id! {
    /// Accounts of one trade group never trade with each other unless the mode allows it (`clearing.md` §10.4).
    /// A group bears the number of its first account.
    TradeGroupId(u32)
}
id! {
    /// An asset. Given out by the engine in order of listing, from 0.
    AssetId(u16)
}
id! {
    /// A market. Given out by the engine in order of listing, from 0.
    MarketId(u16)
}
id! {
    /// An order. Counts per market from 1 and stays below 2^53 (D13).
    OrderId(u64)
}
id! {
    /// A trade. Counts per market from 1 and stays below 2^53 (D13).
    TradeId(u64)
}
id! {
    /// A prevented match. Counts per market from 1 and stays below 2^53.
    PreventedMatchId(u64)
}
id! {
    /// A list of orders. Counts over all markets from 1 and stays below 2^53.
    ListId(u64)
}
id! {
    /// An API key or a browser session, as the engine knows it. Given out by `identity`.
    KeyId(u64)
}
id! {
    /// The position of a command in the log: gapless, strictly rising, from 1.
    Sequence(u64)
}
id! {
    /// A blockchain, as listed in the deployment's chain table.
    ChainId(u16)
}
id! {
    /// An operator. Given out by `identity`; the engine stores it and never looks behind it.
    OperatorId(u32)
}
id! {
    /// What an operator proposed to another. Given out by `identity`, and stays below 2^53.
    ProposalId(u64)
}

impl Sequence {
    /// Before the first command.
    pub const ZERO: Sequence = Sequence(0);

    /// Returns the position after this one.
    pub fn next(self) -> Sequence {
        Sequence(self.0 + 1)
    }
}

/// Order, trade and prevented-match ids stay below this, so that JavaScript clients read them exactly.
pub const MARKET_COUNTER_MAX: u64 = (1 << 53) - 1;

/// The name of something outside: a deposit (chain, transaction, output), a payout, a transfer.
///
/// **Shape** 32 opaque bytes, unique within their kind for ever; whoever sends the command chooses them,
/// usually as a hash of the outside name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reference(pub [u8; 32]);
