//! The program as its users run it.

#![expect(clippy::expect_used, reason = "a test that cannot be set up has failed")]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// Real order flow, masked, that lies beside the workspace where there is any.
const FLOW: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/fix/100FIX42.dat");

const SAMPLE: &str = include_str!("../../sample.fix");

#[test]
fn the_sample_is_told_and_delivered() {
    let ran = check(&[], 0);
    for line in [
        "the sample: 71 messages read, 71 used, 0 refused",
        "16 orders by their last status",
        "canceled 2",
        "expired 1",
        "filled 10",
        "new 1",
        "rejected 2",
        "(first heard of in a report) 1",
        "duplicate 1",
        "illegal 1",
        "quantity 1",
        "race 3",
        "lost = 0",
    ] {
        assert!(ran.says(line), "{line:?} is missing from\n{}", ran.out);
    }
}

#[test]
fn the_sample_is_correct_fix() {
    let ran = check(&["--strict"], 0);
    assert!(ran.says("71 used, 0 refused"), "{}", ran.out);
    assert!(!ran.says("put right in messages that were used"), "{}", ran.out);
}

#[test]
fn what_is_sent_is_received() {
    let ran = check(&[], 0);
    for kind in ["spans", "events", "metric points"] {
        let line = ran.out.lines().find(|line| line.trim_start().starts_with(kind)).expect("a row");
        let counts: Vec<u64> = line.split_whitespace().filter_map(|word| word.parse().ok()).collect();
        let [created, sent, received, lost] = counts[..] else { panic!("{line}") };
        assert!(created > 0, "{line}");
        assert_eq!((sent, received, lost), (created, created, 0), "{line}");
    }
}

#[test]
fn the_console_shows_traces_with_their_events_and_what_changed_in_the_metrics() {
    let ran = check(&["--console"], 0);
    for words in
        ["order_lifecycle", "◆", "trading.order.filled", "metrics", "trading.order.events +", "lost = 0"]
    {
        assert!(ran.says(words), "{words:?} is missing from\n{}", ran.out);
    }
}

#[test]
fn everything_is_kept_in_a_trail_that_is_intact_and_not_written_twice() {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("audit-trail");
    let _ = fs::remove_dir_all(&dir);
    let ran = check(&["--audit-dir", &path(&dir)], 0);
    assert!(ran.says("records, intact"), "{}", ran.out);
    assert!(ran.says("its key: trading-order-path+"), "{}", ran.out);
    assert!(ran.says("lost = 0"), "{}", ran.out);
    assert!(dir.join("checkpoint").is_file());
    let again = check(&["--audit-dir", &path(&dir)], 2);
    assert!(again.err.contains("no audit trail in"), "{}", again.err);
}

#[test]
fn a_missing_file_is_a_clear_message() {
    let ran = check(&["no-such-file.fix"], 2);
    assert!(ran.err.contains("cannot open no-such-file.fix"), "{}", ran.err);
}

#[test]
fn a_directory_is_a_clear_message() {
    let ran = check(&[env!("CARGO_MANIFEST_DIR")], 2);
    assert!(ran.err.contains("is a directory"), "{}", ran.err);
}

#[test]
fn an_empty_file_is_a_clear_message() {
    let ran = check(&[&path(&file("empty.fix", b""))], 1);
    assert!(ran.err.contains("empty.fix is empty"), "{}", ran.err);
}

#[test]
fn junk_is_counted_and_a_clear_message() {
    let junk: Vec<u8> = numbers().take(10_000).flat_map(u32::to_le_bytes).collect();
    let ran = check(&[&path(&file("junk.fix", &junk))], 1);
    assert!(ran.err.contains("no message this program can use"), "{}", ran.err);
    assert!(ran.says("refused messages") && ran.says("lost = 0"), "{}", ran.out);
}

#[test]
fn no_damage_to_a_message_ends_the_program() {
    let mut numbers = numbers().map(|number| number as usize);
    let mut number = move || numbers.next().unwrap_or_default();
    let mut damaged = Vec::new();
    for line in SAMPLE.lines().filter(|line| line.starts_with('8')).cycle().take(5_000) {
        let mut line = line.replace('|', "\u{1}").into_bytes();
        for _ in 0..=number() % 3 {
            let at = number() % line.len();
            match number() % 4 {
                0 => line[at] = number() as u8,
                1 => line[at] = b"=\x010|9"[number() % 5],
                2 => drop(line.remove(at)),
                _ => line.insert(at, b"=\x0158"[number() % 4]),
            }
        }
        damaged.extend(line);
        damaged.push(b'\n');
    }
    let ran = check_with_input(&["-"], &damaged, 0);
    assert!(ran.says("refused messages") && ran.says("lost = 0"), "{}", ran.out);
}

#[test]
fn an_unknown_argument_is_a_matter_of_usage() {
    let ran = check(&["--no-such-flag"], 2);
    assert!(ran.err.contains("Usage"), "{}", ran.err);
}

