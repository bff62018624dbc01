//! The decoders of text: numbers, request parameters, socket messages and recordings.

use crate::trace::Trace;
use model::id::{AssetId, MarketId};
use model::instrument::{Grid, Instrument, InstrumentKind};
use model::text::ClientOrderId;
use wire::binance::control::Control;
use wire::binance::error::Refusal;
use wire::binance::params::{Params, Plus};
use wire::binance::request;
use wire::binance::signing::Signed;
use wire::binance::time::Window;
use wire::binance::ws_api;
use wire::decimal::{self as decimal_format, Decimal};
use wire::recording as recording_format;

const STREAMS_MAX: usize = 200;

/// What stands between the query string and the body in the inputs of `params`.
const BODY: char = '\n';

pub const NUMBERS: &[&[u8]] = &[
    b"0",
    b"1",
    b"9",
    b".",
    b"-",
    b"+",
    b"e",
    b"E400",
    b"0x",
    b"NaN",
    b"Infinity",
    b"1_0",
    b"1,5",
    b" ",
    b"00000000",
    b"99999999999999999999",
    b"18446744073709551616",
    b"9007199254740993",
];

pub const PARAMETERS: &[&[u8]] = &[
    b"&",
    b"=",
    b"%",
    b"%00",
    b"%2e",
    b"+",
    b"\n",
    b"symbol=BTCUSDT",
    b"side=BUY",
    b"side=SELL",
    b"type=LIMIT",
    b"type=MARKET",
    b"type=LIMIT_MAKER",
    b"timeInForce=GTC",
    b"timeInForce=FOK",
    b"quantity=0.001",
    b"quoteOrderQty=10",
    b"price=65000.01",
    b"newClientOrderId=a",
    b"newOrderRespType=FULL",
    b"selfTradePreventionMode=NONE",
    b"orderId=1",
    b"origClientOrderId=b",
    b"cancelRestrictions=ONLY_NEW",
    b"cancelReplaceMode=ALLOW_FAILURE",
    b"cancelOrderId=7",
    b"newQty=1",
    b"timestamp=1700000000000",
    b"recvWindow=5000.123",
    b"signature=00",
    b"idempotencyKey=once",
    b"icebergQty=1",
    b"stopPrice=1",
];

pub const CONTROL: &[&[u8]] = &[
    b"{",
    b"}",
    b"[",
    b"]",
    b"\"",
    b":",
    b",",
    b"null",
    b"true",
    b"\\u0000",
    b"\\ud800",
    b"1e9",
    b"\"method\":",
    b"\"params\":",
    b"\"id\":",
    b"\"SUBSCRIBE\"",
    b"\"UNSUBSCRIBE\"",
    b"\"LIST_SUBSCRIPTIONS\"",
    b"\"SET_PROPERTY\"",
    b"\"GET_PROPERTY\"",
    b"\"combined\"",
    b"\"btcusdt@trade\"",
];

pub const SOCKET_REQUEST: &[&[u8]] = &[
    b"{",
    b"}",
    b"[",
    b"]",
    b"\"",
    b":",
    b",",
    b"null",
    b"true",
    b"1e9",
    b"\\u0000",
    b"\\ud800",
    b"\"id\":",
    b"\"method\":",
    b"\"params\":",
    b"\"v3/order.place\"",
    b"\"symbol\":\"BTCUSDT\"",
    b"\"side\":\"BUY\"",
    b"\"type\":\"LIMIT\"",
    b"\"timeInForce\":\"GTC\"",
    b"\"quantity\":1",
    b"\"price\":\"65000.01\"",
    b"\"timestamp\":1700000000000",
    b"\"apiKey\":\"a\"",
    b"\"signature\":\"00\"",
];

pub const RECORDING: &[&[u8]] = &[
    b"{",
    b"}",
    b"[",
    b"]",
    b"\"",
    b":",
    b",",
    b" ",
    b"\"stream\":",
    b"\"data\":",
    b"\"@trade\"",
    b"\"lastUpdateId\":",
    b"\"bids\":",
    b"\"asks\":",
    b"[\"1.0\",\"2.0\"]",
    b"\"btcusdt@depth\"",
    b"\"p\":\"1.5\"",
    b"\"q\":\"1\"",
    b"\"m\":true",
    b"\"U\":1",
    b"\"u\":2",
    b"1700000000000000000",
];

