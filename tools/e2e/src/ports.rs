//! Ports that stay ours while the server behind them is down.

use std::io;
use std::net::{Ipv4Addr, TcpListener};

/// Below the ports that operating systems hand out to clients. A client that knocks at a closed port among those
/// can be given that very port for its own end, connect to itself, and keep the server from ever coming back.
const RANGE: std::ops::Range<u16> = 15_000..32_000;

/// As many free ports of the loopback interface as asked for.
///
/// They are free now; a server that finds one taken says so and ends, which is noticed.
pub(crate) fn free<const N: usize>() -> io::Result<[u16; N]> {
    let mut held = Vec::with_capacity(N);
    // Two runs at a time begin in different places.
    let begin = usize::try_from(std::process::id()).unwrap_or_default() * 16 % RANGE.len();
    for port in RANGE.skip(begin).chain(RANGE.take(begin)) {
        if let Ok(listener) = TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
            held.push((listener, port));
        }
        if held.len() == N {
            break;
        }
    }
    let ports: Vec<u16> = held.iter().map(|(_, port)| *port).collect();
    ports.try_into().map_err(|_| io::Error::new(io::ErrorKind::AddrInUse, "too few free ports"))
}
