//! The routes of a program.

use std::collections::HashSet;

use crate::conventions::gateway as said;

/// A route of the program, by its template: `/orders/{order}`, and never `/orders/4711`.
///
/// The texts are part of the program. [`Gateway::route`](super::Gateway::route) finds one among them, and nothing makes one
/// of a text that came with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Route(&'static str);

impl Route {
    /// Where a request goes that no route fits: `/*`.
    pub const UNMATCHED: Self = Self(said::UNMATCHED);

    /// The template's text.
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

/// The templates of all routes of a program.
#[derive(Debug)]
pub(super) struct Routes(HashSet<&'static str>);

impl Routes {
    pub(super) fn new(templates: &[&'static str]) -> Self {
        Self(templates.iter().copied().collect())
    }

    /// The route with this template, in the program's own words.
    pub(super) fn find(&self, template: &str) -> Option<Route> {
        self.0.get(template).copied().map(Route)
    }
}
