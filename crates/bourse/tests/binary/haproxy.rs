//! Another real proxy in front of the binary: HAProxy with the configuration that the documents show.

use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::nginx::{FROM, free_address};

/// What the documents tell operators to write.
const DOCUMENTED: &str = include_str!("../../../../docs/haproxy.cfg");
/// Not on the path of everybody.
const PROGRAM: &str = "/usr/sbin/haproxy";
const PATIENCE: Duration = Duration::from_secs(20);

/// A running proxy, ended when it is dropped.
pub struct HaProxy {
    process: Child,
    pub address: String,
    _folder: tempfile::TempDir,
}

impl HaProxy {
    /// Starts one before an exchange, with these lines more for its backend.
    pub fn before(exchange: &str, lines: &str) -> HaProxy {
        let folder = tempfile::tempdir().expect("a folder");
        let address = free_address();
        let file = folder.path().join("haproxy.cfg");
        write(&file, exchange, &address, lines);
        let process = Command::new(PROGRAM)
            .args(["-db", "-q", "-f"])
            .arg(file)
            .stdin(Stdio::null())
            .spawn()
            .expect("HAProxy is installed: apt-get install haproxy");
        let until = Instant::now() + PATIENCE;
        while TcpStream::connect(&address).is_err() {
            assert!(Instant::now() < until, "HAProxy does not listen");
            std::thread::sleep(Duration::from_millis(10));
        }
        HaProxy {
            process,
            address,
            _folder: folder,
        }
    }
}

impl Drop for HaProxy {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Writes the documented configuration without TLS; a header says from where a test comes.
fn write(file: &Path, exchange: &str, address: &str, lines: &str) {
    let from = format!(
        "bind {address}\n    http-request set-src req.hdr({FROM}) if {{ req.hdr({FROM}) -m found }}\n"
    );
    let plain = DOCUMENTED.lines().map(|line| match line.trim_start() {
        bind if bind.starts_with("bind ") => format!("    {from}"),
        server if server.starts_with("server ") => {
            format!("    server bourse {exchange}\n{lines}\n")
        }
        _ => format!("{line}\n"),
    });
    let text: String = plain.collect();
    assert!(text.contains(exchange) && text.contains(address));
    std::fs::write(file, text).expect("written");
}
