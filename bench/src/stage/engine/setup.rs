//! The commands before the first order: assets, markets, accounts, keys and money.

use model::account::{FEE_TIERS, Scopes};
use model::command::{Command, Deposit, Genesis, ListMarket, OpenAccount};
use model::id::{AccountId, AssetId, ChainId, KeyId, MarketId, OwnerId, Reference};
use model::instrument::{Band, Cause, FeeRates, Grid, Phase, Terms};
use model::number::{Amount, Price, Qty, RatePpb, RatioPpm};
use model::order::{SelfTradeMode, SelfTradeModes};
use model::text::Symbol;
use model::time::Timestamp;

use crate::flow::Flow;
use crate::flow::record::Side;

/// The asset every market is quoted in; the base of symbol n is asset n + 1.
const QUOTE: AssetId = AssetId(0);
/// More of the quote than any account of any flow spends.
const QUOTE_FUNDS: Amount = Amount::new(1_i128 << 70).expect("a legal amount");
/// More of a base than any account of any flow sells.
const BASE_FUNDS: Amount = Amount::new(1_i128 << 60).expect("a legal amount");

/// A tick of 0.01 and a lot of 0.001: one lot at one tick is a thousand units of the quote.
const GRID: Grid = Grid {
    tick_units: 1_000_000,
    lot_units: 100_000,
};
const MAKER_FEE: RatePpb = RatePpb::new(200_000).expect("0.02 % is a legal rate");
const TAKER_FEE: RatePpb = RatePpb::new(500_000).expect("0.05 % is a legal rate");
/// A flow's quantities are 32 bits.
const QTY_MAX: Qty = Qty::new(u32::MAX as i64).expect("a legal quantity");
const ONE_LOT: Qty = Qty::new(1).expect("a legal quantity");
const OPEN_ORDERS_MAX: u32 = 1 << 20;

/// Kinds of reference, so that no two of them are equal.
const ACCOUNT_REFERENCE: u64 = 1;
const DEPOSIT_REFERENCE: u64 = 2;

/// Returns everything that `flow` needs before its first record.
pub fn commands(flow: &Flow) -> Vec<Command> {
    commands_with_accounts(flow, flow.header.accounts)
}

/// Returns the same with so many accounts, of which those of the flow are the first.
pub fn commands_with_accounts(flow: &Flow, accounts: u32) -> Vec<Command> {
    let mut commands = markets(flow.header.symbols);
    (1..=accounts).for_each(|account| commands.extend(open_account(account)));
    commands.extend(fund_sellers(flow));
    commands
}

/// Returns the genesis record and the listing of every market.
pub fn markets(symbols: u32) -> Vec<Command> {
    let genesis = Genesis {
        cluster: 1,
        table_seed: 0x0b00_5eed,
        blinding_key: [0; 32],
    };
    let mut commands = vec![Command::Genesis(genesis), list_asset(QUOTE)];
    (0..symbols).for_each(|symbol| commands.extend(list_symbol(symbol)));
    commands
}

fn list_symbol(symbol: u32) -> [Command; 3] {
    let market = MarketId(u16::try_from(symbol).expect("a flow's symbols are 16 bits"));
    let base = base_of(market.0);
    let listing = ListMarket {
        symbol: named('M', u32::from(market.0)),
        base,
        quote: QUOTE,
        grid: GRID,
        terms: Box::new(terms()),
    };
    let phase = Command::SetPhase {
        market,
        phase: Phase::Continuous,
        cause: Cause::Operator,
    };
    [list_asset(base), Command::ListMarket(listing), phase]
}

fn list_asset(asset: AssetId) -> Command {
    Command::ListAsset {
        symbol: named('A', u32::from(asset.0)),
    }
}

/// Filters as wide as they go: a flow is measured, not policed. Each is still checked.
fn terms() -> Terms {
    let widest = Band {
        up: RatioPpm::MAX,
        down: RatioPpm::new(0).expect("nothing is a legal ratio"),
    };
    Terms {
        price_min: Price::MIN,
        price_max: Price::MAX,
        qty_min: ONE_LOT,
        qty_max: QTY_MAX,
        market_qty_min: ONE_LOT,
        market_qty_max: QTY_MAX,
        notional_min: Amount::ZERO,
        notional_max: Amount::MAX,
        bid_band: widest,
        ask_band: widest,
        execution_band: widest,
        open_orders_max: OPEN_ORDERS_MAX,
        position_max: Amount::MAX,
        fees: [FeeRates {
            maker: MAKER_FEE,
            taker: TAKER_FEE,
        }; FEE_TIERS],
        self_trade_default: SelfTradeMode::ExpireTaker,
        self_trade_allowed: SelfTradeModes::ALL,
    }
}

/// Opens an account, gives it a key and funds it with the quote.
pub fn open_account(account: u32) -> [Command; 3] {
    let wish = OpenAccount {
        reference: reference(ACCOUNT_REFERENCE, u64::from(account)),
        owner: OwnerId(u64::from(account)),
        master: None,
    };
    let key = Command::CreateKey {
        key: key_of(account),
        account: AccountId(account),
        scopes: Scopes::TRADE,
        expires_at: Timestamp::MAX,
        grant: None,
    };
    [
        Command::OpenAccount(wish),
        key,
        deposit(account, QUOTE, QUOTE_FUNDS),
    ]
}

/// Gives every account each base that it ever sells.
fn fund_sellers(flow: &Flow) -> Vec<Command> {
    let symbols = flow.header.symbols as usize;
    let mut is_funded = vec![false; symbols * (flow.header.accounts as usize + 1)];
    let mut deposits = Vec::new();
    for record in flow
        .records
        .iter()
        .filter(|record| record.side == Side::Sell)
    {
        let place = record.account as usize * symbols + usize::from(record.symbol);
        if !std::mem::replace(&mut is_funded[place], true) {
            deposits.push(deposit(record.account, base_of(record.symbol), BASE_FUNDS));
        }
    }
    deposits
}

fn deposit(account: u32, asset: AssetId, amount: Amount) -> Command {
    let number = u64::from(account) << u16::BITS | u64::from(asset.0);
    Command::CreditDeposit(Deposit {
        reference: reference(DEPOSIT_REFERENCE, number),
        chain: ChainId(0),
        account: AccountId(account),
        asset,
        amount,
    })
}

/// Returns the key with which an account of a flow signs.
pub fn key_of(account: u32) -> KeyId {
    KeyId(u64::from(account))
}

fn base_of(symbol: u16) -> AssetId {
    AssetId(symbol + 1)
}

fn reference(kind: u64, number: u64) -> Reference {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&kind.to_le_bytes());
    bytes[8..16].copy_from_slice(&number.to_le_bytes());
    Reference(bytes)
}

fn named(letter: char, number: u32) -> Symbol {
    Symbol::parse(format!("{letter}{number}").as_bytes()).expect("a letter and digits")
}
