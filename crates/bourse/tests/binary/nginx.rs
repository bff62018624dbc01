//! A real proxy in front of the binary: nginx with the configuration that the documents show.

use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// What the documents tell operators to write.
const DOCUMENTED: &str = include_str!("../../../../docs/nginx.conf");
/// Not on the path of everybody.
const PROGRAM: &str = "/usr/sbin/nginx";
const PATIENCE: Duration = Duration::from_secs(20);
/// By this header a test says from where it comes; nginx then takes it for its peer.
pub const FROM: &str = "X-Test-From";

/// A running proxy, ended when it is dropped.
pub struct Nginx {
    process: Child,
    pub address: String,
    _folder: tempfile::TempDir,
}

impl Nginx {
    /// Starts one before an exchange, with these lines more for its server.
    pub fn before(exchange: &str, lines: &str) -> Nginx {
        let folder = tempfile::tempdir().expect("a folder");
        let address = free_address();
        let file = write(folder.path(), exchange, &address, lines);
        let process = Command::new(PROGRAM)
            .arg("-e")
            .arg("stderr")
            .arg("-p")
            .arg(folder.path())
            .arg("-c")
            .arg(file)
            .stdin(Stdio::null())
            .spawn()
            .expect("nginx is installed: apt-get install nginx-light");
        let until = Instant::now() + PATIENCE;
        while TcpStream::connect(&address).is_err() {
            assert!(Instant::now() < until, "nginx does not listen");
            std::thread::sleep(Duration::from_millis(10));
        }
        Nginx {
            process,
            address,
            _folder: folder,
        }
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Returns an address at which nobody listens.
pub fn free_address() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("bound").to_string()
}

/// Writes the documented server without TLS, and one process around it that keeps to its folder.
fn write(folder: &Path, exchange: &str, address: &str, lines: &str) -> PathBuf {
    let plain: String = DOCUMENTED
        .lines()
        .filter(|line| !line.trim_start().starts_with("ssl_"))
        .flat_map(|line| [line, "\n"])
        .collect();
    let of_test =
        format!("listen {address};\nset_real_ip_from 127.0.0.1;\nreal_ip_header {FROM};\n{lines}");
    let server = plain
        .replace("server 127.0.0.1:8080;", &format!("server {exchange};"))
        .replace("listen 443 ssl;", &of_test);
    assert!(server.contains(exchange) && server.contains(address));
    let folders = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
    let folders = folders.map(|name| format!("{name}_temp_path {name};\n"));
    let whole = format!(
        "daemon off;\nmaster_process off;\npid nginx.pid;\nerror_log stderr crit;\n\
         events {{ worker_connections 256; }}\nhttp {{\naccess_log off;\n{}\n{server}}}\n",
        folders.concat()
    );
    let file = folder.join("nginx.conf");
    std::fs::write(&file, whole).expect("written");
    file
}
