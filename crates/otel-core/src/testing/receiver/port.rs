//! A port: its listener, its door, and the connections that came through it.

use std::convert::Infallible;
use std::io;
use std::marker::PhantomData;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, mpsc};

use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use super::dialect::Dialect;
use super::exchange::Exchanges;
use super::line::{Line, Watched};
use super::received::Transport;

/// The largest HTTP/2 frame that is taken.
const FRAME: u32 = 1024 * 1024;

/// Connections that may wait to be accepted.
const BACKLOG: u32 = 1024;

/// What becomes of those who connect.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Door {
    /// They are served.
    #[default]
    Open,
    /// Nobody listens: they are refused.
    Closed,
    /// They are connected, and nobody ever speaks to them.
    Unattended,
    /// They are connected, and disconnected at once.
    Slammed,
}

/// A new position of the door, and who waits for it.
pub(super) struct Order {
    pub(super) door: Door,
    pub(super) done: mpsc::Sender<io::Result<()>>,
}

/// An address that stays ours, whether someone listens there or not.
pub(super) struct Address {
    address: SocketAddr,
    /// Bound and never listening: while it lives, the port is given to nobody else.
    _reserved: TcpSocket,
}

impl Address {
    /// Reserves a free port of the loopback interface.
    pub(super) fn reserve() -> io::Result<Self> {
        let reserved = bound(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
        Ok(Self { address: reserved.local_addr()?, _reserved: reserved })
    }

    pub(super) const fn get(&self) -> SocketAddr {
        self.address
    }

    fn listen(&self) -> io::Result<TcpListener> {
        bound(self.address)?.listen(BACKLOG)
    }
}

fn bound(address: SocketAddr) -> io::Result<TcpSocket> {
    let socket = TcpSocket::new_v4()?;
    // So that the listener may stand beside the reservation, and come back.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    Ok(socket)
}

/// Everything a port needs to serve.
pub(super) struct Port<D> {
    address: Address,
    listener: Option<TcpListener>,
    host: Arc<Host<D>>,
}

/// What all connections of a port share.
struct Host<D> {
    exchanges: Exchanges,
    tls: Option<TlsAcceptor>,
    window: u32,
    dialect: PhantomData<D>,
}

impl<D: Dialect> Port<D> {
    /// Begins to listen. Must be called inside the runtime that will serve.
    pub(super) fn open(
        address: Address,
        exchanges: Exchanges,
        tls: Option<TlsAcceptor>,
        window: u32,
    ) -> io::Result<Self> {
        let listener = Some(address.listen()?);
        let host = Arc::new(Host { exchanges, tls, window, dialect: PhantomData });
        Ok(Self { address, listener, host })
    }

    /// Serves every connection, until dropped or until nobody is left to give orders.
    pub(super) async fn serve(mut self, mut orders: UnboundedReceiver<Order>) {
        let mut door = Door::Open;
        let mut connections = JoinSet::new();
        loop {
            tokio::select! {
                order = orders.recv() => {
                    let Some(Order { door: wanted, done }) = order else { return };
                    door = wanted;
                    if door != Door::Open {
                        connections.shutdown().await;
                    }
                    // Who gave the order may have stopped waiting.
                    drop(done.send(self.obey(door)));
                }
                stream = accept(self.listener.as_ref()), if door != Door::Unattended => match stream {
                    Ok(stream) if door == Door::Open => {
                        connections.spawn(Arc::clone(&self.host).converse(stream));
                    }
                    Ok(stream) => drop(stream),
                    // The connection failed before it began, or descriptors ran out: the next attempt is another
                    // matter.
                    Err(_) => tokio::task::yield_now().await,
                },
                Some(_) = connections.join_next() => {}
            }
        }
    }

    fn obey(&mut self, door: Door) -> io::Result<()> {
        if door == Door::Closed {
            self.listener = None;
        } else if self.listener.is_none() {
            self.listener = Some(self.address.listen()?);
        }
        Ok(())
    }
}

/// The next connection, or none for ever when nobody listens.
async fn accept(listener: Option<&TcpListener>) -> io::Result<TcpStream> {
    match listener {
        Some(listener) => listener.accept().await.map(|(stream, _)| stream),
        None => std::future::pending().await,
    }
}

impl<D: Dialect> Host<D> {
    async fn converse(self: Arc<Self>, stream: TcpStream) {
        self.exchanges.inbox.connected();
        // Without it answers are only later, not wrong.
        drop(stream.set_nodelay(true));
        let Some(tls) = self.tls.clone() else { return self.speak(stream).await };
        match tls.accept(stream).await {
            Ok(stream) => self.speak(stream).await,
            Err(_) => self.exchanges.inbox.handshake_failed(),
        }
    }

    /// Speaks HTTP until the client leaves or someone hangs up.
    async fn speak<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(self: Arc<Self>, stream: S) {
        let line = Arc::new(Line::default());
        let io = TokioIo::new(Watched::new(stream, Arc::clone(&line)));
        let (host, given) = (Arc::clone(&self), Arc::clone(&line));
        let service = service_fn(move |request: Request<Incoming>| {
            let (host, line) = (Arc::clone(&host), Arc::clone(&given));
            async move { Ok::<_, Infallible>(host.exchanges.answer::<D>(request, line).await) }
        });
        let conversation = async {
            // A connection that breaks is the client's to notice.
            match D::TRANSPORT {
                Transport::Grpc => drop(self.http2().serve_connection(io, service).await),
                Transport::Http => drop(http1::Builder::new().serve_connection(io, service).await),
            }
        };
        tokio::select! {
            () = conversation => {}
            () = line.hung_up() => {}
        }
    }

    fn http2(&self) -> http2::Builder<TokioExecutor> {
        let mut builder = http2::Builder::new(TokioExecutor::new());
        builder
            .initial_connection_window_size(self.window)
            .initial_stream_window_size(self.window)
            .max_frame_size(FRAME);
        builder
    }
}
