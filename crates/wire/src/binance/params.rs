//! Parameters of a request: query string and form body as one list of names and values.
//!
//! Names and values are case-sensitive and come in any order. A name in both parts takes the query's value; a name
//! twice in one part is an error. Nothing here knows an endpoint.
//!
//! **Source** `docs/spec/binance-surface.md` §2.

use memchr::{memchr, memchr_iter};
use model::text::ClientOrderId;

use crate::binance::error::{Fault, Refusal};
use crate::binance::signing::Spelling;
use crate::decimal::{self, DecimalError};

/// More than the largest request has.
const PARAMETERS_MAX: usize = 128;
/// As many as an order has.
const USUAL_PARAMETERS: usize = 12;
/// The range upstream names for a client order id.
pub const CLIENT_ID_RANGE: &str = r"^[\.A-Z\:/a-z0-9_-]{1,36}$";
const DECIMAL_RANGE: &str = r"^([0-9]{1,20})(\.[0-9]{1,20})?$";
const INTEGER_RANGE: &str = "^[0-9]{1,20}$";
const TEXT_RANGE: &str = "^[ -~]*$";

/// The parameters of one request.
#[derive(Debug, Default)]
pub struct Params {
    /// Every name with its value, decoded, one after the other.
    text: String,
    pairs: Vec<Pair>,
}

/// Where in the text a name begins, its value begins, and that ends; and the mark of the name.
#[derive(Clone, Copy, Debug)]
struct Pair {
    mark: u32,
    name: usize,
    value: usize,
    end: usize,
    part: Part,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Query,
    Body,
}

impl Params {
    /// Returns the parameters of a raw query string and a raw form body, both still percent-encoded or not.
    ///
    /// # Errors
    /// A name given twice in one part, too many parameters, or bytes that are no text.
    pub fn parse(query: &str, body: &str) -> Result<Params, Refusal> {
        let mut params = Params::with_room_for(query.len() + body.len());
        params.read(query, Part::Query)?;
        params.read(body, Part::Body)?;
        Ok(params)
    }

    /// Returns no parameters yet, and room for those of a message of this length.
    pub fn with_room_for(bytes: usize) -> Params {
        Params {
            text: String::with_capacity(bytes),
            pairs: Vec::with_capacity(USUAL_PARAMETERS),
        }
    }

    /// Adds a parameter of a request that names them one by one.
    ///
    /// # Errors
    /// A name given twice, or too many of them.
    pub fn add(&mut self, name: &str, value: &str) -> Result<(), Refusal> {
        let start = self.text.len();
        self.text.push_str(name);
        let middle = self.text.len();
        self.text.push_str(value);
        self.close_pair(start, middle, Part::Query)
    }

    fn read(&mut self, raw: &str, part: Part) -> Result<(), Refusal> {
        let spelling = Spelling::of(raw);
        let mut pair_start = 0;
        for pair_end in memchr_iter(b'&', raw.as_bytes()).chain([raw.len()]) {
            let pair = &raw[pair_start..pair_end];
            pair_start = pair_end + 1;
            if pair.is_empty() {
                continue;
            }
            let equals = memchr(b'=', pair.as_bytes()).unwrap_or(pair.len());
            let start = self.text.len();
            self.decode(&pair[..equals], spelling)
                .ok_or_else(|| illegal("name", TEXT_RANGE))?;
            let middle = self.text.len();
            self.decode(pair.get(equals + 1..).unwrap_or(""), spelling)
                .ok_or_else(|| illegal(&self.text[start..middle], TEXT_RANGE))?;
            self.close_pair(start, middle, part)?;
        }
        Ok(())
    }

    /// Takes what the text has from `start` on for a name and, from `middle` on, its value.
    fn close_pair(&mut self, start: usize, middle: usize, part: Part) -> Result<(), Refusal> {
        let name = &self.text[start..middle];
        if let Some(known) = self.find(name) {
            // The query was read first and wins.
            let is_of_other_part = known.part != part;
            self.text.truncate(start);
            return is_of_other_part
                .then_some(())
                .ok_or_else(|| Refusal::of(Fault::DuplicateParameter));
        }
        if PARAMETERS_MAX <= self.pairs.len() {
            let expected = PARAMETERS_MAX.to_string();
            let received = (PARAMETERS_MAX + 1).to_string();
            return Err(Refusal::with(
                Fault::TooManyParameters,
                &[&expected, &received],
            ));
        }
        self.pairs.push(Pair {
            mark: mark(name),
            name: start,
            value: middle,
            end: self.text.len(),
            part,
        });
        Ok(())
    }

