//! A webhook: takes what is posted to it, and hands it on.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Instant;

use serde_json::Value;

/// The most bytes of a request.
const MOST: usize = 16 * 1024 * 1024;

/// Something that was posted.
#[derive(Clone, Debug)]
pub(crate) struct Posted {
    pub(crate) path: String,
    pub(crate) body: Value,
}

/// A webhook on the loopback interface; it listens as long as the program runs.
#[derive(Debug)]
pub(crate) struct Webhook {
    address: SocketAddr,
    posted: Receiver<Posted>,
}

impl Webhook {
    pub(crate) fn start() -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let (post, posted) = mpsc::channel();
        thread::Builder::new().name("e2e-webhook".to_owned()).spawn(move || {
            // One at a time: whoever posts waits for its turn, and there is no order to lose.
            for stream in listener.incoming().flatten() {
                let Ok(one) = take(&stream) else { continue };
                if post.send(one).is_err() {
                    return;
                }
            }
        })?;
        Ok(Self { address, posted })
    }

    /// The address of a path of it.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// What is posted next, if something is until the deadline.
    pub(crate) fn next(&self, until: Instant) -> Option<Posted> {
        self.posted.recv_timeout(until.saturating_duration_since(Instant::now())).ok()
    }
}

/// Reads one request with a body of known length, and answers that all is well.
fn take(mut stream: &TcpStream) -> io::Result<Posted> {
    let strange = |what: &str| io::Error::new(io::ErrorKind::InvalidData, what);
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let path = line.split(' ').nth(1).ok_or_else(|| strange("no path"))?.to_owned();
    let mut length = 0;
    loop {
        line.clear();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse().map_err(|_| strange("no length"))?;
        }
    }
    if length > MOST {
        return Err(strange("too long"));
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let body = serde_json::from_slice(&body)?;
    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")?;
    Ok(Posted { path, body })
}
