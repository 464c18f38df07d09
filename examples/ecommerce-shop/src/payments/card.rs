//! Cards.

use otel_core::{Pseudonym, PseudonymKey, Sensitive};
use otel_ecommerce::labels::PaymentNetwork;

use crate::refusal::Refusal;

/// The number of a card: it goes to the payment service, and nowhere else.
#[derive(Clone, Debug)]
pub(crate) struct Card(Sensitive<String>);

impl Card {
    /// Reads a number: 12 to 19 digits (ISO/IEC 7812), in groups or not.
    ///
    /// # Errors
    ///
    /// When it is none.
    pub(crate) fn parse(text: &str) -> Result<Self, Refusal> {
        let digits: String = text.chars().filter(|letter| !matches!(letter, ' ' | '-')).collect();
        let is_number = (12..=19).contains(&digits.len()) && digits.bytes().all(|it| it.is_ascii_digit());
        if is_number { Ok(Self(Sensitive::new(digits))) } else { Err(Refusal::Validation) }
    }

    /// What it is called outside of this process.
    pub(crate) fn pseudonym(&self, key: &PseudonymKey) -> Pseudonym {
        self.0.pseudonym(key)
    }

    /// The network that its first digits belong to.
    pub(crate) fn network(&self) -> PaymentNetwork {
        let first = |digits: usize| self.0.expose().get(..digits).and_then(|it| it.parse::<u32>().ok());
        match (first(2), first(4)) {
            (Some(34 | 37), _) => PaymentNetwork::Amex,
            (Some(40..=49), _) => PaymentNetwork::Visa,
            (Some(51..=55), _) | (_, Some(2_221..=2_720)) => PaymentNetwork::Mastercard,
            (_, Some(3_528..=3_589)) => PaymentNetwork::Jcb,
            (Some(62), _) => PaymentNetwork::UnionPay,
            (Some(30 | 36 | 38 | 39 | 65), _) | (_, Some(6_011)) => PaymentNetwork::Discover,
            _ => PaymentNetwork::Unknown,
        }
    }

    /// Whether there can be such a card: its last digit is the check digit of the others (Luhn).
    pub(super) fn can_exist(&self) -> bool {
        let digits = self.0.expose().bytes().rev().map(|digit| u32::from(digit - b'0'));
        let sum = digits.enumerate().map(|(place, digit)| match place % 2 {
            0 => digit,
            _ => digit * 2 / 10 + digit * 2 % 10,
        });
        sum.sum::<u32>() % 10 == 0
    }

    pub(super) fn expose(&self) -> &str {
        self.0.expose()
    }
}
