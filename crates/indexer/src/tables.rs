//! The tables.
//!
//! **Units** prices in ticks, quantities in lots, times in nanoseconds; amounts, which are wider than a column, in
//! smallest units as text, references as hexadecimal text. Enums are the numbers of `codes`.

/// The version of the tables. A database of another version is made again.
pub const SCHEMA_VERSION: i64 = 10;

/// Numbers rise with time within a market, so that each list has one order, by number or by time.
pub const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS position (
        id        INTEGER PRIMARY KEY CHECK (id = 1),
        cluster   BLOB NOT NULL,
        sequence  INTEGER NOT NULL,
        at_ns     INTEGER NOT NULL,
        before    BLOB NOT NULL,
        after     BLOB NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS orders (
        account            INTEGER NOT NULL,
        market             INTEGER NOT NULL,
        number             INTEGER NOT NULL,
        client_id          TEXT NOT NULL,
        side               INTEGER NOT NULL,
        kind               INTEGER NOT NULL,
        price              INTEGER,
        qty                INTEGER,
        quote              TEXT,
        time_in_force      INTEGER,
        self_trade         INTEGER NOT NULL,
        trigger_purpose    INTEGER,
        trigger_condition  INTEGER,
        trigger_price      INTEGER,
        trigger_delta      INTEGER,
        iceberg_qty        INTEGER,
        peg_base           INTEGER,
        peg_levels         INTEGER,
        peg_price          INTEGER,
        strategy_id        INTEGER,
        strategy_kind      INTEGER,
        list               INTEGER,
        stage              INTEGER NOT NULL,
        original           INTEGER NOT NULL,
        executed           INTEGER NOT NULL,
        prevented          INTEGER NOT NULL,
        prevented_match    INTEGER,
        quote_units        TEXT NOT NULL,
        created_ns         INTEGER NOT NULL,
        updated_ns         INTEGER NOT NULL,
        working_ns         INTEGER,
        trailing_since_ns  INTEGER,
        closed             INTEGER,
        PRIMARY KEY (account, market, number)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS orders_by_time ON orders (account, market, created_ns);
    CREATE INDEX IF NOT EXISTS orders_by_name ON orders (account, market, client_id, updated_ns);
    CREATE INDEX IF NOT EXISTS orders_to_trail ON orders (market)
        WHERE stage = 1 AND trigger_condition IN (1, 2) AND trailing_since_ns IS NULL AND closed IS NULL;
    CREATE TABLE IF NOT EXISTS fills (
        account  INTEGER NOT NULL,
        market   INTEGER NOT NULL,
        trade    INTEGER NOT NULL,
        role     INTEGER NOT NULL,
        number   INTEGER NOT NULL,
        list     INTEGER,
        side     INTEGER NOT NULL,
        price    INTEGER NOT NULL,
        qty      INTEGER NOT NULL,
        quote    TEXT NOT NULL,
        fee      TEXT NOT NULL,
        rebate   TEXT NOT NULL,
        at_ns    INTEGER NOT NULL,
        PRIMARY KEY (account, market, trade, role)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS fills_by_time ON fills (account, market, at_ns);
    CREATE INDEX IF NOT EXISTS fills_by_order ON fills (account, market, number, trade);
    CREATE TABLE IF NOT EXISTS volumes (
        account  INTEGER NOT NULL,
        day      INTEGER NOT NULL,
        market   INTEGER NOT NULL,
        maker    TEXT NOT NULL,
        taker    TEXT NOT NULL,
        fills    INTEGER NOT NULL,
        PRIMARY KEY (account, day, market)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS trades (
        market      INTEGER NOT NULL,
        trade       INTEGER NOT NULL,
        price       INTEGER NOT NULL,
        qty         INTEGER NOT NULL,
        quote       TEXT NOT NULL,
        at_ns       INTEGER NOT NULL,
        taker_side  INTEGER NOT NULL,
        PRIMARY KEY (market, trade)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS aggregates (
        market       INTEGER NOT NULL,
        aggregate    INTEGER NOT NULL,
        price        INTEGER NOT NULL,
        qty          INTEGER NOT NULL,
        first_trade  INTEGER NOT NULL,
        last_trade   INTEGER NOT NULL,
        at_ns        INTEGER NOT NULL,
        taker_side   INTEGER NOT NULL,
        PRIMARY KEY (market, aggregate)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS aggregates_by_time ON aggregates (market, at_ns);
    CREATE TABLE IF NOT EXISTS assets (
        asset   INTEGER NOT NULL,
        symbol  TEXT NOT NULL,
        PRIMARY KEY (asset)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS markets (
        market      INTEGER NOT NULL,
        symbol      TEXT NOT NULL,
        kind        INTEGER NOT NULL,
        base        INTEGER NOT NULL,
        quote       INTEGER NOT NULL,
        tick_units  INTEGER NOT NULL,
        lot_units   INTEGER NOT NULL,
        PRIMARY KEY (market)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS entries (
        account          INTEGER NOT NULL,
        wallet           INTEGER NOT NULL,
        asset            INTEGER NOT NULL,
        at_ns            INTEGER NOT NULL,
        sequence         INTEGER NOT NULL,
        step             INTEGER NOT NULL,
        cause            INTEGER NOT NULL,
        market           INTEGER,
        number           INTEGER,
        available        TEXT NOT NULL,
        held             TEXT NOT NULL,
        available_after  TEXT NOT NULL,
        held_after       TEXT NOT NULL,
        PRIMARY KEY (account, wallet, asset, at_ns, sequence, step)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS entries_of_flows ON entries (account, at_ns, sequence, step)
        WHERE cause IN (0, 1, 2, 3, 4, 5, 11);
    CREATE TABLE IF NOT EXISTS days (
        account          INTEGER NOT NULL,
        wallet           INTEGER NOT NULL,
        asset            INTEGER NOT NULL,
        day              INTEGER NOT NULL,
        available_after  TEXT NOT NULL,
        held_after       TEXT NOT NULL,
        PRIMARY KEY (account, wallet, asset, day)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS fundings (
        account     INTEGER NOT NULL,
        kind        INTEGER NOT NULL,
        created_by  INTEGER NOT NULL,
        created_ns  INTEGER NOT NULL,
        reference   TEXT NOT NULL,
        chain       INTEGER NOT NULL,
        asset       INTEGER NOT NULL,
        amount      TEXT NOT NULL,
        fee         TEXT,
        status      INTEGER NOT NULL,
        ended_by    INTEGER,
        updated_ns  INTEGER NOT NULL,
        PRIMARY KEY (account, kind, created_by)
    ) STRICT, WITHOUT ROWID;
    CREATE UNIQUE INDEX IF NOT EXISTS fundings_by_reference ON fundings (kind, reference);
    CREATE INDEX IF NOT EXISTS fundings_by_time ON fundings (account, kind, created_ns, created_by);
    CREATE TABLE IF NOT EXISTS transfers (
        account      INTEGER NOT NULL,
        sequence     INTEGER NOT NULL,
        at_ns        INTEGER NOT NULL,
        reference    TEXT NOT NULL,
        from_wallet  INTEGER NOT NULL,
        to_account   INTEGER NOT NULL,
        to_wallet    INTEGER NOT NULL,
        asset        INTEGER NOT NULL,
        amount       TEXT NOT NULL,
        PRIMARY KEY (account, sequence)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS transfers_by_payer
        ON transfers (account, from_wallet, to_wallet, at_ns, sequence);
    CREATE INDEX IF NOT EXISTS transfers_by_receiver
        ON transfers (to_account, from_wallet, to_wallet, at_ns, sequence);
    CREATE TABLE IF NOT EXISTS candles (
        market           INTEGER NOT NULL,
        span             INTEGER NOT NULL,
        period           INTEGER NOT NULL,
        open             INTEGER NOT NULL,
        high             INTEGER NOT NULL,
        low              INTEGER NOT NULL,
        close            INTEGER NOT NULL,
        lots             TEXT NOT NULL,
        value            TEXT NOT NULL,
        taker_buy_lots   TEXT NOT NULL,
        taker_buy_value  TEXT NOT NULL,
        first_trade      INTEGER NOT NULL,
        last_trade       INTEGER NOT NULL,
        PRIMARY KEY (market, span, period)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS lists (
        account      INTEGER NOT NULL,
        number       INTEGER NOT NULL,
        market       INTEGER NOT NULL,
        kind         INTEGER NOT NULL,
        client_id    TEXT NOT NULL,
        first_order  INTEGER NOT NULL,
        created_ns   INTEGER NOT NULL,
        updated_ns   INTEGER NOT NULL,
        closed       INTEGER NOT NULL,
        PRIMARY KEY (account, number)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS lists_by_time ON lists (account, created_ns, number);
    CREATE INDEX IF NOT EXISTS lists_by_name ON lists (account, client_id, number);
    CREATE TABLE IF NOT EXISTS prevented_matches (
        market         INTEGER NOT NULL,
        number         INTEGER NOT NULL,
        maker_order    INTEGER NOT NULL,
        taker_order    INTEGER NOT NULL,
        maker_account  INTEGER NOT NULL,
        taker_account  INTEGER NOT NULL,
        price          INTEGER NOT NULL,
        mode           INTEGER NOT NULL,
        maker_qty      INTEGER NOT NULL,
        taker_qty      INTEGER NOT NULL,
        taker_side     INTEGER NOT NULL,
        at_ns          INTEGER NOT NULL,
        PRIMARY KEY (market, number)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS prevented_by_maker ON prevented_matches (market, maker_account, number);
    CREATE INDEX IF NOT EXISTS prevented_by_taker ON prevented_matches (market, taker_account, number);
    CREATE INDEX IF NOT EXISTS prevented_by_maker_order ON prevented_matches (market, maker_order, number);
    CREATE INDEX IF NOT EXISTS prevented_by_taker_order ON prevented_matches (market, taker_order, number);
    CREATE TABLE IF NOT EXISTS order_changes (
        account             INTEGER NOT NULL,
        market              INTEGER NOT NULL,
        number              INTEGER NOT NULL,
        sequence            INTEGER NOT NULL,
        change              INTEGER NOT NULL,
        at_ns               INTEGER NOT NULL,
        reason              INTEGER,
        qty_before          INTEGER,
        qty_after           INTEGER,
        client_id           TEXT,
        previous_client_id  TEXT,
        price_before        INTEGER,
        price_after         INTEGER,
        stop_before         INTEGER,
        delta_before        INTEGER,
        stop_after          INTEGER,
        delta_after         INTEGER,
        shown_before        INTEGER,
        shown_after         INTEGER,
        PRIMARY KEY (account, market, number, sequence, change)
    ) STRICT, WITHOUT ROWID;
";

/// What moves more than between the two buckets of a balance: every cause but those of holds.
pub const MOVE_CAUSES: &str = " AND cause NOT IN (6, 7)";

/// The condition of the index of flows: every cause but those of orders and trades.
pub const FLOW_CAUSES: &str = "cause IN (0, 1, 2, 3, 4, 5, 11)";

/// The columns of each table, in order; a test holds them against the tables.
pub const ORDER_COLUMNS: &str = "account, market, number, client_id, side, kind, price, qty, \
    quote, time_in_force, self_trade, trigger_purpose, trigger_condition, trigger_price, \
    trigger_delta, iceberg_qty, peg_base, peg_levels, peg_price, strategy_id, strategy_kind, \
    list, stage, original, executed, prevented, prevented_match, quote_units, created_ns, \
    updated_ns, working_ns, trailing_since_ns, closed";
pub const FILL_COLUMNS: &str =
    "account, market, trade, role, number, list, side, price, qty, quote, fee, rebate, at_ns";
pub const VOLUME_COLUMNS: &str = "account, day, market, maker, taker, fills";
pub const TRADE_COLUMNS: &str = "market, trade, price, qty, quote, at_ns, taker_side";
pub const AGGREGATE_COLUMNS: &str =
    "market, aggregate, price, qty, first_trade, last_trade, at_ns, taker_side";

pub const ASSET_COLUMNS: &str = "asset, symbol";
pub const MARKET_COLUMNS: &str = "market, symbol, kind, base, quote, tick_units, lot_units";
pub const ENTRY_COLUMNS: &str = "account, wallet, asset, at_ns, sequence, step, cause, market, \
    number, available, held, available_after, held_after";
pub const DAY_COLUMNS: &str = "account, wallet, asset, day, available_after, held_after";
pub const FUNDING_COLUMNS: &str = "account, kind, created_by, created_ns, reference, chain, \
    asset, amount, fee, status, ended_by, updated_ns";
pub const TRANSFER_COLUMNS: &str = "account, sequence, at_ns, reference, from_wallet, \
    to_account, to_wallet, asset, amount";
pub const CANDLE_COLUMNS: &str = "market, span, period, open, high, low, close, lots, value, \
    taker_buy_lots, taker_buy_value, first_trade, last_trade";
pub const LIST_COLUMNS: &str = "account, number, market, kind, client_id, first_order, \
    created_ns, updated_ns, closed";
pub const PREVENTED_COLUMNS: &str = "market, number, maker_order, taker_order, maker_account, \
    taker_account, price, mode, maker_qty, taker_qty, taker_side, at_ns";
pub const CHANGE_COLUMNS: &str = "account, market, number, sequence, change, at_ns, reason, \
    qty_before, qty_after, client_id, previous_client_id, price_before, price_after, stop_before, \
    delta_before, stop_after, delta_after, shown_before, shown_after";

/// Every table of rows with its columns and its key: what the digest is of.
pub const TABLES: [(&str, &str, &str); 15] = [
    ("orders", ORDER_COLUMNS, "account, market, number"),
    ("fills", FILL_COLUMNS, "account, market, trade, role"),
    ("volumes", VOLUME_COLUMNS, "account, day, market"),
    ("trades", TRADE_COLUMNS, "market, trade"),
    ("aggregates", AGGREGATE_COLUMNS, "market, aggregate"),
    ("assets", ASSET_COLUMNS, "asset"),
    ("markets", MARKET_COLUMNS, "market"),
    (
        "entries",
        ENTRY_COLUMNS,
        "account, wallet, asset, at_ns, sequence, step",
    ),
    ("days", DAY_COLUMNS, "account, wallet, asset, day"),
    ("fundings", FUNDING_COLUMNS, "account, kind, created_by"),
    ("transfers", TRANSFER_COLUMNS, "account, sequence"),
    ("candles", CANDLE_COLUMNS, "market, span, period"),
    ("lists", LIST_COLUMNS, "account, number"),
    ("prevented_matches", PREVENTED_COLUMNS, "market, number"),
    (
        "order_changes",
        CHANGE_COLUMNS,
        "account, market, number, sequence, change",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use sqlx::sqlite::SqlitePool;
    use sqlx::{AssertSqlSafe, Executor, Row};

    #[tokio::test]
    async fn every_column_of_a_table_is_written_read_and_digested() {
        let pool = SqlitePool::connect("sqlite::memory:").await.expect("opens");
        let mut connection = pool.acquire().await.expect("a connection");
        connection.execute(SCHEMA).await.expect("tables");
        for (table, columns, key) in TABLES {
            let listed =
                AssertSqlSafe(format!("SELECT name, pk FROM pragma_table_info('{table}')"));
            let rows = sqlx::query(listed).fetch_all(&mut *connection).await;
            let rows = rows.expect("a table");
            let names: Vec<&str> = rows.iter().map(|row| row.get(0)).collect();
            assert_eq!(names, Vec::from_iter(columns.split(", ")), "{table}");
            let keys: Vec<&str> = rows
                .iter()
                .filter(|row| 0 < row.get::<i64, _>(1))
                .map(|row| row.get(0))
                .collect();
            assert_eq!(keys, Vec::from_iter(key.split(", ")), "{table}");
        }
    }
}