#[test]
fn standard_input_may_have_soh_and_carriage_returns() {
    let windows = SAMPLE.replace('|', "\u{1}").replace('\n', "\r\n");
    let ran = check_with_input(&["-", "--strict"], windows.as_bytes(), 0);
    assert!(ran.says("standard input: 71 messages read, 71 used, 0 refused"), "{}", ran.out);
    assert!(ran.says("lost = 0"), "{}", ran.out);
}

#[test]
fn wrong_check_fields_are_put_right_unless_strict() {
    let lines: Vec<&str> = SAMPLE.lines().collect();
    let at = lines.iter().position(|line| line.contains("|35=8|")).expect("an execution report");
    let mut spoilt: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
    // The sum counts the digits of the length, so one wrong digit there makes both wrong.
    spoilt[at] = spoilt[at].replacen("|9=", "|9=1", 1);
    let file = path(&file("spoilt.fix", spoilt.join("\n").as_bytes()));
    let tolerant = check(&[&file], 0);
    assert!(tolerant.says("71 used, 0 refused"), "{}", tolerant.out);
    assert!(tolerant.says("wrong BodyLength (9) 1"), "{}", tolerant.out);
    assert!(tolerant.says("wrong CheckSum (10) 1"), "{}", tolerant.out);
    let strict = check(&[&file, "--strict"], 0);
    assert!(strict.says("70 used, 1 refused"), "{}", strict.out);
    assert!(strict.says(&format!("wrong BodyLength (9) 1 line {}", at + 1)), "{}", strict.out);
}

#[test]
fn bad_messages_are_counted_by_reason_and_line() {
    let first = SAMPLE.lines().find(|line| line.contains("|35=D|")).expect("an order");
    let long = "x".repeat(70_000);
    let lines = [
        first,
        "not a message",
        &first.replace("FIX.4.2", "FIX.4.4"),
        "8=FIX.4.2|35=D|11=a|",
        &first.replace("|35=D|", "|35=ZZ|"),
        &first.replace("|55=SJM|", "|"),
        &first.replace("|38=500|", "|38=many|"),
        &long,
    ];
    let ran = check_with_input(&["-"], lines.join("\n").as_bytes(), 0);
    for line in [
        "8 messages read, 1 used, 7 refused",
        "not a FIX message 1 line 2",
        "not FIX 4.2 1 line 3",
        "no BodyLength (9) or no CheckSum (10) 1 line 4",
        "unknown MsgType (35) 1 line 5",
        "field 55 is missing 1 line 6",
        "field 38 has no usable value 1 line 7",
        "longer than 64 KiB 1 line 8",
        "lost = 0",
    ] {
        assert!(ran.says(line), "{line:?} is missing from\n{}", ran.out);
    }
}

#[test]
fn what_does_not_arrive_is_said() {
    // Nothing listens on the discard port of the loopback interface, and one attempt is enough to know.
    let mut command = command(&["--endpoint", "http://127.0.0.1:9"]);
    let ran = Ran::of(&command.env("OTEL_EXPORTER_OTLP_TIMEOUT", "200").output().expect("the program runs"));
    assert_eq!(ran.status, Some(1), "{}\n{}", ran.out, ran.err);
    assert!(ran.err.contains("did not arrive") && !ran.says("lost = 0"), "{}\n{}", ran.out, ran.err);
    let verdict = "Telemetry does not arrive: nobody listens at the endpoint.\n";
    assert!(ran.err.contains(verdict), "{}", ran.err);
}

#[test]
fn real_flow_is_told_and_delivered() {
    if !Path::new(FLOW).is_file() {
        let mut err = std::io::stderr();
        writeln!(err, "SKIPPED: {FLOW} is not there, so no real order flow was replayed").expect("a message");
        return;
    }
    let ran = check(&[FLOW], 0);
    for line in [
        "100 messages read, 100 used, 0 refused",
        "wrong BodyLength (9) 100",
        "wrong CheckSum (10) 100",
        "field 41 set aside 50",
        "50 orders by their last status",
        "filled 25",
        "submitted 25",
        // 25 orders are sent on under the same name, and filled without an acknowledgement; one of them is for
        // nothing at all, and that a fill of nothing is wrong weighs more.
        "duplicate 25",
        "race 24",
        "quantity 1",
        "lost = 0",
    ] {
        assert!(ran.says(line), "{line:?} is missing from\n{}", ran.out);
    }
    let strict = check(&[FLOW, "--strict"], 1);
    assert!(strict.says("0 used, 100 refused"), "{}", strict.out);
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
    check_with_input(arguments, b"", status)
}

fn check_with_input(arguments: &[&str], input: &[u8], status: i32) -> Ran {
    let mut running = command(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    // A program that does not read its input may close it first.
    let _ = running.stdin.take().expect("its input").write_all(input);
    let ran = Ran::of(&running.wait_with_output().expect("the program ends"));
    assert_eq!(ran.status, Some(status), "{arguments:?} said\n{}\n{}", ran.out, ran.err);
    ran
}

/// The program, without the `OTEL_*` variables of whoever runs the test.
fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_trading-order-path"));
    command.env_clear().args(arguments);
    command
}

fn file(name: &str, bytes: &[u8]) -> PathBuf {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&file, bytes).expect("a file");
    file
}

fn path(file: &Path) -> String {
    file.to_str().expect("a path").to_owned()
}
