//! Identifiers of international standards, and of persons.

use std::str::FromStr;

use otel_core::{PseudonymKey, Sensitive};
use otel_trading::ids;
use otel_trading::ids::iso::{Cfi, CfiCategory, CodeError, Country, Isin, Lei, Mic};
use otel_trading::ids::person::{PersonId, PersonIdError, PersonScheme};
use otel_trading::regulatory::Date;
use proptest::prelude::*;
use proptest::sample::select;

/// Securities that everybody can look up.
const ISINS: [&str; 12] = [
    "US0378331005",
    "GB0002634946",
    "DE0007164600",
    "US5949181045",
    "AU0000XVGZA3",
    "FR0000120271",
    "CH0038863350",
    "NL0010273215",
    "GB00B03MLX29",
    "DE000BAY0017",
    "JP3633400001",
    "US38259P5089",
];

/// Legal entities that everybody can look up.
const LEIS: [&str; 7] = [
    "5493001KJTIIGC8Y1R12",
    "HWUPKR0MPOU8FGXBT394",
    "7LTWFZYICNSX8D621K86",
    "INR2EJN1ERAN0W5ZP974",
    "R0MUWSFPU8MPRO8K5P83",
    "8I5DZWZKVSZI1NUHU748",
    "W22LROWP2IHZNBB6K528",
];

#[test]
fn known_identifiers_are_right_and_come_back_as_they_were() {
    for text in ISINS {
        assert_eq!(Isin::from_str(text).expect("a known security").as_str(), text);
    }
    for text in LEIS {
        assert_eq!(Lei::from_str(text).expect("a known entity").to_string(), text);
    }
}

#[test]
fn a_wrong_digit_is_always_found() {
    for (text, is_right) in ISINS.iter().map(|it| (*it, isin as fn(&str) -> bool)).chain(leis()) {
        for (at, old) in text.char_indices().filter(|(_, old)| old.is_ascii_digit()) {
            for new in ('0'..='9').filter(|new| *new != old) {
                assert!(!is_right(&with(text, at, new)), "{text} with {new} at {at}");
            }
        }
    }
}

#[test]
fn a_letter_for_a_letter_is_always_found_in_an_entity() {
    for (text, is_right) in leis() {
        for (at, old) in text.char_indices().filter(|(_, old)| old.is_ascii_uppercase()) {
            for new in ('A'..='Z').filter(|new| *new != old) {
                assert!(!is_right(&with(text, at, new)), "{text} with {new} at {at}");
            }
        }
    }
}

#[test]
fn neighbours_of_one_kind_that_changed_places_are_found() {
    for (text, is_right) in leis() {
        for swapped in swaps(text) {
            assert!(!is_right(&swapped), "{swapped} from {text}");
        }
    }
    // The sum of ISO 6166 cannot tell 09 from 90: the one weakness that doubling has.
    for text in ISINS {
        for swapped in swaps(text).filter(|swapped| !is_nine_and_nothing(text, swapped)) {
            let letters = swapped.bytes().zip(text.bytes()).any(|(a, b)| a != b && a.is_ascii_uppercase());
            assert!(letters || !isin(&swapped), "{swapped} from {text}");
        }
    }
}

proptest! {
    #[test]
    fn the_check_digits_are_those_of_an_independent_calculation(
        isin_text in "[A-Z]{2}[A-Z0-9]{9}[0-9]",
        lei_text in "[A-Z0-9]{18}[0-9]{2}",
    ) {
        prop_assert_eq!(isin(&isin_text), sum_of_isin(&isin_text).is_multiple_of(10));
        prop_assert_eq!(lei(&lei_text), rest_of_lei(&lei_text) == 1);
        // One digit in ten and one pair in ninety-seven is right by chance, so that the right ones are tried too.
        let made = made_lei(lei_text.get(..18).expect("a stem"));
        prop_assert!(lei(&made), "{}", made);
        let stem = isin_text.get(..11).expect("a stem");
        let right = (0..10).filter(|digit| isin(&format!("{stem}{digit}"))).count();
        prop_assert_eq!(right, 1);
    }

    #[test]
    fn any_one_character_that_differs_is_judged_as_the_calculation_does(
        text in select(ISINS.to_vec()), entity in select(LEIS.to_vec()), at in 0_usize..20, new in "[A-Z0-9]",
    ) {
        let new = new.chars().next().expect("a character");
        let changed = with(entity, at, new);
        let formed = changed.get(18..).is_some_and(|tail| tail.bytes().all(|byte| byte.is_ascii_digit()));
        prop_assert_eq!(lei(&changed), formed && rest_of_lei(&changed) == 1);
        let changed = with(text, at % 12, new);
        let formed = changed.get(..2).is_some_and(|head| head.bytes().all(|byte| byte.is_ascii_uppercase()))
            && changed.ends_with(|last: char| last.is_ascii_digit());
        prop_assert_eq!(isin(&changed), formed && sum_of_isin(&changed).is_multiple_of(10));
    }

    #[test]
    fn no_text_makes_an_identifier_panic(text in any::<String>()) {
        let _ = (Isin::from_str(&text).is_ok(), Lei::from_str(&text).is_ok(), Mic::from_str(&text).is_ok());
        let _ = (Cfi::from_str(&text).is_ok(), Country::from_str(&text).is_ok());
        for scheme in [PersonScheme::NationalId, PersonScheme::Passport, PersonScheme::Concat] {
            let _ = PersonId::new(scheme, &text).is_ok();
        }
    }
}

