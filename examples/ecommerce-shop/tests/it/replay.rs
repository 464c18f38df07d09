//! Invoices: each line is used or refused, and money is exact.

use std::io::{Cursor, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use ecommerce_shop::replay::{Input, Refusal, Replay, Told};
use otel_core::testing::TestTelemetry;
use otel_core::{CappedLabel, Currency, Telemetry};
use otel_ecommerce::conventions::{fraud, kpi, order};
use otel_ecommerce::labels::{
    Booking, Channel, CurrencyCode, FunnelName, FunnelStep, OrderStatus, RefundReason, RevenueEntry,
};
use proptest::prelude::*;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/online_retail");

const HEADER: &str = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n";

/// The files of twelve days of a real shop; `None`, and a line that says so, where there are none.
pub(crate) fn days() -> Option<Vec<PathBuf>> {
    let Ok(folder) = std::fs::read_dir(FOLDER) else {
        let mut err = std::io::stderr();
        writeln!(err, "SKIPPED: there is no {FOLDER}, so no real invoices were replayed").expect("a message");
        return None;
    };
    let mut files: Vec<_> = folder.map(|entry| entry.expect("a file").path()).collect();
    files.sort();
    assert_eq!(files.len(), 12, "twelve days");
    Some(files)
}

#[test]
fn twelve_days_of_a_real_shop_come_to_what_its_files_say() {
    let Some(days) = days() else { return };
    let test = TestTelemetry::new();
    let mut replay = Replay::new(test.telemetry(), pounds());
    // All of them twice, as after a crash of whatever feeds it.
    for day in days.iter().chain(&days) {
        let mut input = Input::open(day.to_str().expect("a path")).expect("a day");
        replay.run(&mut input, |_| ()).expect("to read on");
    }
    let told = replay.finish();
    // The figures are those that the library's own test has from Python's fractions.
    assert_eq!((told.orders, told.revenue), (1_243, 59_862_608));
    assert_eq!((told.refunds, told.given_back), (215, 6_826_917));
    assert_eq!((told.lines, told.used, told.refused.total()), (62_204, 31_102, 31_102));
    assert_eq!(told.refused.of(Refusal::Repeated), 31_102);
    assert_eq!((told.contradictions, told.unjudged), (0, 0));
    let sterling: CurrencyCode = label(&test, "GBP");
    let checkout: FunnelName = label(&test, "checkout");
    let recorded = test.finish();
    assert_eq!(recorded.counter(&kpi::REVENUE, (sterling, Channel::Web)), Some(59_862_608));
    assert_eq!(recorded.counter(&kpi::REFUNDS, (sterling, RefundReason::Cancelled)), Some(6_826_917));
    assert_eq!(recorded.counter(&kpi::BOOKINGS, (RevenueEntry::Sale, Booking::New)), Some(1_243));
    assert_eq!(recorded.gauge(&kpi::FUNNEL_SESSIONS, (checkout, FunnelStep::Purchase)), Some(714));
    assert_eq!(recorded.counter_total(&kpi::REFUSALS), 0);
    // Whoever was sold something is followed, and what costs something is judged.
    let processed = recorded.counter(&order::ORDERS, (OrderStatus::Processing, Channel::Web, None));
    assert_eq!(processed, Some(1_243 - told.written_off));
    assert_eq!(told.written_off, 68);
    assert_eq!(recorded.counter_total(&fraud::EVALUATIONS), 1_243 - 128);
    let placed: Vec<_> = recorded.spans_of(&order::PROCESS_ORDER);
    let with_time = placed.iter().filter(|span| span.get(&order::PLACED_AT).is_some()).count();
    assert_eq!((placed.len(), with_time), (1_175, 1_175));
}

#[test]
fn each_reason_is_counted_with_its_lines() {
    for (line, refusal) in [
        ("1,,,1,2023-01-01 10:00:00,1.00", Refusal::Fields),
        ("1,,,1,2023-01-01 10:00:00,1.00,,,", Refusal::Fields),
        ("X1,,,1,2023-01-01 10:00:00,1.00,,", Refusal::Number),
        (",,,1,2023-01-01 10:00:00,1.00,,", Refusal::Number),
        ("CC1,,,1,2023-01-01 10:00:00,1.00,,", Refusal::Number),
        ("A563185,,,1,2023-01-01 10:00:00,1.00,,", Refusal::Adjustment),
        ("1,,,some,2023-01-01 10:00:00,1.00,,", Refusal::Quantity),
        ("1,,,1.5,2023-01-01 10:00:00,1.00,,", Refusal::Quantity),
        ("1,,,99999999999999999999,2023-01-01 10:00:00,1.00,,", Refusal::Quantity),
        ("1,,,1,2023-01-01 10:00:00,NaN,,", Refusal::Price),
        ("1,,,1,2023-01-01 10:00:00,,,", Refusal::Price),
        ("1,,,1,yesterday,1.00,,", Refusal::Time),
        ("1,,,1,1969-12-31 23:59:59,1.00,,", Refusal::Time),
        ("1,,,1,2024-02-30 10:00:00,1.00,,", Refusal::Time),
        ("1,,,1,2023-01-01 10:00:00,1.00,Anna,", Refusal::Customer),
        ("1,,,1,2023-01-01 10:00:00,1.00,-5,", Refusal::Customer),
        ("1,,,9000000000000000000,2023-01-01 10:00:00,9000000000,,", Refusal::Total),
        ("1,,,-1,2023-01-01 10:00:00,1.00,,", Refusal::NegativeSale),
        ("C1,,,1,2023-01-01 10:00:00,1.00,,", Refusal::NothingBack),
        ("C1,,,-1,2023-01-01 10:00:00,0.00,,", Refusal::NothingBack),
        ("1,,,1,2124-01-01 10:00:00,1.00,,", Refusal::NotCounted("future")),
    ] {
        let told = told(format!("{HEADER}{line}\n2,,,1,2023-01-01 10:00:00,1.00,,\n").as_bytes());
        assert_eq!(told.refused.of(refusal), 1, "{line}: {told}");
        assert_eq!((told.lines, told.used, told.revenue), (2, 1, 100), "{line}: {told}");
        assert!(told.to_string().contains("a test:2\n"), "{told}");
    }
}

#[test]
fn what_is_not_read_may_be_anything() {
    let told = told(&[HEADER.as_bytes(), b"1,\xff,\xfe\x00,2,2023-01-01 10:00:00,1.25,5.0,\xff\n"].concat());
    assert_eq!((told.used, told.revenue), (1, 250), "{told}");
    let text = [HEADER.as_bytes(), b"\xff,,,2,2023-01-01 10:00:00,1.25,5.0,\n"].concat();
    assert_eq!(self::told(&text).refused.of(Refusal::NotText), 1);
}

#[test]
fn a_line_that_is_too_long_is_skipped_and_the_next_is_read() {
    for length in [65_535, 65_536, 65_537, 200_000] {
        let line = "2,,,1,2023-01-01 10:00:00,1.00,,\n";
        let told = told(format!("{HEADER}{}\n{line}", "x".repeat(length)).as_bytes());
        assert_eq!((told.lines, told.used), (2, 1), "{length}: {told}");
        let reason = if length < 65_536 { Refusal::Fields } else { Refusal::TooLong };
        assert_eq!(told.refused.of(reason), 1, "{length}: {told}");
    }
}

#[test]
fn an_invoice_is_refused_with_all_of_its_lines() {
    let lines = "1,,,-1,2023-01-01 10:00:00,1.00,,\n1,,,-2,2023-01-01 10:00:00,1.00,,\n\n2,,,1,2023-01-01 10:00:00,1,,\n";
    let told = told(format!("{HEADER}{lines}").as_bytes());
    assert_eq!(told.refused.of(Refusal::NegativeSale), 2);
    assert!(told.to_string().contains("2   a test:2, …"), "{told}");
    assert_eq!((told.lines, told.used, told.orders), (3, 1, 1));
}

#[test]
fn an_invoice_that_comes_back_is_counted_once() {
    let line = "1,,,1,2023-01-01 10:00:00,1.00,,\n";
    let other = "2,,,1,2023-01-01 10:00:00,3.00,,\n";
    let again = told(format!("{HEADER}{line}{other}{line}").as_bytes());
    assert_eq!((again.revenue, again.refused.of(Refusal::Repeated)), (400, 1), "{again}");
    let changed = told(format!("{HEADER}{line}{other}{}", line.replace("1.00", "9.00")).as_bytes());
    assert_eq!(changed.revenue, 400, "{changed}");
    assert_eq!(changed.refused.of(Refusal::NotCounted("contradiction")), 1, "{changed}");
}

#[test]
fn lines_are_added_up_before_they_are_rounded() {
    let line = "1,,,1,2023-01-01 10:00:00,0.333,,\n";
    assert_eq!(told(format!("{HEADER}{line}{line}{line}").as_bytes()).revenue, 100);
}

#[test]
fn columns_are_found_by_their_names() {
    let text = "\u{feff}UnitPrice,Extra,InvoiceNo,CustomerID,Quantity,InvoiceDate\r\n2.50,,7,,2,2023-01-01 10:00:00\r\n";
    let told = told(text.as_bytes());
    assert_eq!((told.used, told.revenue), (1, 500), "{told}");
    for missing in ["InvoiceNo", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID"] {
        let mut replay = Replay::new(&Telemetry::noop(), pounds());
        let text = HEADER.replace(missing, "Other");
        let failed = replay.run(&mut input(text.as_bytes()), |_| ()).expect_err("no such column");
        assert_eq!(failed, format!("a test has no column {missing} in its first line"));
    }
}

#[test]
fn the_sample_is_usable_and_has_one_of_everything() {
    let test = TestTelemetry::new();
    test.advance(Duration::from_secs(100 * 86_400));
    let mut replay = Replay::new(test.telemetry(), pounds());
    let mut bytes = 0;
    let mut sample = Input::sample();
    replay.run(&mut sample, |read| bytes += read).expect("to read on");
    assert_eq!(Some(bytes), sample.size());
    let told = replay.finish();
    assert_eq!(told.refused.total(), 0, "{told}");
    assert!(told.orders > 10 && told.refunds == 2 && told.written_off == 1, "{told}");
}

proptest! {
    #[test]
    fn every_line_of_whatever_it_may_be_is_used_or_refused(
        text in proptest::collection::vec(any::<u8>(), 0..400),
        has_header: bool,
    ) {
        check(&text, has_header)?;
    }

    #[test]
    fn every_line_that_looks_like_one_is_used_or_refused(
        text in "(C?[12]{1,2},,\"?[a-z,]?\"?,-?[0-9]{1,3},2024-0[0-9]-01 1[0-9]:00:00,[0-9]{0,2}\\.[0-9]{0,3},([1-3]\\.0)?,\r?\n?){0,12}",
    ) {
        check(text.as_bytes(), true)?;
    }
}

proptest! {
    // Each has a pipeline of its own.
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn revenue_is_the_sum_of_exact_lines(invoices in invoices()) {
        let mut text = HEADER.to_owned();
        let (mut revenue, mut given_back) = (0_i128, 0_i128);
        for (number, lines) in invoices.iter().enumerate() {
            let total: i128 = lines.iter().map(|(pieces, mills)| i128::from(*pieces) * i128::from(*mills)).sum();
            let prefix = if total < 0 { "C" } else { "" };
            for (pieces, mills) in lines {
                let price = format!("{}.{:03}", mills / 1_000, mills % 1_000);
                text += &format!("{prefix}{},,,{pieces},2023-01-01 10:00:00,{price},,\n", number + 1);
            }
            // Mills to pence, half to even.
            let (pence, rest) = (total.abs() / 10, total.abs() % 10);
            let pence = pence + i128::from(rest > 5 || rest == 5 && pence % 2 == 1);
            *if total < 0 { &mut given_back } else { &mut revenue } += pence;
        }
        let told = told(text.as_bytes());
        prop_assert_eq!((i128::from(told.revenue), i128::from(told.given_back)), (revenue, given_back), "{}", told);
    }
}

/// Lines of pieces and prices in thousandths; a cancellation that rounds to nothing is left out, for it is refused.
fn invoices() -> impl Strategy<Value = Vec<Vec<(i32, u32)>>> {
    let line = (-50..50_i32, 0..100_000_u32);
    let invoice = proptest::collection::vec(line, 1..6).prop_filter("rounds to nothing", |lines| {
        let total: i64 = lines.iter().map(|(pieces, mills)| i64::from(*pieces) * i64::from(*mills)).sum();
        !(-5..0).contains(&total)
    });
    proptest::collection::vec(invoice, 0..8)
}

fn check(text: &[u8], has_header: bool) -> Result<(), TestCaseError> {
    let header: &[u8] = if has_header { HEADER.as_bytes() } else { b"" };
    let text = [header, text].concat();
    let mut replay = Replay::new(&Telemetry::noop(), pounds());
    let mut bytes = 0;
    let read = replay.run(&mut input(&text), |read| bytes += read);
    let told = replay.finish();
    prop_assert_eq!(told.used + told.refused.total(), told.lines);
    prop_assert!(read.is_err() || bytes <= text.len() as u64);
    let is_text = |line: &&[u8]| !line.iter().all(|byte| *byte == b'\r');
    let lines = text.split(|byte| *byte == b'\n').filter(is_text).count() as u64;
    prop_assert!(read.is_err() || told.lines == lines.saturating_sub(1), "{} of {}", told.lines, lines);
    Ok(())
}

/// What is told of a file, with a clock that is at the beginning of 2024.
fn told(text: &[u8]) -> Told {
    let test = TestTelemetry::new();
    let mut replay = Replay::new(test.telemetry(), pounds());
    replay.run(&mut input(text), |_| ()).expect("to read on");
    let told = replay.finish();
    assert_eq!((told.contradictions, told.unjudged), (0, 0), "{told}");
    told
}

fn input(text: &[u8]) -> Input {
    Input::new("a test", Some(text.len() as u64), Box::new(Cursor::new(text.to_vec())))
}

fn pounds() -> Currency {
    Currency::from_code("GBP").expect("a currency")
}

/// A label of a capped set.
fn label<L: CappedLabel>(test: &TestTelemetry, text: &str) -> L {
    test.capped().get(text)
}

/// A path as text.
pub(crate) fn text(path: &Path) -> &str {
    path.to_str().expect("a path")
}
