//! How much a record may carry.

use crate::record::Signal;

/// How many attributes a record may have, and how long their texts may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct AttributeLimits {
    pub(crate) count: u32,
    /// In characters; `u32::MAX` is no limit.
    pub(crate) length: u32,
}

impl AttributeLimits {
    /// The specification's defaults.
    pub(crate) const DEFAULT: Self = Self { count: 128, length: u32::MAX };
}

/// How much a record may carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limits {
    /// Of a span. The length also holds for its events and links.
    pub(crate) span: AttributeLimits,
    /// Of a log record or an event.
    pub(crate) log: AttributeLimits,
    /// The events and links of a span.
    pub(crate) events: u32,
    pub(crate) links: u32,
    /// The attributes of each of them.
    pub(crate) event_attributes: u32,
    pub(crate) link_attributes: u32,
}

impl Default for Limits {
    /// The specification's defaults.
    fn default() -> Self {
        let attributes = AttributeLimits::DEFAULT;
        Self {
            span: attributes,
            log: attributes,
            events: 128,
            links: 128,
            event_attributes: 128,
            link_attributes: 128,
        }
    }
}

impl Limits {
    #[inline]
    pub(crate) const fn of(&self, signal: Signal) -> AttributeLimits {
        match signal {
            Signal::Span => self.span,
            Signal::Log => self.log,
        }
    }
}
