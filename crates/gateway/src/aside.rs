//! Long work on threads of its own, which give way to trading.

use std::io;

use tokio::runtime::Handle;
use tokio::sync::oneshot;

/// Begins work on a thread, and returns where its outcome will be. Whoever goes away meanwhile does not stop it.
///
/// Its connections are those of the runtime it was begun on: one that was opened there and went back to a pool has to
/// outlive the thread.
///
/// # Errors
/// The system gives no thread.
pub fn aside<T: Send + 'static>(
    name: &str,
    work: impl Future<Output = T> + Send + 'static,
) -> io::Result<oneshot::Receiver<T>> {
    let (sender, outcome) = oneshot::channel();
    let runtime = Handle::current();
    let named = std::thread::Builder::new().name(name.to_owned());
    named.spawn(move || {
        // Where the system refuses it, the work is as important as the rest. Threads of the database inherit it.
        idle::give_way();
        let _ = sender.send(runtime.block_on(work));
    })?;
    Ok(outcome)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::{TcpListener, TcpStream};

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn a_connection_that_was_opened_there_outlives_the_thread() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a socket");
        let address = listener.local_addr().expect("an address");
        let opened = aside("test", TcpStream::connect(address)).expect("a thread");
        let mut stream = opened.await.expect("an outcome").expect("connects");
        let (mut peer, _) = listener.accept().await.expect("a connection");
        // The thread is at its end, or nearly so.
        tokio::time::sleep(Duration::from_millis(50)).await;
        peer.write_all(b"!").await.expect("written");
        let read = tokio::time::timeout(Duration::from_secs(10), stream.read_u8());
        assert_eq!(read.await.expect("in time").expect("alive"), b'!');
    }
}
