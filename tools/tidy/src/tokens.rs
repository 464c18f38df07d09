use std::str::FromStr;

use proc_macro2::{Delimiter, Group, LineColumn, Spacing, TokenStream, TokenTree};

use crate::Source;

/// One token of a Rust file.
///
/// Tokens rather than a syntax tree, so that the inside of a macro call is seen like any other code.
#[derive(Clone, Debug)]
pub(crate) struct Token {
    /// As it is written; `::` is one token, a group gives one token for each of its brackets.
    pub(crate) text: String,
    pub(crate) line: usize,
    pub(crate) last_line: usize,
    pub(crate) place: Place,
}

/// Where a token stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Place {
    /// Inside `#[…]` or `#![…]`.
    pub(crate) attribute: bool,
    /// A doc comment.
    pub(crate) comment: bool,
    /// Compiled only for tests: a file under `tests/`, or behind `#[cfg(test)]`.
    pub(crate) test: bool,
}

impl Token {
    pub(crate) fn is_word(&self) -> bool {
        self.text.starts_with(|c: char| c.is_alphabetic() || c == '_') && !self.is_text()
    }

    /// Whether this is a string, byte string or C string literal that is not empty.
    pub(crate) fn is_text(&self) -> bool {
        let quoted = self.text.trim_start_matches(['b', 'c', 'r', '#']);
        quoted.starts_with('"') && !quoted.starts_with("\"\"")
    }

    pub(crate) fn is_code(&self) -> bool {
        !self.place.attribute && !self.place.comment
    }
}

/// The tokens of a Rust file. One that is not Rust has none; the compiler will say so.
pub(crate) fn of(source: &Source) -> Vec<Token> {
    let test = source.lies_in("tests") || source.stem() == "tests";
    let stream = TokenStream::from_str(source.text()).unwrap_or_default();
    let mut tokens = Vec::new();
    flatten(stream, Place { test, ..Place::default() }, &mut tokens);
    tokens
}

/// The places where these words follow one another: `["thread", "::", "sleep"]`.
pub(crate) fn find<'a>(tokens: &'a [Token], words: &'a [&str]) -> impl Iterator<Item = usize> + 'a {
    let starts = 0..tokens.len();
    starts.filter(move |&start| {
        let Some(window) = tokens.get(start..start + words.len()) else { return false };
        window.iter().zip(words).all(|(token, word)| token.text == *word)
    })
}

/// The first word of each path that continues what ends at `index`: one for `a::b`, one for each of `a::{b, c}`.
pub(crate) fn continuations(tokens: &[Token], index: usize) -> Vec<usize> {
    match tokens.get(index) {
        Some(token) if token.text == "{" => {}
        Some(token) if token.is_word() => return vec![index],
        _ => return Vec::new(),
    }
    let mut depth = 0_usize;
    let mut found = Vec::new();
    for (offset, token) in tokens.iter().enumerate().skip(index) {
        let opens_entry = offset > index && matches!(tokens[offset - 1].text.as_str(), "{" | ",");
        if depth == 1 && opens_entry && token.is_word() {
            found.push(offset);
        }
        match token.text.as_str() {
            "{" => depth += 1,
            "}" if depth == 1 => break,
            "}" => depth -= 1,
            _ => {}
        }
    }
    found
}

fn flatten(stream: TokenStream, place: Place, out: &mut Vec<Token>) {
    let trees: Vec<TokenTree> = stream.into_iter().collect();
    let mut test_until = 0;
    let mut index = 0;
    while index < trees.len() {
        let here = Place { test: place.test || index < test_until, ..place };
        if let Some((attribute, body)) = attribute_at(&trees, index) {
            if is_test_gate(attribute) {
                test_until = test_until.max(item_end(&trees, body));
            }
            let comment = is_doc_comment(attribute);
            let inside = Place { attribute: true, comment: here.comment || comment, ..here };
            trees[index..body].iter().for_each(|tree| push(tree.clone(), inside, out));
            index = body;
        } else {
            push(trees[index].clone(), here, out);
            index += 1;
        }
    }
}

