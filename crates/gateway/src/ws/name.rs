//! Names of streams: what a client writes, and what it means.
//!
//! **Source** `docs/spec/binance-surface.md` §11.1 and §11.2. One stream is ours: `<symbol>@depth@0ms` tells the level
//! changes of every command as they happen, one message a command.

use core::fmt;

use model::text::Symbol;
use views::interval::Interval;

use crate::rest::zone::Zone;

/// A stream that exists, whether or not its market is listed yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stream {
    Market { symbol: Symbol, kind: Kind },
    Overview(Overview),
}

/// What a stream tells about one market.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Trade,
    Aggregate,
    BookTicker,
    /// The levels that changed.
    Depth(Speed),
    /// The best levels.
    Partial(PartialDepth),
    Kline(Interval, Offset),
    Ticker,
    MiniTicker,
    WindowTicker(Window),
    AveragePrice,
}

/// How far back a rolling ticker looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(usize)]
pub enum Window {
    Hour1 = 0,
    Hour4 = 1,
    Day1 = 2,
}

/// When the days of candles begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(usize)]
pub enum Offset {
    Utc = 0,
    East8 = 1,
}

/// How long level changes are gathered before they are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(usize)]
pub enum Speed {
    EachCommand = 0,
    Millis100 = 1,
    Millis1000 = 2,
}

/// How many levels a side, how often.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(usize)]
pub enum PartialDepth {
    Five = 0,
    Ten = 1,
    Twenty = 2,
    FiveFast = 3,
    TenFast = 4,
    TwentyFast = 5,
}

/// All markets in one array.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Overview {
    Ticker,
    MiniTicker,
    WindowTicker(Window),
}

impl Window {
    pub const ALL: [Window; 3] = [Window::Hour1, Window::Hour4, Window::Day1];

    /// Returns how the window is called, in the names of streams and events.
    pub const fn name(self) -> &'static str {
        match self {
            Window::Hour1 => "1h",
            Window::Hour4 => "4h",
            Window::Day1 => "1d",
        }
    }

    pub const fn minutes(self) -> i64 {
        match self {
            Window::Hour1 => 60,
            Window::Hour4 => 4 * 60,
            Window::Day1 => 24 * 60,
        }
    }

    fn of_ticker(word: &str) -> Option<Window> {
        let name = word.strip_prefix("ticker_")?;
        Window::ALL.into_iter().find(|window| window.name() == name)
    }
}

impl Offset {
    pub const ALL: [Offset; 2] = [Offset::Utc, Offset::East8];

    /// Returns the zone whose midnight begins a day.
    pub const fn zone(self) -> Zone {
        match self {
            Offset::Utc => Zone::UTC,
            Offset::East8 => Zone::EAST_8,
        }
    }

    fn parse(word: Option<&str>) -> Option<Offset> {
        match word {
            None => Some(Offset::Utc),
            Some("+08:00") => Some(Offset::East8),
            Some(_) => None,
        }
    }

    /// Returns what follows the interval in the name.
    const fn suffix(self) -> &'static str {
        match self {
            Offset::Utc => "",
            Offset::East8 => "@+08:00",
        }
    }
}

impl Speed {
    pub const ALL: [Speed; 3] = [Speed::EachCommand, Speed::Millis100, Speed::Millis1000];

    fn parse(word: Option<&str>) -> Option<Speed> {
        match word {
            None => Some(Speed::Millis1000),
            Some(word) if word.eq_ignore_ascii_case("1000ms") => Some(Speed::Millis1000),
            Some(word) if word.eq_ignore_ascii_case("100ms") => Some(Speed::Millis100),
            Some(word) if word.eq_ignore_ascii_case("0ms") => Some(Speed::EachCommand),
            Some(_) => None,
        }
    }

    /// Returns what follows `depth` in the name.
    const fn suffix(self) -> &'static str {
        match self {
            Speed::EachCommand => "@0ms",
            Speed::Millis100 => "@100ms",
            Speed::Millis1000 => "",
        }
    }
}

