//! Numbers that cards could have.

use fastrand::Rng;

/// The number of a card: sixteen digits that begin as a Visa's do, the last of which is right. It is nobody's: its first
/// digits are of a range that payment services test with.
pub(super) fn number(dice: &mut Rng) -> String {
    let mut digits: Vec<u8> = vec![4, 0, 0, 0, 0, 0];
    digits.extend(std::iter::repeat_with(|| dice.u8(0..10)).take(9));
    digits.push(check_digit(&digits));
    digits.into_iter().map(|digit| char::from(b'0' + digit)).collect()
}

/// The digit by which all of them pass the test of ISO/IEC 7812-1, which is Luhn's.
fn check_digit(digits: &[u8]) -> u8 {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| {
            let doubled = digit * if place % 2 == 0 { 2 } else { 1 };
            u32::from(doubled / 10 + doubled % 10)
        })
        .sum();
    // A remainder of ten is less than ten.
    ((10 - sum % 10) % 10) as u8
}
