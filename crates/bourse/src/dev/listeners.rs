//! Where connections are accepted: from everybody, from operators, and from whoever watches.

use crate::cli;
use anyhow::{Context, Result, bail};
use std::net::SocketAddr;
use tokio::net::TcpListener;

/// Where the listeners are unless told otherwise.
const PUBLIC_PORT: u16 = 8080;
const CONSOLE_PORT: u16 = 8081;
const OPS_PORT: u16 = 9090;

/// The sockets, which nobody serves yet.
pub struct Sockets {
    pub public: TcpListener,
    /// Of operators.
    pub console: TcpListener,
    /// Of metrics and health.
    pub ops: TcpListener,
}

/// Their addresses.
pub struct Listeners {
    pub public: SocketAddr,
    pub console: SocketAddr,
    pub ops: SocketAddr,
}

impl Sockets {
    /// Opens all of them.
    ///
    /// # Errors
    /// One cannot be listened on, or the operators' is not on this machine.
    pub async fn open(arguments: &cli::Dev) -> Result<Sockets> {
        let console = arguments.console.unwrap_or(usual(arguments, CONSOLE_PORT));
        if !console.ip().is_loopback() {
            bail!(
                "the operators' listener stays on this machine: {console} is not on it; choose 127.0.0.1 with --console"
            );
        }
        // Metrics have no login: whoever lets other machines read them says so.
        let ops = arguments.ops.unwrap_or(usual(arguments, OPS_PORT));
        Ok(Sockets {
            public: bind(arguments.listen, "", "--listen").await?,
            console: bind(console, " for operators", "--console").await?,
            ops: bind(ops, " for metrics", "--ops").await?,
        })
    }

    /// Returns where they are.
    ///
    /// # Errors
    /// The system does not tell one.
    pub fn addresses(&self) -> Result<Listeners> {
        let address = |listener: &TcpListener| {
            let address = listener.local_addr();
            address.context("the socket has no address")
        };
        Ok(Listeners {
            public: address(&self.public)?,
            console: address(&self.console)?,
            ops: address(&self.ops)?,
        })
    }
}

/// Returns where a listener of this machine is unless told otherwise: beside an exchange that has the usual port, and on
/// any port beside one that has not.
fn usual(arguments: &cli::Dev, port: u16) -> SocketAddr {
    let port = match arguments.listen.port() {
        PUBLIC_PORT => port,
        _ => 0,
    };
    SocketAddr::from(([127, 0, 0, 1], port))
}

async fn bind(address: SocketAddr, whom: &str, option: &str) -> Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| {
        format!("{address} cannot be listened on{whom}; choose another with {option}")
    })
}
