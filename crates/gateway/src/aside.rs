//! Long work on threads of its own, which give way to trading.

use std::io;

use tokio::sync::oneshot;

/// Begins work on a thread, and returns where its outcome will be. Whoever goes away meanwhile does not stop it.
///
/// # Errors
/// The system gives no thread.
pub fn aside<T: Send + 'static>(
    name: &str,
    work: impl Future<Output = T> + Send + 'static,
) -> io::Result<oneshot::Receiver<T>> {
    let (sender, outcome) = oneshot::channel();
    let named = std::thread::Builder::new().name(name.to_owned());
    named.spawn(move || {
        // Where the system refuses it, the work is as important as the rest. Threads of the database inherit it.
        idle::give_way();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        // Without a runtime nobody sends, and whoever waits hears that.
        if let Ok(runtime) = runtime {
            let _ = sender.send(runtime.block_on(work));
        }
    })?;
    Ok(outcome)
}
