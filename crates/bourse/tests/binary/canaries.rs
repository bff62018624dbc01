//! Secrets with a face: each is planted where secrets are taken, and looked for everywhere else.

mod console;
mod dump;
mod later;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use std::time::{SystemTime, UNIX_EPOCH};

use ring::hmac;
use serde_json::Value;

use crate::authenticator::ORIGIN;
use crate::kyc::desk;
use crate::operators::path;
use crate::sandbox::{BOURSE, Sandbox, run, run_on_users};

const PASSWORD: &str = "canary-password-8e41";
const OTHER_PASSWORD: &str = "canary-other-password-77b0";
const WRONG_PASSWORD: &str = "canary-wrong-password-03cd";
const MAIL_PASSWORD: &str = "canary-mail-password-5a19";
const PROVIDER_SECRET: &str = "canary-provider-secret-41aa-and-32-characters";
const DATABASE_PASSWORD: &str = "canary-database-password-c2f6";
const HISTORY_PASSWORD: &str = "canary-history-password-d41c";
const PHISHING_CODE: &str = "canary-code-9d3e";
const ANN: &str = "email=ann%40example.test";
/// Where secrets are on purpose: under the master key's name, and those of the sandbox.
const APART: &[&str] = &["master.key", "dev.json", "operators"];

/// A page of nothing.
const ZEROS: [u8; 4096] = [0; 4096];

/// What is looked for, by what it is.
struct Canaries(BTreeMap<&'static str, String>);

impl Canaries {
    fn plant(&mut self, what: &'static str, secret: &str) {
        assert!(8 <= secret.len(), "{what} is no canary: {secret}");
        self.0.insert(what, signs(secret.as_bytes()));
    }

    fn plant_bytes(&mut self, what: &'static str, secret: &[u8]) {
        self.0.insert(what, signs(secret));
    }

    fn assert_absent(&self, place: &str, bytes: &[u8]) {
        let text = signs(bytes);
        for (what, secret) in &self.0 {
            assert!(!text.contains(secret), "the {what} stands in {place}");
        }
    }
}

/// Returns a sign a byte: texts are searched fast, also those that are none.
fn signs(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}

/// A browser that keeps everything it was told but the answers that are to tell secrets.
struct Browser<'a> {
    sandbox: &'a Sandbox,
    headers: String,
    heard: String,
}

impl Browser<'_> {
    fn ask(&mut self, method: &str, target: &str, form: &str) -> Value {
        let answer = self.sandbox.send(method, target, &self.headers, form);
        assert!(answer.starts_with("HTTP/1.1 200 "), "{target} {answer}");
        let (head, body) = answer.split_once("\r\n\r\n").expect("a body");
        let body: Value = serde_json::from_str(body).expect("JSON");
        let cookie = head
            .lines()
            .find_map(|line| line.strip_prefix("set-cookie: "));
        if let (Some(cookie), Some(csrf)) = (cookie, body["csrfToken"].as_str()) {
            let pair = cookie.split(';').next().expect("a pair");
            self.headers = format!("Cookie: {pair}\r\nX-BOURSE-CSRF: {csrf}\r\n");
        }
        body
    }

    /// Asks for what is refused, and keeps the answer.
    fn fail(&mut self, method: &str, target: &str, headers: &str, form: &str) {
        let answer = self.sandbox.send(method, target, headers, form);
        assert!(answer.starts_with("HTTP/1.1 4"), "{target} {answer}");
        self.heard.push_str(&answer);
    }

    fn read(&mut self, target: &str) {
        let answer = self.sandbox.get(target);
        self.heard.push_str(&answer);
    }

    fn newest_token(&self) -> String {
        let answer = self.sandbox.get("/dev/outbox");
        let (_, body) = answer.split_once("\r\n\r\n").expect("a body");
        let letters: Value = serde_json::from_str(body).expect("JSON");
        text(&letters[0]["token"])
    }
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