#[test]
fn what_is_wrong_with_a_code_is_said_with_its_place() {
    assert_eq!(Isin::from_str("US037833100"), Err(CodeError::Length { expected: 12, found: 11 }));
    assert_eq!(Isin::from_str("us0378331005"), Err(CodeError::Character { at: 0 }));
    assert_eq!(Isin::from_str("US0378331006"), Err(CodeError::CheckDigits));
    assert_eq!(Lei::from_str("5493001KJTIIGC8Y1R1A"), Err(CodeError::Character { at: 19 }));
    assert_eq!(Mic::from_str("XNY$"), Err(CodeError::Character { at: 3 }));
    assert_eq!(Cfi::from_str("XSVUFR"), Err(CodeError::Unassigned));
    assert_eq!(Country::from_str("ZZ"), Err(CodeError::Unassigned));
    assert_eq!(CodeError::CheckDigits.to_string(), "wrong check digits");
}

#[test]
fn a_market_is_told_from_the_codes_that_say_there_was_none() {
    for (text, is_market) in
        [("XNYS", true), ("360T", true), ("XOFF", false), ("XXXX", false), ("SINT", false)]
    {
        let mic = Mic::from_str(text).expect("a code");
        assert_eq!(mic.is_market(), is_market, "{text}");
        assert_eq!(ids::Mic::from(&mic), ids::Mic(text));
    }
}

#[test]
fn a_classification_says_what_something_is() {
    let share = Cfi::from_str("ESVUFR").expect("a share");
    assert_eq!((share.category(), share.group()), (CfiCategory::Equity, 'S'));
    assert_eq!(share.attributes(), ['V', 'U', 'F', 'R']);
    let first: Vec<_> = ('A'..='Z').filter(|first| Cfi::from_str(&format!("{first}XXXXX")).is_ok()).collect();
    assert_eq!(first.iter().collect::<String>(), "CDEFHIJKLMORST");
}

#[test]
fn every_country_is_in_its_place() {
    let letters = || 'A'..='Z';
    let known = letters().flat_map(|a| letters().map(move |b| format!("{a}{b}")));
    assert_eq!(known.filter(|code| Country::from_str(code).is_ok()).count(), 249);
    for code in ["DE", "FR", "GB", "US", "ZW", "AD"] {
        assert!(Country::from_str(code).is_ok(), "{code}");
    }
    for code in ["UK", "SU", "YU", "XS", "EU", "AN"] {
        assert!(Country::from_str(code).is_err(), "{code}");
    }
}

#[test]
fn a_concatenation_is_made_as_the_regulation_says() {
    let france = Country::from_str("FR").expect("a country");
    let birth = Date::new(1963, 7, 2).expect("a date");
    let concat = |first: &str, last: &str| {
        let name = |text: &str| Sensitive::new(text.to_owned());
        let id = PersonId::concat(france, birth, &name(first), &name(last))?;
        Ok::<_, PersonIdError>(id.code().expose().clone())
    };
    assert_eq!(concat("Anna", "O'Brien").as_deref(), Ok("FR19630702ANNA#OBRIE"));
    assert_eq!(concat("Jean-Paul", "Li").as_deref(), Ok("FR19630702JEANPLI###"));
    assert_eq!(concat("", "Li"), Err(PersonIdError::Name));
    assert_eq!(concat("Étienne", "Li"), Err(PersonIdError::Name));
}

