//! The template of a route, as far as it can be told from a path.

use std::fmt;

/// The template of a route: `/orders/{order}`, and never `/orders/4711`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Route<'a>(&'a str);

/// Why a text is no template of a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RouteError {
    /// It does not begin with `/`.
    Relative,
    /// It is longer than 200 bytes.
    TooLong,
    /// It has characters that templates do not have: spaces, `?`, `#`, `%`, `@` and anything that is not printable ASCII.
    Character,
    /// A segment of it is an identifier and not a word: a number, or hexadecimal digits in a row.
    Identifier,
}

/// A template is no longer than this.
const LONGEST: usize = 200;

/// Sixteen hexadecimal digits, at least one of them a figure, are no word of any language.
const HEX: usize = 16;

impl<'a> Route<'a> {
    /// Where a request goes that no route fits: `/`, followed by anything.
    pub const UNMATCHED: Route<'static> = Route(crate::conventions::gateway::UNMATCHED);

    /// The template, as the router of the application has it: parameters as `{name}`, `:name` or `*`.
    ///
    /// # Errors
    ///
    /// When it cannot be one; a path in its place would carry identifiers of people and orders.
    pub fn template(text: &'a str) -> Result<Self, RouteError> {
        if !text.starts_with('/') {
            return Err(RouteError::Relative);
        }
        if text.len() > LONGEST {
            return Err(RouteError::TooLong);
        }
        if text.bytes().any(|byte| !byte.is_ascii_graphic() || matches!(byte, b'?' | b'#' | b'%' | b'@')) {
            return Err(RouteError::Character);
        }
        if text.split('/').any(is_identifier) {
            return Err(RouteError::Identifier);
        }
        Ok(Self(text))
    }

    /// The template's text.
    pub const fn as_str(self) -> &'a str {
        self.0
    }
}

/// Whether a segment is what stands in a path where the template has a parameter.
fn is_identifier(segment: &str) -> bool {
    let figures = segment.bytes().filter(u8::is_ascii_digit).count();
    let is_number = figures > 0 && segment.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    let hex = segment.bytes().filter(u8::is_ascii_hexdigit).count();
    let is_hex = segment.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    is_number || (is_hex && hex >= HEX && figures > 0)
}

impl fmt::Display for RouteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Relative => "the template of a route begins with a slash",
            Self::TooLong => "the template of a route has at most 200 bytes",
            Self::Character => {
                "the template of a route is printable ASCII without spaces, `?`, `#`, `%` and `@`"
            }
            Self::Identifier => "this is a path: one of its segments is an identifier",
        })
    }
}

impl std::error::Error for RouteError {}
