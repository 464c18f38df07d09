//! Secrets to plant, and to look for in what has left.

use std::collections::HashMap;

use opentelemetry::trace::TraceState;
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::TestRunner;

use super::planted;
use crate::random::Random;

/// A text with a secret in it.
#[derive(Clone, Debug)]
pub(super) struct Planted {
    pub(super) text: String,
    /// What must not leave.
    pub(super) hidden: String,
}

impl Planted {
    /// Whether it is the address of a machine, or could be.
    fn is_address(&self) -> bool {
        let hexadecimal =
            self.hidden.chars().all(|sign| sign.is_ascii_hexdigit() || matches!(sign, ':' | '.'));
        hexadecimal && (self.hidden.contains(':') || self.hidden.matches('.').count() == 3)
    }
}

/// Where secrets are planted from: the same ones for each run.
pub(super) struct Secrets {
    all: Vec<Planted>,
    /// Those that are no addresses of machines, which may stand in declared texts.
    personal: Vec<Planted>,
    random: Random,
}

impl Secrets {
    /// Secrets of every kind that are long enough to be nothing else by chance.
    pub(super) fn new(count: usize) -> Self {
        let (strategy, mut runner) = (planted::text(), TestRunner::deterministic());
        let mut all = Vec::new();
        while all.len() < count {
            let (text, range) = strategy.new_tree(&mut runner).unwrap().current();
            if range.len() >= 11 {
                all.push(Planted { hidden: text[range].to_owned(), text });
            }
        }
        let mut random = Random::new(7);
        all.extend((0..count / 20).map(|_| private_key(&mut random)));
        let personal = all.iter().filter(|planted| !planted.is_address()).cloned().collect();
        Self { all, personal, random }
    }

    pub(super) const fn random(&mut self) -> &mut Random {
        &mut self.random
    }

    /// A text with a secret in it, after `place`.
    pub(super) fn text(&mut self, place: &str) -> String {
        let at = self.random.below(self.all.len());
        format!("{place} {}", self.all[at].text)
    }

    /// The same for a text of which it is known that machines may be in it.
    pub(super) fn declared(&mut self, place: &str) -> String {
        let at = self.random.below(self.personal.len());
        format!("{place} {}", self.personal[at].text)
    }

    /// A secret and nothing else.
    pub(super) fn alone(&mut self) -> String {
        let at = self.random.below(self.all.len());
        self.all[at].text.clone()
    }

    /// Adds a secret that was planted in another way.
    pub(super) fn add(&mut self, secret: &str) {
        self.all.push(Planted { text: secret.to_owned(), hidden: secret.to_owned() });
    }

    /// A trace state in which one member has a secret.
    pub(super) fn trace_state(&mut self, place: &str) -> TraceState {
        loop {
            let at = self.random.below(self.all.len());
            let members = [("vendor", place), ("other", self.all[at].text.as_str())];
            if let Ok(state) = TraceState::from_key_value(members) {
                return state;
            }
        }
    }

    /// The secrets that stand in what has left.
    pub(super) fn found_in<'a>(&self, left: impl IntoIterator<Item = &'a [u8]>) -> Vec<String> {
        let needles: Vec<&[u8]> = self.all.iter().map(|planted| planted.hidden.as_bytes()).collect();
        let search = Search::new(needles);
        left.into_iter().flat_map(|bytes| search.found_in(bytes)).collect()
    }
}

fn private_key(random: &mut Random) -> Planted {
    const LETTERS: [char; 8] = ['M', 'I', 'q', 'Z', '7', '3', 'x', 'B'];
    let mut line = || -> String { (0..64).map(|_| random.one_of(&LETTERS)).collect() };
    let hidden = line();
    let body = [line(), hidden.clone(), line()].join("\n");
    let text = format!("-----BEGIN RSA PRIVATE KEY-----\n{body}\n-----END RSA PRIVATE KEY-----");
    Planted { text, hidden }
}

/// Many needles in much hay: by their first three bytes, then by their first eight.
struct Search<'a> {
    beginnings: Vec<bool>,
    needles: HashMap<&'a [u8], Vec<&'a [u8]>>,
}

impl<'a> Search<'a> {
    const BEGINNING: usize = 8;

    fn new(all: Vec<&'a [u8]>) -> Self {
        let mut beginnings = vec![false; 1 << 24];
        let mut needles = HashMap::<_, Vec<_>>::new();
        for needle in all {
            beginnings[first_three(needle)] = true;
            needles.entry(&needle[..Self::BEGINNING]).or_default().push(needle);
        }
        Self { beginnings, needles }
    }

    fn found_in(&self, hay: &[u8]) -> Vec<String> {
        let mut found = Vec::new();
        for (at, window) in hay.windows(Self::BEGINNING).enumerate() {
            if self.beginnings[first_three(window)]
                && let Some(needles) = self.needles.get(window)
            {
                let here = needles.iter().filter(|needle| hay[at..].starts_with(needle));
                found.extend(here.map(|needle| {
                    let around = &hay[at.saturating_sub(40)..hay.len().min(at + needle.len() + 20)];
                    format!("{:?} in {:?}", String::from_utf8_lossy(needle), String::from_utf8_lossy(around))
                }));
            }
        }
        found
    }
}

fn first_three(bytes: &[u8]) -> usize {
    usize::from(bytes[0]) << 16 | usize::from(bytes[1]) << 8 | usize::from(bytes[2])
}

#[test]
fn the_search_finds_what_is_there() {
    let secrets = Secrets::new(100);
    for planted in &secrets.all {
        let hay = [b"xx\xff", planted.text.as_bytes(), b"\0"].concat();
        assert!(!secrets.found_in([hay.as_slice()]).is_empty(), "{planted:?}");
    }
    assert!(secrets.found_in([b"nothing of it".as_slice()]).is_empty());
}
