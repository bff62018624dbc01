//! A scanner of viruses, which is a fake clamd that checks what it is sent.

use identity::scanner::{ScanError, Scanner, Verdict};
use std::path::Path;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, UnixListener};

/// Answers one request as clamd does: with what is found in it.
async fn answer<S: AsyncRead + AsyncWrite + Unpin>(mut stream: S) {
    let mut command = [0; 10];
    stream.read_exact(&mut command).await.expect("a command");
    assert_eq!(&command, b"zINSTREAM\0");
    let mut upload = Vec::new();
    loop {
        let length = stream.read_u32().await.expect("a length");
        if length == 0 {
            break;
        }
        let mut chunk = vec![0; usize::try_from(length).expect("small")];
        stream.read_exact(&mut chunk).await.expect("a piece");
        upload.extend(chunk);
    }
    let verdict: &[u8] = match &upload[..] {
        [] => b"stream: empty. ERROR\0",
        bytes if bytes.ends_with(b"virus") => b"stream: Fake.Virus-1 FOUND\0",
        _ => b"stream: OK\0",
    };
    stream.write_all(verdict).await.expect("answered");
}

fn upload(bytes: usize, end: &[u8]) -> Vec<u8> {
    let mut upload = vec![7; bytes];
    upload.extend(end);
    upload
}

fn listen(path: &Path) -> Scanner {
    let listener = UnixListener::bind(path).expect("listens");
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(answer(stream));
        }
    });
    Scanner::parse(&format!("unix:{}", path.display())).expect("an address")
}

#[tokio::test]
async fn every_byte_of_an_upload_is_looked_at() {
    let folder = tempfile::tempdir().expect("a folder");
    let scanner = listen(&folder.path().join("clamd"));
    for bytes in [0, 1, 65_531, 65_536, 10 * 1024 * 1024] {
        let found = scanner.scan(&upload(bytes, b"virus")).await;
        let expected = Verdict::Infected("Fake.Virus-1".to_owned());
        assert_eq!(found.expect("a verdict"), expected, "{bytes}");
        let found = scanner.scan(&upload(bytes, b"picture")).await;
        assert_eq!(found.expect("a verdict"), Verdict::Clean, "{bytes}");
    }
}

#[tokio::test]
async fn a_scanner_over_tcp_is_asked_alike() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("listens");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(answer(stream));
        }
    });
    let scanner = Scanner::parse(&format!("tcp:127.0.0.1:{port}")).expect("an address");
    let found = scanner.scan(b"a picture").await;
    assert_eq!(found.expect("a verdict"), Verdict::Clean);
    let error = scanner.scan(b"").await;
    assert!(matches!(error, Err(ScanError::Answer(_))), "{error:?}");
}

#[tokio::test]
async fn without_a_scanner_or_with_one_that_hangs_up_there_is_no_verdict() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("clamd");
    let scanner = Scanner::Unix(path.clone());
    let error = scanner.scan(b"a picture").await;
    assert!(matches!(error, Err(ScanError::Unreachable(_))), "{error:?}");
    let listener = UnixListener::bind(&path).expect("listens");
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            drop(stream);
        }
    });
    let error = scanner.scan(b"a picture").await;
    assert!(error.is_err(), "{error:?}");
}