/// Returns what an authenticator shows now (RFC 6238) whose secret is this, in base 32.
fn code(secret: &str) -> String {
    let value = |letter: u8| match letter {
        b'A'..=b'Z' => u64::from(letter - b'A'),
        _ => u64::from(letter - b'2') + 26,
    };
    let bytes: Vec<u8> = secret
        .as_bytes()
        .chunks(8)
        .flat_map(|chunk| {
            let bits = chunk
                .iter()
                .fold(0, |all, letter| all << 5 | value(*letter));
            bits.to_be_bytes()[3..].to_vec()
        })
        .collect();
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &bytes);
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("after 1970");
    let tag = hmac::sign(&key, &(now.as_secs() / 30).to_be_bytes());
    let start = usize::from(tag.as_ref()[19] & 15);
    let word = tag.as_ref()[start..start + 4]
        .try_into()
        .expect("four bytes");
    format!(
        "{:06}",
        (u32::from_be_bytes(word) & 0x7fff_ffff) % 1_000_000
    )
}

/// Writes what a mail server and a provider are asked with.
fn configuration(folder: &Path) -> PathBuf {
    let password = folder.join("mail.password");
    private(&password, MAIL_PASSWORD);
    let secret = folder.join("provider.secret");
    private(&secret, PROVIDER_SECRET);
    let file = folder.join("bourse.toml");
    let text = format!(
        "[mail]\nserver = \"127.0.0.1\"\nport = 1\ntls = \"starttls\"\nuser = \"exchange\"\n\
         password_file = \"{}\"\nsender = \"no-reply@exchange.example\"\n\
         [kyc]\nfirst_level = 0\nprovider_address = \"https://kyc.invalid/\"\n\
         provider_secret_file = \"{}\"\n",
        password.display(),
        secret.display()
    );
    std::fs::write(&file, text).expect("written");
    file
}

fn private(path: &Path, content: &str) {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    let mut options = std::fs::OpenOptions::new();
    let file = options.write(true).create_new(true).mode(0o600).open(path);
    let written = file.expect("new").write_all(content.as_bytes());
    written.expect("written");
}

/// Goes through everything that takes or tells a secret; returns a recovery code that was not used.
fn live(browser: &mut Browser<'_>, canaries: &mut Canaries) -> String {
    browser.ask(
        "POST",
        "/v1/register",
        &format!("{ANN}&password={PASSWORD}"),
    );
    let token = browser.newest_token();
    canaries.plant("token of the registration", &token);
    browser.ask("POST", "/v1/register/confirm", &format!("token={token}"));
    let login = format!("{ANN}&password={PASSWORD}");
    let session = browser.ask("POST", "/v1/login", &login);
    canaries.plant("token of the page", &text(&session["csrfToken"]));
    plant_session(browser, canaries, "token of the first session");
    let form = format!("password={PASSWORD}&code={PHISHING_CODE}");
    browser.ask("POST", "/v1/antiPhishingCode", &form);
    let act = "label=bot&scopes=trade";
    let challenge = browser.ask("POST", "/v1/challenge", &format!("action=createKey&{act}"));
    let challenge = text(&challenge["challenge"]);
    canaries.plant("challenge", &challenge);
    let form = format!("{act}&challenge={challenge}&password={PASSWORD}");
    let key = browser.ask("POST", "/v1/keys", &form);
    let secret = text(&key["secretKey"]);
    canaries.plant("secret of the key", &secret);
    plant_listen_key(browser, canaries, &text(&key["apiKey"]));
    let factor = browser.ask("POST", "/v1/totp/enrol", "");
    canaries.plant("secret of the code generator", &text(&factor["secret"]));
    fail_everywhere(browser, &text(&key["apiKey"]), &secret);
    let code = code(&text(&factor["secret"]));
    let confirm = format!("password={PASSWORD}&totp={code}");
    let confirmed = browser.ask("POST", "/v1/totp/confirm", &confirm);
    let codes = &confirmed["recoveryCodes"];
    let recovery = text(&codes[0]);
    canaries.plant("recovery code", &recovery);
    let other = text(&codes[1]);
    canaries.plant("other recovery code", &other);
    browser.ask("POST", "/v1/password/forgot", ANN);
    let token = browser.newest_token();
    canaries.plant("token of the reset", &token);
    let reset = format!("token={token}&newPassword={OTHER_PASSWORD}");
    browser.ask("POST", "/v1/password/reset", &reset);
    let login = format!("{ANN}&password={OTHER_PASSWORD}&totp={recovery}");
    browser.ask("POST", "/v1/login", &login);
    plant_session(browser, canaries, "token of the second session");
    other
}

