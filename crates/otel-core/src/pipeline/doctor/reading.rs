//! Readings: what an endpoint's answer means, and what was seen of it.

use std::time::Duration;

use crate::event::Severity;
use crate::otlp::{Attempt, Failure, FailureKind, Sign};
use crate::settings::{EffectiveSettings, Protocol};

use super::finding::{Finding, FindingKind, Subject};
use super::knob::Knobs;
use super::port::Language;
use super::remedy::remedy;
use super::visit::{Asked, Visit, Way};

/// What a visit shows, if anything is wrong.
pub(super) fn finding(
    way: &Way,
    visit: Option<&Visit>,
    effective: &EffectiveSettings,
    patience: Duration,
) -> Option<Finding> {
    let (kind, what) = match visit {
        None => (FindingKind::NotExamined, format!("the doctor was not back within {patience:?}")),
        Some(Visit::Unusable(problem)) => (FindingKind::UnusableSetting, problem.to_string()),
        Some(Visit::Unresolved(why)) => (FindingKind::UnknownHost, why.clone()),
        Some(Visit::Asked(asked)) => read(way, asked)?,
    };
    let severity = match kind {
        FindingKind::Warned => Severity::Info,
        FindingKind::Throttled | FindingKind::Rejected => Severity::Warn,
        _ => Severity::Error,
    };
    let remedy = remedy(kind, Knobs { way, effective });
    Some(Finding { kind, severity, subject: subject(way), what, remedy })
}

/// The way, as what a finding is about.
pub(super) fn subject(way: &Way) -> Subject {
    Subject::Destination {
        name: way.to.clone(),
        endpoint: Some(way.exporter.shown_endpoint()),
        streams: vec![way.stream],
    }
}

fn read(way: &Way, asked: &Asked) -> Option<(FindingKind, String)> {
    match &asked.attempt {
        Attempt::Accepted { rejected: 0, message } if message.is_empty() => None,
        Attempt::Accepted { rejected: 0, message } => Some((FindingKind::Warned, message.clone())),
        Attempt::Accepted { rejected, message } => {
            Some((FindingKind::Rejected, format!("{rejected} items rejected: {message}")))
        }
        Attempt::TooLarge(why) => Some((FindingKind::TooLarge, why.to_string())),
        Attempt::Refused(why) => Some((kind(way, why, asked.language), seen(why, asked))),
        Attempt::Retry { after, why } => {
            let mut what = seen(why, asked);
            if let Some(after) = after {
                what += &format!("; it asks to be left alone for {after:?}");
            }
            Some((kind(way, why, asked.language), what))
        }
    }
}

fn seen(why: &Failure, asked: &Asked) -> String {
    let what = match why.sign {
        Some(Sign::Late) => format!("no answer within {:?}", asked.allowed),
        _ => why.to_string(),
    };
    match asked.language {
        None => what,
        Some(Language::Tls) => what + "; the port speaks TLS",
        Some(Language::Http1) => what + "; the port speaks HTTP/1.1, and no TLS",
        Some(Language::Http2) => what + "; the port speaks HTTP/2, as gRPC does, and no TLS",
    }
}

fn kind(way: &Way, why: &Failure, language: Option<Language>) -> FindingKind {
    mistaken(way, language).unwrap_or_else(|| match (why.sign, why.kind) {
        (Some(sign), _) => shown(sign, way.exporter.protocol),
        (None, FailureKind::Unreachable) => FindingKind::Unreachable,
        (None, FailureKind::Tls) => FindingKind::TlsFailed,
        (None, FailureKind::Unauthorised) => FindingKind::Unauthenticated,
        (None, FailureKind::Throttled) => FindingKind::Throttled,
        (None, FailureKind::Refused) => FindingKind::Refused,
        (None, FailureKind::NoAnswer) => FindingKind::BrokenOff,
    })
}

/// What we take the port for and it is not.
fn mistaken(way: &Way, language: Option<Language>) -> Option<FindingKind> {
    let ours = match way.exporter.protocol {
        Protocol::Grpc => Language::Http2,
        Protocol::HttpProtobuf | Protocol::HttpJson => Language::Http1,
    };
    match (way.exporter.is_secure(), language?) {
        (false, Language::Tls) => Some(FindingKind::TlsExpected),
        (true, Language::Http1 | Language::Http2) => Some(FindingKind::TlsNotSpoken),
        (false, theirs) if theirs != ours => Some(FindingKind::WrongProtocol),
        _ => None,
    }
}

fn shown(sign: Sign, protocol: Protocol) -> FindingKind {
    match sign {
        Sign::ConnectionRefused => FindingKind::NobodyListens,
        Sign::Late => FindingKind::NoAnswer,
        Sign::UnknownAuthority => FindingKind::UnknownAuthority,
        Sign::CertificateExpired => FindingKind::CertificateExpired,
        Sign::CertificateNotYetValid => FindingKind::CertificateNotYetValid,
        Sign::OtherHost => FindingKind::WrongHost,
        Sign::ClientCertificate => FindingKind::ClientCertificate,
        Sign::NotTls => FindingKind::TlsNotSpoken,
        Sign::NoCommonProtocol | Sign::NoGrpcStatus => FindingKind::WrongProtocol,
        Sign::Http(status) => of_http(status, protocol),
        Sign::Grpc(code) => of_grpc(code),
    }
}

fn of_http(status: u16, protocol: Protocol) -> FindingKind {
    match status {
        300..=399 => FindingKind::Redirected,
        401 | 407 => FindingKind::Unauthenticated,
        403 => FindingKind::Forbidden,
        413 => FindingKind::TooLarge,
        429 => FindingKind::Throttled,
        // Who speaks gRPC answers everything with 200.
        400..=499 | 505 if protocol == Protocol::Grpc => FindingKind::WrongProtocol,
        404 | 405 => FindingKind::NotServed,
        406 | 415 | 426 | 505 => FindingKind::WrongProtocol,
        500..=599 => FindingKind::ServerError,
        _ => FindingKind::Refused,
    }
}

/// By the numbers of gRPC's status codes.
fn of_grpc(code: i32) -> FindingKind {
    match code {
        // PERMISSION_DENIED
        7 => FindingKind::Forbidden,
        // RESOURCE_EXHAUSTED
        8 => FindingKind::Throttled,
        // UNIMPLEMENTED
        12 => FindingKind::NotServed,
        // UNAUTHENTICATED
        16 => FindingKind::Unauthenticated,
        // CANCELLED, UNKNOWN, DEADLINE_EXCEEDED, ABORTED, INTERNAL, UNAVAILABLE, DATA_LOSS
        1 | 2 | 4 | 10 | 13 | 14 | 15 => FindingKind::ServerError,
        _ => FindingKind::Refused,
    }
}
