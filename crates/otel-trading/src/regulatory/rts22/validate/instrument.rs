//! Fields 41 to 56: what was traded, by its venue and by its classification of ISO 10962.

use crate::ids::iso::{Cfi, CfiCategory, Mic};
use crate::regulatory::findings::Findings;
use crate::regulatory::findings::Presence::{self, Allowed, Excluded, Needed};
use crate::regulatory::rts22::field::field;
use crate::regulatory::rts22::{
    DeliveryType, Description, ExerciseStyle, NewTransaction, OptionTerms, OptionType, Price,
};
use crate::regulatory::rule::Rule;

pub(super) fn check(report: &NewTransaction, findings: &mut Findings) {
    let instrument = &report.instrument;
    let (isin, description) = match report.venue {
        // Traded somewhere, so that the authorities know it.
        Mic::OFF_VENUE => (Needed, Excluded),
        // Traded nowhere, so that they do not.
        Mic::NOT_LISTED => (Allowed, Needed),
        // A venue outside the Union may trade what they do not know.
        _ if instrument.description.is_none() => (Needed, Allowed),
        _ => (Allowed, Allowed),
    };
    findings.presence(instrument.isin.is_some(), 41, isin, 36);
    findings.presence(instrument.description.is_some(), 42, description, 36);
    let Some(description) = &instrument.description else { return };
    let cfi = description.cfi;
    underlying(report, description, findings);
    option(description, findings);
    days(report, description, findings);
    let both_legs = if has_two_currencies(cfi) { Needed } else { Allowed };
    findings.presence(description.other_notional_currency.is_some(), 45, both_legs, 43);
    let alone = description.notional_currency.is_none();
    findings.presence(description.notional_currency.is_some(), 44, Needed, 43);
    let other = if alone { Excluded } else { Allowed };
    findings.presence(description.other_notional_currency.is_some(), 45, other, 44);
    let settled = settlement(cfi);
    let contradicts =
        matches!((settled, description.delivery), (Some(expected), Some(found)) if expected != found);
    findings.when(contradicts, 56, Rule::Contradicts { other: field(43) });
}

fn underlying(report: &NewTransaction, description: &Description, findings: &mut Findings) {
    let cfi = description.cfi;
    let otc = if report.venue == Mic::NOT_LISTED { Needed } else { Allowed };
    findings.presence(description.price_multiplier.is_some(), 46, otc, 36);
    let not_positive = description.price_multiplier.is_some_and(|multiplier| !multiplier.is_positive());
    findings.when(not_positive, 46, Rule::NotPositive);
    findings.presence(description.delivery.is_some(), 56, otc, 36);
    // An index without an identifier is an underlying too.
    let has_underlying = !description.underlyings.is_empty() || description.index.is_some();
    findings.presence(has_underlying, 47, otc, 36);
    findings.distinct(&description.underlyings, 47);
    let has_none = matches!(cfi.category(), CfiCategory::Equity)
        || cfi.category() == CfiCategory::Debt && matches!(cfi.group(), 'B' | 'T' | 'Y');
    let index = match on(cfi) {
        Some('I' | 'N') => Needed,
        _ if has_none => Excluded,
        _ => Allowed,
    };
    findings.presence(description.index.is_some(), 48, index, 43);
    if let Some(index) = &description.index {
        let term = if on(cfi) == Some('N') { Needed } else { Allowed };
        findings.presence(index.term.is_some(), 49, term, 43);
    }
}

/// What a listed option or a financial future is on: `I` an index, `N` an interest rate, `T` a commodity.
const fn on(cfi: Cfi) -> Option<char> {
    let [first, second, ..] = cfi.attributes();
    match (cfi.category(), cfi.group()) {
        (CfiCategory::Option, _) => Some(second),
        (CfiCategory::Future, 'F') => Some(first),
        _ => None,
    }
}

/// Swaps of currencies and futures on them are denominated in two.
const fn has_two_currencies(cfi: Cfi) -> bool {
    let [first, ..] = cfi.attributes();
    match cfi.category() {
        CfiCategory::Swap => cfi.group() == 'F',
        CfiCategory::Future => cfi.group() == 'F' && first == 'C',
        _ => false,
    }
}

