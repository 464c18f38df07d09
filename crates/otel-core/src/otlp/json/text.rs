//! Values as the JSON form of protobuf writes them, with OTLP's exceptions.

use std::fmt::Display;
use std::io::Write as _;

use super::walk::Malformed;

/// Text in quotes, escaped.
///
/// # Errors
///
/// Never: a vector takes whatever is written.
pub(super) fn quoted(out: &mut Vec<u8>, text: &str) -> Result<(), Malformed> {
    serde_json::to_writer(out, text).map_err(|_| Malformed)
}

/// A number, or a truth.
pub(super) fn number(out: &mut Vec<u8>, number: impl Display) {
    // A vector takes whatever is written.
    let _ = write!(out, "{number}");
}

/// An integer of 64 bits, which is text.
pub(super) fn long(out: &mut Vec<u8>, long: impl Display) {
    let _ = write!(out, "\"{long}\"");
}

/// A double: the shortest digits that say it, or text where JSON has no number.
pub(super) fn double(out: &mut Vec<u8>, double: f64) {
    if double.is_nan() {
        out.extend_from_slice(b"\"NaN\"");
    } else if double.is_infinite() {
        out.extend_from_slice(if double > 0.0 { b"\"Infinity\"" } else { b"\"-Infinity\"" });
    } else {
        // Unlike `{}` it writes large numbers with an exponent.
        let _ = write!(out, "{double:?}");
    }
}

/// Bytes as hexadecimal digits.
pub(super) fn hex(out: &mut Vec<u8>, bytes: &[u8]) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    out.push(b'"');
    for byte in bytes {
        out.extend([DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]);
    }
    out.push(b'"');
}

/// Bytes as base64, with its usual letters and padding.
pub(super) fn base64(out: &mut Vec<u8>, bytes: &[u8]) {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    out.push(b'"');
    for three in bytes.chunks(3) {
        let byte = |at: usize| u32::from(three.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        let letter = |at: usize| match at <= three.len() {
            true => LETTERS[(bits >> (18 - 6 * at) & 63) as usize],
            false => b'=',
        };
        out.extend([letter(0), letter(1), letter(2), letter(3)]);
    }
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn written(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn base64_is_as_in_its_specification() {
        let cases = [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ];
        for (bytes, expected) in cases {
            assert_eq!(written(|out| base64(out, bytes.as_bytes())), format!("\"{expected}\""));
        }
        assert_eq!(written(|out| base64(out, &[0xfb, 0xff, 0xfe])), "\"+//+\"");
    }

    #[test]
    fn doubles_are_numbers_wherever_json_has_them() {
        let cases = [
            (0.0, "0.0"),
            (-0.0, "-0.0"),
            (0.1, "0.1"),
            (1e300, "1e300"),
            (5e-324, "5e-324"),
            (f64::MAX, "1.7976931348623157e308"),
            (f64::NAN, "\"NaN\""),
            (f64::INFINITY, "\"Infinity\""),
            (f64::NEG_INFINITY, "\"-Infinity\""),
        ];
        for (value, expected) in cases {
            assert_eq!(written(|out| double(out, value)), expected);
        }
    }

    #[test]
    fn identifiers_are_lower_case_digits() {
        assert_eq!(written(|out| hex(out, &[0x00, 0x0a, 0xff])), "\"000aff\"");
    }

    proptest! {
        #[test]
        fn doubles_are_written_to_the_last_bit(bits: u64) {
            let value = f64::from_bits(bits);
            prop_assume!(value.is_finite());
            let digits = written(|out| double(out, value));
            prop_assert_eq!(digits.parse::<f64>().unwrap().to_bits(), bits);
        }
    }
}
