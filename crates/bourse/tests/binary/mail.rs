//! The binary with a mail server: what is registered arrives, also when the process is killed in between.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::sandbox::{Sandbox, run};

const PATIENCE: Duration = Duration::from_secs(20);

/// Ten rounds in which news is written.
const NEWS: Duration = Duration::from_secs(10);

type Inbox = Arc<Mutex<Vec<String>>>;

/// Answers one client as a mail server does, and keeps what it sends.
fn serve(stream: TcpStream, inbox: &Inbox) -> std::io::Result<()> {
    let mut out = stream.try_clone()?;
    let mut lines = BufReader::new(stream).lines();
    out.write_all(b"220 sink\r\n")?;
    while let Some(line) = lines.next().transpose()? {
        let answer = match line.get(..4) {
            Some("EHLO" | "MAIL" | "RCPT") => "250 go on",
            Some("DATA") => {
                out.write_all(b"354 go on\r\n")?;
                let mut mail = String::new();
                while let Some(line) = lines.next().transpose()?.filter(|line| line != ".") {
                    mail.push_str(&line);
                    mail.push('\n');
                }
                inbox.lock().expect("unharmed").push(mail);
                "250 taken"
            }
            _ => "221 bye",
        };
        out.write_all(format!("{answer}\r\n").as_bytes())?;
    }
    Ok(())
}

/// Takes mail on a port, from now on.
fn open(listener: TcpListener) -> Inbox {
    let inbox = Inbox::default();
    let kept = Arc::clone(&inbox);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // A client that goes away is of no interest.
            let _ = serve(stream, &kept);
        }
    });
    inbox
}

fn wait_for(what: &str, is_there: impl Fn() -> bool) {
    let until = Instant::now() + PATIENCE;
    while !is_there() {
        assert!(Instant::now() < until, "{what} never came");
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn configuration(folder: &Path, port: u16) -> String {
    let text = format!(
        "[site]\nproduct = \"Börse 1\"\n[mail]\nserver = \"127.0.0.1\"\nport = {port}\ntls = \"never\"\n\
         sender = \"no-reply@exchange.example\"\n"
    );
    let file = folder.join("bourse.toml");
    std::fs::write(&file, text).expect("written");
    file.to_str().expect("text").to_owned()
}

#[test]
fn a_message_that_waited_for_its_server_arrives_once_after_a_kill() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("bound").port();
    let folder = tempfile::tempdir().expect("a folder");
    let file = configuration(folder.path(), port);
    // Nobody answers yet: connections wait in the backlog.
    let mut sandbox = Sandbox::start(&["--config", &file]);
    let form = "email=ann%40example.test&password=fifteen+letters";
    let registered = sandbox.post("/v1/register", form);
    assert!(registered.starts_with("HTTP/1.1 200 "), "{registered}");
    sandbox.end("KILL");
    let inbox = open(listener);
    sandbox.start_again_with("none", &["--config", &file]);
    wait_for("the mail", || !inbox.lock().expect("unharmed").is_empty());
    let is_sent = || sandbox.get("/dev/outbox").contains("\"state\":\"SENT\"");
    wait_for("the note", is_sent);
    let metrics = sandbox.watch("/metrics");
    assert!(metrics.contains("bourse_mail_sent_total 1\n"), "{metrics}");
    let mails = inbox.lock().expect("unharmed").clone();
    assert_eq!(mails.len(), 1);
    assert!(mails[0].contains("To: ann@example.test\n"), "{}", mails[0]);
    sandbox.end("TERM");
    sandbox.start_again_with("none", &["--config", &file]);
    std::thread::sleep(Duration::from_secs(2));
    assert_eq!(
        inbox.lock().expect("unharmed").len(),
        1,
        "it is not repeated"
    );
}

#[test]
fn no_letter_goes_to_a_trader_of_the_market() {
    // Nobody takes anything: letters wait in the outbox.
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("bound").port();
    let folder = tempfile::tempdir().expect("a folder");
    let file = configuration(folder.path(), port);
    let mut sandbox = Sandbox::start(&["--config", &file]);
    sandbox.end("TERM");
    sandbox.start_again_with("simulated", &["--config", &file]);
    let trades = || {
        sandbox
            .get("/api/v3/trades?symbol=BTCUSDT")
            .contains("\"id\"")
    };
    wait_for("a trade", trades);
    // Longer than news of deposits waits to be written.
    std::thread::sleep(NEWS);
    let outbox = sandbox.get("/dev/outbox");
    assert!(outbox.ends_with("[]"), "{outbox}");
}

#[test]
fn settings_of_a_mail_server_that_do_not_go_together_end_the_start() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("bourse.toml");
    std::fs::write(&file, "[mail]\nserver = \"mail.example.test\"\n").expect("written");
    let file = file.to_str().expect("text");
    let data = folder.path().join("data");
    let data = data.to_str().expect("text");
    for arguments in [
        vec!["dev", "--data-dir", data, "--config", file],
        vec!["config", "check", file],
    ] {
        let output = run(&arguments);
        assert_eq!(output.status.code(), Some(64));
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains("mail.sender must be, too"), "{said}");
    }
    assert!(!Path::new(data).exists());
}
