//! Texts that are longer than they may be.

/// The text, or as many characters from its beginning as it may have.
///
/// No character is shorter than a byte, so a text that is short enough in bytes needs no count of its characters.
#[inline]
pub(crate) fn cut(text: &str, characters: u32) -> &str {
    if text.len() <= characters as usize { text } else { counted(text, characters) }
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

    use super::cut;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_is_left_are_the_first_characters(text in "\\PC{0,12}", characters in 0_u32..16) {
            let expected: String = text.chars().take(characters as usize).collect();
            prop_assert_eq!(cut(&text, characters), expected);
        }
    }
}