fn plant_session(browser: &Browser<'_>, canaries: &mut Canaries, what: &'static str) {
    let (_, token) = browser.headers.split_once("session=").expect("a cookie");
    canaries.plant(what, token.lines().next().expect("a line"));
}

/// Whoever knows a listen key reads the account.
fn plant_listen_key(browser: &Browser<'_>, canaries: &mut Canaries, key: &str) {
    let (path, header) = ("/api/v3/userDataStream", format!("X-MBX-APIKEY: {key}\r\n"));
    let answer = browser.sandbox.send("POST", path, &header, "");
    let (_, body) = answer.split_once("\r\n\r\n").expect("a body");
    let body: Value = serde_json::from_str(body).expect("JSON");
    let name = text(&body["listenKey"]);
    let target = format!("{path}?listenKey={name}");
    let kept = browser.sandbox.send("PUT", &target, &header, "");
    assert!(kept.starts_with("HTTP/1.1 200 "), "{kept}");
    canaries.plant("listen key", &name);
}

/// Returns everything that an archive of a user says.
fn exported(sandbox: &Sandbox, folder: &Path) -> Vec<u8> {
    let (console, key) = desk(&sandbox.data(), "olivia");
    let listed = run_on_users(&["user", "list"], &sandbox.data());
    let listed = String::from_utf8(listed.stdout).expect("text");
    let line = listed
        .lines()
        .find(|line| line.contains("ann@example.test"));
    let user = line
        .and_then(|line| line.split_whitespace().next())
        .expect("ann");
    let archive = folder.join("ann.zip");
    let asked = [
        "user",
        "export",
        user,
        "--reason",
        "canaries",
        "--to",
        path(&archive),
    ];
    let made = run(&[&asked[..], &["--key", &key, "--console", &console]].concat());
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
    let script = "import sys, zipfile\nz = zipfile.ZipFile(sys.argv[1])\n\
                  for n in z.namelist(): sys.stdout.buffer.write(z.read(n))";
    let read = Command::new("python3")
        .args(["-c", script, path(&archive)])
        .output();
    read.expect("python3 runs").stdout
}

/// Says secrets where none belong, and wrong ones where they do.
fn fail_everywhere(browser: &mut Browser<'_>, key: &str, secret: &str) {
    let wrong = format!("{ANN}&password={WRONG_PASSWORD}");
    browser.fail("POST", "/v1/login", "", &wrong);
    browser.fail("POST", &format!("/v1/login?{wrong}"), "", "");
    let headers = browser.headers.clone();
    for form in [
        format!("password={PASSWORD}&totp=000000"),
        format!("password={WRONG_PASSWORD}&totp={secret}"),
        format!("{{\"password\":\"{PASSWORD}\"}}"),
        format!("password={PASSWORD}&password={WRONG_PASSWORD}"),
        format!("password={PASSWORD}&{PASSWORD}=1"),
    ] {
        browser.fail("POST", "/v1/totp/confirm", &headers, &form);
    }
    browser.fail(
        "POST",
        "/v1/password/reset",
        "",
        &format!("token={secret}&newPassword={PASSWORD}"),
    );
    for (key, query) in [
        (secret, "timestamp=1&signature=0".to_owned()),
        (key, format!("timestamp=1&signature={secret}")),
        (key, format!("symbol={secret}&timestamp=1&signature=00")),
    ] {
        let header = format!("X-MBX-APIKEY: {key}\r\n");
        browser.fail("GET", &format!("/api/v3/account?{query}"), &header, "");
    }
    browser.fail("GET", &format!("/v1/{secret}"), "", "");
}

/// What stands sealed in the database, and the canary in it.
const SEALED: &[(&str, &str)] = &[
    ("shared secrets of API keys", "secret of the key"),
    ("listen keys", "listen key"),
    ("second factors", "secret of the code generator"),
    ("anti-phishing codes", "anti-phishing code"),
    (
        "statements of users who lost a factor",
        "statement of who lost a factor",
    ),
    ("messages", "token of a lost factor"),
    ("people who apply for a level", "name of an applicant"),
    (
        "documents that show who they are",
        "picture of an applicant",
    ),
    ("seal of the database", "master key"),
];

