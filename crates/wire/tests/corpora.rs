//! The corpora of bad input, against the readers that they are for.

use std::fmt::Write;

use wire::binance::ws_api::Request;
use wire::csv::{Cell, Csv};
use wire::json;

fn lines(corpus: &str) -> impl Iterator<Item = &str> {
    corpus.lines().filter(|line| !line.starts_with('#'))
}

fn text(line: &str) -> String {
    serde_json::from_str(line).expect("a JSON string")
}

fn nested(depth: usize) -> String {
    format!("{}{}", "[".repeat(depth), "]".repeat(depth))
}

/// The texts with whether they are taken.
fn json_corpus() -> Vec<(String, bool)> {
    let mut texts = Vec::new();
    for line in lines(include_str!("corpus/json.txt")) {
        match line.split_once(' ').expect("a verdict and a text") {
            ("refused", rest) => texts.push((text(rest), false)),
            ("taken", rest) => texts.push((text(rest), true)),
            ("deep", rest) => {
                let (depth, verdict) = rest.split_once(' ').expect("a depth and a verdict");
                texts.push((nested(depth.parse().expect("a number")), verdict == "taken"));
            }
            ("bytes", _) => {}
            (verdict, _) => panic!("{verdict} is no verdict"),
        }
    }
    texts
}

#[test]
fn json_is_taken_or_refused_as_the_corpus_says() {
    let texts = json_corpus();
    assert!(80 < texts.len());
    for (text, is_taken) in texts {
        assert_eq!(json::check(&text).is_ok(), is_taken, "{:.80}", text);
    }
}

/// A request over a socket is an object with a method, whatever is in it.
#[test]
fn no_json_of_the_corpus_is_a_request() {
    for (text, _) in json_corpus() {
        let read = Request::parse(&text);
        assert!(read.is_err(), "{text:.80}");
        let mut request = String::from(r#"{"id":1,"method":"ping","params":"#);
        write!(request, "{text}}}").expect("a text takes everything");
        let has_objects = text.starts_with("{\"") || text.trim() == "{}" || text == "null";
        let read = Request::parse(&request);
        assert!(read.is_err() || has_objects, "{request:.80}");
    }
}

#[test]
fn cells_stand_in_a_file_as_the_corpus_says() {
    for line in lines(include_str!("corpus/csv.txt")) {
        let mut parts = serde_json::Deserializer::from_str(line).into_iter::<String>();
        let mut next = || parts.next().expect("two texts").expect("a JSON string");
        let (given, expected) = (next(), next());
        let mut csv = Csv::of_columns(&["cell"]);
        csv.row(&[Cell::Text(given.clone())]);
        let expected = format!("cell\r\n{expected}\r\n");
        assert_eq!(csv.into_bytes(), expected.as_bytes(), "{given:?}");
    }
}
