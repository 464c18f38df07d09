//! Words that make a number a telephone number.

/// How far from a number a word still speaks of it.
const REACH_BEFORE: usize = 40;
const REACH_AFTER: usize = 12;

/// Words for a telephone; a name such as `phoneNumber` begins with one of them.
const TELEPHONE: [&str; 6] = ["phone", "telephone", "mobile", "whatsapp", "cellphone", "hotline"];

/// Words that speak of a telephone when they stand alone.
const CALL: [&str; 6] = ["tel", "cell", "fax", "sms", "desk", "msisdn"];

/// Words for where and how somebody is reached, which are enough for digits that are written like a number.
const REACH: [&str; 13] = [
    "answer",
    "answering",
    "call",
    "called",
    "calling",
    "contact",
    "contacts",
    "dial",
    "message",
    "messages",
    "office",
    "reach",
    "ring",
];

/// What follows a number on a business card.
const AFTER: [&str; 7] = ["office", "fax", "mobile", "home", "cell", "phone", "tel"];

/// Whether the text speaks of a telephone beside the number at `start..end`.
pub(crate) fn of_telephone(text: &[u8], start: usize, end: usize) -> bool {
    words_before(text, start)
        .any(|word| is_one_of(word, &CALL) || TELEPHONE.iter().any(|known| begins(word, known)))
        || word_after(text, end).is_some_and(|word| is_one_of(word, &AFTER))
}

/// Whether the text speaks of reaching somebody beside the number at `start..end`.
pub(crate) fn of_reaching(text: &[u8], start: usize, end: usize) -> bool {
    of_telephone(text, start, end) || words_before(text, start).any(|word| is_one_of(word, &REACH))
}

fn words_before(text: &[u8], start: usize) -> impl Iterator<Item = &[u8]> {
    let from = start.saturating_sub(REACH_BEFORE);
    let near = text.get(from..start).unwrap_or_default();
    // A word that the window cuts in two says nothing.
    let cut = if from == 0 { 0 } else { near.iter().take_while(|byte| byte.is_ascii_alphabetic()).count() };
    near[cut..].split(|byte| !byte.is_ascii_alphabetic()).filter(|word| !word.is_empty())
}

fn word_after(text: &[u8], end: usize) -> Option<&[u8]> {
    let near = text.get(end..text.len().min(end + REACH_AFTER))?;
    // On the same line, after a space, a dash or a bracket.
    let gap = near.iter().take_while(|byte| matches!(byte, b' ' | b'-' | b'(' | b',')).count();
    near.get(gap..)?.split(|byte| !byte.is_ascii_alphabetic()).next().filter(|_| gap > 0)
}

fn is_one_of(word: &[u8], known: &[&str]) -> bool {
    known.iter().any(|known| word.eq_ignore_ascii_case(known.as_bytes()))
}

fn begins(word: &[u8], known: &str) -> bool {
    word.get(..known.len()).is_some_and(|start| start.eq_ignore_ascii_case(known.as_bytes()))
}
