//! What a port speaks, by what it answers to who speaks first.
//!
//! A client that is answered in another language only sees that it is none it knows; the first bytes of the answer say
//! which one it is.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::time::{Instant, timeout_at};

/// How long a port has to answer a greeting. Who speaks the greeting's language answers at once, and so does who
/// complains about it.
const LONGEST: Duration = Duration::from_secs(1);

/// What is said through a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    Tls,
    Http1,
    Http2,
}

/// A `ClientHello` of TLS 1.2 without extensions. It is answered or refused, and both is TLS.
const TLS_GREETING: [u8; 52] = {
    let head = [0x16, 3, 1, 0, 47, 1, 0, 0, 43, 3, 3];
    // 32 bytes of "random", no session, two cipher suites, no compression.
    let tail = [0, 0, 4, 0xc0, 0x2f, 0, 0x2f, 1, 0];
    let mut greeting = [7; 52];
    let mut at = 0;
    while at < head.len() {
        greeting[at] = head[at];
        at += 1;
    }
    at = 0;
    while at < tail.len() {
        greeting[greeting.len() - tail.len() + at] = tail[at];
        at += 1;
    }
    greeting
};

/// HTTP/2's preface and empty settings. HTTP/1 takes the preface for a request that it must refuse.
const HTTP2_GREETING: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";

const HTTP1_GREETING: &[u8] = b"OPTIONS * HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

/// The bytes that tell the languages apart: the head of a frame of HTTP/2.
const ENOUGH: usize = 9;

const GREETINGS: [&[u8]; 3] = [&TLS_GREETING, HTTP2_GREETING, HTTP1_GREETING];

/// What the port speaks, at the first of these addresses that lets us in.
pub(super) async fn language(addresses: &[SocketAddr], until: Instant) -> Option<Language> {
    let share = until.saturating_duration_since(Instant::now()) / GREETINGS.len() as u32;
    for greeting in GREETINGS {
        let until = Instant::now() + share.min(LONGEST);
        let reply = timeout_at(until, reply_to(greeting, addresses)).await;
        if let Ok(Ok(reply)) = reply
            && let Some(language) = of(&reply)
        {
            return Some(language);
        }
    }
    None
}

/// The beginning of what is answered to a greeting.
async fn reply_to(greeting: &[u8], addresses: &[SocketAddr]) -> io::Result<Vec<u8>> {
    let stream = TcpStream::connect(addresses).await?;
    let mut rest = greeting;
    while !rest.is_empty() {
        stream.writable().await?;
        match stream.try_write(rest) {
            Ok(written) => rest = &rest[written..],
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
    let mut reply = Vec::new();
    while reply.len() < ENOUGH {
        let mut piece = [0; 64];
        stream.readable().await?;
        match stream.try_read(&mut piece) {
            Ok(0) => break,
            Ok(read) => reply.extend_from_slice(&piece[..read]),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            // Who hangs up at once may have said something before.
            Err(_) => break,
        }
    }
    Ok(reply)
}

/// The language that an answer is in.
fn of(reply: &[u8]) -> Option<Language> {
    match reply {
        // An alert or the handshake, of any version there is.
        [0x15 | 0x16, 3, 0..=4, ..] => Some(Language::Tls),
        [b'H', b'T', b'T', b'P', b'/', ..] => Some(Language::Http1),
        // The connection's settings, or that it goes away.
        [0, _, _, 4 | 7, _, 0, 0, 0, 0, ..] => Some(Language::Http2),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_greeting_of_tls_is_as_long_as_it_says() {
        let [_, _, _, high, low, _, _, inner_high, inner_low, ..] = TLS_GREETING;
        assert_eq!(usize::from(high) * 256 + usize::from(low) + 5, TLS_GREETING.len());
        assert_eq!(usize::from(inner_high) * 256 + usize::from(inner_low) + 9, TLS_GREETING.len());
    }

    #[test]
    fn an_answer_shows_its_language() {
        assert_eq!(of(b"\x15\x03\x03\0\x02\x02\x32"), Some(Language::Tls));
        assert_eq!(of(b"\x16\x03\x03\0\x50\x02\0"), Some(Language::Tls));
        assert_eq!(of(b"HTTP/1.1 400 Bad Request\r\n"), Some(Language::Http1));
        assert_eq!(of(b"\0\0\x06\x04\0\0\0\0\0\0\x05"), Some(Language::Http2));
        for other in [&b""[..], b"HTTP", b"220 smtp.example ESMTP", b"\x16\x01\0", b"\0\0\x06\x04\0"] {
            assert_eq!(of(other), None, "{other:?}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_at_all_are_two_languages(reply: Vec<u8>) {
            let expected = match reply.first() {
                Some(0x15 | 0x16) => Some(Language::Tls),
                Some(b'H') => Some(Language::Http1),
                Some(0) => Some(Language::Http2),
                _ => None,
            };
            let found = of(&reply);
            prop_assert!(found.is_none() || found == expected);
        }
    }
}
