//! Orders over the WebSocket API, pipelined by clients that have logged on: the exchange, durable,
//! beside the echo.

use anyhow::Result;
use serde_json::{Map, Value};

use crate::cli::WsapiArguments;
use crate::report::floor::Floors;
use crate::socket::Server;
use crate::socket::beside::{self, Round, Side, Subject};
use crate::socket::calls;
use crate::socket::exchange::Exchange;
use crate::socket::pipeline::{self, Answers};
use crate::socket::requests::Requests;
use crate::socket::signing::Key;

/// Prints both rates and their ratio.
///
/// # Errors
/// A server that cannot be started, or an answer that is a refusal.
pub fn wsapi(arguments: &WsapiArguments) -> Result<Floors> {
    let exchange = Exchange::start()?;
    let echo = Server::echo()?;
    let mut rounds = Vec::new();
    for round in 0..=arguments.runs {
        let name = format!("w{round}");
        let run = |server, answers| run(server, answers, &exchange.keys, &name, arguments);
        beside::let_rest(exchange.server())?;
        rounds.push(Round {
            echoed: run(&echo, Answers::Echoed)?,
            traded: run(exchange.server(), Answers::Granted)?,
        });
    }
    // The first round warmed up.
    rounds.remove(0);
    let subject = Subject {
        text: format!(
            "{} sockets logged on, up to {} requests under way on each",
            arguments.connections, arguments.window
        ),
        members: Map::from_iter([
            ("connections".to_owned(), Value::from(arguments.connections)),
            ("window".to_owned(), Value::from(arguments.window)),
            ("requests".to_owned(), Value::from(arguments.requests)),
            ("runs".to_owned(), Value::from(arguments.runs)),
        ]),
        is_json: arguments.json,
    };
    Ok(beside::conclude(subject, rounds))
}

fn run(
    server: &Server,
    answers: Answers,
    keys: &[Key],
    name: &str,
    arguments: &WsapiArguments,
) -> Result<Side> {
    let pairs = arguments.requests.div_ceil(2 * arguments.connections);
    let sockets = (0..arguments.connections)
        .zip(keys.iter().cycle())
        .map(|(index, key)| {
            Ok((
                key,
                calls::pairs(&format!("{name}-{index}"), pairs as usize)?,
            ))
        })
        .collect::<Result<Vec<(&Key, Requests)>>>()?;
    let window = arguments.window as usize;
    Side::of(server, || {
        pipeline::run(server.address, answers, sockets, window)
    })
}
