//! A server that says what a test wants to hear, over HTTP/1.1 or HTTP/2, with TLS or without.

use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::rt::{Read, Write};
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use otel_core::settings::Protocol;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;

/// A request as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct Heard {
    pub(crate) path: String,
    pub(crate) query: Option<String>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Heard {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

/// What the server says.
#[derive(Clone, Debug)]
pub(crate) enum Says {
    Answer {
        status: u16,
        headers: Vec<(&'static str, String)>,
        body: Vec<u8>,
        trailers: HeaderMap,
    },
    /// It closes the connection without a word.
    Nothing,
}

impl Says {
    pub(crate) fn http(status: u16) -> Self {
        Self::Answer { status, headers: Vec::new(), body: Vec::new(), trailers: HeaderMap::new() }
    }

    /// A unary answer, with its status in the trailers.
    pub(crate) fn grpc(code: u16, message: &[u8]) -> Self {
        let mut body = vec![0];
        body.extend((message.len() as u32).to_be_bytes());
        body.extend(message);
        let trailers = [(HeaderName::from_static("grpc-status"), HeaderValue::from(code))];
        let content = vec![("content-type", "application/grpc".to_owned())];
        Self::Answer { status: 200, headers: content, body, trailers: trailers.into_iter().collect() }
    }

    /// A unary answer that is nothing but a status.
    pub(crate) fn status_only(code: u16) -> Self {
        Self::http(200).with("content-type", "application/grpc").with("grpc-status", code.to_string())
    }

    /// Success, as `protocol` says it.
    pub(crate) fn yes(protocol: Protocol) -> Self {
        if protocol == Protocol::Grpc { Self::grpc(0, b"") } else { Self::http(200) }
    }

    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        if let Self::Answer { headers, .. } = &mut self {
            headers.push((name, value.into()));
        }
        self
    }

    pub(crate) fn with_body(mut self, content_type: &str, bytes: impl Into<Vec<u8>>) -> Self {
        if let Self::Answer { body, .. } = &mut self {
            *body = bytes.into();
        }
        self.with("content-type", content_type)
    }

    pub(crate) fn with_trailer(mut self, name: &'static str, value: &str) -> Self {
        if let Self::Answer { trailers, .. } = &mut self {
            trailers.insert(name, value.parse().unwrap());
        }
        self
    }
}

type Answer = Arc<dyn Fn(usize, &Heard) -> Says + Send + Sync>;

/// A server on the loopback interface; dropping it ends it.
pub(crate) struct Server {
    address: SocketAddr,
    secure: bool,
    heard: Arc<Mutex<Vec<Heard>>>,
    connections: Arc<AtomicUsize>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// A server for clients that speak `protocol`, which answers each request with what `answer` says to its number
    /// and content.
    pub(crate) fn start(
        protocol: Protocol,
        tls: Option<ServerConfig>,
        answer: impl Fn(usize, &Heard) -> Says + Send + Sync + 'static,
    ) -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let connections = Arc::new(AtomicUsize::new(0));
        let (stop, stopped) = oneshot::channel();
        let listening = Listening {
            http2: protocol == Protocol::Grpc,
            heard: Arc::clone(&heard),
            connections: Arc::clone(&connections),
            answer: Arc::new(answer),
        };
        let secure = tls.is_some();
        let tls = tls.map(|mut tls| {
            tls.alpn_protocols = vec![if listening.http2 { b"h2".to_vec() } else { b"http/1.1".to_vec() }];
            TlsAcceptor::from(Arc::new(tls))
        });
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async move {
                tokio::select! {
                    _ = stopped => {}
                    () = listening.listen(TcpListener::from_std(listener).unwrap(), tls) => {}
                }
            });
        });
        Self { address, secure, heard, connections, stop: Some(stop), thread: Some(thread) }
    }

    pub(crate) fn endpoint(&self) -> String {
        format!("{}://{}", if self.secure { "https" } else { "http" }, self.address)
    }

    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// How many connections were made so far.
    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }

    pub(crate) fn heard(&self) -> Vec<Heard> {
        self.heard.lock().unwrap().clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

#[derive(Clone)]
struct Listening {
    http2: bool,
    heard: Arc<Mutex<Vec<Heard>>>,
    connections: Arc<AtomicUsize>,
    answer: Answer,
}

impl Listening {
    async fn listen(self, listener: TcpListener, tls: Option<TlsAcceptor>) {
        while let Ok((stream, _)) = listener.accept().await {
            self.connections.fetch_add(1, Ordering::Relaxed);
            tokio::spawn(self.clone().meet(stream, tls.clone()));
        }
    }

    async fn meet(self, stream: TcpStream, tls: Option<TlsAcceptor>) {
        match tls {
            None => self.converse(TokioIo::new(stream)).await,
            Some(tls) => match tls.accept(stream).into_fallible().await {
                Ok(stream) => self.converse(TokioIo::new(stream)).await,
                // The connection is not closed, as that could overtake the alert that says why.
                Err((_, stream)) => {
                    std::future::pending::<()>().await;
                    drop(stream);
                }
            },
        }
    }

    async fn converse(self, io: impl Read + Write + Unpin + 'static) {
        let http2 = self.http2;
        let service = service_fn(move |request| self.clone().take(request));
        // A connection that breaks is the client's to notice.
        if http2 {
            drop(http2::Builder::new(TokioExecutor::new()).serve_connection(io, service).await);
        } else {
            drop(http1::Builder::new().serve_connection(io, service).await);
        }
    }

    async fn take(self, request: Request<Incoming>) -> io::Result<Response<Body>> {
        let (head, body) = request.into_parts();
        let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
        let (path, query) = (head.uri.path().to_owned(), head.uri.query().map(str::to_owned));
        let heard = Heard { path, query, headers: head.headers, body };
        let number = {
            let mut all = self.heard.lock().unwrap();
            all.push(heard.clone());
            all.len() - 1
        };
        match (self.answer)(number, &heard) {
            Says::Nothing => Err(io::Error::other("told to say nothing")),
            Says::Answer { status, headers, body, trailers } => {
                let trailers = (!trailers.is_empty()).then_some(Ok(trailers));
                let body = Full::from(body).with_trailers(std::future::ready(trailers));
                let mut response = Response::new(body.boxed());
                *response.status_mut() = status.try_into().unwrap();
                for (name, value) in headers {
                    response.headers_mut().append(name, value.parse().unwrap());
                }
                Ok(response)
            }
        }
    }
}

type Body = http_body_util::combinators::BoxBody<Bytes, std::convert::Infallible>;