    /// Appends the text behind form encoding, or returns `None` when an escape is broken or the bytes are not UTF-8.
    fn decode(&mut self, raw: &str, spelling: Spelling) -> Option<()> {
        if spelling == Spelling::Plain {
            self.text.push_str(raw);
            return Some(());
        }
        let bytes = decode_bytes(raw.as_bytes(), Plus::IsSpace)?;
        self.text.push_str(core::str::from_utf8(&bytes).ok()?);
        Some(())
    }

    fn find(&self, name: &str) -> Option<&Pair> {
        let mark = mark(name);
        let mut pairs = self.pairs.iter();
        pairs.find(|pair| pair.mark == mark && self.name(pair) == name)
    }

    fn name(&self, pair: &Pair) -> &str {
        &self.text[pair.name..pair.value]
    }

    fn value(&self, pair: &Pair) -> &str {
        &self.text[pair.value..pair.end]
    }

    /// Returns the value as sent, if the parameter was sent at all.
    pub fn raw(&self, name: &str) -> Option<&str> {
        self.find(name).map(|pair| self.value(pair))
    }

    /// Returns every name and value, for digests and strict checks.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let pairs = self.pairs.iter();
        pairs.map(|pair| (self.name(pair), self.value(pair)))
    }

    /// Returns the value of an optional parameter.
    ///
    /// # Errors
    /// -1105 when it was sent empty.
    pub fn text(&self, name: &str) -> Result<Option<&str>, Refusal> {
        match self.raw(name) {
            Some("") => Err(Refusal::with(Fault::EmptyParameter, &[name])),
            value => Ok(value),
        }
    }

    /// Returns the value of a mandatory parameter.
    ///
    /// # Errors
    /// -1102 when it is missing or empty.
    pub fn mandatory(&self, name: &str) -> Result<&str, Refusal> {
        self.raw(name)
            .filter(|value| !value.is_empty())
            .ok_or_else(|| Refusal::with(Fault::MandatoryMissing, &[name]))
    }

    /// Returns an optional decimal in units of 10^-8.
    ///
    /// # Errors
    /// -1100 outside the grammar, -1111 beyond eight places, -1108 beyond twenty digits.
    pub fn decimal(&self, name: &str) -> Result<Option<i128>, Refusal> {
        self.text(name)?
            .map(|text| decimal::parse(text).map_err(|error| bad_decimal(name, error)))
            .transpose()
    }

    /// Returns an optional whole number of at most `i64::MAX`.
    ///
    /// # Errors
    /// -1100 for anything but digits, -1108 when it is too large.
    pub fn integer(&self, name: &str) -> Result<Option<i64>, Refusal> {
        let Some(text) = self.text(name)? else {
            return Ok(None);
        };
        if !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(illegal(name, INTEGER_RANGE));
        }
        text.parse()
            .map(Some)
            .map_err(|_| Refusal::with(Fault::Overflowed, &[name]))
    }

    /// Returns an optional number of rows, `default` when not sent.
    ///
    /// # Errors
    /// -1130 for zero or above `limit_max`.
    pub fn limit(&self, default: usize, limit_max: usize) -> Result<usize, Refusal> {
        self.limit_named("limit", default, limit_max)
    }

    /// Returns a number of rows that goes by another name.
    ///
    /// # Errors
    /// As `limit`.
    pub fn limit_named(
        &self,
        name: &str,
        default: usize,
        limit_max: usize,
    ) -> Result<usize, Refusal> {
        let limit = match self.integer(name)? {
            None => return Ok(default),
            Some(limit) => usize::try_from(limit).unwrap_or(usize::MAX),
        };
        if limit < 1 || limit_max < limit {
            return Err(Refusal::with(Fault::DataInvalid, &[name]));
        }
        Ok(limit)
    }

    /// Returns an optional number of rows, `default` when not sent, `limit_max` when more is asked for.
    ///
    /// # Errors
    /// -1130 for zero and less.
    pub fn limit_at_most(&self, default: usize, limit_max: usize) -> Result<usize, Refusal> {
        Ok(self.limit(default, usize::MAX)?.min(limit_max))
    }

    /// Returns an optional flag, `false` when not sent; upper and lower case are the same.
    ///
    /// # Errors
    /// -1130 for any other text.
    pub fn flag(&self, name: &str) -> Result<bool, Refusal> {
        Ok(self.choice(name)?.unwrap_or(false))
    }

    /// Returns an optional flag.
    ///
    /// # Errors
    /// As `flag`.
    pub fn choice(&self, name: &str) -> Result<Option<bool>, Refusal> {
        match self.text(name)? {
            None => Ok(None),
            Some(text) if text.eq_ignore_ascii_case("true") => Ok(Some(true)),
            Some(text) if text.eq_ignore_ascii_case("false") => Ok(Some(false)),
            Some(_) => Err(Refusal::with(Fault::DataInvalid, &[name])),
        }
    }

    /// Returns an optional client order id; `when_empty` words the refusal of an empty one.
    ///
    /// # Errors
    /// -1100 outside the alphabet or longer than 36.
    pub fn client_id(
        &self,
        name: &str,
        when_empty: Fault,
    ) -> Result<Option<ClientOrderId>, Refusal> {
        match self.raw(name) {
            None => Ok(None),
            Some("") => Err(Refusal::of(when_empty)),
            Some(text) => ClientOrderId::parse(text.as_bytes())
                .map(Some)
                .ok_or_else(|| illegal(name, CLIENT_ID_RANGE)),
        }
    }

    /// Returns an optional JSON array of texts, as `symbols` comes: at most `count_max` of them.
    ///
    /// # Errors
    /// -1130 unless it is such an array, -1100 for a text outside the symbol alphabet, -1151 for a repeated one.
    pub fn list(&self, name: &str, count_max: usize) -> Result<Option<Vec<String>>, Refusal> {
        let Some(text) = self.text(name)? else {
            return Ok(None);
        };
        let list: Vec<String> =
            serde_json::from_str(text).map_err(|_| Refusal::with(Fault::DataInvalid, &[name]))?;
        if list.is_empty() || count_max < list.len() {
            return Err(Refusal::with(Fault::DataInvalid, &[name]));
        }
        let mut sorted: Vec<&String> = list.iter().collect();
        sorted.sort_unstable();
        if sorted.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(Refusal::of(Fault::SymbolRepeated));
        }
        Ok(Some(list))
    }
}

