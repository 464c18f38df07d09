//! Names that are almost those of variables.

use super::variables::every;

/// Two slips of the finger are a mistake; three are another name.
const SLIPS: usize = 2;

/// The variable that `name` looks like, when it is none itself.
pub(super) fn meant(name: &str) -> Option<&'static str> {
    if !name.starts_with("OTEL") {
        return None;
    }
    let near = every().map(|variable| (distance(name, variable.name), variable.name));
    near.filter(|(distance, _)| *distance <= SLIPS).min().map(|(_, meant)| meant)
}

/// Levenshtein's distance: how many characters have to be added, taken away or replaced.
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (at, ours) in from.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = at + 1;
        for (column, theirs) in to.iter().enumerate() {
            let replaced = diagonal + usize::from(ours != *theirs);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(row[column] + 1).min(diagonal + 1);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::distance;

    /// The definition, which takes exponential time.
    fn by_definition(from: &[u8], to: &[u8]) -> usize {
        let ([first, from_rest @ ..], [second, to_rest @ ..]) = (from, to) else {
            return from.len().max(to.len());
        };
        if first == second {
            return by_definition(from_rest, to_rest);
        }
        let replaced = by_definition(from_rest, to_rest);
        1 + replaced.min(by_definition(from_rest, to)).min(by_definition(from, to_rest))
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn the_distance_is_what_its_definition_says(from in "[AB_]{0,6}", to in "[AB_]{0,6}") {
            prop_assert_eq!(distance(&from, &to), by_definition(from.as_bytes(), to.as_bytes()));
        }
    }
}
