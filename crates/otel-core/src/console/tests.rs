//! What the console prints, to the letter.

mod metrics;
mod traces;

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, ArrayValue, KeyValue, KeyValueList};
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};

use super::{Console, clock};

/// 2026-01-02 12:04:05.123 UTC.
const NOON: u64 = 1_767_355_445_123_000_000;

const MICROSECOND: u64 = 1_000;
const MILLISECOND: u64 = 1_000_000;
const SECOND: u64 = 1_000_000_000;

impl Console<Vec<u8>> {
    /// What was printed since the last time.
    fn printed(&mut self) -> String {
        String::from_utf8_lossy(&std::mem::take(&mut self.out)).into_owned()
    }
}

#[test]
fn durations_have_three_digits_that_count() {
    let shown = [
        (0, "0 ns"),
        (999, "999 ns"),
        (1_000, "1 µs"),
        (1_050, "1.05 µs"),
        (12_345, "12.3 µs"),
        (999_999, "999 µs"),
        (1_500_000, "1.5 ms"),
        (10_000_000, "10 ms"),
        (100_000_000, "100 ms"),
        (59_999_999_999, "59.9 s"),
        (61 * SECOND, "1 m 01 s"),
        (3_725 * SECOND, "1 h 02 m"),
    ];
    for (nanos, text) in shown {
        assert_eq!(clock::duration(nanos), text);
    }
    assert_eq!(clock::offset(NOON, NOON - 1_500), "-1.5 µs");
    assert_eq!(clock::time_of_day(NOON), "12:04:05.123");
}

#[test]
fn a_record_without_a_trace_is_a_line() {
    let mut console = Console::new(Vec::new());
    console.logs(&logs(vec![LogRecord {
        time_unix_nano: NOON,
        severity_number: 13,
        event_name: "stock.low".to_owned(),
        body: Some(text("only a few left")),
        attributes: vec![
            int("left", 3),
            pair("shop", text("Old Town")),
            pair("empty", text("")),
            pair("ratio", any(Value::DoubleValue(1.0))),
            pair("tags", any(Value::ArrayValue(ArrayValue { values: vec![text("a"), text("b c")] }))),
            pair("map", any(Value::KvlistValue(KeyValueList { values: vec![int("x", 1)] }))),
            pair("raw", any(Value::BytesValue(vec![0, 255]))),
            KeyValue { key: "nothing".to_owned(), ..KeyValue::default() },
        ],
        dropped_attributes_count: 2,
        ..LogRecord::default()
    }]));
    assert_eq!(
        console.printed(),
        "12:04:05.123  WARN   stock.low  only a few left\n      \
         left=3 shop=\"Old Town\" empty=\"\" ratio=1.0 tags=[a, \"b c\"] map={x=1} raw=0x00ff \
         nothing=null (+2 dropped)\n"
    );
}

#[test]
fn what_comes_from_outside_cannot_control_the_terminal() {
    let mut console = Console::new(Vec::new());
    console.logs(&logs(vec![LogRecord {
        observed_time_unix_nano: NOON,
        severity_text: "\u{1b}[2J".to_owned(),
        event_name: "a\nb\u{7}\u{9b}31m".to_owned(),
        body: Some(text("\u{202e}txt.exe\r")),
        attributes: vec![pair("k\u{0}", text("say \"\u{1b}]0;x\""))],
        ..LogRecord::default()
    }]));
    assert_eq!(
        console.printed(),
        "12:04:05.123  \\u{1b}[2J  a\\nb\\u{7}\\u{9b}31m  \\u{202e}txt.exe\\r  \
         k\\u{0}=\"say \\\"\\u{1b}]0;x\\\"\"\n"
    );
}

#[test]
fn a_long_text_says_how_much_is_missing() {
    let mut console = Console::new(Vec::new());
    let body = Some(text(&"x".repeat(300)));
    console.logs(&logs(vec![LogRecord { body, ..LogRecord::default() }]));
    assert_eq!(console.printed(), format!("00:00:00.000  LOG    {}…(+44 chars)\n", "x".repeat(256)));
}

#[test]
fn colours_are_written_when_asked_for() {
    let mut console = Console::new(Vec::new()).with_colour(true);
    let event_name = "started".to_owned();
    console.logs(&logs(vec![LogRecord { severity_number: 17, event_name, ..LogRecord::default() }]));
    assert_eq!(
        console.printed(),
        "\u{1b}[2m00:00:00.000\u{1b}[0m  \u{1b}[31mERROR\u{1b}[0m  \u{1b}[1mstarted\u{1b}[0m\n"
    );
}

#[test]
fn a_closed_output_is_no_reason_to_panic() {
    struct Closed;
    impl std::io::Write for Closed {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Err(std::io::ErrorKind::BrokenPipe.into())
        }
    }
    let mut console = Console::new(Closed);
    console.logs(&logs(vec![LogRecord::default()]));
    console.finish();
}

fn logs(log_records: Vec<LogRecord>) -> ExportLogsServiceRequest {
    let scope_logs = vec![ScopeLogs { log_records, ..ScopeLogs::default() }];
    ExportLogsServiceRequest { resource_logs: vec![ResourceLogs { scope_logs, ..ResourceLogs::default() }] }
}

fn any(value: Value) -> AnyValue {
    AnyValue { value: Some(value) }
}

fn text(value: &str) -> AnyValue {
    any(Value::StringValue(value.to_owned()))
}

fn pair(key: &str, value: AnyValue) -> KeyValue {
    KeyValue { key: key.to_owned(), value: Some(value), ..KeyValue::default() }
}

fn int(key: &str, value: i64) -> KeyValue {
    pair(key, any(Value::IntValue(value)))
}
