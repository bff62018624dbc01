//! A server of stream sockets and nothing else.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;

use gateway::config::{
    Bounds, Config, LegacySignatures, Limiting, RequestLimits, SecondFactor, Strictness,
};
use gateway::limit::Limiter;
use gateway::weights::Weights;
use gateway::ws::fanout::Fanout;
use gateway::ws::routes;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

use crate::exchange::Exchange;

/// A running server and the exchange behind it.
pub struct Host {
    pub address: SocketAddr,
    pub fanout: Arc<Fanout>,
    pub exchange: Exchange,
}

impl Host {
    /// Starts with the bounds of a real server and without request limits.
    pub async fn start() -> Host {
        Host::start_with(
            Limiting::Unlimited(RequestLimits::UPSTREAM),
            Bounds::STANDARD,
        )
        .await
    }

    pub async fn start_with(limiting: Limiting, bounds: Bounds) -> Host {
        let fanout = Fanout::new(&Config {
            limiting,
            weights: Weights::PUBLISHED,
            strictness: Strictness::Tolerant,
            legacy_signatures: LegacySignatures::Refused,
            second_factor: SecondFactor::Withdrawals,
            bounds,
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("bound");
        let limiter = Arc::new(Limiter::new(limiting));
        tokio::spawn(serve(listener, Arc::clone(&fanout), limiter));
        let exchange = Exchange::open(Arc::clone(&fanout));
        Host {
            address,
            fanout,
            exchange,
        }
    }
}

async fn serve(listener: TcpListener, fanout: Arc<Fanout>, limiter: Arc<Limiter>) {
    while let Ok((stream, peer)) = listener.accept().await {
        stream.set_nodelay(true).expect("a socket");
        let (fanout, limiter) = (Arc::clone(&fanout), Arc::clone(&limiter));
        let service = service_fn(move |request: hyper::Request<_>| {
            let (mut parts, _body): (_, hyper::body::Incoming) = request.into_parts();
            assert!(routes::is_stream(parts.uri.path()));
            let answer = routes::open(&fanout, &limiter, peer.ip(), &mut parts);
            async move { Ok::<_, Infallible>(answer) }
        });
        let connection = http1::Builder::new()
            .serve_connection(TokioIo::new(stream), service)
            .with_upgrades();
        tokio::spawn(connection);
    }
}
