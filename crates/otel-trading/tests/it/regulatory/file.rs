//! The file sink, over restarts and crashes.

use std::fs;
use std::path::Path;

use otel_trading::regulatory::{
    Failure, FileSink, FileSinkError, Filing, Jurisdiction, LineProblem, Refusal, RegulatoryReporter,
    ReportSink, ReporterSettings, StartError, Weekdays,
};
use tempfile::TempDir;

use super::admission::Known;
use super::reports::{FRIDAY, cancellation, candidate, dealt, for_client};

type Reporter = RegulatoryReporter<FileSink, Known, Weekdays>;

fn start(path: &Path) -> Reporter {
    let sink = FileSink::open(path).expect("a file of records");
    let settings = ReporterSettings::new(Jurisdiction::EuropeanUnion);
    RegulatoryReporter::new(sink, Known, Weekdays::default(), settings).expect("few references")
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder")
}

#[test]
fn what_left_before_a_restart_does_not_leave_again() {
    let folder = folder();
    let path = folder.path().join("reports");
    let mut first = start(&path);
    for reference in ["T1", "T2", "T3"] {
        first.report_trade(candidate(dealt(reference))).expect("room");
    }
    first.cancel_trade(cancellation("T2")).expect("something to cancel");
    assert_eq!(first.pump(FRIDAY).delivered, 4);
    drop(first);

    let mut second = start(&path);
    assert_eq!(second.report().references, 3);
    assert_eq!(second.report_trade(candidate(dealt("T1"))), Err(Refusal::Duplicate));
    assert_eq!(second.cancel_trade(cancellation("T2")), Err(Refusal::NothingToCancel));
    second.report_trade(candidate(dealt("T2"))).expect("it was cancelled");
    second.cancel_trade(cancellation("T3")).expect("it left in the first run");
    assert_eq!(second.pump(FRIDAY).delivered, 2);
    let said: Vec<_> = lines(&path).iter().map(|it| (it.action().as_str(), it.reference())).collect();
    assert_eq!(said.len(), 6);
    assert_eq!(said.iter().map(|(action, _)| *action).collect::<String>(), "NEWTNEWTNEWTCANCNEWTCANC");
}

#[test]
fn a_crash_at_any_byte_costs_the_unfinished_line_and_nothing_else() {
    let folder = folder();
    let path = folder.path().join("reports");
    let mut reporter = start(&path);
    reporter.report_trade(candidate(dealt("T1"))).expect("room");
    reporter.report_trade(candidate(for_client("T2"))).expect("room");
    reporter.pump(FRIDAY);
    drop(reporter);
    let whole = fs::read(&path).expect("a file");
    for length in 0..=whole.len() {
        let torn = folder.path().join("torn");
        fs::write(&torn, &whole[..length]).expect("a torn file");
        let finished = whole[..length].iter().filter(|byte| **byte == b'\n').count();
        let mut after = start(&torn);
        assert_eq!(after.report().references, finished as u64, "{length} bytes");
        // Whoever reports again completes the file, whatever was lost.
        let again =
            [after.report_trade(candidate(dealt("T1"))), after.report_trade(candidate(for_client("T2")))];
        assert_eq!(again.iter().filter(|it| **it == Err(Refusal::Duplicate)).count(), finished);
        after.pump(FRIDAY);
        assert!(fs::read(&torn).expect("a file") == whole, "{length} bytes");
    }
}

#[test]
fn the_bytes_that_were_cut_off_are_told() {
    let folder = folder();
    let path = folder.path().join("reports");
    fs::write(&path, "{\"0\":").expect("a file");
    assert_eq!(FileSink::open(&path).expect("a torn file").torn_bytes(), 5);
    assert_eq!(fs::read(&path).expect("a file"), b"");
}

