//! The shipped binary over loopback, beside a bare echo server of the same stack.
//!
//! Both are processes of their own and get the same requests from the same client, in turn. The
//! client shares the machine with them, so the ratio says more than either rate.

mod audience;
pub mod away;
mod beside;
mod busy;
mod calls;
pub mod echo;
mod exchange;
mod exports;
mod frames;
pub mod http;
pub mod identity;
pub mod idle;
pub mod live;
mod load;
mod logins;
mod orders;
mod pace;
mod pipeline;
mod process;
mod requests;
mod signing;
pub mod ws;
pub mod wsapi;

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result};

/// A process that ends when this is dropped.
struct Server {
    child: Child,
    address: SocketAddr,
}

impl Server {
    /// Starts this program as the echo server.
    ///
    /// # Errors
    /// The process cannot be started, or says no address.
    fn echo() -> Result<Server> {
        let program = std::env::current_exe().context("the path of this program is unknown")?;
        let mut child = Command::new(program)
            .arg("echo")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("the echo server cannot be started")?;
        let output = child.stdout.take().context("its output was asked for")?;
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        let address = line.trim().parse();
        let address = address.with_context(|| format!("the echo server said {line:?}"))?;
        Ok(Server { child, address })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to end.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