#[test]
fn a_person_is_identified_in_the_form_of_the_scheme() {
    let of = |scheme, text: &str| PersonId::new(scheme, text).map(|id| id.country().to_string());
    let national = PersonScheme::NationalId;
    assert_eq!(of(national, "ES12345678Z").as_deref(), Ok("ES"));
    assert_eq!(of(national, "ZZ12345678Z"), Err(PersonIdError::Country));
    assert_eq!(of(national, "ES"), Err(PersonIdError::Length));
    assert_eq!(of(national, &format!("ES{}", "1".repeat(33))).as_deref(), Ok("ES"));
    assert_eq!(of(national, &format!("ES{}", "1".repeat(34))), Err(PersonIdError::Length));
    assert_eq!(of(PersonScheme::Passport, "ES12-45"), Err(PersonIdError::Character));
    let concat = PersonScheme::Concat;
    assert_eq!(of(concat, "FR19630702ANNA#OBRIE").as_deref(), Ok("FR"));
    for wrong in [
        "FR19630732ANNA#OBRIE",
        "FR19630702#ANNAOBRIE",
        "FR19630702ANNA#####X",
        "FR19630702AN#A#OBRIE",
        "FR19630702ANNA#OBRI",
        "FR+9630702ANNA#OBRIE",
    ] {
        assert_eq!(of(concat, wrong), Err(PersonIdError::Concatenation), "{wrong}");
    }
}

#[test]
fn a_person_shows_in_no_output() {
    let id = PersonId::new(PersonScheme::Concat, "FR19630702ANNA#OBRIE").expect("a person");
    assert!(!format!("{id:?}").contains("ANNA"));
    let key = PseudonymKey::new([7; 32]);
    assert_eq!(id.code().pseudonym(&key).to_string().len(), 32);
}

fn leis() -> impl Iterator<Item = (&'static str, fn(&str) -> bool)> {
    LEIS.iter().map(|it| (*it, lei as fn(&str) -> bool))
}

fn isin(text: &str) -> bool {
    Isin::from_str(text).is_ok()
}

fn lei(text: &str) -> bool {
    Lei::from_str(text).is_ok()
}

fn with(text: &str, at: usize, new: char) -> String {
    text.char_indices().map(|(here, old)| if here == at { new } else { old }).collect()
}

/// The text with each two different neighbours of one kind swapped.
fn swaps(text: &str) -> impl Iterator<Item = String> + '_ {
    let bytes = text.as_bytes();
    let pairs = bytes.windows(2).enumerate();
    let unlike = pairs.filter(|(_, pair)| {
        let [a, b] = pair else { return false };
        a != b && a.is_ascii_digit() == b.is_ascii_digit()
    });
    unlike.map(|(at, pair)| {
        let swapped = with(text, at, char::from(pair[1]));
        with(&swapped, at + 1, char::from(pair[0]))
    })
}

fn is_nine_and_nothing(text: &str, swapped: &str) -> bool {
    let changed: String = text.chars().zip(swapped.chars()).filter(|(a, b)| a != b).map(|(a, _)| a).collect();
    changed == "09" || changed == "90"
}

/// The digits that a code makes when each letter becomes two.
fn digits(text: &str) -> String {
    text.chars().map(|char| char.to_digit(36).expect("a letter or digit").to_string()).collect()
}

/// By the table of doubled digits, rather than by arithmetic.
fn sum_of_isin(text: &str) -> u32 {
    const DOUBLED: [u32; 10] = [0, 2, 4, 6, 8, 1, 3, 5, 7, 9];
    let digits = digits(text);
    let digit = |char: char| char.to_digit(10).expect("a digit");
    let plain: u32 = digits.chars().rev().step_by(2).map(digit).sum();
    let doubled: u32 = digits.chars().rev().skip(1).step_by(2).map(|it| DOUBLED[digit(it) as usize]).sum();
    plain + doubled
}

/// By long division, nine digits at a time, as the standard's own example does it.
fn rest_of_lei(text: &str) -> u64 {
    let digits = digits(text);
    digits.as_bytes().chunks(9).fold(0, |rest, chunk| {
        let chunk = std::str::from_utf8(chunk).expect("digits");
        format!("{rest}{chunk}").parse::<u64>().expect("a number") % 97
    })
}

fn made_lei(stem: &str) -> String {
    format!("{stem}{:02}", 98 - rest_of_lei(&format!("{stem}00")))
}
