//! What a query does to which tables.

mod place;

use super::lexer::Token;
use place::{Expects, Place, Verb};

/// A summary is no longer than this, and ends after a whole word.
const LONGEST: usize = 255;

/// Collects operations and tables.
#[derive(Debug, Default)]
pub(super) struct Summary {
    written: String,
    /// A name that is being read, with what stands between its parts.
    name: String,
    expects: Expects,
    /// `CREATE` waits for what is created.
    object: Option<String>,
    /// What the query does that is being read.
    verb: Verb,
    /// The same of those that this one stands within.
    around: Vec<Verb>,
    /// Where an operation began that is a function if a parenthesis follows, and what was read before it.
    function: Option<(usize, Verb)>,
    /// `IS DISTINCT FROM` compares, and names no table.
    compares: bool,
    full: bool,
}

impl Summary {
    /// Whether nothing but the name of a table can stand here.
    pub(super) fn expects_a_name(&self) -> bool {
        matches!(self.expects, Expects::Table(Place::Listed | Place::Single))
    }

    pub(super) fn read(&mut self, token: Token, written: &str) {
        let function =
            if matches!(token, Token::Space | Token::Comment) { None } else { self.function.take() };
        match token {
            Token::Space | Token::Comment => return,
            Token::Sign if written == "(" => self.open(function),
            Token::Word => self.word(written),
            Token::Quoted => self.name(written),
            Token::Literal => self.interrupt(),
            Token::Disputed => self.forget(),
            Token::Sign => self.sign(written),
        }
        self.compares = token == Token::Word && written.eq_ignore_ascii_case("distinct");
    }

    pub(super) fn finish(mut self) -> String {
        self.push_name();
        self.written
    }

    fn word(&mut self, word: &str) {
        let upper = word.to_ascii_uppercase();
        match upper.as_str() {
            "SELECT" | "INSERT" | "UPDATE" | "DELETE" | "MERGE" | "REPLACE" | "TRUNCATE" | "CALL"
            | "EXEC" | "EXECUTE" => self.operation(word, &upper),
            "CREATE" | "ALTER" | "DROP" => {
                self.interrupt();
                self.object = Some(word.to_owned());
            }
            "TABLE" | "VIEW" | "INDEX" | "PROCEDURE" | "FUNCTION" | "DATABASE" | "SCHEMA" | "TRIGGER"
            | "SEQUENCE"
                if self.object.is_some() =>
            {
                self.created(word);
            }
            "FROM" | "INTO" | "JOIN" | "USING" if !matches!(self.expects, Expects::Table(_)) => {
                self.push_name();
                let compares = self.compares;
                self.expects = self.verb.opens(&upper, compares).map_or(Expects::Anything, Expects::Table);
            }
            "SET" => {
                self.interrupt();
                self.verb.sets();
            }
            // These may stand between a keyword and its table.
            "ONLY" | "LATERAL" | "IF" | "NOT" | "EXISTS" | "IGNORE" | "TABLE" | "LOW_PRIORITY"
                if matches!(self.expects, Expects::Table(_))
                    && (upper != "TABLE" || self.written.ends_with("TRUNCATE")) => {}
            _ if matches!(self.expects, Expects::Table(_)) => self.name(word),
            "WHERE" | "ON" | "VALUES" | "GROUP" | "ORDER" | "HAVING" | "LIMIT" | "UNION" | "WHEN" | "ADD" => {
                self.interrupt();
            }
            "AS" => self.push_name(),
            _ => self.alias(),
        }
    }

    fn operation(&mut self, word: &str, upper: &str) {
        // `ON DELETE`, `FOR UPDATE` and the like are no operations of their own, but cannot be told apart for sure.
        self.interrupt();
        if matches!(upper, "REPLACE" | "INSERT" | "TRUNCATE") {
            self.function = Some((self.written.len(), self.verb));
        }
        self.push(word);
        let (verb, place) = Verb::of(upper);
        self.verb = verb;
        if let Some(place) = place {
            self.expects = Expects::Table(place);
        }
    }

    fn created(&mut self, word: &str) {
        if let Some(operation) = self.object.take() {
            self.push(&operation);
            self.push(word);
            let drops = operation.eq_ignore_ascii_case("drop");
            self.expects = Expects::Table(if drops { Place::Listed } else { Place::Single });
        }
    }

    /// A name where a table is expected, or another one.
    fn name(&mut self, name: &str) {
        if let Expects::Table(place) = self.expects {
            self.name.push_str(name);
            self.expects = Expects::Point(place);
        } else {
            self.alias();
        }
    }

    /// A table can have one other name before the next one is listed.
    fn alias(&mut self) {
        self.push_name();
        self.expects = match self.expects {
            Expects::Point(Place::Listed) => Expects::Comma,
            _ => Expects::Anything,
        };
    }

    fn sign(&mut self, sign: &str) {
        match (sign, self.expects) {
            (".", Expects::Point(place) | Expects::Table(place)) if !self.name.is_empty() => {
                self.name.push('.');
                self.expects = Expects::Table(place);
            }
            (",", Expects::Point(Place::Listed) | Expects::Comma) => {
                self.push_name();
                self.expects = Expects::Table(Place::Listed);
            }
            (")", _) => {
                self.interrupt();
                self.verb = self.around.pop().unwrap_or_default();
            }
            (";", _) => self.forget(),
            _ => self.interrupt(),
        }
    }

    /// Perhaps a query within this one: its own words say so. What looked like an operation was a function.
    fn open(&mut self, function: Option<(usize, Verb)>) {
        if let Some((length, verb)) = function {
            self.written.truncate(length);
            self.verb = verb;
        }
        self.interrupt();
        self.around.push(std::mem::take(&mut self.verb));
    }

    /// Another statement may have begun.
    fn forget(&mut self) {
        self.interrupt();
        self.around.clear();
        self.verb = Verb::default();
    }

    /// No table follows here.
    fn interrupt(&mut self) {
        self.push_name();
        self.expects = Expects::Anything;
        self.object = None;
    }

    fn push_name(&mut self) {
        let name = std::mem::take(&mut self.name);
        if !name.is_empty() {
            self.push(&name);
        }
    }

    fn push(&mut self, word: &str) {
        self.full |= self.written.len() + 1 + word.len() > LONGEST;
        if !self.full {
            if !self.written.is_empty() {
                self.written.push(' ');
            }
            self.written.push_str(word);
        }
    }
}