/// Tells most names apart without reading them: their length, first and last byte.
const fn mark(name: &str) -> u32 {
    match name.as_bytes() {
        [] => 0,
        [only] => 1 << 16 | *only as u32,
        [first, .., last] => (name.len() as u32) << 16 | (*first as u32) << 8 | *last as u32,
    }
}

/// Returns -1100 for a parameter.
pub fn illegal(name: &str, range: &str) -> Refusal {
    // A name comes from outside: it is echoed only when it is a name at all.
    let is_name = name.len() <= 40 && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let name = if is_name { name } else { "unknown" };
    Refusal::with(Fault::IllegalCharacters, &[name, range])
}

fn bad_decimal(name: &str, error: DecimalError) -> Refusal {
    match error {
        DecimalError::Grammar => illegal(name, DECIMAL_RANGE),
        DecimalError::Precision => Refusal::with(Fault::TooPrecise, &[name]),
        DecimalError::Overflow => Refusal::with(Fault::Overflowed, &[name]),
    }
}

/// What a plus sign stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plus {
    IsSpace,
    IsPlus,
}

/// Returns the bytes behind percent-encoding, or `None` when an escape is broken.
pub fn decode_bytes(raw: &[u8], plus: Plus) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((first, tail)) = rest.split_first() {
        match *first {
            b'%' => {
                let (digits, tail) = tail.split_at_checked(2)?;
                bytes.push(hex(digits[0])? << 4 | hex(digits[1])?);
                rest = tail;
                continue;
            }
            b'+' if plus == Plus::IsSpace => bytes.push(b' '),
            byte => bytes.push(byte),
        }
        rest = tail;
    }
    Some(bytes)
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit)
        .to_digit(16)
        .and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn code(result: Result<impl std::fmt::Debug, Refusal>) -> i32 {
        result.expect_err("refused").code
    }

    #[test]
    fn the_query_wins_over_the_body() {
        let params = Params::parse("symbol=A&side=BUY", "symbol=B&price=1").expect("legal");
        assert_eq!(params.raw("symbol"), Some("A"));
        assert_eq!(params.raw("price"), Some("1"));
        assert_eq!(params.raw("Symbol"), None);
    }

    #[test]
    fn a_name_twice_in_one_part_is_refused() {
        assert_eq!(code(Params::parse("a=1&b=2&a=1", "")), -1101);
        assert_eq!(code(Params::parse("", "a=1&%61=2")), -1101);
    }

    #[test]
    fn a_million_parameters_are_refused_early() {
        let query: String = (0..1_000).map(|index| format!("a{index}=1&")).collect();
        assert_eq!(code(Params::parse(&query, "")), -1101);
    }

    #[test]
    fn encoded_and_plain_json_are_the_same() {
        for query in [
            "symbols=[\"BTCUSDT\",\"ETHUSDT\"]",
            "symbols=%5B%22BTCUSDT%22%2C+%22ETHUSDT%22%5D",
        ] {
            let params = Params::parse(query, "").expect("legal");
            let list = params
                .list("symbols", 100)
                .expect("an array")
                .expect("sent");
            assert_eq!(list, ["BTCUSDT", "ETHUSDT"]);
        }
    }

    #[test]
    fn broken_lists_are_refused() {
        for (query, expected) in [
            ("symbols=[]", -1130),
            ("symbols=[1]", -1130),
            ("symbols={}", -1130),
            ("symbols=[\"A\"", -1130),
            ("symbols=[\"A\",\"A\"]", -1151),
        ] {
            let params = Params::parse(query, "").expect("legal");
            assert_eq!(code(params.list("symbols", 100)), expected, "{query}");
        }
        let deep = format!("symbols={}", "[".repeat(100_000));
        let params = Params::parse(&deep, "").expect("legal");
        assert_eq!(code(params.list("symbols", 100)), -1130);
    }

    #[test]
    fn more_rows_than_there_are_may_be_asked_for_where_they_are_of_the_market() {
        for (query, expected) in [("", 500), ("limit=1000", 1_000), ("limit=12000", 1_000)] {
            let params = Params::parse(query, "").expect("legal");
            assert_eq!(params.limit_at_most(500, 1_000), Ok(expected), "{query}");
        }
        let none = Params::parse("limit=0", "").expect("legal");
        assert_eq!(code(none.limit_at_most(500, 1_000)), -1130);
        let more = Params::parse("limit=1001", "").expect("legal");
        assert_eq!(code(more.limit(500, 1_000)), -1130);
    }

    #[test]
    fn broken_escapes_and_foreign_bytes_are_refused() {
        for query in ["a=%", "a=%1", "a=%zz", "a=%ff", "a=%c3%28", "a=%ed%a0%80"] {
            assert_eq!(code(Params::parse(query, "")), -1100, "{query}");
        }
    }

    #[test]
    fn typed_values_are_strict() {
        let params = Params::parse(
            "n=12&minus=-1&huge=99999999999999999999&flag=TRUE&odd=yes&empty=&limit=0&p=1.5",
            "",
        )
        .expect("legal");
        assert_eq!(params.integer("n"), Ok(Some(12)));
        assert_eq!(code(params.integer("minus")), -1100);
        assert_eq!(code(params.integer("huge")), -1108);
        assert_eq!(params.flag("flag"), Ok(true));
        assert_eq!(params.flag("absent"), Ok(false));
        assert_eq!(code(params.flag("odd")), -1130);
        assert_eq!(code(params.text("empty")), -1105);
        assert_eq!(code(params.mandatory("empty")), -1102);
        assert_eq!(code(params.mandatory("absent")), -1102);
        assert_eq!(code(params.limit(500, 1000)), -1130);
        assert_eq!(params.decimal("p"), Ok(Some(150_000_000)));
    }

    #[test]
    fn a_client_id_keeps_to_its_alphabet() {
        for (query, expected) in [
            ("id=", -1118),
            ("id=a+b", -1100),
            ("id=%F0%9F%9A%80", -1100),
            ("id=%E2%80%AEabc", -1100),
            ("id='+OR+1=1--", -1100),
            ("id=0123456789012345678901234567890123456", -1100),
        ] {
            let params = Params::parse(query, "").expect("legal");
            assert_eq!(
                code(params.client_id("id", Fault::ClientIdEmpty)),
                expected,
                "{query}"
            );
        }
    }

    proptest! {
        #[test]
        fn any_text_is_parsed_or_refused(query in "\\PC{0,80}", body in "[a-z=&%0-9+]{0,40}") {
            let _ = Params::parse(&query, &body).map(|params| params.iter().count());
        }
    }
}
