//! The program as its users run it.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::replay::{days, text};

#[test]
fn the_sample_is_told_and_delivered() {
    let ran = check(&["replay"], 0);
    let report = ran.out.split("\n                         created").next().expect("a report");
    insta::assert_snapshot!(report);
    assert!(ran.says("lost = 0"), "{}", ran.out);
    assert!(ran.err.contains("metrics are at http://127.0.0.1:"), "{}", ran.err);
}

#[test]
fn what_is_sent_is_received() {
    let ran = check(&["replay"], 0);
    for kind in ["spans", "events", "metric points"] {
        let line = ran.out.lines().find(|line| line.trim_start().starts_with(kind)).expect("a row");
        let counts: Vec<u64> = line.split_whitespace().filter_map(|word| word.parse().ok()).collect();
        let [created, sent, received, lost] = counts[..] else { panic!("{line}") };
        assert!(created > 0, "{line}");
        assert_eq!((sent, received, lost), (created, created, 0), "{line}");
    }
}

#[test]
fn twelve_days_are_told_to_the_penny_and_delivered() {
    let Some(days) = days() else { return };
    let files: Vec<&str> = days.iter().map(|day| text(day)).collect();
    let ran = check(&[&["replay"], &files[..]].concat(), 0);
    for line in [
        "12 files: 31102 lines read, 31102 used, 0 refused",
        "orders 1243",
        "refunds 215",
        "who bought, about 714",
        "revenue 598626.08 GBP",
        "given back 68269.17 GBP",
        "amount_unusual 7",
        "what the invoices say agrees: yes",
        "lost = 0",
    ] {
        assert!(ran.says(line), "{line:?} is missing from\n{}", ran.out);
    }
}

#[test]
fn without_a_command_visitors_walk_through_the_shop() {
    let ran = check(&["--visitors", "40", "--seed", "3"], 0);
    for line in ["40 visitors", "what visitors saw agrees: yes", "purchase", "revenue", "lost = 0"] {
        assert!(ran.says(line), "{line:?} is missing from\n{}", ran.out);
    }
    let named = check(&["visit", "--visitors", "40", "--seed", "3", "--concurrency", "1"], 0);
    assert_eq!(ran.out.lines().next(), named.out.lines().next());
}

#[test]
fn the_console_shows_traces_and_what_changed_in_the_metrics() {
    let ran = check(&["replay", "--console"], 0);
    for words in ["process_order", "ecommerce.order.completed", "ecommerce.order.revenue", "lost = 0"] {
        assert!(ran.says(words), "{words:?} is missing from\n{}", ran.out);
    }
}

#[test]
fn what_does_not_arrive_is_said() {
    // Nothing listens on the discard port of the loopback interface.
    let ran = Ran::of(&sent_nowhere(&["visit", "--visitors", "1"]).output().expect("the program runs"));
    assert_eq!(ran.status, Some(1), "{}\n{}", ran.out, ran.err);
    assert!(ran.err.contains("did not arrive") && !ran.says("lost = 0"), "{}\n{}", ran.out, ran.err);
    assert!(ran.err.contains("nobody listens at the endpoint"), "{}", ran.err);
}

#[test]
fn an_endpoint_of_the_environment_stands_in_the_way_of_no_command() {
    for arguments in [&["replay", "--console"][..], &["--visitors", "1", "--console"]] {
        let ran = Ran::of(&sent_nowhere(arguments).output().expect("the program runs"));
        assert_eq!(ran.status, Some(0), "{}\n{}", ran.out, ran.err);
    }
}