fn option(description: &Description, findings: &mut Findings) {
    let cfi = description.cfi;
    let expected = option_presence(cfi);
    findings.presence(description.option.is_some(), 50, expected, 43);
    let Some(OptionTerms { option_type, strike, style }) = description.option else { return };
    let other = Rule::Contradicts { other: field(43) };
    let (expected_type, expected_style) = option_terms(cfi);
    findings.when(expected_type.is_some_and(|expected| expected != option_type), 50, other);
    findings.when(expected_style.is_some_and(|expected| expected != style), 53, other);
    // A strike that is not known yet is pending; there is always one.
    findings.when(strike == Price::NotApplicable, 51, Rule::NotHere);
}

const fn option_presence(cfi: Cfi) -> Presence {
    match (cfi.category(), cfi.group()) {
        (CfiCategory::Option | CfiCategory::ComplexOption, _) | (CfiCategory::Entitlement, 'W') => Needed,
        (
            CfiCategory::Future
            | CfiCategory::Swap
            | CfiCategory::Equity
            | CfiCategory::Collective
            | CfiCategory::Debt
            | CfiCategory::Forward,
            _,
        ) => Excluded,
        _ => Allowed,
    }
}

/// What the classification says of an option, where it says it.
const fn option_terms(cfi: Cfi) -> (Option<OptionType>, Option<ExerciseStyle>) {
    let [first, _, third, _] = cfi.attributes();
    match (cfi.category(), cfi.group(), third) {
        (CfiCategory::Option, group, _) => {
            let option_type = match group {
                'C' => Some(OptionType::Call),
                'P' => Some(OptionType::Put),
                'M' => Some(OptionType::Other),
                _ => None,
            };
            (option_type, style_of(first))
        }
        // Nine letters for three types times three styles.
        (CfiCategory::ComplexOption, _, letter @ 'A'..='I') => {
            let option_type = match letter {
                'A'..='C' => OptionType::Call,
                'D'..='F' => OptionType::Put,
                _ => OptionType::Other,
            };
            let style = match letter {
                'A' | 'D' | 'G' => ExerciseStyle::European,
                'B' | 'E' | 'H' => ExerciseStyle::American,
                _ => ExerciseStyle::Bermudan,
            };
            (Some(option_type), Some(style))
        }
        (CfiCategory::Entitlement, 'W', 'C') => (Some(OptionType::Call), None),
        (CfiCategory::Entitlement, 'W', 'P') => (Some(OptionType::Put), None),
        (CfiCategory::Entitlement, 'W', 'B') => (Some(OptionType::Other), None),
        _ => (None, None),
    }
}

const fn style_of(letter: char) -> Option<ExerciseStyle> {
    match letter {
        'E' => Some(ExerciseStyle::European),
        'A' => Some(ExerciseStyle::American),
        'B' => Some(ExerciseStyle::Bermudan),
        _ => None,
    }
}

fn days(report: &NewTransaction, description: &Description, findings: &mut Findings) {
    let category = description.cfi.category();
    let maturity = match category {
        CfiCategory::Debt => Needed,
        CfiCategory::Entitlement
        | CfiCategory::Option
        | CfiCategory::Future
        | CfiCategory::Swap
        | CfiCategory::Equity
        | CfiCategory::Collective
        | CfiCategory::ComplexOption
        | CfiCategory::Forward => Excluded,
        _ => Allowed,
    };
    findings.presence(description.maturity.is_some(), 54, maturity, 43);
    let expiry = match category {
        CfiCategory::Option | CfiCategory::Future => Needed,
        CfiCategory::Equity | CfiCategory::Collective | CfiCategory::Debt => Excluded,
        _ => Allowed,
    };
    findings.presence(description.expiry.is_some(), 55, expiry, 43);
    let traded = report.time.date();
    let is_over = |day: Option<_>| day.is_some_and(|day| day < traded);
    findings.when(is_over(description.maturity), 54, Rule::BeforeTransaction);
    findings.when(is_over(description.expiry), 55, Rule::BeforeTransaction);
}

/// How the classification says that the instrument is settled, where it says it.
const fn settlement(cfi: Cfi) -> Option<DeliveryType> {
    let [_, second, third, fourth] = cfi.attributes();
    let letter = match cfi.category() {
        CfiCategory::Option => third,
        CfiCategory::Future => second,
        CfiCategory::Swap | CfiCategory::ComplexOption | CfiCategory::Forward => fourth,
        _ => return None,
    };
    match letter {
        'P' => Some(DeliveryType::Physical),
        'C' => Some(DeliveryType::Cash),
        _ => None,
    }
}
