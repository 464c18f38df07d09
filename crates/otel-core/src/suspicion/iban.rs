//! International bank account numbers, as far as a first look goes.

/// The length of the account numbers of each country in the registry, and of those that use the format without
/// being in it.
const LENGTHS: &[(u8, &str)] = &[
    (15, "NO"),
    (16, "BE"),
    (18, "DK FK FI FO GL NL SD"),
    (19, "MK SI"),
    (20, "AT BA EE KZ LT LU MN XK"),
    (21, "CH CR HR LI LV"),
    (22, "BG BH DE GB GE IE ME RS VA"),
    (23, "AE GI IL IQ OM SO TL"),
    (24, "AD CZ DZ ES MD PK RO SA SE SK TN VG"),
    (25, "AO CV LY MZ PT ST"),
    (26, "IR IS TR"),
    (27, "BF BI CF CG CM DJ FR GA GQ GR IT KM MC MG MR SM TD"),
    (28, "AL AZ BJ BY CI CY DO GT GW HN HU LB MA ML NE NI PL SN SV TG YE"),
    (29, "BR EG PS QA UA"),
    (30, "JO KW MU"),
    (31, "MT SC"),
    (32, "LC"),
    (33, "RU"),
];

/// The same by the two letters of the country; no account has length 0.
const BY_COUNTRY: [[u8; 26]; 26] = {
    let mut lengths = [[0; 26]; 26];
    let mut row = 0;
    while row < LENGTHS.len() {
        let (length, countries) = LENGTHS[row];
        let countries = countries.as_bytes();
        let mut at = 0;
        while at + 1 < countries.len() {
            lengths[(countries[at] - b'A') as usize][(countries[at + 1] - b'A') as usize] = length;
            at += "AT ".len();
        }
        row += 1;
    }
    lengths
};

/// The length of the accounts of this country, in letters of either case.
pub(crate) fn length(country: [u8; 2]) -> Option<usize> {
    let [first, second] = country.map(|letter| usize::from(letter.to_ascii_uppercase().wrapping_sub(b'A')));
    let length = *BY_COUNTRY.get(first)?.get(second)?;
    (length != 0).then_some(usize::from(length))
}

/// Whether the two letters and two digits at `start` could begin an account: as many letters and digits as its country
/// has, in one piece, or in groups of four, of which the last may be shorter.
pub(super) fn could_be(text: &[u8], start: usize) -> bool {
    let &[first, second, ..] = &text[start..] else { return false };
    let Some(length) = length([first, second]) else { return false };
    let piece = |start: usize| text[start..].iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let whole = piece(start);
    if whole != 4 {
        return whole == length;
    }
    let (mut have, mut at) = (4, start + 4);
    while have < 15 && matches!(text.get(at), Some(b' ' | b'-')) {
        let next = piece(at + 1);
        have += if next <= 4 { next } else { 0 };
        if next != 4 {
            break;
        }
        at += 5;
    }
    have >= 15
}
