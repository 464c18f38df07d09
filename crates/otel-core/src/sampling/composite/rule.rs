//! Which spans a rule is about.

use std::borrow::Cow;

use crate::span::SpanKind;

use super::{ParentOf, Start};

/// Which spans a sampler of [`RuleBased`](super::RuleBased) is for: those that are everything the rule says.
#[derive(Clone, Debug, Default)]
#[must_use = "a rule does nothing by itself; give it to `RuleBased::when`"]
pub struct Rule {
    name: Option<Name>,
    kind: Option<SpanKind>,
    scope: Option<Cow<'static, str>>,
    origin: Option<Origin>,
}

#[derive(Clone, Debug)]
enum Name {
    Is(Cow<'static, str>),
    Begins(Cow<'static, str>),
}

/// Where the parent of a span is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Origin {
    None,
    Remote,
    Local,
}

impl Rule {
    /// A rule for every span, until more is said.
    pub fn any() -> Self {
        Self::default()
    }

    /// Only spans with this name.
    pub fn name(mut self, name: impl Into<Cow<'static, str>>) -> Self {
        self.name = Some(Name::Is(name.into()));
        self
    }

    /// Only spans whose name begins like this.
    pub fn name_prefix(mut self, beginning: impl Into<Cow<'static, str>>) -> Self {
        self.name = Some(Name::Begins(beginning.into()));
        self
    }

    /// Only spans of this kind.
    pub fn kind(mut self, kind: SpanKind) -> Self {
        self.kind = Some(kind);
        self
    }

    /// Only spans of this instrumentation scope. Spans that come through the OpenTelemetry API are not among them: its
    /// SDK does not say their scope when they start.
    pub fn scope(mut self, name: impl Into<Cow<'static, str>>) -> Self {
        self.scope = Some(name.into());
        self
    }

    /// Only spans that begin a trace.
    pub fn root(mut self) -> Self {
        self.origin = Some(Origin::None);
        self
    }

    /// Only spans whose parent is in another process.
    pub fn remote_parent(mut self) -> Self {
        self.origin = Some(Origin::Remote);
        self
    }

    /// Only spans whose parent is in this process.
    pub fn local_parent(mut self) -> Self {
        self.origin = Some(Origin::Local);
        self
    }

    pub(super) fn is_about(&self, start: &Start<'_>) -> bool {
        let origin = match start.parent {
            ParentOf::Root => Origin::None,
            ParentOf::Remote(_) => Origin::Remote,
            ParentOf::Local(_) => Origin::Local,
        };
        let named = |name: &Name| match name {
            Name::Is(name) => start.name == name,
            Name::Begins(beginning) => start.name.starts_with(beginning.as_ref()),
        };
        self.name.as_ref().is_none_or(named)
            && self.kind.is_none_or(|kind| kind == start.kind)
            && self.scope.as_ref().is_none_or(|scope| start.scope == Some(scope))
            && self.origin.is_none_or(|wanted| wanted == origin)
    }
}
