//! The binary as a process.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::time::{Duration, Instant};

use identity::database::DatabaseAddress;
use sqlx::{Connection, Executor};

use crate::place;

/// How long a crowded machine may take to come to hashing.
const HASHED_IN: Duration = Duration::from_secs(60);

pub const BOURSE: &str = env!("CARGO_BIN_EXE_bourse");

/// Runs the binary to its end.
pub fn run(arguments: &[&str]) -> Output {
    let mut command = Command::new(BOURSE);
    command.args(arguments).output().expect("the binary runs")
}

/// A sandbox, killed when it is dropped.
pub struct Sandbox {
    process: Child,
    pub address: String,
    /// Of metrics and health.
    pub ops: String,
    /// Held open, for what it has to say after its addresses.
    _out: BufReader<ChildStdout>,
    folder: tempfile::TempDir,
}

/// A process that has said where it listens.
struct Spawned {
    process: Child,
    out: BufReader<ChildStdout>,
    address: String,
    ops: String,
}

impl Sandbox {
    /// Starts one without traders.
    pub fn start(arguments: &[&str]) -> Sandbox {
        let folder = tempfile::tempdir().expect("a folder");
        Sandbox::of(
            spawn(&folder.path().join("data"), "none", arguments),
            folder,
        )
    }

    /// Starts one without traders whose log goes into a file.
    pub fn start_logged(arguments: &[&str], log: &Path) -> Sandbox {
        let folder = tempfile::tempdir().expect("a folder");
        let log = File::create(log).expect("made");
        let data = folder.path().join("data");
        Sandbox::of(spawn_logged(&data, "none", arguments, log.into()), folder)
    }

    /// Starts one without traders in a data directory that was prepared, in a folder of its own.
    pub fn start_in(prepare: impl FnOnce(&Path, &Path)) -> Sandbox {
        let folder = tempfile::tempdir().expect("a folder");
        let data = folder.path().join("data");
        prepare(&data, folder.path());
        Sandbox::of(spawn(&data, "none", &[]), folder)
    }

    fn of(spawned: Spawned, folder: tempfile::TempDir) -> Sandbox {
        Sandbox {
            process: spawned.process,
            address: spawned.address,
            ops: spawned.ops,
            _out: spawned.out,
            folder,
        }
    }

    /// Starts it again once it has ended, with this market.
    pub fn start_again(&mut self, market: &str) {
        self.start_again_with(market, &[]);
    }

    /// As `start_again`, with further arguments.
    pub fn start_again_with(&mut self, market: &str, arguments: &[&str]) {
        let spawned = spawn(&self.data(), market, arguments);
        (self.process, self._out) = (spawned.process, spawned.out);
        (self.address, self.ops) = (spawned.address, spawned.ops);
    }

    /// Starts a copy of one that has ended, with this market: from there on, the two go different ways.
    pub fn start_copy(&self, market: &str) -> Sandbox {
        let folder = tempfile::tempdir().expect("a folder");
        let copied = Command::new("cp")
            .arg("-r")
            .arg(self.data())
            .arg(folder.path())
            .status();
        assert!(copied.expect("cp runs").success());
        let data = folder.path().join("data");
        if place::server().is_some() {
            let (from, to) = (users_name(&self.data()), users_name(&data));
            block_on(place::copy_database(&from, &to));
        }
        Sandbox::of(spawn(&data, market, &["--accept-copy"]), folder)
    }

    /// Returns the whole answer, head and body.
    pub fn get(&self, target: &str) -> String {
        let mut answer = String::new();
        let mut stream = self.ask(&format!("GET {target} HTTP/1.1\r\nConnection: close\r\n"));
        stream.read_to_string(&mut answer).expect("answered");
        answer
    }

    /// Returns the whole answer of the listener of metrics and health.
    pub fn watch(&self, target: &str) -> String {
        let mut answer = String::new();
        let mut stream = TcpStream::connect(&self.ops).expect("connects");
        let host = &self.ops;
        let head = format!("GET {target} HTTP/1.1\r\nConnection: close\r\nHost: {host}\r\n\r\n");
        stream.write_all(head.as_bytes()).expect("sent");
        stream.read_to_string(&mut answer).expect("answered");
        answer
    }

    /// Sends a form and returns the whole answer.
    pub fn post(&self, target: &str, form: &str) -> String {
        self.send("POST", target, "", form)
    }

    /// As `post`, again while passwords wait for too long to be hashed: a crowded machine hashes when it has time.
    pub fn post_patiently(&self, target: &str, form: &str) -> String {
        let end = Instant::now() + HASHED_IN;
        loop {
            let answer = self.post(target, form);
            if !answer.starts_with("HTTP/1.1 503 ") || end < Instant::now() {
                return answer;
            }
            std::thread::sleep(Duration::from_secs(1));
        }
    }

    /// Sends a request with these headers and returns the whole answer.
    pub fn send(&self, method: &str, target: &str, headers: &str, form: &str) -> String {
        let mut answer = String::new();
        let mut stream = TcpStream::connect(&self.address).expect("connects");
        let host = &self.address;
        let head =
            format!("{method} {target} HTTP/1.1\r\nConnection: close\r\nHost: {host}\r\n{headers}");
        let request = format!("{head}Content-Length: {}\r\n\r\n{form}", form.len());
        stream.write_all(request.as_bytes()).expect("sent");
        stream.read_to_string(&mut answer).expect("answered");
        answer
    }

    /// Sends the head of a request, and returns the connection.
    pub fn ask(&self, head: &str) -> TcpStream {
        self.ask_at(&self.address, head)
    }

