//! Texts as they may be: without what must not leave, and not longer than they may be.

use std::borrow::Cow;

use crate::sensitive::{Guard, Origin};

/// How texts are made to fit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fit<'a> {
    pub(crate) guard: &'a Guard,
    /// The most characters; `u32::MAX` is no limit.
    pub(crate) longest: u32,
}

impl<'a> Fit<'a> {
    /// The same, for texts that may have any length.
    pub(crate) const fn whole(guard: &'a Guard) -> Self {
        Self { guard, longest: u32::MAX }
    }

    /// Whether a text certainly stays as it is.
    #[inline]
    pub(crate) fn lets_pass(&self, text: &str) -> bool {
        text.len() <= self.longest as usize && !self.guard.suspects(text)
    }

    /// A text that nothing is known of. It is looked at before it is cut: half a card number is no card number.
    pub(crate) fn free<'t>(&self, text: &'t str) -> Cow<'t, str> {
        self.fit(text, Origin::Free)
    }

    /// The value of a declared attribute.
    pub(crate) fn declared<'t>(&self, text: &'t str) -> Cow<'t, str> {
        self.fit(text, Origin::Declared)
    }

    fn fit<'t>(&self, text: &'t str, origin: Origin) -> Cow<'t, str> {
        match self.guard.clean(text, origin) {
            Cow::Borrowed(text) => Cow::Borrowed(self.cut(text)),
            Cow::Owned(text) => Cow::Owned(self.cut(&text).to_owned()),
        }
    }

    /// The text, or as many characters from its beginning as it may have.
    ///
    /// No character is shorter than a byte, so a text that is short enough in bytes needs no count of its characters.
    #[inline]
    pub(crate) fn cut<'t>(&self, text: &'t str) -> &'t str {
        if text.len() <= self.longest as usize { text } else { counted(text, self.longest) }
    }
}

#[cold]
#[inline(never)]
fn counted(text: &str, characters: u32) -> &str {
    match text.char_indices().nth(characters as usize) {
        Some((end, _)) => &text[..end],
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Fit, Guard};

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_is_left_are_the_first_characters(text in "\\PC{0,12}", longest in 0_u32..16) {
            let expected: String = text.chars().take(longest as usize).collect();
            prop_assert_eq!(Fit { guard: &Guard::NONE, longest }.free(&text), expected);
        }
    }
}