impl PartialDepth {
    pub const ALL: [PartialDepth; 6] = [
        PartialDepth::Five,
        PartialDepth::Ten,
        PartialDepth::Twenty,
        PartialDepth::FiveFast,
        PartialDepth::TenFast,
        PartialDepth::TwentyFast,
    ];

    /// Returns the levels of each side.
    pub const fn level_count(self) -> usize {
        match self {
            PartialDepth::Five | PartialDepth::FiveFast => 5,
            PartialDepth::Ten | PartialDepth::TenFast => 10,
            PartialDepth::Twenty | PartialDepth::TwentyFast => 20,
        }
    }

    pub const fn speed(self) -> Speed {
        match self {
            PartialDepth::Five | PartialDepth::Ten | PartialDepth::Twenty => Speed::Millis1000,
            _ => Speed::Millis100,
        }
    }
}

impl Stream {
    /// Returns the stream of a name, or `None` when there is none: symbols and words in any case, except that the
    /// interval `1M` is a month and `1m` a minute.
    pub fn parse(name: &str) -> Option<Stream> {
        let (market, what) = name.split_once('@')?;
        if let Some(every) = market.strip_prefix('!') {
            return parse_overview(every, what).map(Stream::Overview);
        }
        let symbol = Symbol::parse(market.to_ascii_uppercase().as_bytes())?;
        let (word, speed) = match what.split_once('@') {
            Some((word, speed)) => (word, Some(speed)),
            None => (what, None),
        };
        let kind = parse_kind(word, speed)?;
        Some(Stream::Market { symbol, kind })
    }
}

fn parse_overview(every: &str, what: &str) -> Option<Overview> {
    if !what.eq_ignore_ascii_case("arr") {
        return None;
    }
    match every.to_ascii_lowercase().as_str() {
        "ticker" => Some(Overview::Ticker),
        "miniticker" => Some(Overview::MiniTicker),
        word => Window::of_ticker(word).map(Overview::WindowTicker),
    }
}

fn parse_kind(word: &str, speed: Option<&str>) -> Option<Kind> {
    let folded = word.to_ascii_lowercase();
    if folded == "depth" {
        return Speed::parse(speed).map(Kind::Depth);
    }
    if let Some(levels) = folded.strip_prefix("depth") {
        return parse_partial(levels, Speed::parse(speed)?).map(Kind::Partial);
    }
    if folded.starts_with("kline_") {
        let interval = Interval::from_name(&word["kline_".len()..])?;
        return Offset::parse(speed).map(|offset| Kind::Kline(interval, offset));
    }
    if speed.is_some() {
        return None;
    }
    match folded.as_str() {
        "trade" => Some(Kind::Trade),
        "aggtrade" => Some(Kind::Aggregate),
        "bookticker" => Some(Kind::BookTicker),
        "ticker" => Some(Kind::Ticker),
        "miniticker" => Some(Kind::MiniTicker),
        "avgprice" => Some(Kind::AveragePrice),
        word => Window::of_ticker(word).map(Kind::WindowTicker),
    }
}

fn parse_partial(levels: &str, speed: Speed) -> Option<PartialDepth> {
    PartialDepth::ALL
        .into_iter()
        .find(|partial| partial.speed() == speed && levels.parse() == Ok(partial.level_count()))
}

