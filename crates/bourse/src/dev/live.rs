//! The market, live in the terminal: a table that redraws itself, or now and then a line where nobody can see it move.

use gateway::hub::Hub;
use model::id::Sequence;
use std::fmt::Write as _;
use std::io::{IsTerminal, Write};
use std::sync::Arc;
use std::time::Duration;
use views::market::Market;
use views::views::Views;
use wire::decimal;

const REDRAW_PERIOD: Duration = Duration::from_secs(1);
const LINE_PERIOD: Duration = Duration::from_secs(10);
/// Clears everything from the cursor to the end of the screen.
const CLEAR_BELOW: &str = "\x1b[J";

/// How the market is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Table,
    Line,
}

/// Shows the market for as long as the exchange runs.
pub async fn show(hub: Arc<Hub>) {
    let is_seen = std::io::stdout().is_terminal();
    let (form, period) = if is_seen {
        (Form::Table, REDRAW_PERIOD)
    } else {
        (Form::Line, LINE_PERIOD)
    };
    let mut ticks = tokio::time::interval(period);
    ticks.tick().await;
    let mut before = hub.views().sequence();
    let mut drawn = String::new();
    loop {
        ticks.tick().await;
        let (text, sequence) = describe(&hub.views(), before, period, form);
        let up = drawn.lines().count();
        let back = if form == Form::Table && 0 < up {
            format!("\x1b[{up}F{CLEAR_BELOW}")
        } else {
            String::new()
        };
        let mut out = std::io::stdout().lock();
        // A terminal that is gone takes nothing away from the exchange.
        let _ = out.write_all(format!("{back}{text}").as_bytes());
        let _ = out.flush();
        (drawn, before) = (text, sequence);
    }
}

fn describe(views: &Views, before: Sequence, period: Duration, form: Form) -> (String, Sequence) {
    let sequence = views.sequence();
    let per_second = (sequence.0 - before.0) / period.as_secs();
    let rows: Vec<Row> = views
        .markets()
        .map(|market| Row::of(market, views))
        .collect();
    let text = match form {
        Form::Table => table(&rows, sequence, per_second),
        Form::Line => line(&rows, sequence, per_second),
    };
    (text, sequence)
}

/// What is shown of a market.
struct Row {
    symbol: String,
    last: String,
    change: String,
    bid: String,
    ask: String,
    trades: u64,
}

impl Row {
    fn of(market: &Market, views: &Views) -> Row {
        let grid = market.instrument().grid;
        let ticker = market.ticker(views.at());
        let price = |price| decimal::of_price(price, &grid).to_string();
        let shown = |text: Option<String>| text.map_or("-".to_owned(), |text| trimmed(&text));
        Row {
            symbol: market.instrument().symbol.as_str().to_owned(),
            last: shown(ticker.last.map(|last| price(last.price))),
            change: ticker.day.map_or("-".to_owned(), |day| {
                let (open, close) = (day.open.ticks() as f64, day.close.ticks() as f64);
                format!("{:+.2} %", (close / open - 1.0) * 100.0)
            }),
            bid: shown(ticker.top.bid.map(|level| price(level.price))),
            ask: shown(ticker.top.ask.map(|level| price(level.price))),
            trades: ticker.day.map_or(0, |day| day.trade_count()),
        }
    }
}

/// Cuts zeros that only pad, and keeps two places.
fn trimmed(text: &str) -> String {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let kept = fraction.trim_end_matches('0');
    format!("{whole}.{kept:0<2}")
}

fn table(rows: &[Row], sequence: Sequence, per_second: u64) -> String {
    let mut text = format!(
        "  {:<10} {:>14} {:>10} {:>14} {:>14} {:>10}\n",
        "market", "last", "24 h", "bid", "ask", "trades"
    );
    for row in rows {
        let _ = writeln!(
            text,
            "  {:<10} {:>14} {:>10} {:>14} {:>14} {:>10}",
            row.symbol, row.last, row.change, row.bid, row.ask, row.trades
        );
    }
    let _ = writeln!(
        text,
        "  command {sequence}, {per_second} a second",
        sequence = sequence.0
    );
    text
}

fn line(rows: &[Row], sequence: Sequence, per_second: u64) -> String {
    let mut text = String::from(" ");
    for row in rows {
        let _ = write!(text, " {} {} ({})", row.symbol, row.last, row.change);
    }
    let _ = writeln!(text, "  command {}, {per_second} a second", sequence.0);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_lose_the_zeros_that_only_pad() {
        assert_eq!(trimmed("61810.58000000"), "61810.58");
        assert_eq!(trimmed("0.04337000"), "0.04337");
        assert_eq!(trimmed("100.00000000"), "100.00");
    }
}