fn push(tree: TokenTree, place: Place, out: &mut Vec<Token>) {
    let token = |text: String, start: LineColumn, end: LineColumn| Token {
        text,
        line: start.line,
        last_line: end.line,
        place,
    };
    match tree {
        TokenTree::Group(group) => {
            let (open, close) = brackets(group.delimiter());
            let (first, last) = (group.span_open(), group.span_close());
            out.push(token(open.to_owned(), first.start(), first.end()));
            flatten(group.stream(), place, out);
            out.push(token(close.to_owned(), last.start(), last.end()));
        }
        TokenTree::Punct(punct) => {
            let colon = punct.as_char() == ':';
            let (start, end) = (punct.span().start(), punct.span().end());
            match out.last_mut() {
                // The first half of `::` is kept as `:+` until the second half has come.
                Some(last) if colon && last.text == ":+" => last.text = "::".to_owned(),
                _ if colon && punct.spacing() == Spacing::Joint => {
                    out.push(token(":+".to_owned(), start, end));
                }
                _ => out.push(token(punct.as_char().to_string(), start, end)),
            }
        }
        TokenTree::Ident(ident) => {
            out.push(token(ident.to_string(), ident.span().start(), ident.span().end()));
        }
        TokenTree::Literal(literal) => {
            out.push(token(literal.to_string(), literal.span().start(), literal.span().end()));
        }
    }
}

fn brackets(delimiter: Delimiter) -> (&'static str, &'static str) {
    match delimiter {
        Delimiter::Parenthesis => ("(", ")"),
        Delimiter::Brace => ("{", "}"),
        Delimiter::Bracket => ("[", "]"),
        Delimiter::None => ("", ""),
    }
}

/// The attribute that starts at `index`, and the index after it.
fn attribute_at(trees: &[TokenTree], index: usize) -> Option<(&Group, usize)> {
    if !is_punct(trees.get(index)?, '#') {
        return None;
    }
    let body = if is_punct(trees.get(index + 1)?, '!') { index + 2 } else { index + 1 };
    match trees.get(body)? {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket => Some((group, body + 1)),
        _ => None,
    }
}

/// `#[cfg(test)]` and `#[cfg(all(test, …))]`, but not `any(test, …)`, which also builds outside tests.
fn is_test_gate(attribute: &Group) -> bool {
    let text: String = attribute.stream().to_string().split_whitespace().collect();
    text == "cfg(test)"
        || (text.starts_with("cfg(all(") && text.contains("test") && !text.contains("not(test"))
}

/// A `///` comment, which the lexer hands over as `#[doc = "…"]`.
fn is_doc_comment(attribute: &Group) -> bool {
    let mut trees = attribute.stream().into_iter();
    matches!(trees.next(), Some(TokenTree::Ident(ident)) if ident == "doc")
        && trees.next().is_some_and(|tree| is_punct(&tree, '='))
        && matches!((trees.next(), trees.next()), (Some(TokenTree::Literal(_)), None))
}

/// The index after the item, statement or field that starts at `start`, its further attributes included.
fn item_end(trees: &[TokenTree], start: usize) -> usize {
    let mut index = start;
    while let Some((_, after)) = attribute_at(trees, index) {
        index = after;
    }
    // A comma ends a field, but neither generics nor a `where` clause.
    let mut is_item = false;
    while let Some(tree) = trees.get(index) {
        index += 1;
        match tree {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => break,
            TokenTree::Punct(punct) if punct.as_char() == ';' => break,
            TokenTree::Punct(punct) if punct.as_char() == ',' && !is_item => break,
            TokenTree::Ident(word) => {
                is_item |= ["fn", "impl", "trait", "struct", "enum"].iter().any(|item| word == item);
            }
            _ => {}
        }
    }
    index
}

fn is_punct(tree: &TokenTree, char: char) -> bool {
    matches!(tree, TokenTree::Punct(punct) if punct.as_char() == char)
}