/// Writes the name as upstream spells it: lower-case symbol, no suffix for a second.
impl fmt::Display for Stream {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Stream::Overview(Overview::Ticker) => formatter.write_str("!ticker@arr"),
            Stream::Overview(Overview::MiniTicker) => formatter.write_str("!miniTicker@arr"),
            Stream::Overview(Overview::WindowTicker(window)) => {
                write!(formatter, "!ticker_{}@arr", window.name())
            }
            Stream::Market { symbol, kind } => {
                let symbol = symbol.as_str().to_ascii_lowercase();
                write!(formatter, "{symbol}@{kind}")
            }
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Kind::Trade => formatter.write_str("trade"),
            Kind::Aggregate => formatter.write_str("aggTrade"),
            Kind::BookTicker => formatter.write_str("bookTicker"),
            Kind::Depth(speed) => write!(formatter, "depth{}", speed.suffix()),
            Kind::Partial(partial) => {
                let suffix = partial.speed().suffix();
                write!(formatter, "depth{}{suffix}", partial.level_count())
            }
            Kind::Kline(interval, offset) => {
                write!(formatter, "kline_{}{}", interval.name(), offset.suffix())
            }
            Kind::Ticker => formatter.write_str("ticker"),
            Kind::MiniTicker => formatter.write_str("miniTicker"),
            Kind::WindowTicker(window) => write!(formatter, "ticker_{}", window.name()),
            Kind::AveragePrice => formatter.write_str("avgPrice"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_reads_back_as_it_is_written() {
        let kinds = [
            Kind::Trade,
            Kind::Aggregate,
            Kind::BookTicker,
            Kind::Ticker,
            Kind::MiniTicker,
            Kind::AveragePrice,
        ]
        .into_iter()
        .chain(Window::ALL.map(Kind::WindowTicker))
        .chain(Speed::ALL.map(Kind::Depth))
        .chain(PartialDepth::ALL.map(Kind::Partial))
        .chain(
            Offset::ALL
                .into_iter()
                .flat_map(|offset| Interval::ALL.map(|interval| Kind::Kline(interval, offset))),
        );
        let symbol = Symbol::parse(b"BTCUSDT").expect("legal");
        for stream in kinds
            .map(|kind| Stream::Market { symbol, kind })
            .chain([Overview::Ticker, Overview::MiniTicker].map(Stream::Overview))
            .chain(Window::ALL.map(|window| Stream::Overview(Overview::WindowTicker(window))))
        {
            let name = stream.to_string();
            assert_eq!(Stream::parse(&name), Some(stream), "{name}");
        }
    }

    #[test]
    fn case_does_not_matter_but_for_the_month() {
        for (name, canonical) in [
            ("BTCUSDT@trade", "btcusdt@trade"),
            ("BtcUsdt@AGGTRADE", "btcusdt@aggTrade"),
            ("btcusdt@depth@1000ms", "btcusdt@depth"),
            ("btcusdt@DEPTH@100MS", "btcusdt@depth@100ms"),
            ("btcusdt@depth20@1000ms", "btcusdt@depth20"),
            ("BTCUSDT@KLINE_1M", "btcusdt@kline_1M"),
            ("BTCUSDT@kline_1m", "btcusdt@kline_1m"),
            ("BTCUSDT@Kline_1d@+08:00", "btcusdt@kline_1d@+08:00"),
            ("!MINITICKER@ARR", "!miniTicker@arr"),
            ("BTCUSDT@TICKER_4H", "btcusdt@ticker_4h"),
            ("!Ticker_1D@arr", "!ticker_1d@arr"),
            ("btcusdt@AVGPRICE", "btcusdt@avgPrice"),
        ] {
            let stream = Stream::parse(name).map(|stream| stream.to_string());
            assert_eq!(stream.as_deref(), Some(canonical));
        }
    }

    #[test]
    fn what_is_no_stream_has_no_meaning() {
        for name in [
            "",
            "0",
            "@",
            "@trade",
            "btcusdt",
            "btcusdt@",
            "btcusdt@trades",
            "btcusdt@trade@100ms",
            "btcusdt@depth@250ms",
            "btcusdt@depth@100ms@100ms",
            "btcusdt@depth5@0ms",
            "btcusdt@depth7",
            "btcusdt@depth-5",
            "btcusdt@kline_",
            "btcusdt@kline_1y",
            "btcusdt@kline_1m@+07:00",
            "btcusdt@kline_1m@08:00",
            "btcusdt@trade@+08:00",
            "btc usdt@trade",
            "btcusdt\"@trade",
            "btcusdtbtcusdtbtcusdt@trade",
            "btcusdt@ticker_2h",
            "btcusdt@ticker_",
            "!ticker_@arr",
            "!ticker",
            "!ticker@",
            "!trade@arr",
            "!@arr",
        ] {
            assert_eq!(Stream::parse(name), None, "{name}");
        }
    }
}