/// Returns what a line of the status of the master key counts, and how many are sealed under it.
fn counted(line: &str) -> Option<(&str, u64)> {
    let (numbers, what) = line.split_at_checked(28)?;
    let current = numbers.split_whitespace().next()?;
    Some((what, current.parse().ok()?))
}

/// Every column that is sealed has a canary in it, and a column that is new needs one.
fn check_columns(data: &Path, canaries: &[&Canaries]) {
    let status = run_on_users(&["master-key", "status"], data);
    let status = String::from_utf8(status.stdout).expect("text");
    let rows = status.lines().filter_map(counted);
    let rows: BTreeMap<&str, u64> = rows.collect();
    let known: BTreeMap<&str, &str> = SEALED.iter().copied().collect();
    assert!(rows.keys().eq(known.keys()), "SEALED lacks one of {rows:?}");
    for (what, count) in rows {
        assert!(0 < count, "no {what} is in the database: {status}");
        let canary = known[what];
        let is_planted = canaries
            .iter()
            .any(|planted| planted.0.contains_key(canary));
        assert!(is_planted, "{canary} of {what} is not looked for");
    }
}

/// Returns the bytes of every file below a folder.
fn files(folder: &Path, found: &mut Vec<(PathBuf, Vec<u8>)>) {
    for entry in std::fs::read_dir(folder).expect("read") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy();
        if APART.contains(&&*name) {
            continue;
        }
        if path.is_dir() {
            files(&path, found);
        } else {
            let mut bytes = std::fs::read(&path).expect("readable");
            // A segment of the journal is made whole, and is not searched beyond what stands in it.
            while bytes.ends_with(&ZEROS) {
                bytes.truncate(bytes.len() - ZEROS.len());
            }
            found.push((path, bytes));
        }
    }
}

#[test]
fn no_secret_stands_in_logs_answers_metrics_or_files() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = folder.path().join("log");
    let configuration = configuration(folder.path());
    let configuration = configuration.to_str().expect("text");
    let mut arguments = ["--log", "trace", "--config", configuration]
        .map(str::to_owned)
        .to_vec();
    arguments.extend(["--console-origin", ORIGIN].map(str::to_owned));
    arguments.extend(dump::passwords(folder.path()));
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let mut sandbox = Sandbox::start_logged(&arguments, &log);
    let mut canaries = Canaries(BTreeMap::new());
    let mut browser = Browser {
        sandbox: &sandbox,
        headers: String::new(),
        heard: String::new(),
    };
    for (what, secret) in [
        ("password", PASSWORD),
        ("other password", OTHER_PASSWORD),
        ("wrong password", WRONG_PASSWORD),
        ("password of the mail server", MAIL_PASSWORD),
        ("secret of the provider", PROVIDER_SECRET),
        ("anti-phishing code", PHISHING_CODE),
        ("password of the database", DATABASE_PASSWORD),
        ("password of the history", HISTORY_PASSWORD),
    ] {
        canaries.plant(what, secret);
    }
    later::plant_seeds(&sandbox, &mut canaries);
    let recovery = live(&mut browser, &mut canaries);
    let mut personal = Canaries(BTreeMap::new());
    later::live(&mut browser, &mut canaries, &mut personal, &recovery);
    let code = later::work(&sandbox, &mut canaries);
    console::live(&sandbox, &mut canaries, &mut personal, &code);
    for target in ["/v1/status", "/health/ready", "/"] {
        browser.read(target);
    }
    let mut heard = std::mem::take(&mut browser.heard);
    for target in ["/metrics", "/-/health"] {
        heard.push_str(&sandbox.watch(target));
    }
    let archive = exported(&sandbox, folder.path());
    assert!(10_000 < archive.len(), "an archive: {}", archive.len());
    let master = std::fs::read_to_string(sandbox.data().join("master.key")).expect("a key");
    canaries.plant("master key", master.trim_end());
    check_columns(&sandbox.data(), &[&canaries, &personal]);
    // The courier has tried its server meanwhile, and the files are as a power loss leaves them.
    std::thread::sleep(std::time::Duration::from_secs(3));
    sandbox.end("KILL");
    canaries.assert_absent("an answer", heard.as_bytes());
    canaries.assert_absent("an archive of the user", &archive);
    canaries.0.append(&mut personal.0);
    let said = std::fs::read(&log).expect("a log");
    assert!(
        100_000 < said.len(),
        "the log is the most verbose one: {}",
        said.len()
    );
    canaries.assert_absent("the log", &said);
    let bytes: Vec<u8> = (0..32)
        .map(|index| u8::from_str_radix(&master[2 * index..2 * index + 2], 16).expect("hex"))
        .collect();
    canaries.0.insert("master key in bytes", signs(&bytes));
    let mut found = dump::all(&sandbox.data());
    files(&sandbox.data(), &mut found);
    for name in dump::names() {
        let is_there = found.iter().any(|(path, _)| path.ends_with(name));
        assert!(is_there, "{name} was looked at");
    }
    for (path, bytes) in &found {
        canaries.assert_absent(&path.display().to_string(), bytes);
    }
}

