//! Natural persons, as RTS 22 identifies them: personal data from the first letter on.

use std::fmt;
use std::str::FromStr;

use otel_core::Sensitive;

use super::iso::Country;
use crate::regulatory::Date;

/// How a natural person is identified: Article 6 and Annex II of Delegated Regulation (EU) 2017/590.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PersonScheme {
    /// A national identifier; ISO 20022 calls it `NIDN`.
    NationalId,
    /// The number of a passport.
    Passport,
    /// The concatenation of nationality, date of birth and name.
    Concat,
}

/// The identifier of a natural person: a country's two letters and up to 33 letters and digits.
///
/// Which scheme comes first for which nationality (Annex II), and what each country's own number looks like, is the
/// caller's to know: what is checked is the form that the regulation itself prescribes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonId {
    scheme: PersonScheme,
    country: Country,
    code: Sensitive<String>,
}

/// Why something does not identify a natural person. It never shows what was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PersonIdError {
    /// It does not begin with a country that ISO 3166-1 knows.
    Country,
    /// Nothing, or more than 35 characters in all.
    Length,
    /// Something other than capital letters and digits.
    Character,
    /// A concatenation that is not a country, a date, and twice five letters filled up with `#`.
    Concatenation,
    /// A name without a letter of the Latin alphabet to begin with: it has to be transliterated first.
    Name,
}

impl PersonId {
    /// The most characters, the country's included.
    pub const LONGEST: usize = 35;

    /// An identifier as it is reported, country first.
    ///
    /// # Errors
    ///
    /// When the text has not the form of its scheme.
    pub fn new(scheme: PersonScheme, text: &str) -> Result<Self, PersonIdError> {
        let (prefix, rest) = text.split_at_checked(2).ok_or(PersonIdError::Country)?;
        let country = Country::from_str(prefix).map_err(|_| PersonIdError::Country)?;
        if rest.is_empty() || text.len() > Self::LONGEST {
            return Err(PersonIdError::Length);
        }
        let is_right = match scheme {
            PersonScheme::Concat => is_concatenation(rest),
            _ => rest.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()),
        };
        match (is_right, scheme) {
            (true, _) => Ok(Self { scheme, country, code: Sensitive::new(text.to_owned()) }),
            (false, PersonScheme::Concat) => Err(PersonIdError::Concatenation),
            (false, _) => Err(PersonIdError::Character),
        }
    }

    /// The concatenation of Article 6(4): nationality, date of birth, five letters of the first name and five of the
    /// surname, filled up with `#`.
    ///
    /// Both names are given in the Latin alphabet without accents, and without the prefixes and titles that the
    /// regulation leaves out. What stands between the letters is skipped.
    ///
    /// # Errors
    ///
    /// [`PersonIdError::Name`] when a name has another letter, or none.
    pub fn concat(
        nationality: Country,
        birth: Date,
        first_name: &Sensitive<String>,
        surname: &Sensitive<String>,
    ) -> Result<Self, PersonIdError> {
        let (year, month, day) = birth.parts();
        let first = five_letters(first_name.expose())?;
        let last = five_letters(surname.expose())?;
        Self::new(
            PersonScheme::Concat,
            &format_args!("{nationality}{year:04}{month:02}{day:02}{first}{last}").to_string(),
        )
    }

    /// How the person is identified.
    pub const fn scheme(&self) -> PersonScheme {
        self.scheme
    }

    /// The country that the identifier begins with.
    pub const fn country(&self) -> Country {
        self.country
    }

    /// The whole identifier.
    pub const fn code(&self) -> &Sensitive<String> {
        &self.code
    }

    /// Whether a concatenation has this date of birth in it; the other schemes have none to contradict.
    pub fn agrees_with(&self, birth: Date) -> bool {
        let (year, month, day) = birth.parts();
        let digits = format_args!("{year:04}{month:02}{day:02}").to_string();
        self.scheme != PersonScheme::Concat || self.code.expose().get(2..10) == Some(digits.as_str())
    }
}

/// A date, then twice five places, of which at least the first is a letter and no letter follows a `#`.
fn is_concatenation(rest: &str) -> bool {
    let Some((date, names)) = rest.split_at_checked(8) else { return false };
    let Some((first, last)) = names.split_at_checked(5) else { return false };
    let is_name = |name: &str| {
        let letters = name.trim_end_matches('#');
        name.len() == 5 && !letters.is_empty() && letters.bytes().all(|byte| byte.is_ascii_uppercase())
    };
    Date::from_digits(date).is_some() && is_name(first) && is_name(last)
}

fn five_letters(name: &str) -> Result<String, PersonIdError> {
    let mut letters = String::with_capacity(5);
    for letter in name.chars().filter(|char| char.is_alphabetic()).take(5) {
        if !letter.is_ascii() {
            return Err(PersonIdError::Name);
        }
        letters.push(letter.to_ascii_uppercase());
    }
    if letters.is_empty() {
        return Err(PersonIdError::Name);
    }
    letters.extend(std::iter::repeat_n('#', 5 - letters.len()));
    Ok(letters)
}

impl fmt::Display for PersonIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Country => "does not begin with a country",
            Self::Length => "empty or too long",
            Self::Character => "something other than capital letters and digits",
            Self::Concatenation => "not a concatenation of country, date of birth and names",
            Self::Name => "a name that is not in plain Latin letters",
        })
    }
}

impl std::error::Error for PersonIdError {}
