//! The units of Grafana for those of UCUM.

use otel_core::Unit;

/// The unit of a value; what Grafana has no unit for is a short number.
pub(super) fn of(unit: Unit) -> &'static str {
    match unit.code() {
        "1" => "percentunit",
        "%" => "percent",
        "ns" => "ns",
        "us" => "µs",
        "ms" => "ms",
        "s" => "s",
        "min" => "m",
        "h" => "h",
        "d" => "d",
        "bit" => "bits",
        "By" => "bytes",
        "KiBy" => "kbytes",
        "MiBy" => "mbytes",
        "GiBy" => "gbytes",
        "TiBy" => "tbytes",
        "kBy" => "deckbytes",
        "MBy" => "decmbytes",
        "GBy" => "decgbytes",
        "Hz" => "hertz",
        "Cel" => "celsius",
        "[degF]" => "fahrenheit",
        "K" => "kelvin",
        "V" => "volt",
        "mV" => "mvolt",
        "A" => "amp",
        "mA" => "mamp",
        "W" => "watt",
        "kW" => "kwatt",
        "W.h" => "watth",
        "kW.h" => "kwatth",
        "J" => "joule",
        "mm" => "lengthmm",
        "m" => "lengthm",
        "km" => "lengthkm",
        "m/s" => "velocityms",
        "km/h" => "velocitykmh",
        "g" => "massg",
        "kg" => "masskg",
        "hPa" => "pressurehpa",
        "kPa" => "pressurekpa",
        "bar" => "pressurebar",
        "dB" => "dB",
        "dB[mW]" => "dBm",
        "deg" => "degree",
        "lx" => "lux",
        "L" | "l" => "litre",
        "[ppm]" => "ppm",
        _ => "short",
    }
}

/// The unit of a value that grows, in a second.
pub(super) fn a_second(unit: Unit) -> &'static str {
    match unit.code() {
        "By" => "binBps",
        "bit" => "bps",
        // Things that are counted.
        code if code.starts_with('{') && unit != Unit::MINOR_UNITS => "cps",
        _ => "short",
    }
}