#[test]
fn the_password_of_a_database_that_is_away_is_not_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let password = folder.path().join("password");
    private(&password, DATABASE_PASSWORD);
    let data = folder.path().join("data");
    let output = run(&[
        "dev",
        "--log",
        "trace",
        "--data-dir",
        data.to_str().expect("text"),
        "--identity",
        "postgres://exchange@127.0.0.1:1/bourse",
        "--identity-password",
        password.to_str().expect("text"),
    ]);
    assert!(!output.status.success());
    let mut canaries = Canaries(BTreeMap::new());
    canaries.plant("password of the database", DATABASE_PASSWORD);
    canaries.assert_absent("the log", &output.stderr);
    canaries.assert_absent("the output", &output.stdout);
    assert!(!output.stderr.is_empty(), "it says what is wrong");
}

#[test]
fn an_exchange_that_is_aborted_leaves_no_core_dump() {
    let folder = tempfile::tempdir().expect("a folder");
    let script = format!(
        "ulimit -c unlimited; exec {BOURSE} dev --market none --listen 127.0.0.1:0 --data-dir data"
    );
    let mut process = Command::new("sh")
        .args(["-c", &script])
        .current_dir(folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("starts");
    let out = std::io::BufReader::new(process.stdout.take().expect("piped"));
    let mut lines = std::io::BufRead::lines(out).map_while(Result::ok);
    assert!(lines.any(|line| line.contains("http://")), "it runs");
    let limits = format!("/proc/{}/limits", process.id());
    let limits = std::fs::read_to_string(limits).expect("readable");
    let core = limits
        .lines()
        .find(|line| line.starts_with("Max core file size"));
    let words: Vec<&str> = core.expect("a limit").split_whitespace().collect();
    assert_eq!(words[4..6], ["0", "0"]);
    let number = process.id().to_string();
    let sent = Command::new("kill").args(["-s", "ABRT", &number]).status();
    assert!(sent.expect("kill runs").success());
    let status = process.wait().expect("it ends");
    use std::os::unix::process::ExitStatusExt;
    assert_eq!((status.signal(), status.core_dumped()), (Some(6), false));
    let left: Vec<String> = std::fs::read_dir(folder.path())
        .expect("read")
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    assert_eq!(left, ["data"]);
}

/// A command that has opened the key of an operator, and waits for an answer, is not dumped either.
#[test]
fn a_command_of_the_shell_that_holds_a_key_leaves_no_core_dump() {
    let folder = tempfile::tempdir().expect("a folder");
    let key = folder.path().join("olivia.key");
    let key = path(&key);
    assert!(run(&["operator", "key", key]).status.success());
    let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let console = silent.local_addr().expect("bound").to_string();
    let script =
        format!("ulimit -c unlimited; exec {BOURSE} operator list --key {key} --console {console}");
    let mut process = Command::new("sh")
        .args(["-c", &script])
        .stderr(Stdio::null())
        .spawn()
        .expect("starts");
    let (_held, _) = silent.accept().expect("it asks");
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", process.id()));
    process.kill().expect("it waits");
    process.wait().expect("it ends");
    let limits = limits.expect("readable");
    let mut lines = limits.lines();
    let line = lines.find(|line| line.starts_with("Max core file size"));
    let numbers: Vec<&str> = line.expect("a line").split_whitespace().skip(4).collect();
    assert_eq!(numbers[..2], ["0", "0"], "{limits}");
}
