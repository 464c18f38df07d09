//! What a store is asked to do.

use std::borrow::Cow;

use otel_core::{Query, Span};

use crate::conventions::store as said;

/// Names and summaries are no longer than this in bytes: the limit the semantic conventions set for summaries.
const LONGEST: usize = 255;

/// What a store is asked to do: a query, or a command by name.
///
/// Names of commands and collections are texts of the program, and of low cardinality. Keys, documents and the bodies of
/// searches are data, and there is no way for them to get here.
#[derive(Clone, Copy, Debug)]
pub struct Operation<'a> {
    query: Option<&'a Query>,
    name: Option<&'static str>,
    collection: Option<&'static str>,
    size: u64,
}

impl<'a> Operation<'a> {
    /// A query in SQL. What it does to what is read from its text.
    pub const fn query(query: &'a Query) -> Self {
        Self { query: Some(query), name: None, collection: None, size: 1 }
    }

    /// A command: `GET`, `find`, `search`.
    pub const fn command(name: &'static str) -> Self {
        Self { query: None, name: Some(name), collection: None, size: 1 }
    }

    /// The same on a collection: the one table, set of documents or index that it is about.
    #[must_use]
    pub const fn on(mut self, collection: &'static str) -> Self {
        self.collection = Some(collection);
        self
    }

    /// The same, so many times in one call. Less than two are no batch.
    #[must_use]
    pub const fn in_batch_of(mut self, operations: u64) -> Self {
        self.size = operations;
        self
    }

    /// What is done to what; empty for a query of which that cannot be told.
    pub(super) fn summary(&self) -> Cow<'a, str> {
        let words = match self.query {
            Some(query) => Cow::Borrowed(query.summary()),
            None => match (self.name(), self.target()) {
                (Some(name), Some(target)) => Cow::Owned([&name, target].join(said::BETWEEN)),
                (Some(name), None) => name,
                (None, target) => Cow::Borrowed(target.unwrap_or_default()),
            },
        };
        let is_long = words.len() + said::BATCH.len() + 1 > LONGEST;
        if !self.is_batch() || words.is_empty() || is_long {
            return cut(words);
        }
        Cow::Owned([said::BATCH, &words].join(said::BETWEEN))
    }

    /// The collection.
    pub(super) fn target(&self) -> Option<&'static str> {
        self.collection.map(str::trim).filter(|collection| !collection.is_empty())
    }

    /// Says on a span what is done.
    pub(super) fn describe(&self, span: &mut Span, summary: &str) {
        if let Some(query) = self.query {
            span.set(&said::QUERY_TEXT, query);
        }
        if !summary.is_empty() {
            span.set(&said::QUERY_SUMMARY, summary);
        }
        if let Some(collection) = self.target() {
            span.set(&said::COLLECTION, collection);
        }
        match (self.is_batch(), self.name()) {
            (true, Some(name)) => {
                span.set(&said::OPERATION, &cut([said::BATCH, &name].join(said::BETWEEN).into()));
            }
            (true, None) => {
                span.set(&said::OPERATION, said::BATCH);
            }
            (false, Some(name)) => {
                span.set(&said::OPERATION, &cut(name));
            }
            (false, None) => {}
        }
        if self.is_batch() {
            span.set(&said::BATCH_SIZE, self.size);
        }
    }

    const fn is_batch(&self) -> bool {
        self.size > 1
    }

    /// The name with one space between its words.
    fn name(&self) -> Option<Cow<'static, str>> {
        let name = self.name?.trim();
        if !name.contains(char::is_whitespace) {
            return (!name.is_empty()).then_some(Cow::Borrowed(name));
        }
        let words: Vec<&str> = name.split_whitespace().collect();
        Some(Cow::Owned(words.join(said::BETWEEN)))
    }
}

/// The text, or as much from its beginning as it may have.
fn cut(text: Cow<'_, str>) -> Cow<'_, str> {
    let Some(end) = (0..=LONGEST.min(text.len())).rev().find(|end| text.is_char_boundary(*end)) else {
        return text;
    };
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.get(..end).unwrap_or_default()),
        Cow::Owned(mut text) => {
            text.truncate(end);
            Cow::Owned(text)
        }
    }
}
