//! How much two US dollars are in other currencies, by and large: rounded to 1, 2 or 5 with zeros, at the rates of late
//! 2025. None of it leaves the process.

/// Two units, in hundredths of one: of euros, pounds, francs, Australian, Canadian and Singapore dollars, and of what is
/// not below.
pub(crate) const LIKE_A_DOLLAR: i64 = 200;

/// The currencies of which two dollars are something else, by how many hundredths of a unit they are.
pub(crate) const UNLIKE_A_DOLLAR: &[(i64, &[&str])] = &[
    (50, &["KWD"]),
    (100, &["BHD", "OMR"]),
    (
        500,
        &[
            "ANG", "AWG", "AZN", "BAM", "BBD", "BGN", "BYN", "BZD", "FJD", "GEL", "ILS", "NZD", "PEN", "TMT",
            "TND", "TOP", "WST", "XCD",
        ],
    ),
    (1_000, &["AED", "BOB", "BRL", "DKK", "LYD", "MYR", "PGK", "PLN", "QAR", "RON", "SAR", "TTD"]),
    (2_000, &["BWP", "CNY", "ERN", "GHS", "GTQ", "HKD", "MAD", "MOP", "MVR", "NOK", "SCR", "SEK", "TJS"]),
    (
        5_000,
        &["CUP", "CZK", "HNL", "LSL", "MDL", "MXN", "NAD", "SLE", "STN", "SZL", "THB", "TWD", "ZAR", "ZMW"],
    ),
    (10_000, &["AFN", "DOP", "EGP", "MKD", "MRU", "MUR", "MZN", "NIO", "PHP", "TRY", "UAH", "UYU"]),
    (
        20_000,
        &[
            "ALL", "BDT", "BTN", "CVE", "DZD", "ETB", "GMD", "HTG", "INR", "ISK", "JPY", "KES", "KGS", "NPR",
            "RSD", "RUB", "VUV", "XPF",
        ],
    ),
    (50_000, &["DJF", "GYD", "HUF", "JMD", "LKR", "LRD", "PKR", "VES", "YER"]),
    (100_000, &["AMD", "CRC", "KMF", "KZT", "SDG", "XAF", "XOF"]),
    (200_000, &["AOA", "ARS", "CLP", "IQD", "KRW", "NGN", "RWF"]),
    (500_000, &["BIF", "CDF", "MMK", "MWK", "TZS"]),
    (1_000_000, &["COP", "KHR", "MGA", "MNT", "PYG", "UGX"]),
    (2_000_000, &["GNF", "SYP", "UZS"]),
    (5_000_000, &["IDR", "LAK", "VND"]),
    (10_000_000, &["IRR"]),
    (20_000_000, &["LBP"]),
];
