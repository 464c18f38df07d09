//! What went wrong, in the words of whoever noticed it.

use std::error::Error;

use super::{Failure, FailureKind, Sign};

impl Failure {
    /// A failure of the connection, from the error that ended it.
    pub(in crate::otlp) fn of_connection(error: &(dyn Error + 'static)) -> Self {
        let cause = root_cause(error);
        #[cfg(feature = "otlp-grpc")]
        if cause.is::<tonic::TimeoutExpired>() {
            return Self::not_in_time();
        }
        Self { sign: sign_of(cause), ..Self::new(kind_of(error), words_for(cause)) }
    }
}

/// The innermost cause of an error, which is the one that says something: "connection refused" and not
/// "transport error".
fn root_cause<'a>(error: &'a (dyn Error + 'static)) -> &'a (dyn Error + 'static) {
    causes(error).last().unwrap_or(error)
}

/// An error and everything that caused it, the innermost last.
///
/// An I/O error leaves the error it was made from out of its own chain, so that is looked up.
fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| {
        let inside = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        match inside {
            Some(inside) => Some(inside as &(dyn Error + 'static)),
            None => error.source(),
        }
    })
}

fn kind_of(error: &(dyn Error + 'static)) -> FailureKind {
    #[cfg(feature = "tls")]
    if causes(error).any(|cause| cause.is::<rustls::Error>()) {
        return FailureKind::Tls;
    }
    if causes(error).any(is_of_connecting) { FailureKind::Unreachable } else { FailureKind::NoAnswer }
}

fn is_of_connecting(cause: &(dyn Error + 'static)) -> bool {
    #[cfg(feature = "otlp-grpc")]
    if cause.is::<tonic::ConnectError>() {
        return true;
    }
    #[cfg(feature = "otlp-http")]
    if let Some(error) = cause.downcast_ref::<hyper_util::client::legacy::Error>() {
        return error.is_connect();
    }
    false
}

fn sign_of(cause: &(dyn Error + 'static)) -> Option<Sign> {
    #[cfg(feature = "tls")]
    if let Some(sign) = tls::sign_of(cause) {
        return Some(sign);
    }
    let error = cause.downcast_ref::<std::io::Error>()?;
    (error.kind() == std::io::ErrorKind::ConnectionRefused).then_some(Sign::ConnectionRefused)
}

#[cfg(feature = "tls")]
mod tls {
    use std::error::Error;

    use rustls::{AlertDescription as Alert, CertificateError};

    use super::Sign;

    /// Who wants a certificate and gets none, or a wrong one, says so in one of these ways.
    const ABOUT_OUR_CERTIFICATE: [Alert; 10] = [
        Alert::CertificateRequired,
        Alert::HandshakeFailure,
        Alert::BadCertificate,
        Alert::UnsupportedCertificate,
        Alert::CertificateRevoked,
        Alert::CertificateExpired,
        Alert::CertificateUnknown,
        Alert::UnknownCA,
        Alert::AccessDenied,
        Alert::DecryptError,
    ];

    pub(super) fn sign_of(cause: &(dyn Error + 'static)) -> Option<Sign> {
        match cause.downcast_ref() {
            Some(error) => sign(error),
            None => {
                // HTTP/2 keeps of an error of the connection nothing but its words, so they are compared.
                let words = cause.to_string();
                let says = |alert: &Alert| rustls::Error::AlertReceived(*alert).to_string() == words;
                ABOUT_OUR_CERTIFICATE.iter().any(says).then_some(Sign::ClientCertificate)
            }
        }
    }

    fn sign(error: &rustls::Error) -> Option<Sign> {
        use rustls::Error;

        match error {
            Error::InvalidMessage(_) => Some(Sign::NotTls),
            Error::NoApplicationProtocol | Error::AlertReceived(Alert::NoApplicationProtocol) => {
                Some(Sign::NoCommonProtocol)
            }
            Error::AlertReceived(alert) if ABOUT_OUR_CERTIFICATE.contains(alert) => {
                Some(Sign::ClientCertificate)
            }
            Error::InvalidCertificate(problem) => of_certificate(problem),
            _ => None,
        }
    }

    fn of_certificate(problem: &CertificateError) -> Option<Sign> {
        match problem {
            // An authority that was made anew has the old name and another key.
            CertificateError::UnknownIssuer | CertificateError::BadSignature => Some(Sign::UnknownAuthority),
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                Some(Sign::CertificateExpired)
            }
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                Some(Sign::CertificateNotYetValid)
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                Some(Sign::OtherHost)
            }
            _ => None,
        }
    }
}

fn words_for(cause: &(dyn Error + 'static)) -> String {
    #[cfg(feature = "tls")]
    if let Some(rustls::Error::InvalidMessage(_)) = cause.downcast_ref() {
        return format!("{cause}: what answers there does not speak TLS");
    }
    cause.to_string()
}

/// The most characters of an answer that are repeated.
const MOST_REPEATED: usize = 200;

/// What a destination said, fit to be repeated: it is not ours, and may be long or write on a terminal.
pub(in crate::otlp) fn quoted(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).take(MOST_REPEATED).collect()
}