#[test]
fn a_file_of_something_else_is_left_alone() {
    let folder = folder();
    let path = folder.path().join("notes");
    let mut good = Filing::from_line(r#"{"0":["RTS22","V1"]}"#).expect_err("no report").problem;
    assert_eq!(good, LineProblem::Missing(1));
    for (text, line) in [("dear diary\n", 1_u64), ("\n", 1)] {
        fs::write(&path, text).expect("a file");
        let Err(FileSinkError::Line { line: found, error: Some(error) }) = FileSink::open(&path) else {
            panic!("{text} is no record");
        };
        good = error.problem;
        assert_eq!((found, good), (line, LineProblem::Malformed));
        assert_eq!(fs::read_to_string(&path).expect("a file"), text);
    }
    fs::write(&path, b"\xff\n").expect("a file");
    let error = FileSink::open(&path).expect_err("no text");
    assert_eq!(error, FileSinkError::Line { line: 1, error: None });
    assert_eq!(error.to_string(), "line 1 is no text");
    let missing = folder.path().join("a/b");
    match FileSink::open(&missing) {
        Err(FileSinkError::File(error)) => assert_eq!(error.path(), missing),
        opened => panic!("{opened:?}"),
    }
}

#[test]
fn one_sink_has_a_file_at_a_time() {
    let folder = folder();
    let path = folder.path().join("reports");
    let mut first = start(&path);
    first.report_trade(candidate(dealt("T1"))).expect("room");
    assert_eq!(first.pump(FRIDAY).delivered, 1);
    assert_eq!(FileSink::open(&path).err(), Some(FileSinkError::InUse));
    first.report_trade(candidate(dealt("T2"))).expect("room");
    assert_eq!(first.pump(FRIDAY).delivered, 1);
    drop(first);
    let second = start(&path);
    assert_eq!(second.report().references, 2, "nothing was cut off");
}

#[test]
fn what_a_failed_attempt_left_behind_is_cut_off() {
    let folder = folder();
    let path = folder.path().join("reports");
    let mut sink = FileSink::open(&path).expect("a file");
    let mut one = start(&folder.path().join("other"));
    one.report_trade(candidate(dealt("T1"))).expect("room");
    let filing = one.waiting().next().expect("a report").clone();
    fs::write(&path, "half a line\n".repeat(100)).expect("what a failed attempt left");
    assert_eq!(sink.deliver(&filing, &filing.to_line()), Ok::<(), Failure>(()));
    assert_eq!(lines(&path), [filing]);
}

#[test]
fn a_memory_that_is_too_small_is_an_error_and_not_forgetful() {
    let folder = folder();
    let path = folder.path().join("reports");
    let mut reporter = start(&path);
    for reference in ["T1", "T2"] {
        reporter.report_trade(candidate(dealt(reference))).expect("room");
    }
    reporter.pump(FRIDAY);
    drop(reporter);
    let settings = ReporterSettings { references: 1, ..ReporterSettings::new(Jurisdiction::EuropeanUnion) };
    let sink = FileSink::open(&path).expect("a file");
    let started = RegulatoryReporter::new(sink, Known, Weekdays::default(), settings);
    assert_eq!(started.err(), Some(StartError::TooManyReferences { most: 1 }));
}

#[test]
fn a_reporter_can_live_on_a_thread_of_its_own() {
    fn moves<T: Send + 'static>() {}
    moves::<Reporter>();
}

#[test]
fn names_show_in_no_debugging_output() {
    let mut reporter = start(&folder().path().join("reports"));
    reporter.report_trade(candidate(for_client("T1"))).expect("room");
    let shown = format!("{reporter:?}");
    assert!(shown.contains("T1") && !shown.contains("BRIEN") && !shown.contains("1963"), "{shown}");
}

#[cfg(unix)]
#[test]
fn only_its_owner_may_read_the_file() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder();
    let path = folder.path().join("reports");
    FileSink::open(&path).expect("a file");
    let mode = fs::metadata(&path).expect("a file").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

fn lines(path: &Path) -> Vec<Filing> {
    let text = fs::read_to_string(path).expect("a file of text");
    text.lines().map(|line| Filing::from_line(line).expect("a record")).collect()
}
