//! Remedies: what to do about an endpoint that does not take telemetry.

use crate::settings::Protocol;

use super::finding::FindingKind as Kind;
use super::knob::{Knob, Knobs};

/// What to do about a finding on this way.
pub(super) fn remedy(kind: Kind, knobs: Knobs<'_>) -> String {
    let of = |knob| knobs.of(knob);
    match kind {
        Kind::UnknownHost => {
            format!("correct the host's name in {}, or the name service", of(Knob::Endpoint))
        }
        Kind::NobodyListens => nobody_listens(knobs),
        Kind::Unreachable => {
            format!("look for a firewall or a wrong address on the way: {} says where to", of(Knob::Endpoint))
        }
        Kind::NoAnswer => format!(
            "look at the server, and at what stands before it; if it is only slow, raise {}, or ask the doctor \
             with more patience",
            of(Knob::Timeout)
        ),
        Kind::BrokenOff => format!(
            "look into the server's log, and at proxies on the way; {} has to name a port for OTLP",
            of(Knob::Endpoint)
        ),
        Kind::WrongProtocol => wrong_protocol(knobs),
        Kind::TlsExpected => format!("say https:// in {}", of(Knob::Endpoint)),
        Kind::TlsNotSpoken => {
            format!("say http:// in {}, or switch TLS on at the server", of(Knob::Endpoint))
        }
        Kind::NotServed => not_served(knobs),
        Kind::Redirected => {
            format!("put the address it sends to into {}; often that is https://", of(Knob::Endpoint))
        }
        Kind::Unauthenticated | Kind::Forbidden => headers(kind, knobs),
        Kind::UnknownAuthority
        | Kind::CertificateExpired
        | Kind::CertificateNotYetValid
        | Kind::WrongHost
        | Kind::ClientCertificate
        | Kind::TlsFailed => certificates(kind, knobs),
        _ => of_the_server(kind).to_owned(),
    }
}

/// What is beyond our settings.
const fn of_the_server(kind: Kind) -> &'static str {
    match kind {
        Kind::Throttled => {
            "send less (sample, or collect metrics less often), or raise the quota at the server; until then \
             requests are tried again, and what waits too long is counted"
        }
        Kind::ServerError => {
            "look into the server's log; what can be tried again is, and what cannot be delivered is counted"
        }
        Kind::TooLarge => {
            "even an empty request is too large for it, so a limit on the way is wrong: look at the server's and \
             its proxies' limits"
        }
        Kind::Rejected => "look at what the server says it rejects, and why; it is lost for good",
        Kind::Warned => "read what the server says; nothing is lost",
        Kind::UnusableSetting => "put right what the setting names, and install the pipeline again",
        Kind::NotExamined => "ask again with more patience; the machine may be busy",
        _ => "look into the server's log: it refuses what others of its kind take, an empty request of OTLP",
    }
}

fn nobody_listens(knobs: Knobs<'_>) -> String {
    let knob = knobs.of(Knob::Endpoint);
    if knobs.is_untouched(Knob::Endpoint) {
        format!(
            "this is the default, as nobody said where to: set {knob} to a collector's address, or start one here"
        )
    } else {
        format!("start the collector, or correct {knob}")
    }
}

fn wrong_protocol(knobs: Knobs<'_>) -> String {
    let (other, port) = match knobs.way.exporter.protocol {
        Protocol::Grpc => (Protocol::HttpProtobuf, 4318),
        Protocol::HttpJson => (Protocol::HttpProtobuf, 4318),
        Protocol::HttpProtobuf => (Protocol::Grpc, 4317),
    };
    let (ours, other) = (knobs.way.exporter.protocol.as_str(), other.as_str());
    format!(
        "{ours} is spoken to a port that does not understand it: set {} to {other}, whose usual port is {port}, or \
         name the port for {ours} in {}",
        knobs.of(Knob::Protocol),
        knobs.of(Knob::Endpoint)
    )
}

fn not_served(knobs: Knobs<'_>) -> String {
    let knob = knobs.of(Knob::Endpoint);
    match knobs.way.exporter.protocol {
        Protocol::Grpc => format!(
            "the server has no service for these streams: switch them on there (a collector needs a pipeline for \
             each), or correct {knob}"
        ),
        Protocol::HttpProtobuf | Protocol::HttpJson => format!(
            "correct the path in {knob}: /v1/ and the stream's name are added to a base, and nothing to an address \
             for one stream alone; or switch the streams on at the server"
        ),
    }
}

fn headers(kind: Kind, knobs: Knobs<'_>) -> String {
    let sent = knobs.headers();
    if sent.is_empty() {
        let knob = knobs.of(Knob::Headers);
        return format!("no header is set: give the credentials in {knob}, such as `authorization`");
    }
    let sent = sent.join(", ");
    match kind {
        Kind::Forbidden => {
            format!("the headers that are set may belong to somebody without the right to write here: {sent}")
        }
        _ => format!("a header that is set holds the wrong credentials, or the right one is missing: {sent}"),
    }
}

fn certificates(kind: Kind, knobs: Knobs<'_>) -> String {
    let authority = knobs.of(Knob::Authority);
    match kind {
        Kind::UnknownAuthority if knobs.way.exporter.tls.authority.is_some() => format!(
            "{authority} names another authority than the one that signed the server's certificate; if you did not \
             expect that, do not trust it"
        ),
        Kind::UnknownAuthority => format!(
            "name the file of the authority that signed the server's certificate in {authority}, or install it on \
             this system"
        ),
        Kind::CertificateExpired => {
            "renew the server's certificate; if it is good, this machine's clock is wrong".to_owned()
        }
        Kind::CertificateNotYetValid => {
            "this machine's clock is probably wrong: set it; else the certificate is for later".to_owned()
        }
        Kind::WrongHost => format!(
            "use a name in {} that the certificate is for, or have one made for this name",
            knobs.of(Knob::Endpoint)
        ),
        Kind::ClientCertificate if knobs.way.exporter.tls.identity.is_some() => format!(
            "the server does not trust the certificate that {} names: have it signed by an authority that it does",
            knobs.of(Knob::Identity)
        ),
        Kind::ClientCertificate => format!(
            "none is set: name one, and its key, in {}; without such a demand, the two have no version of TLS in \
             common",
            knobs.of(Knob::Identity)
        ),
        _ => "compare the versions and ciphers of TLS that the server takes with TLS 1.2 and 1.3".to_owned(),
    }
}
