//! A database whose connections others have taken, every one.

use super::place::DATABASE;
use crate::postgres::server::Server;
use anyhow::{Context, Result, ensure};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// How many the database has; administrators come in beyond them.
pub const CONNECTIONS: usize = 30;
const ENDED_TIME_MAX: Duration = Duration::from_secs(60);
const LOOK_PERIOD: Duration = Duration::from_millis(20);
/// **Source** PostgreSQL, "Message Formats": version 3.0 of the protocol, and the kinds of messages that end a greeting.
const PROTOCOL: u32 = 3 << 16;
const READY: u8 = b'Z';
const REFUSED: u8 = b'E';

/// Connections that ask for nothing, given back when they are dropped.
pub struct Taken {
    held: Vec<TcpStream>,
}

impl Taken {
    /// Takes every connection, those of the exchange as well.
    ///
    /// # Errors
    /// The exchange has one in the end.
    pub fn take(server: &Server) -> Result<Taken> {
        // Otherwise it would be back before the others are there.
        server.ask("postgres", "ALTER ROLE exchange NOLOGIN")?;
        end_all(server)?;
        let url = server.url();
        let address = url.rsplit('@').next().context("an address")?;
        let mut taken = Taken { held: Vec::new() };
        while taken.held.len() <= CONNECTIONS {
            match connect(address)? {
                Some(connection) => taken.held.push(connection),
                None => break,
            }
        }
        ensure!(
            taken.held.len() == CONNECTIONS,
            "{} connections were there, and not {CONNECTIONS}",
            taken.held.len()
        );
        server.ask("postgres", "ALTER ROLE exchange LOGIN")?;
        Ok(taken)
    }
}

/// Ends every connection of the exchange.
fn end_all(server: &Server) -> Result<()> {
    let started = Instant::now();
    let end =
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = 'exchange'";
    while server.ask("postgres", end)?.trim() != "0" {
        ensure!(
            started.elapsed() < ENDED_TIME_MAX,
            "a connection of the exchange does not end"
        );
        std::thread::sleep(LOOK_PERIOD);
    }
    Ok(())
}

/// Connects as a stranger; `None` when there is no connection left.
fn connect(address: &str) -> Result<Option<TcpStream>> {
    let mut stream = TcpStream::connect(address)?;
    let words = format!("user\0stranger\0database\0{DATABASE}\0\0");
    let length = u32::try_from(4 + 4 + words.len())?;
    let head = [length.to_be_bytes(), PROTOCOL.to_be_bytes()].concat();
    stream.write_all(&[&head, words.as_bytes()].concat())?;
    loop {
        let mut head = [0; 5];
        stream.read_exact(&mut head)?;
        let [kind, length @ ..] = head;
        let rest = u32::from_be_bytes(length).saturating_sub(4);
        std::io::copy(&mut (&stream).take(rest.into()), &mut std::io::sink())?;
        match kind {
            READY => return Ok(Some(stream)),
            REFUSED => return Ok(None),
            _ => {}
        }
    }
}
