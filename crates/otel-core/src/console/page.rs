//! Lines of text with colours, and what to do when they are too long.

/// How many columns a line has before its attributes go to the next.
const WIDTH: usize = 120;

/// How a piece of text looks, where colours are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ink {
    Plain,
    Bold,
    Dim,
    Red,
    Green,
    Yellow,
    Cyan,
}

/// One line under construction.
#[derive(Default)]
pub(super) struct Line {
    pieces: Vec<(Ink, String)>,
    width: usize,
}

/// Finished lines, written at once.
pub(super) struct Page {
    text: String,
    colour: bool,
}

impl Ink {
    fn code(self) -> Option<&'static str> {
        match self {
            Self::Plain => None,
            Self::Bold => Some("1"),
            Self::Dim => Some("2"),
            Self::Red => Some("31"),
            Self::Green => Some("32"),
            Self::Yellow => Some("33"),
            Self::Cyan => Some("36"),
        }
    }
}

impl Line {
    /// A line that begins with `text`, as a tree's branches do.
    pub(super) fn after(text: &str) -> Self {
        let mut line = Self::default();
        line.put(Ink::Dim, text);
        line
    }

    /// Adds text right behind what is there.
    pub(super) fn put(&mut self, ink: Ink, text: impl Into<String>) -> &mut Self {
        let text = text.into();
        self.width += text.chars().count();
        if !text.is_empty() {
            self.pieces.push((ink, text));
        }
        self
    }

    /// Adds text and the gap that follows a column; nothing, for an empty text.
    pub(super) fn column(&mut self, ink: Ink, text: impl Into<String>) -> &mut Self {
        let text = text.into();
        if text.is_empty() { self } else { self.put(ink, text).put(Ink::Plain, "  ") }
    }
}

impl Page {
    pub(super) fn new(colour: bool) -> Self {
        Self { text: String::new(), colour }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        self.text.as_bytes()
    }

    /// Adds a line.
    pub(super) fn line(&mut self, line: &Line) {
        let mut pieces = line.pieces.as_slice();
        while let Some(((_, text), before)) = pieces.split_last()
            && text.trim_ascii().is_empty()
        {
            pieces = before;
        }
        for (ink, text) in pieces {
            match ink.code() {
                Some(code) if self.colour => {
                    self.text.extend(["\u{1b}[", code, "m", text, "\u{1b}[0m"]);
                }
                _ => self.text.push_str(text),
            }
        }
        self.text.push('\n');
    }

    /// Adds a line and its attributes: behind it when they fit, otherwise below it, behind `indent`.
    pub(super) fn line_with(&mut self, mut line: Line, attributes: &[String], indent: &str) {
        let width: usize = attributes.iter().map(|attribute| attribute.chars().count() + 1).sum();
        if attributes.is_empty() || line.width + width <= WIDTH {
            line.put(Ink::Dim, attributes.join(" "));
            return self.line(&line);
        }
        self.line(&line);
        let mut below = Line::after(indent);
        let empty = below.width;
        for attribute in attributes {
            if below.width > empty && below.width + attribute.chars().count() > WIDTH {
                self.line(&below);
                below = Line::after(indent);
            }
            below.put(Ink::Dim, attribute.as_str()).put(Ink::Plain, " ");
        }
        self.line(&below);
    }
}
