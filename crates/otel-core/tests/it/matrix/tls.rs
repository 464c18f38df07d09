//! TLS: who is spoken to, and who is not.

use std::path::Path;

use otel_core::ledger::DropReason::ExportFailed;
use otel_core::settings::Protocol;
use otel_core::testing::TlsIdentity;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    date_time_ymd,
};
use tempfile::TempDir;

use super::case::{Attempts, Case, PROTOCOLS, SHORT, Told};

/// Certificates that were made for this run, and the files that hold what a client needs.
pub(super) struct Certificates {
    folder: TempDir,
    authority: String,
    good: TlsIdentity,
    expired: TlsIdentity,
    elsewhere: TlsIdentity,
}

/// An authority, with its key.
type Authority = CertifiedIssuer<'static, KeyPair>;

impl Certificates {
    pub(super) fn make() -> Self {
        let (ours, other) = (authority(), authority());
        let folder = tempfile::tempdir().unwrap();
        let (certificate, key) = leaf(&ours, "a client", |params| {
            params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        });
        let files =
            [("ours", ours.pem()), ("other", other.pem()), ("certificate", certificate), ("key", key)];
        for (name, pem) in files {
            std::fs::write(folder.path().join(name), pem).unwrap();
        }
        Self {
            folder,
            authority: ours.pem(),
            good: identity(&ours, "127.0.0.1", |_| {}),
            expired: identity(&ours, "127.0.0.1", |params| {
                (params.not_before, params.not_after) =
                    (date_time_ymd(2020, 1, 1), date_time_ymd(2021, 1, 1));
            }),
            elsewhere: identity(&ours, "elsewhere.test", |_| {}),
        }
    }

    fn path(&self, name: &str) -> String {
        let path: &Path = self.folder.path();
        path.join(name).to_str().unwrap().to_owned()
    }
}

fn authority() -> Authority {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

fn identity(authority: &Authority, name: &str, change: impl FnOnce(&mut CertificateParams)) -> TlsIdentity {
    let (certificate, key) = leaf(authority, name, change);
    TlsIdentity::from_pem(format!("{certificate}{key}"))
}

fn leaf(authority: &Authority, name: &str, change: impl FnOnce(&mut CertificateParams)) -> (String, String) {
    let mut params = CertificateParams::new(vec![name.replace(' ', "-")]).unwrap();
    change(&mut params);
    let key = KeyPair::generate().unwrap();
    (params.signed_by(&key, authority).unwrap().pem(), key.serialize_pem())
}

pub(super) fn cases(certificates: &Certificates) -> Vec<Case> {
    PROTOCOLS.into_iter().flat_map(|protocol| of(protocol, certificates)).collect()
}

fn of(protocol: Protocol, certificates: &Certificates) -> Vec<Case> {
    let case = |what: &str, why, served: &TlsIdentity| {
        Case::of(protocol, what, why).given(|given| given.tls = Some(served.clone()))
    };
    let variable = |case: Case, option: &str, file: &str| {
        let (name, path) = (format!("OTEL_EXPORTER_OTLP_{option}"), certificates.path(file));
        case.given(|given| given.variables.push((name, path)))
    };
    let trusting = |case: Case| variable(case, "CERTIFICATE", "ours");
    let named =
        |case: Case| variable(variable(case, "CLIENT_CERTIFICATE", "certificate"), "CLIENT_KEY", "key");
    let Certificates { good, expired, elsewhere, .. } = certificates;
    let picky = good.clone().require_clients_of(certificates.authority.as_str());
    let known = "an authority that is trusted vouches for the server";
    let unproven = "without proof there is no connection, and a connection that fails is retryable";
    let plain = "TLS is spoken by both or by none";
    let mut served_plain = trusting(case("TLS to a plain port", plain, good));
    (served_plain.given.tls, served_plain.given.scheme) = (None, Some("https"));
    vec![
        trusting(case("a known authority", known, good)).exported(),
        named(trusting(case("a client with its certificate", "the client proves who it is", &picky)))
            .exported(),
        unsent(variable(case("another authority", unproven, good), "CERTIFICATE", "other")),
        unsent(trusting(case("a certificate that expired", unproven, expired))),
        unsent(trusting(case("a certificate for another host", unproven, elsewhere))),
        unsent(trusting(case("a client without its certificate", unproven, &picky))),
        unsent(case("plain text to a TLS port", plain, good).given(|given| given.scheme = Some("http"))),
        unsent(served_plain),
    ]
}

/// Nothing arrives, and it is dropped when the time is over.
fn unsent(case: Case) -> Case {
    case.given(|given| given.retry_for = 2 * SHORT)
        .dropped(ExportFailed)
        .attempts(Attempts::Exactly(0))
        .told(Told::Trouble)
}