    /// Sends the head of a request to it by the name of a host, and returns the connection.
    pub fn ask_at(&self, host: &str, head: &str) -> TcpStream {
        let mut stream = TcpStream::connect(&self.address).expect("connects");
        let head = format!("{head}Host: {host}\r\n\r\n");
        stream.write_all(head.as_bytes()).expect("sent");
        stream
    }

    /// Starts it again once it has ended, and returns why it refuses to.
    pub fn refused(&self) -> String {
        let output = command(&self.data(), "none").output();
        let output = output.expect("the binary runs");
        assert!(!output.status.success());
        String::from_utf8(output.stderr).expect("text")
    }

    /// The folder that everything of it is in.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Sends the process a signal by its name, and waits for its end.
    pub fn end(&mut self, signal: &str) {
        let number = self.process.id().to_string();
        let sent = Command::new("kill").args(["-s", signal, &number]).status();
        assert!(sent.expect("kill runs").success());
        self.process.wait().expect("it ends");
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Returns the command that starts one; where a server is named, its history and its users are there.
fn command(data: &Path, market: &str) -> Command {
    let mut command = Command::new(BOURSE);
    command
        .args(["dev", "--market", market, "--listen", "127.0.0.1:0"])
        .args(everything(data));
    command
}

/// Returns the arguments that name a data directory, its users and its history.
pub fn everything(data: &Path) -> Vec<String> {
    let mut arguments = users(data);
    if place::server().is_some() {
        let folder = folder_of(data);
        block_on(place::place(folder));
        arguments.extend(["--history".to_owned(), place::url(folder)]);
    }
    arguments
}

/// Returns the arguments that name a data directory and its users.
pub fn users(data: &Path) -> Vec<String> {
    let directory = data.to_str().expect("text").to_owned();
    let mut arguments = vec!["--data-dir".to_owned(), directory];
    if let Some(url) = users_url(data) {
        arguments.extend(["--identity".to_owned(), url]);
    }
    arguments
}

/// Returns the database of the users of a data directory.
pub fn users_address(data: &Path) -> DatabaseAddress {
    match users_url(data) {
        Some(url) => DatabaseAddress::parse(&url).expect("an address"),
        None => DatabaseAddress::file(&data.join("identity.sqlite")),
    }
}

/// Keeps the users of an exchange that has ended as they are.
pub fn back_up_users(data: &Path) {
    if place::server().is_some() {
        let name = users_name(data);
        return block_on(place::copy_database(&name, &format!("{name}_backup")));
    }
    let file = data.join("identity.sqlite");
    std::fs::copy(file, folder_of(data).join("users")).expect("copied");
}

/// Brings back the users that were kept.
pub fn restore_users(data: &Path) {
    if place::server().is_some() {
        let name = users_name(data);
        return block_on(place::copy_database(&format!("{name}_backup"), &name));
    }
    let file = data.join("identity.sqlite");
    std::fs::copy(folder_of(data).join("users"), file).expect("copied");
}

/// Runs a statement on the users of a data directory, past the exchange.
pub fn tamper(data: &Path, statement: &'static str) {
    let file = || format!("sqlite:{}", data.join("identity.sqlite").display());
    let url = users_url(data).unwrap_or_else(file);
    sqlx::any::install_default_drivers();
    block_on(async {
        let connection = sqlx::AnyConnection::connect(&url).await;
        let mut connection = connection.expect("it answers");
        let done = connection.execute(statement).await;
        done.expect("done");
        connection.close().await.expect("closed");
    });
}

/// Returns the address of users who are on a server, in a database beside that of the history.
pub fn users_url(data: &Path) -> Option<String> {
    let server = place::server()?;
    let name = users_name(data);
    block_on(place::make(&name));
    Some(format!("{server}/{name}"))
}

fn users_name(data: &Path) -> String {
    format!("{}_users", place::name(folder_of(data)))
}

fn folder_of(data: &Path) -> &Path {
    data.parent().expect("a folder")
}

/// Runs a command of the shell that reads the users of a data directory.
pub fn run_on_users(arguments: &[&str], data: &Path) -> Output {
    let place = users(data);
    let place: Vec<&str> = place.iter().map(String::as_str).collect();
    run(&[arguments, &place].concat())
}

/// Checks everything in a data directory.
pub fn verify(data: &Path, more: &[&str]) -> Output {
    let place = everything(data);
    let place: Vec<&str> = place.iter().map(String::as_str).collect();
    run(&[&["verify"], &place[..], more].concat())
}

/// Waits for work on a database.
pub fn block_on<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = { runtime }.enable_all().build();
    runtime.expect("a runtime").block_on(work)
}

fn spawn(data: &Path, market: &str, arguments: &[&str]) -> Spawned {
    spawn_logged(data, market, arguments, Stdio::inherit())
}

fn spawn_logged(data: &Path, market: &str, arguments: &[&str], log: Stdio) -> Spawned {
    let mut process = command(data, market)
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(log)
        .spawn()
        .expect("the binary starts");
    let out = process.stdout.take().expect("piped");
    let mut out = BufReader::new(out);
    let mut lines = out.by_ref().lines().map_while(Result::ok);
    let mut announced = |what: &str| {
        let found = lines.find(|line| line.trim_start().starts_with(what));
        let line = found.expect("an announcement");
        line.split_once("http://").expect("an address").1.to_owned()
    };
    let address = announced("web and API");
    let ops = announced("metrics");
    let ops = ops.trim_end_matches("/metrics").to_owned();
    Spawned {
        process,
        out,
        address,
        ops,
    }
}
