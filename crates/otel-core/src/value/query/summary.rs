//! What a query does to which tables.

use super::lexer::Token;

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
    full: bool,
}

/// What could come next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Expects {
    #[default]
    Anything,
    /// The name of a table.
    Table,
    /// The rest of a name after its point, or its alias, or a comma and another table.
    MoreTables,
}

impl Summary {
    /// Whether nothing but a name can stand here.
    pub(super) fn expects_a_name(&self) -> bool {
        self.expects == Expects::Table
    }

    pub(super) fn read(&mut self, token: Token, written: &str) {
        match token {
            Token::Space | Token::Comment => {}
            Token::Word => self.word(written),
            Token::Quoted if self.expects == Expects::Table => self.table(written),
            Token::Quoted => {}
            Token::Literal => self.interrupt(),
            Token::Sign => self.sign(written),
        }
    }

    pub(super) fn finish(mut self) -> String {
        self.push_name();
        self.written
    }

    fn word(&mut self, word: &str) {
        let upper = word.to_ascii_uppercase();
        match upper.as_str() {
            "SELECT" | "INSERT" | "UPDATE" | "DELETE" | "MERGE" | "REPLACE" | "TRUNCATE" | "CALL"
            | "EXEC" | "EXECUTE" => {
                self.operation(word, &upper);
            }
            "CREATE" | "ALTER" | "DROP" => {
                self.interrupt();
                self.object = Some(word.to_owned());
            }
            "TABLE" | "VIEW" | "INDEX" | "PROCEDURE" | "FUNCTION" | "DATABASE" | "SCHEMA" | "TRIGGER"
            | "SEQUENCE"
                if self.object.is_some() =>
            {
                if let Some(operation) = self.object.take() {
                    self.push(&operation);
                    self.push(word);
                    self.expects = Expects::Table;
                }
            }
            "FROM" | "INTO" | "JOIN" | "USING" if self.expects != Expects::Table => {
                self.push_name();
                self.expects = Expects::Table;
            }
            // These may stand between a keyword and its table.
            "ONLY" | "LATERAL" | "IF" | "NOT" | "EXISTS" | "IGNORE" | "TABLE" | "LOW_PRIORITY"
                if self.expects == Expects::Table
                    && (upper != "TABLE" || self.written.ends_with("TRUNCATE")) => {}
            _ if self.expects == Expects::Table => self.table(word),
            "WHERE" | "SET" | "ON" | "VALUES" | "GROUP" | "ORDER" | "HAVING" | "LIMIT" | "UNION" | "WHEN"
            | "ADD" => {
                self.interrupt();
            }
            _ => self.push_name(),
        }
    }

    fn operation(&mut self, word: &str, upper: &str) {
        // `ON DELETE`, `FOR UPDATE` and the like are no operations of their own, but cannot be told apart for sure.
        self.interrupt();
        self.push(word);
        if matches!(upper, "UPDATE" | "CALL" | "EXEC" | "EXECUTE" | "TRUNCATE") {
            self.expects = Expects::Table;
        }
    }

    fn table(&mut self, name: &str) {
        self.name.push_str(name);
        self.expects = Expects::MoreTables;
    }

    fn sign(&mut self, sign: &str) {
        match sign {
            "." if !self.name.is_empty() => {
                self.name.push('.');
                self.expects = Expects::Table;
            }
            "," if self.expects == Expects::MoreTables => {
                self.push_name();
                self.expects = Expects::Table;
            }
            // A query within this one; its own words say what it is.
            _ => self.interrupt(),
        }
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