/// A decimal number: whatever is read is the same number when it is printed and read again.
pub fn decimal(bytes: &[u8], trace: &mut Trace) {
    let Ok(text) = core::str::from_utf8(bytes) else {
        return;
    };
    match decimal_format::parse(text) {
        Ok(units) => {
            trace.see(text.len());
            assert!(0 <= units);
            assert!(decimal_format::parse(&Decimal(units).to_string()) == Ok(units));
            assert!(units == slowly(text));
        }
        Err(error) => trace.see(core::mem::discriminant(&error)),
    }
}

/// Reads the number the plain way: the digits without the point, moved by the places that are missing.
fn slowly(text: &str) -> i128 {
    let places = text.split_once('.').map_or(0, |(_, places)| places.len());
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let missing = "0".repeat(decimal_format::PLACES - places);
    (digits + &missing).parse().expect("28 digits fit an i128")
}

/// The parameters of a request, and every request that may be made of them.
pub fn params(bytes: &[u8], trace: &mut Trace) {
    let text = String::from_utf8_lossy(bytes);
    let (query, body) = text.split_once(BODY).unwrap_or((&text, ""));
    let signed = Signed::cut(query, body);
    assert!(signed.payload().len() <= query.len() + body.len());
    trace.see(signed.decoded(Plus::IsSpace).is_some());
    let params = match Params::parse(query, body) {
        Ok(params) => params,
        Err(refusal) => return trace.see_words(&refusal.msg),
    };
    let name = || ClientOrderId::from_number(1);
    let instrument = instrument();
    see(Window::parse(&params), trace);
    see(request::symbol(&params), trace);
    see(request::idempotency_key(&params), trace);
    see(request::place(&params, &instrument, name), trace);
    see(request::cancel(&params, instrument.id, name), trace);
    see(request::replace(&params, &instrument, name, name), trace);
    see(request::amend(&params, &instrument, name), trace);
    see(request::amend_any(&params, &instrument), trace);
}

/// A refusal in the words that the client reads shows where the reading ended.
fn see<T>(read: Result<T, Refusal>, trace: &mut Trace) {
    let kind = core::any::type_name::<T>();
    match read {
        Ok(_) => trace.see(kind),
        Err(refusal) => {
            trace.see((kind, refusal.code));
            trace.see_words(&refusal.msg);
        }
    }
}

fn instrument() -> Instrument {
    let grid = Grid {
        tick_units: 1_000_000,
        lot_units: 1_000,
    };
    Instrument {
        id: MarketId(0),
        symbol: super::engine_total::choice::numbered_symbol(0),
        kind: InstrumentKind::Spot,
        base: AssetId(0),
        quote: AssetId(1),
        grid,
        quote_per_tick_lot: 10,
    }
}

/// A message on a stream socket.
pub fn control(bytes: &[u8], trace: &mut Trace) {
    let Ok(text) = core::str::from_utf8(bytes) else {
        return;
    };
    match Control::parse(text, STREAMS_MAX) {
        Ok(control) => trace.see(core::mem::discriminant(&control.wish)),
        Err(error) => trace.see_words(&format!("{error:?}")),
    }
}

/// A request of the WebSocket API, and what is made of its parameters.
pub fn socket_request(bytes: &[u8], trace: &mut Trace) {
    let Ok(text) = core::str::from_utf8(bytes) else {
        return;
    };
    match ws_api::Request::parse(text) {
        Ok((method, request)) => {
            let name = || ClientOrderId::from_number(1);
            trace.see(method.len());
            see(Window::parse(&request.params), trace);
            see(request::place(&request.params, &instrument(), name), trace);
        }
        Err(unreadable) => trace.see_words(&unreadable.refusal.msg),
    }
}

/// A line of a recording.
pub fn recording(bytes: &[u8], trace: &mut Trace) {
    let Ok(text) = core::str::from_utf8(bytes) else {
        return;
    };
    match recording_format::parse(1, text) {
        Ok(record) => trace.see(core::mem::discriminant(&record.content)),
        Err(error) => trace.see_words(&error.to_string()),
    }
}
