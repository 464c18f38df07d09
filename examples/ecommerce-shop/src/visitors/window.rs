//! What can be seen from the street.

use super::WalkError;
use super::door::Door;
use super::errand::Errands;
use super::tally::Tally;

/// What is looked for: nearly every name has one of these.
const LETTERS: [&str; 5] = ["a", "e", "i", "o", "u"];

/// The most words that anybody remembers.
const MOST_WORDS: usize = 1_000;

/// What is in the window: the words that visitors search for, and what costs least.
#[derive(Clone, Debug)]
pub(super) struct Window {
    words: Vec<String>,
    cheapest: String,
    tally: Tally,
}

impl Window {
    /// Sends somebody ahead, who writes down what there is.
    pub(super) async fn look(door: &Door) -> Result<Self, WalkError> {
        let mut scout = Errands::new(door.clone());
        scout.enter(None).await?;
        let mut products = Vec::new();
        for letter in LETTERS {
            products.extend(scout.search(letter).await?);
        }
        let cheapest = products.iter().min_by_key(|product| (product.price.minor, &product.sku));
        let cheapest = cheapest.ok_or(WalkError::Empty)?.sku.clone();
        let names = products.iter().flat_map(|product| product.name.split(|c: char| !c.is_alphanumeric()));
        let mut words: Vec<String> = names.filter(|word| word.len() > 2).map(str::to_lowercase).collect();
        // In whatever order they came, visitors choose from the same.
        words.sort_unstable();
        words.dedup();
        words.truncate(MOST_WORDS);
        if words.is_empty() {
            return Err(WalkError::Empty);
        }
        Ok(Self { words, cheapest, tally: scout.tally })
    }

    /// The words that names are made of: there is one at least.
    pub(super) fn words(&self) -> &[String] {
        &self.words
    }

    /// What costs least.
    pub(super) fn cheapest(&self) -> &str {
        &self.cheapest
    }

    /// What who was sent ahead saw.
    pub(super) const fn tally(&self) -> &Tally {
        &self.tally
    }
}
