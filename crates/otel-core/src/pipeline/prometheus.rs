//! Metrics for Prometheus to fetch: a page of text at `/metrics`, and nothing else.
//!
//! It is served on the pipeline's thread, and ends with the pipeline. What a stranger can make it do is bounded: a few
//! connections, one request on each, and not much time for either.

mod clean;

use std::net::{IpAddr, SocketAddr, TcpListener, ToSocketAddrs as _};
use std::sync::Arc;
use std::time::Duration;

use ::prometheus::{Encoder as _, Registry, TextEncoder};
use bytes::Bytes;
use http::header::{ALLOW, CONTENT_TYPE, HeaderValue};
use http::{Method, Request, Response, StatusCode};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use opentelemetry_sdk::metrics::MeterProviderBuilder;
use tokio::net::TcpStream;
use tokio::sync::Semaphore;

use crate::sensitive::Guard;
use crate::settings::{self, Problem, Settings};

/// Connections at once; more wait until one of them ends.
const MAX_CONNECTIONS: usize = 16;

/// How long the head of a request may take, and how long all of it.
const HEAD_TIMEOUT: Duration = Duration::from_secs(2);
const TIMEOUT: Duration = Duration::from_secs(15);

/// How long to wait after the system had no connection to give, as when there are too many open files.
const PAUSE: Duration = Duration::from_millis(100);

const PATH: &str = "/metrics";

/// Metrics that are fetched rather than sent.
#[derive(Debug)]
pub(crate) struct Scraped {
    listener: TcpListener,
    address: SocketAddr,
    registry: Registry,
    guard: Guard,
    /// What chose the address, for when something is wrong with it.
    setting: String,
}

impl Scraped {
    /// Takes the address that the settings name, if they name one, and gives the meter provider a second reader.
    ///
    /// # Errors
    ///
    /// When the address cannot be taken.
    pub(crate) fn open(
        settings: &Settings,
        provider: MeterProviderBuilder,
        guard: &Guard,
    ) -> Result<(Option<Self>, MeterProviderBuilder), Problem> {
        let Some((host, port)) = settings.prometheus() else { return Ok((None, provider)) };
        let setting = setting(settings);
        let failed = |error: &dyn std::error::Error| {
            Problem::new(setting.clone(), format!("cannot serve metrics at {host}:{port}: {error}"))
        };
        let listener = bind(host, port).map_err(|error| failed(&error))?;
        let address = listener.local_addr().map_err(|error| failed(&error))?;
        let registry = Registry::new();
        let reader = opentelemetry_prometheus::exporter().with_registry(registry.clone()).build();
        let reader = reader.map_err(|error| failed(&error))?;
        let guard = guard.clone();
        Ok((Some(Self { listener, address, registry, guard, setting }), provider.with_reader(reader)))
    }

    /// The address that was taken.
    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves on the runtime that this is called in, until it ends.
    ///
    /// # Errors
    ///
    /// When the runtime cannot have the listener.
    pub(crate) fn serve(self) -> Result<(), Problem> {
        let Self { listener, registry, guard, setting, .. } = self;
        let listener = tokio::net::TcpListener::from_std(listener)
            .map_err(|error| Problem::new(setting, format!("cannot serve metrics: {error}")))?;
        tokio::spawn(accept(listener, registry, guard));
        Ok(())
    }
}

/// The variable or the method that chose the port.
fn setting(settings: &Settings) -> String {
    match settings.effective.get("prometheus.port").map(|port| &port.origin) {
        Some(settings::Origin::Environment(variable)) => variable.clone(),
        Some(settings::Origin::Code) => "prometheus".to_owned(),
        _ => "OTEL_EXPORTER_PROMETHEUS_PORT".to_owned(),
    }
}

/// Listens at the first address of `host` that is free; at those of IPv4 first, which is where `localhost` is looked
/// for.
fn bind(host: &str, port: u16) -> std::io::Result<TcpListener> {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let mut addresses: Vec<_> = match host.parse::<IpAddr>() {
        Ok(host) => vec![SocketAddr::new(host, port)],
        Err(_) => (host, port).to_socket_addrs()?.collect(),
    };
    addresses.sort_by_key(SocketAddr::is_ipv6);
    let listener = TcpListener::bind(addresses.as_slice())?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

async fn accept(listener: tokio::net::TcpListener, registry: Registry, guard: Guard) {
    let room = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    while let Ok(place) = Arc::clone(&room).acquire_owned().await {
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(PAUSE).await;
            continue;
        };
        let (registry, guard) = (registry.clone(), guard.clone());
        tokio::spawn(async move {
            // Whoever is too slow, or speaks another language, is cut off.
            let _ = tokio::time::timeout(TIMEOUT, converse(stream, registry, guard)).await;
            drop(place);
        });
    }
}

/// One request, and its answer.
async fn converse(stream: TcpStream, registry: Registry, guard: Guard) -> Result<(), hyper::Error> {
    let service = service_fn(|request| {
        let answer = answer(&request, &registry, &guard);
        async { Ok::<_, std::convert::Infallible>(answer) }
    });
    http1::Builder::new()
        .keep_alive(false)
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .serve_connection(TokioIo::new(stream), service)
        .await
}

fn answer(request: &Request<Incoming>, registry: &Registry, guard: &Guard) -> Response<Full<Bytes>> {
    if request.uri().path() != PATH {
        return plain(StatusCode::NOT_FOUND, "metrics are at /metrics\n".to_owned());
    }
    if request.method() != Method::GET {
        let mut answer = plain(StatusCode::METHOD_NOT_ALLOWED, "metrics can only be fetched\n".to_owned());
        answer.headers_mut().insert(ALLOW, HeaderValue::from_static("GET"));
        return answer;
    }
    let (mut families, mut page) = (registry.gather(), Vec::new());
    clean::clean(&mut families, guard);
    match TextEncoder::new().encode(&families, &mut page) {
        Ok(()) => text(StatusCode::OK, "text/plain; version=0.0.4; charset=utf-8", page.into()),
        Err(error) => plain(StatusCode::INTERNAL_SERVER_ERROR, format!("{error}\n")),
    }
}

fn plain(status: StatusCode, words: String) -> Response<Full<Bytes>> {
    text(status, "text/plain; charset=utf-8", words.into())
}

fn text(status: StatusCode, kind: &'static str, body: Bytes) -> Response<Full<Bytes>> {
    let mut answer = Response::new(Full::new(body));
    *answer.status_mut() = status;
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    answer
}
