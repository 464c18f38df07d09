//! What an application says about privacy.

use super::allow_list::AllowList;
use super::key_ring::KeyRing;
use super::policy::Policy;
use crate::catalogue::Catalogue;

/// What a pipeline does about what must not leave. It is on unless said otherwise, and cannot be turned off for
/// payment and secrets.
///
/// ```
/// use otel_core::PseudonymKey;
/// use otel_core::privacy::{Action, AllowList, KeyRing, Kind, Policy, Privacy};
///
/// # let key_from_a_vault = PseudonymKey::ephemeral();
/// let privacy = Privacy::standard()
///     .policy(Policy::STANDARD.with(Kind::Phone, Action::Drop)?)
///     .keys(KeyRing::new(key_from_a_vault))
///     .headers(AllowList::only(["x-request-id", "content-type"]));
/// # let _ = privacy;
/// # Ok::<(), otel_core::privacy::UnfitAction>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "privacy does nothing until a pipeline is installed with it"]
pub struct Privacy {
    pub(super) policy: Policy,
    pub(super) keys: Option<KeyRing>,
    pub(super) headers: AllowList,
    /// `None` while attributes of others may have any key.
    pub(super) declared: Option<Vec<&'static Catalogue>>,
}

impl Default for Privacy {
    fn default() -> Self {
        Self::standard()
    }
}

impl Privacy {
    /// The standard: [`Policy::STANDARD`], no keys, no headers, and attributes of others under any key.
    pub const fn standard() -> Self {
        Self { policy: Policy::STANDARD, keys: None, headers: AllowList::nothing(), declared: None }
    }

    /// What is done about each kind of thing that must not leave.
    pub const fn policy(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }

    /// The keys for pseudonyms. Without them, what would have become a pseudonym is masked, or left out.
    pub fn keys(mut self, keys: KeyRing) -> Self {
        self.keys = Some(keys);
        self
    }

    /// Which headers [`Span::set_request_header`](crate::Span::set_request_header) and
    /// [`Span::set_response_header`](crate::Span::set_response_header) show; none unless said otherwise.
    pub fn headers(mut self, headers: AllowList) -> Self {
        self.headers = headers;
        self
    }

    /// Strict mode: of the attributes of others and of baggage, only what is declared leaves. What is not is left out
    /// and counted.
    ///
    /// Declared are the attributes and dimensions of these catalogues, those of the pipeline itself, the dimensions of
    /// every metric that was made from a definition, headers that may be shown, and a few keys of the semantic
    /// conventions that nothing can do without; `docs/privacy.md` lists them. Attributes that are set by a
    /// [`Key`](crate::Key) are declared by it, and texts are looked at as ever.
    pub fn strict(mut self, catalogues: &[&'static Catalogue]) -> Self {
        self.declared = Some(catalogues.to_vec());
        self
    }
}
