//! Expressions as the text that Prometheus reads.

use std::fmt;

use super::expression::{Comparison, Expression, Group, Number, Operator, Selector, Statistic, Sum, Take};

/// Longer than this, an operation is written on several lines.
const WIDTH: usize = 88;

/// How tightly operations bind, the loosest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Binding {
    Or,
    And,
    Comparison,
    Difference,
    Product,
    /// Nothing can come between.
    Whole,
}

/// A piece of text, of one line or several.
struct Piece {
    text: String,
    binding: Binding,
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&piece(self).text)
    }
}

/// A text as a literal.
pub(super) fn quote(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\n' => quoted.push_str("\\n"),
            _ => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// What selects the bucket with this upper bound. Prometheus 3 writes whole bounds with a decimal, and 2 without.
pub(super) fn bound(bound: f64) -> String {
    let plain = bound.to_string();
    if bound.is_finite() && !plain.contains('.') {
        format!("le=~{}", quote(&format!("{plain}|{plain}\\.0")))
    } else if bound.is_finite() {
        format!("le={}", quote(&plain))
    } else {
        format!("le={}", quote("+Inf"))
    }
}

fn piece(expression: &Expression) -> Piece {
    match expression {
        Expression::Sum(sum) => whole(sum.to_string()),
        Expression::Absolute(of) => call("abs", &piece(of).text),
        Expression::Times { factor, of } => {
            infix(&number(*factor), "*", &enclosed(piece(of), Binding::Whole), Binding::Product)
        }
        Expression::Limited { of, comparison, limit } => {
            let of = enclosed(piece(of), Binding::Difference);
            infix(&of, comparison.as_str(), &limit_piece(*limit), Binding::Comparison)
        }
        Expression::Pair { operator, left, right } => {
            let binding = operator.binding();
            // Operations of one kind are read from the left; that comparisons are is better not relied upon.
            let at_least = if binding == Binding::Comparison { Binding::Difference } else { binding };
            let left = enclosed(piece(left), at_least);
            infix(&left, operator.as_str(), &enclosed(piece(right), binding.tighter()), binding)
        }
        Expression::Past { statistic, of, reach, step } => {
            call(statistic.as_str(), &format!("{of}[{reach}:{step}] offset {step}"))
        }
        Expression::Alerts { rule, firing, group } => {
            let state = if *firing { r#",alertstate="firing""# } else { "" };
            whole(format!("max{group}(ALERTS{{alertname={}{state}}})", quote(rule)))
        }
        Expression::Absent(of) => call("absent", &piece(of).text),
        Expression::Zero => whole("vector(0)".to_owned()),
        Expression::Observed(text) => whole(text.clone()),
    }
}

impl fmt::Display for Sum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { take, series: Selector { text, .. }, group } = self;
        match take {
            Take::Last => write!(f, "sum{group}({text})"),
            Take::Increase(window) => write!(f, "sum{group}(increase({text}[{window}]))"),
            Take::Rate(window) => write!(f, "sum{group}(rate({text}[{window}]))"),
            Take::Change(window) => write!(f, "sum{group}(delta({text}[{window}]) / {})", window.seconds()),
        }
    }
}

impl fmt::Display for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() { Ok(()) } else { write!(f, " by ({}) ", self.0.join(", ")) }
    }
}

fn whole(text: String) -> Piece {
    Piece { text, binding: Binding::Whole }
}

fn number(value: f64) -> Piece {
    whole(value.to_string())
}

fn limit_piece(limit: Number) -> Piece {
    match limit {
        Number::Plain(value) => number(value),
        Number::Burn { factor, objective } => {
            Piece { text: format!("{factor} * (1 - {objective})"), binding: Binding::Product }
        }
    }
}

fn call(function: &str, argument: &str) -> Piece {
    whole(format!("{function}{}", in_parentheses(argument)))
}

/// A piece, in parentheses unless it binds tightly enough.
fn enclosed(piece: Piece, at_least: Binding) -> Piece {
    if piece.binding >= at_least { piece } else { whole(in_parentheses(&piece.text)) }
}

fn in_parentheses(text: &str) -> String {
    if text.contains('\n') { format!("(\n{}\n)", indented(text)) } else { format!("({text})") }
}

/// Two pieces with an operator between them: on one line if there is room, or the operator between two blocks.
fn infix(left: &Piece, operator: &str, right: &Piece, binding: Binding) -> Piece {
    let is_short = left.text.len() + operator.len() + right.text.len() + 2 <= WIDTH;
    let text = if is_short && !left.text.contains('\n') && !right.text.contains('\n') {
        format!("{} {operator} {}", left.text, right.text)
    } else if binding == Binding::Comparison && !right.text.contains('\n') {
        format!("{}\n{operator} {}", left.text, right.text)
    } else {
        // A chain of the same operation stays on one level.
        let chained = left.binding == binding && left.text.contains('\n');
        let left = if chained { left.text.clone() } else { indented(&left.text) };
        format!("{left}\n{operator}\n{}", indented(&right.text))
    };
    Piece { text, binding }
}

fn indented(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(|line| format!("  {line}")).collect();
    lines.join("\n")
}

impl Binding {
    const fn tighter(self) -> Self {
        match self {
            Self::Or => Self::And,
            Self::And => Self::Comparison,
            Self::Comparison => Self::Difference,
            Self::Difference => Self::Product,
            Self::Product | Self::Whole => Self::Whole,
        }
    }
}

impl Comparison {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Above => ">",
            Self::Below => "<",
            Self::AtLeast => ">=",
            Self::Equal => "==",
        }
    }
}

impl Operator {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Divide => "/",
            Self::Subtract => "-",
            Self::Above => ">",
            Self::And => "and",
            Self::Or => "or",
            Self::Unless => "unless",
        }
    }

    const fn binding(self) -> Binding {
        match self {
            Self::Divide => Binding::Product,
            Self::Subtract => Binding::Difference,
            Self::Above => Binding::Comparison,
            Self::And | Self::Unless => Binding::And,
            Self::Or => Binding::Or,
        }
    }
}

impl Statistic {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Mean => "avg_over_time",
            Self::Deviation => "stddev_over_time",
            Self::Count => "count_over_time",
        }
    }
}
