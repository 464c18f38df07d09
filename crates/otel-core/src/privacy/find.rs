//! One pass over a text.

use crate::suspicion::marks;
use crate::suspicion::numbers::{self, Run};

use super::finding::{self, Finding};
use super::kind::Kind;
use super::{accounts, addresses, cards, credentials, email, phone, url};

/// Everything in a text that must not leave, in the order of the text; no two findings overlap.
///
/// ```
/// use otel_core::privacy::{self, Kind};
///
/// let found = privacy::find("card 4111111111111111 of bob@example.com");
/// let kinds: Vec<_> = found.iter().map(|finding| finding.kind).collect();
/// assert_eq!(kinds, [Kind::Card, Kind::Email]);
/// ```
pub fn find(text: &str) -> Vec<Finding> {
    within(text, |_| true)
}

/// What is found of the wanted kinds.
pub(super) fn within(text: &str, wanted: impl Fn(Kind) -> bool) -> Vec<Finding> {
    let mut search = Search { text, wanted, found: Vec::new(), covered: 0 };
    let mut in_word = false;
    for (at, byte) in text.bytes().enumerate() {
        match SIGHT[usize::from(byte)] {
            // Most bytes stand within words, or are spaces.
            Sight::Word if in_word => {}
            Sight::Word => search.word(at, byte),
            Sight::Sign => search.sign(at, byte),
            Sight::Nothing => {}
        }
        in_word = SIGHT[usize::from(byte)] == Sight::Word;
    }
    finding::resolve(search.found)
}

/// What a byte is to someone who looks for the beginnings of things.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sight {
    Nothing,
    Word,
    Sign,
}

const SIGHT: [Sight; 256] = {
    let mut sight = [Sight::Nothing; 256];
    let mut byte = 0;
    while byte < 256 {
        sight[byte] = match byte as u8 {
            b'@' | b'%' | b':' | b'=' | b'-' => Sight::Sign,
            b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => Sight::Word,
            _ => Sight::Nothing,
        };
        byte += 1;
    }
    sight
};

struct Search<'text, W> {
    text: &'text str,
    wanted: W,
    found: Vec<Finding>,
    /// Where the last secret ends: there is no need to look for secrets within it.
    covered: usize,
}

impl<W: Fn(Kind) -> bool> Search<'_, W> {
    #[inline]
    fn add(&mut self, kind: Kind, range: Option<std::ops::Range<usize>>) {
        if let Some(range) = range.filter(|_| (self.wanted)(kind)) {
            self.found.push(Finding::new(kind, range));
        }
    }

    fn add_secret(&mut self, at: usize, find: impl FnOnce(&str, usize) -> Option<Finding>) {
        if at < self.covered {
            return;
        }
        if let Some(finding) = find(self.text, at).filter(|finding| (self.wanted)(finding.kind)) {
            self.covered = finding.range.end;
            self.found.push(finding);
        }
    }

    fn sign(&mut self, at: usize, sign: u8) {
        match sign {
            b':' | b'=' => self.assignment(at),
            b'-' => self.armour(at),
            _ => self.add(Kind::Email, email::at(self.text, at)),
        }
    }

    #[inline]
    fn word(&mut self, at: usize, first: u8) {
        if first.is_ascii_digit() { self.digits(at) } else { self.letters(at) }
    }

    fn assignment(&mut self, at: usize) {
        if self.text[at..].starts_with("::") {
            self.add(Kind::IpAddress, addresses::v6(self.text, at));
        }
        self.add(Kind::UrlCredentials, url::credentials(self.text, at));
        self.add_secret(at, credentials::named);
    }

    fn armour(&mut self, at: usize) {
        // Not at every dash of a line of them.
        if self.text[at..].starts_with("--") && !self.text[..at].ends_with('-') {
            self.add_secret(at, credentials::private_key);
        }
    }

    fn digits(&mut self, at: usize) {
        let text = self.text;
        let bytes = &text.as_bytes()[at..];
        if matches!(bytes, [_, b'.', ..] | [_, _, b'.', ..] | [_, _, _, b'.', ..]) {
            self.add(Kind::IpAddress, addresses::v4(text, at));
        }
        self.hexadecimal(at);
        if numbers::are_many(bytes) {
            let run = Run::at(text.as_bytes(), at);
            self.add(Kind::Card, cards::at(text, &run));
            self.add(Kind::Phone, phone::at(text, &run));
            self.add(Kind::UsSsn, accounts::us_ssn(text, &run));
        }
    }

    fn letters(&mut self, at: usize) {
        // Most words are told from tokens by a letter or two.
        let bytes = &self.text.as_bytes()[at..];
        if let [_, _, b'0'..=b'9', b'0'..=b'9', ..] = bytes {
            self.add(Kind::Iban, accounts::iban(self.text, at));
        }
        match bytes[0] {
            b'b' | b'B' => self.add_secret(at, credentials::after_scheme),
            first if marks::begin_with(first) => self.add_secret(at, credentials::marked),
            _ => {}
        }
        if bytes[0].is_ascii_hexdigit() {
            self.hexadecimal(at);
        }
    }

    fn hexadecimal(&mut self, at: usize) {
        let bytes = &self.text.as_bytes()[at..];
        let digits = bytes.iter().take(5).take_while(|byte| byte.is_ascii_hexdigit()).count();
        match bytes.get(digits) {
            Some(b':') => {
                self.add(Kind::IpAddress, addresses::v6(self.text, at));
                self.add(Kind::MacAddress, addresses::mac(self.text, at));
            }
            Some(b'-' | b'.') if digits == 2 || digits == 4 => {
                self.add(Kind::MacAddress, addresses::mac(self.text, at));
            }
            _ => {}
        }
    }
}