#[test]
fn a_shop_is_served_until_it_is_told_to_close() {
    let mut running = command(&["serve", "--listen", "127.0.0.1:0"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut err = BufReader::new(running.stderr.take().expect("its errors"));
    let mut line = String::new();
    let address = loop {
        line.clear();
        assert!(err.read_line(&mut line).expect("a line") > 0, "it ended");
        if let Some((_, rest)) = line.split_once("the shop is open at http://") {
            break rest.split(';').next().expect("an address").to_owned();
        }
    };
    let mut connection = TcpStream::connect(&address).expect("a connection");
    let request = "POST /sessions HTTP/1.1\r\nhost: shop\r\ncontent-type: application/json\r\ncontent-length: 14\r\nconnection: close\r\n\r\n{\"token\":null}";
    connection.write_all(request.as_bytes()).expect("a request");
    let mut reply = String::new();
    connection.read_to_string(&mut reply).expect("a reply");
    assert!(reply.starts_with("HTTP/1.1 201"), "{reply}");
    let told = Command::new("kill").args(["-INT", &running.id().to_string()]).status();
    assert!(told.expect("to tell it").success());
    let ran = Ran::of(&running.wait_with_output().expect("the program ends"));
    assert_eq!(ran.status, Some(0), "{}", ran.out);
    assert!(ran.says("the shop was open") && ran.says("lost = 0"), "{}", ran.out);
}

#[test]
fn what_cannot_be_set_up_is_a_clear_message() {
    for (arguments, message) in [
        (&["replay", "no-such-file.csv"][..], "cannot open no-such-file.csv"),
        (&["replay", env!("CARGO_MANIFEST_DIR")], "is a directory"),
        (&["--no-such-flag"], "Usage"),
        (&["replay", "--currency", "QQQ"], "ISO 4217 has no such currency"),
        (&["--declined", "1.5"], "a share is a number from 0 to 1"),
        (&["--failing", "NaN"], "a share is a number from 0 to 1"),
        (&["--visitors", "0"], "0 is not in 1..="),
        (&["--concurrency", "0"], "0 is not in 1..="),
        (&["--visitors", "3", "replay"], "cannot be used with"),
        (&["serve", "--listen", "192.0.2.1:1"], "cannot listen at 192.0.2.1:1"),
        (&["--database", "nowhere"], "ecommerce-shop: "),
    ] {
        let ran = check(arguments, 2);
        assert!(ran.err.contains(message), "{arguments:?} said\n{}", ran.err);
    }
    let other = file("other.csv", b"a,b\n1,2\n");
    assert!(check(&["replay", text(&other)], 2).err.contains("other.csv has no column InvoiceNo"));
}

#[test]
fn what_has_no_use_is_a_clear_message() {
    let empty = file("empty.csv", b"");
    let ran = check(&["replay", text(&empty)], 1);
    assert!(ran.err.contains("no line that this program can use"), "{}", ran.err);
    let header = b"InvoiceNo,Quantity,InvoiceDate,UnitPrice,CustomerID\n";
    let junk: Vec<u8> = numbers().take(10_000).flat_map(u32::to_le_bytes).collect();
    let junk = file("junk.csv", &[&header[..], &junk].concat());
    let ran = check(&["replay", text(&junk)], 1);
    assert!(ran.err.contains("no line that this program can use"), "{}", ran.err);
    assert!(ran.says("refused lines") && ran.says("lost = 0"), "{}", ran.out);
}

/// Numbers that look random and are the same in every run.
fn numbers() -> impl Iterator<Item = u32> {
    let step = |state: &u64| Some(state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1));
    std::iter::successors(Some(42), step).map(|state| (state >> 33) as u32)
}

/// What a run said, and how it ended.
struct Ran {
    status: Option<i32>,
    out: String,
    err: String,
}

impl Ran {
    fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self { status: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) }
    }

    /// Whether a line of the output contains these words, however far apart they are set.
    fn says(&self, words: &str) -> bool {
        let tight = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
        self.out.lines().any(|line| tight(line).contains(words))
    }
}

fn check(arguments: &[&str], status: i32) -> Ran {
    let ran = Ran::of(&command(arguments).output().expect("the program runs"));
    assert_eq!(ran.status, Some(status), "{arguments:?} said\n{}\n{}", ran.out, ran.err);
    ran
}

/// The program, without the `OTEL_*` variables of whoever runs the test.
fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ecommerce-shop"));
    command.env_clear().args(arguments);
    command
}

fn sent_nowhere(arguments: &[&str]) -> Command {
    let mut command = command(arguments);
    command.env("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9").env("OTEL_EXPORTER_OTLP_TIMEOUT", "200");
    command
}

fn file(name: &str, bytes: &[u8]) -> PathBuf {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&file, bytes).expect("a file");
    file
}
