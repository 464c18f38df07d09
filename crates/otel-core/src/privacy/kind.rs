//! The kinds of things that are hidden.

use crate::sensitive::{DataClass, Nature};

use super::policy::Action;

/// What must be hidden: what a finding is, or what data was declared to be.
///
/// The order is that of danger: where two kinds fit, the later one is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// Where a person or a device is; only known where it was declared.
    Place,
    /// Something about a person; only known where it was declared.
    Person,
    /// An address of the Internet, of a person or a device.
    IpAddress,
    /// The address of a network device.
    MacAddress,
    /// A telephone number.
    Phone,
    /// An e-mail address.
    Email,
    /// A social security number of the United States; not looked for unless a policy asks for it.
    UsSsn,
    /// An international bank account number.
    Iban,
    /// The number of a payment card.
    Card,
    /// The security code of a payment card.
    CardCode,
    /// A parameter that signs a URL.
    SignedParameter,
    /// A user and a password in a URL.
    UrlCredentials,
    /// A value behind a name such as `password`.
    Secret,
    /// A credential of HTTP authentication: `Bearer …`, `Basic …`, a cookie.
    Authorization,
    /// A JSON web token.
    Jwt,
    /// A key of a service, known by how it begins.
    ApiKey,
    /// A private key in PEM.
    PrivateKey,
}

impl Kind {
    /// Every kind, the least dangerous first.
    pub const ALL: [Self; 17] = [
        Self::Place,
        Self::Person,
        Self::IpAddress,
        Self::MacAddress,
        Self::Phone,
        Self::Email,
        Self::UsSsn,
        Self::Iban,
        Self::Card,
        Self::CardCode,
        Self::SignedParameter,
        Self::UrlCredentials,
        Self::Secret,
        Self::Authorization,
        Self::Jwt,
        Self::ApiKey,
        Self::PrivateKey,
    ];

    /// The kind's name, as it stands in the place of what was dropped.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Place => "place",
            Self::Person => "person",
            Self::IpAddress => "ip_address",
            Self::MacAddress => "mac_address",
            Self::Phone => "phone",
            Self::Email => "email",
            Self::UsSsn => "us_ssn",
            Self::Iban => "iban",
            Self::Card => "card",
            Self::CardCode => "card_code",
            Self::SignedParameter => "signed_parameter",
            Self::UrlCredentials => "url_credentials",
            Self::Secret => "secret",
            Self::Authorization => "authorization",
            Self::Jwt => "jwt",
            Self::ApiKey => "api_key",
            Self::PrivateKey => "private_key",
        }
    }

    /// The class of data it belongs to.
    pub const fn class(self) -> DataClass {
        match self {
            Self::Person | Self::Phone | Self::Email | Self::UsSsn | Self::MacAddress => DataClass::Personal,
            Self::Place | Self::IpAddress => DataClass::Location,
            Self::Iban | Self::Card | Self::CardCode => DataClass::Payment,
            Self::SignedParameter
            | Self::UrlCredentials
            | Self::Secret
            | Self::Authorization
            | Self::Jwt
            | Self::ApiKey
            | Self::PrivateKey => DataClass::Secret,
        }
    }

    /// What can be done with it: secrets are dropped and nothing else, and nothing of payment is kept. What is about a
    /// person or a place because somebody declared it so is not kept either: who wants to see it declares something
    /// else.
    pub const fn actions(self) -> &'static [Action] {
        use Action::{Drop, Keep, Mask, Pseudonymise, Truncate};
        match self {
            Self::Place | Self::Person => &[Drop, Pseudonymise],
            Self::IpAddress | Self::MacAddress => &[Keep, Drop, Truncate, Pseudonymise],
            Self::Phone | Self::Email | Self::UsSsn => &[Keep, Drop, Mask, Pseudonymise],
            Self::Iban => &[Drop, Mask, Pseudonymise],
            Self::Card => &[Drop, Mask, Truncate, Pseudonymise],
            _ => &[Drop],
        }
    }
}

impl From<Nature> for Kind {
    fn from(nature: Nature) -> Self {
        match nature {
            Nature::Person => Self::Person,
            Nature::Email => Self::Email,
            Nature::Phone => Self::Phone,
            Nature::IpAddress => Self::IpAddress,
            Nature::Place => Self::Place,
            Nature::Card => Self::Card,
            Nature::Iban => Self::Iban,
            Nature::Secret => Self::Secret,
        }
    }
}
