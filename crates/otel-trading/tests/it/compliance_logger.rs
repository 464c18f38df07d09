//! The compliance logger: what it judges, what it keeps, and what it tells.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use otel_core::alerting::{AlertState, Alerting};
use otel_core::testing::{TestEvent, TestTelemetry, TestValue, assert_declared};
use otel_core::{Currency, Decimal, PseudonymKey, Sensitive, Timestamp};
use otel_trading::audit::{
    AppendError, Archive, AuditTrail, EntityId, KeyFolder, Options, Stopped, StoredRecord, StoredValue,
    Subject, Verdict, Version,
};
use otel_trading::compliance::flags::{
    AccountKey, Action, ClockReading, Evidence, Execution, FactError, FxTable, LargeTradeLimits, Listing,
    MarketFact, OrderKey, OwnerKey, ParticipantKey, Party, Settings,
};
use otel_trading::compliance::logger::{ComplianceSettings, NotRecorded, Principal, StatusChange, Trader};
use otel_trading::compliance::sessions::Calendars;
use otel_trading::conventions::compliance::{
    AUDIT_ENTITY, AUDIT_EVENT, AUDIT_FAILURE, AUDIT_FAILURES, AUDIT_INDEX, AUDIT_LEAF_HASH, AUDIT_LOST,
    AUDIT_NOT_RECORDED, AUDIT_RECORDED, AUDIT_RECORDS, AUDIT_TREE_SIZE, AUDIT_UNPROVEN,
    AUDIT_VERIFICATION_FAILURES, BLIND_SPOTS, COMPLIANCE_FACTS, COMPLIANCE_FLAGS, FLAG, FLAG_LEVEL,
    FLAG_REFERENCE, FLAGGED, FLAGS, SESSION_CHECKS,
};
use otel_trading::ids::{ClientOrderId, Mic, Symbol, TradeId};
use otel_trading::labels::{
    AuditEvent, AuditFailure, BlindSpot, CancelReason, ExecType, FlagKind, Judgement, OrderStatus,
    SessionAnswer, Side, TrailFault,
};
use otel_trading::lifecycle::Answer;
use otel_trading::order::{Fill, NewOrder, Progress, Replacement};
use otel_trading::trade::Trade;
use otel_trading::{CATALOGUE, ComplianceLogger, Observability, Price, Quantity};
use proptest::prelude::*;
use tempfile::TempDir;

use crate::audit::{key, verifier};
use crate::desk::{fill, order, report, trade};

/// 2024-03-05, 10:00 in New York: a Tuesday.
const MORNING: Timestamp = Timestamp::from_unix_nanos(1_709_650_800_000_000_000);

/// 2024-03-05, 22:00 in New York.
const NIGHT: Timestamp = Timestamp::from_unix_nanos(1_709_694_000_000_000_000);

/// Where an order may be met.
const PROGRESS: Progress = Progress { status: OrderStatus::New, cumulative: Quantity::ZERO };

pub(crate) fn party(name: &str) -> Party {
    let pseudonym = Sensitive::new(name).pseudonym(&PseudonymKey::new([7; 32]));
    Party::new(ParticipantKey::from(pseudonym), AccountKey::from(pseudonym))
}

pub(crate) fn settings() -> ComplianceSettings {
    let dollars = Currency::from_code("USD").expect("a currency");
    let surveillance = Settings::new(LargeTradeLimits::new(FxTable::new(dollars)));
    let calendars = Calendars::standard().expect("calendars");
    ComplianceSettings::new(surveillance, calendars, party("the house"))
}

pub(crate) fn logger(test: &TestTelemetry, dir: &Path) -> ComplianceLogger {
    logger_with(test, dir, settings(), Options::default())
}

fn logger_with(
    test: &TestTelemetry,
    dir: &Path,
    settings: ComplianceSettings,
    options: Options,
) -> ComplianceLogger {
    // The pipeline's clock is not behind the orders'.
    test.advance(NIGHT.since(test.now()));
    let trail = AuditTrail::open(dir, key(), options).expect("a trail");
    ComplianceLogger::new(test, trail, settings).expect("a readable trail")
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("a directory")
}

fn at(client_id: &str, time: Timestamp) -> NewOrder<'_> {
    NewOrder { transact_time: Some(time), currency: Currency::from_code("USD"), ..order(client_id) }
}

fn traded(client_id: &'static str, pieces: i64, time: Timestamp) -> Trade<'static> {
    let order = Some(ClientOrderId(client_id));
    Trade { client_id: order, transact_time: Some(time), ..trade(pieces, "48.141", "USD") }
}

/// Checks the trail with the public key alone, and reads it.
fn verified(dir: &Path, logger: &ComplianceLogger) -> Vec<StoredRecord> {
    let checkpoint = logger.flush().expect("durable");
    let verdict = AuditTrail::verify(dir, &verifier(), Some(&checkpoint)).expect("a trail");
    assert!(
        matches!(&verdict, Verdict::Intact(it) if it.checkpoint.size() == checkpoint.size()),
        "{verdict:?}"
    );
    let archive = Archive::open(dir, &verifier()).expect("a trail");
    archive.records(0).map(|(_, record)| record.expect("a record")).collect()
}

fn text(record: &StoredRecord, name: &str) -> Option<String> {
    let detail = record.details.iter().find(|detail| detail.name == name)?;
    match &detail.value {
        StoredValue::Text(text) => Some(text.clone()),
        other => panic!("{name} is {other:?}"),
    }
}

fn words(event: &TestEvent) -> Vec<String> {
    match event.get(&FLAGS) {
        Some(TestValue::List(texts)) => texts.iter().map(|it| format!("{it:?}")).collect(),
        other => panic!("flags are {other:?}"),
    }
}

#[test]
fn handles_can_be_kept_anywhere() {
    fn check<T: Clone + Send + Sync + std::fmt::Debug + 'static>() {}
    check::<ComplianceLogger>();
    check::<otel_trading::ComplianceMetrics>();
}

#[test]
fn an_orders_life_is_a_verifiable_history_of_versions() {
    let (test, dir) = (TestTelemetry::new(), folder());
    let logger = logger(&test, dir.path());
    let trading = Observability::new(&test).with_compliance(logger.clone());
    let mut order = trading.track_order_lifecycle(&at("c-1", MORNING));
    order.order_submitted();
    order.order_acknowledged(&report("e-1"));
    order.order_partially_filled(&fill("e-2", 200));
    trading.track_trade_execution(&traded("c-1", 200, MORNING));
    order.order_replaced(&Replacement {
        report: report("e-3"),
        ..Replacement::new(ClientOrderId("c-2"), Quantity::whole(600))
    });
    order.order_filled(&Fill { report: report("e-4"), ..fill("e-4", 400) });
    trading.track_trade_execution(&traded("c-2", 400, MORNING));
    // Said before: it is kept, and not believed.
    order.order_filled(&fill("e-4", 400));
    order.finish();
    let records = verified(dir.path(), &logger);
    let found: Vec<_> =
        records.iter().map(|it| (it.event.as_str(), it.entity.as_str(), it.version.0)).collect();
    let change = "order_status_changed";
    assert_eq!(
        found,
        [
            ("order_created", "c-1", 1),
            (change, "c-1", 2),
            (change, "c-1", 3),
            (change, "c-1", 4),
            ("trade_executed", "c-1", 5),
            (change, "c-1", 6),
            (change, "c-1", 7),
            ("trade_executed", "c-1", 8),
            ("order_fact_refused", "c-1", 9),
        ]
    );
    let archive = Archive::open(dir.path(), &verifier()).expect("a trail");
    let history = archive.history(EntityId("c-1")).expect("a history");
    let last = history.version(Version(8)).expect("a version");
    assert!(last.is_complete);
    let status = last.details.iter().find(|it| it.name == "status").map(|it| it.value.clone());
    assert_eq!(status, Some(StoredValue::Text("filled".to_owned())));
    drop((trading, logger));
    assert_declared(&test.finish(), &CATALOGUE);
}

#[test]
fn telemetry_says_where_the_record_is_and_the_trail_has_it_there() {
    let (test, dir) = (TestTelemetry::new(), folder());
    let logger = logger(&test, dir.path());
    let logged = logger.log_order_creation(&at("c-1", MORNING), None);
    let receipt = logged.receipt.expect("a record").wait().expect("durable");
    let records = verified(dir.path(), &logger);
    assert_eq!(text(&records[0], "session_phase").as_deref(), Some("open"));
    let recorded = test.recorded();
    let event = recorded.event(&AUDIT_RECORDED);
    assert_eq!(event.get(&AUDIT_INDEX), Some(TestValue::Int(0)));
    assert_eq!(event.get(&AUDIT_LEAF_HASH), Some(receipt.leaf_hash.to_string().as_str().into()));
    assert_eq!(event.get(&AUDIT_EVENT), Some("order_created".into()));
    assert_eq!(event.get(&AUDIT_ENTITY), Some("c-1".into()));
    assert_eq!(event.time, MORNING);
    assert_eq!(event.attributes.len(), 4, "{event:?}");
    assert_eq!(recorded.counter(&AUDIT_RECORDS, AuditEvent::OrderCreated), Some(1));
    assert_eq!(recorded.gauge(&AUDIT_TREE_SIZE, ()), Some(1));
    assert_eq!(recorded.counter(&COMPLIANCE_FACTS, Judgement::Judged), Some(1));
}

#[test]
fn an_order_outside_of_its_session_is_flagged_and_an_unknown_venue_is_not() {
    let (test, dir) = (TestTelemetry::new(), folder());
    let logger = logger(&test, dir.path());
    assert!(logger.log_order_creation(&at("c-1", MORNING), None).flags.is_empty());
    let logged = logger.log_order_creation(&at("c-2", NIGHT), None);
    assert_eq!(logged.flags.iter().collect::<Vec<_>>(), [FlagKind::OutsideSession]);
    assert!(matches!(logged.raised[0].evidence, Evidence::OutsideSession { .. }));
    let elsewhere = NewOrder { venue: Mic("XXXX"), ..at("c-3", NIGHT) };
    assert!(logger.log_order_creation(&elsewhere, None).flags.is_empty());
    let far = Timestamp::from_unix_nanos(7_000_000_000_000_000_000);
    test.advance(far.since(test.now()));
    assert!(logger.log_order_creation(&at("c-4", far), None).flags.is_empty());
    // Neither after the close nor without a calendar is there a session that it could belong to.
    assert_eq!(logger.surveillance(|it| it.counts().without_session), 3);
    let metrics = otel_trading::ComplianceMetrics::new(&test);
    let (nyse, none) = (metrics.venue(Mic("XNYS")), metrics.venue(Mic("XXXX")));
    let recorded = test.recorded();
    let checks = |answer, venue| recorded.counter(&SESSION_CHECKS, (answer, venue));
    assert_eq!(checks(SessionAnswer::Open, nyse), Some(1));
    assert_eq!(checks(SessionAnswer::Closed, nyse), Some(1));
    assert_eq!(checks(SessionAnswer::Expired, nyse), Some(1));
    assert_eq!(checks(SessionAnswer::NoCalendar, none), Some(1));
    assert_eq!(recorded.counter(&COMPLIANCE_FLAGS, (FlagKind::OutsideSession, nyse)), Some(1));
    assert_eq!(recorded.counter_total(&COMPLIANCE_FLAGS), 1);
    let event = recorded.event(&FLAGGED);
    assert_eq!(event.get(&FLAG), Some("outside_session".into()));
    assert_eq!(event.get(&FLAG_REFERENCE), Some("The trading hours of the venue".into()));
    let records = verified(dir.path(), &logger);
    let why = text(&records[1], "outside_session").expect("a flag");
    assert_eq!(why, "medium, version 1, The trading hours of the venue: the venue was closed");
}

#[test]
fn each_flag_raises_an_alert_of_its_level() {
    let (test, dir) = (TestTelemetry::alerting(Alerting::new().rules(&CATALOGUE)), folder());
    let logger = logger(&test, dir.path());
    drop(logger.log_order_creation(&at("c-1", MORNING), None));
    // 1,203,525.00 dollars.
    let logged = logger.log_trade_execution(&traded("c-1", 25_000, NIGHT), None);
    let expected = [FlagKind::LargeTrade, FlagKind::OutsideSession];
    assert_eq!(logged.flags.iter().collect::<Vec<_>>(), expected);
    let francs =
        Trade { currency: Currency::from_code("CHF").expect("a currency"), ..traded("c-1", 1, MORNING) };
    assert_eq!(logger.log_trade_execution(&francs, None).flags.len(), 1);
    let wash = logger
        .log_trade_execution(&traded("c-1", 1, MORNING), Some(OwnerKey::from(party("the house").account)));
    assert!(wash.flags.contains(FlagKind::WashTrade), "{wash:?}");
    let mut alerts: Vec<_> = test
        .alerts_now()
        .into_iter()
        .filter(|alert| alert.state == AlertState::Firing)
        .map(|alert| {
            assert_eq!(alert.labels.get("trading.venue.mic"), Some("XNYS"));
            assert_eq!(alert.labels.get("trading.instrument.symbol"), Some("SJM"));
            (alert.rule.name, alert.rule.level.as_str())
        })
        .collect();
    alerts.sort_unstable();
    let expected = [
        ("trading_flag_large_trade", "medium"),
        ("trading_flag_large_trade_undetermined", "low"),
        ("trading_flag_outside_session", "medium"),
        ("trading_flag_wash_trade", "high"),
    ];
    assert_eq!(alerts, expected);
    let recorded = test.recorded();
    let both = recorded
        .events_of(&AUDIT_RECORDED)
        .into_iter()
        .find(|it| it.get(&AUDIT_INDEX) == Some(TestValue::Int(1)));
    assert_eq!(words(both.expect("an event")), ["Text(\"large_trade\")", "Text(\"outside_session\")"]);
    assert!(recorded.events_of(&FLAGGED).iter().any(|it| it.get(&FLAG_LEVEL) == Some("low".into())));
}

#[test]
fn nothing_personal_is_exported_and_the_trail_keeps_it_encrypted() {
    let (test, dir, keys) = (TestTelemetry::new(), folder(), folder());
    let store = Arc::new(KeyFolder::open(keys.path()).expect("a store"));
    let options = Options { keys: Some(store.clone()), ..Options::default() };
    let logger = logger_with(&test, dir.path(), settings(), options);
    let trader = Trader { subject: Subject("p-17"), identity: Sensitive::new("Jane Q. Doe") };
    let principal = Principal { trader: Some(trader), ..Principal::new(party("jane")) };
    drop(logger.log_order_creation(&at("c-1", NIGHT), Some(&principal)));
    let records = verified(dir.path(), &logger);
    let place = records[0].details.iter().position(|it| it.name == "trader").expect("a trader");
    assert!(matches!(records[0].details[place].value, StoredValue::Sealed { .. }));
    let name = records[0].unsealed(place, &*store).expect("a key");
    assert_eq!(name.expose(), "Jane Q. Doe");
    let told = format!("{:?}", test.recorded());
    for secret in ["Jane", "Doe", "p-17"] {
        assert!(!told.contains(secret), "{secret} was exported");
    }
    logger.trail().shred(Subject("p-17")).expect("forgotten");
    assert!(records[0].unsealed(place, &*store).is_err());
    assert!(logger.log_order_creation(&at("c-2", NIGHT), Some(&principal)).receipt.is_err());
    assert_eq!(test.recorded().counter(&AUDIT_FAILURES, AuditFailure::Secrecy), Some(1));
}

#[test]
fn a_trail_that_has_ended_is_a_result_a_counter_an_event_and_an_alert() {
    let (test, dir) = (TestTelemetry::alerting(Alerting::new().rules(&CATALOGUE)), folder());
    let logger = logger(&test, dir.path());
    assert!(logger.log_order_creation(&at("c-1", MORNING), None).receipt.is_ok());
    test.alerts_now();
    logger.trail().clone().close().expect("written");
    test.advance(Duration::from_secs(60));
    let logged = logger.log_order_creation(&at("c-2", NIGHT), None);
    let expected = NotRecorded::Append(AppendError::Stopped(Stopped::Closed));
    assert_eq!(logged.receipt.map(|it| it.expected()), Err(expected));
    assert!(logged.flags.contains(FlagKind::OutsideSession), "what was seen is told all the same");
    let firing = |name: &str| {
        let mut alerts = test.alerts_now().into_iter();
        alerts.any(|alert| alert.rule.name == name && alert.state == AlertState::Firing)
    };
    assert!(firing("trading_audit_broken"));
    let recorded = test.recorded();
    assert_eq!(recorded.counter(&AUDIT_FAILURES, AuditFailure::Closed), Some(1));
    assert_eq!(recorded.event(&AUDIT_NOT_RECORDED).get(&AUDIT_ENTITY), Some("c-2".into()));
    let finding = otel_trading::audit::Finding {
        first_bad: 3,
        fault: otel_trading::audit::Fault::Entry,
        file: "tile/entries/000".into(),
    };
    logger.trail_verified(&Verdict::Tampered(finding));
    test.advance(Duration::from_secs(60));
    assert!(firing("trading_audit_tampered"));
    assert_eq!(test.recorded().counter(&AUDIT_VERIFICATION_FAILURES, TrailFault::Entry), Some(1));
}

#[test]
fn records_that_a_failing_disk_takes_along_are_counted_and_told() {
    let test = TestTelemetry::alerting(Alerting::new().rules(&CATALOGUE));
    lose_a_record(&test);
    let recorded = test.recorded();
    assert_eq!(recorded.counter(&AUDIT_FAILURES, AuditFailure::Failed), Some(1));
    let told = recorded.event(&AUDIT_LOST);
    assert_eq!(told.get(&AUDIT_UNPROVEN), Some(1.into()));
    assert_eq!(told.get(&AUDIT_FAILURE), Some("failed".into()));
    let mut alerts = test.alerts_now().into_iter();
    assert!(alerts.any(|it| it.rule.name == "trading_audit_broken" && it.state == AlertState::Firing));
}

/// One record is durable, and the next one, which was appended and told as such, is lost with the disk.
pub(crate) fn lose_a_record(test: &TestTelemetry) {
    let dir = folder();
    // Every group begins a segment, and there is no place for the second.
    let options = Options { segment_bytes: 1, ..Options::default() };
    let logger = logger_with(test, dir.path(), settings(), options);
    let logged = logger.log_order_creation(&at("c-durable", MORNING), None);
    logged.receipt.expect("appended").wait().expect("durable");
    test.alerts_now();
    let journal = dir.path().join("journal");
    std::fs::remove_dir_all(&journal).expect("removed");
    std::fs::write(&journal, b"in the way").expect("a file");
    test.advance(Duration::from_secs(60));
    assert!(logger.log_order_creation(&at("c-lost", MORNING), None).receipt.is_ok());
    assert!(logger.flush().is_err());
    // Whoever asks later is not the one who listens.
    assert!(!logger.trail().on_failure(|_, _| {}));
}

#[test]
fn versions_go_on_after_a_restart() {
    let (test, dir) = (TestTelemetry::new(), folder());
    let first = logger(&test, dir.path());
    drop(first.log_order_creation(&at("c-1", MORNING), None));
    let change = StatusChange::new(ClientOrderId("c-1"), ExecType::New, OrderStatus::New);
    drop(first.log_order_status_change(&change));
    drop(first);
    let second = logger(&test, dir.path());
    drop(second.log_order_met(&at("c-1", MORNING), None, PROGRESS));
    let gone = StatusChange {
        cancel_reason: Some(CancelReason::Requested),
        ..StatusChange::new(ClientOrderId("c-1"), ExecType::Canceled, OrderStatus::Canceled)
    };
    drop(second.log_order_status_change(&gone));
    let records = verified(dir.path(), &second);
    assert_eq!(records.iter().map(|it| it.version.0).collect::<Vec<_>>(), [1, 2, 3, 4]);
    assert_eq!(records[2].event, "order_met");
    // The end of the order was judged: it is not unknown.
    assert_eq!(test.recorded().counter(&COMPLIANCE_FACTS, Judgement::UnknownOrder), Some(0));
}

#[test]
fn versions_go_on_when_an_order_was_forgotten() {
    let (test, dir) = (TestTelemetry::new(), folder());
    let small = ComplianceSettings { orders: 2, ..settings() };
    let logger = logger_with(&test, dir.path(), small, Options::default());
    for name in ["c-1", "c-2", "c-3", "c-4"] {
        drop(logger.log_order_creation(&at(name, MORNING), None));
    }
    for name in ["c-4", "c-1", "c-3", "c-2", "c-1"] {
        let change = StatusChange::new(ClientOrderId(name), ExecType::Canceled, OrderStatus::Canceled);
        assert!(logger.log_order_status_change(&change).receipt.is_ok());
    }
    verified(dir.path(), &logger);
    let archive = Archive::open(dir.path(), &verifier()).expect("a trail");
    for (name, versions) in [("c-1", 3), ("c-2", 2), ("c-3", 2), ("c-4", 2)] {
        let history = archive.history(EntityId(name)).expect("no version is missing or repeated");
        assert_eq!(history.states().len(), versions, "{name}");
    }
    assert!(test.recorded().counter(&COMPLIANCE_FACTS, Judgement::UnknownOrder) >= Some(3));
}

#[test]
fn an_order_that_was_replaced_has_one_history_over_a_restart() {
    let (test, dir) = (TestTelemetry::new(), folder());
    let first = logger(&test, dir.path());
    drop(first.log_order_creation(&at("c-1", MORNING), None));
    drop(first.log_order_status_change(&StatusChange {
        replacement: Some(ClientOrderId("c-2")),
        ..StatusChange::new(ClientOrderId("c-1"), ExecType::Replaced, OrderStatus::New)
    }));
    drop(first);
    let second = logger(&test, dir.path());
    let change = StatusChange::new(ClientOrderId("c-2"), ExecType::Canceled, OrderStatus::Canceled);
    drop(second.log_order_status_change(&change));
    drop(second.log_trade_execution(&traded("c-2", 1, MORNING), None));
    let records = verified(dir.path(), &second);
    let found: Vec<_> = records.iter().map(|it| (it.entity.as_str(), it.version.0)).collect();
    assert_eq!(found, [("c-1", 1), ("c-1", 2), ("c-1", 3), ("c-1", 4)]);
}

#[test]
fn a_new_order_does_not_ask_the_trail_however_many_were_forgotten() {
    let (test, dir) = (TestTelemetry::new(), folder());
    let small = ComplianceSettings { orders: 2, ..settings() };
    let logger = logger_with(&test, dir.path(), small, Options::default());
    for number in 0..50 {
        let name = format!("c-{number}");
        drop(logger.log_order_creation(&at(&name, MORNING), None));
        drop(logger.log_trade_execution(
            &Trade { id: TradeId(&name), client_id: None, ..traded("", 1, MORNING) },
            None,
        ));
    }
    // Asking would have had everything published before.
    assert_eq!(logger.trail().published().size(), 0);
    assert!(test.recorded().counter(&BLIND_SPOTS, BlindSpot::ForgottenHistory) >= Some(90));
}

#[test]
fn a_trade_without_an_order_has_a_history_of_its_own_whatever_it_is_called() {
    let (test, dir) = (TestTelemetry::new(), folder());
    let logger = logger(&test, dir.path());
    drop(logger.log_order_creation(&at("1001", MORNING), None));
    let trade = Trade { id: TradeId("1001"), client_id: None, ..traded("", 1, MORNING) };
    drop(logger.log_trade_execution(&trade, None));
    let records = verified(dir.path(), &logger);
    let found: Vec<_> = records.iter().map(|it| (it.entity.as_str(), it.version.0)).collect();
    assert_eq!(found, [("1001", 1), ("trade:1001", 1)]);
    assert_eq!(test.recorded().counter(&COMPLIANCE_FACTS, Judgement::Judged), Some(2));
}

#[test]
fn a_trade_of_an_order_nobody_remembers_is_not_the_houses_own() {
    let (test, dir) = (TestTelemetry::new(), folder());
    let logger = logger(&test, dir.path());
    let trade = Trade { price: Price(Decimal::whole(1_000_000)), ..traded("c-gone", 2, NIGHT) };
    // The house on the other side would be a wash trade, were this its own.
    let logged = logger.log_trade_execution(&trade, Some(party("the house").owner));
    let kinds: Vec<_> = logged.raised.iter().map(|flag| flag.rule.kind).collect();
    assert_eq!(kinds, [FlagKind::OutsideSession, FlagKind::LargeTrade]);
    let recorded = test.recorded();
    assert_eq!(recorded.counter(&COMPLIANCE_FACTS, Judgement::UnknownOrder), Some(1));
    assert_eq!(recorded.counter(&COMPLIANCE_FACTS, Judgement::Judged), Some(0));
    assert_eq!(recorded.counter(&BLIND_SPOTS, BlindSpot::UnknownOrder), Some(1));
}

#[test]
fn a_fact_from_the_future_is_kept_and_not_judged() {
    let (test, dir) = (TestTelemetry::new(), folder());
    let logger = logger(&test, dir.path());
    let ahead = |by| at("c-1", test.now().after(Duration::from_secs(by)));
    assert_eq!(logger.log_order_creation(&ahead(300), None).unjudged, None);
    let logged = logger.log_order_creation(&ahead(301), None);
    assert_eq!(logged.unjudged, Some(FactError::FromTheFuture));
    assert!(logged.receipt.is_ok() && logged.flags.is_empty());
    assert_eq!(test.recorded().counter(&COMPLIANCE_FACTS, Judgement::Refused), Some(1));
}

#[test]
fn what_cannot_be_judged_is_kept_counted_and_said() {
    let (test, dir) = (TestTelemetry::new(), folder());
    let logger = logger(&test, dir.path());
    let nothing = NewOrder { quantity: Quantity::ZERO, ..at("c-1", MORNING) };
    let logged = logger.log_order_creation(&nothing, None);
    assert_eq!(logged.unjudged, Some(FactError::QuantityNotPositive));
    assert!(logged.receipt.is_ok());
    assert_eq!(test.recorded().counter(&COMPLIANCE_FACTS, Judgement::Refused), Some(1));
}

#[test]
fn flags_can_be_extracted_without_anything_being_kept_or_told() {
    let (test, dir) = (TestTelemetry::new(), folder());
    let logger = logger(&test, dir.path());
    let listing = Listing { instrument: Symbol("SJM").into(), venue: Mic("XNYS").into() };
    let action = Action::Executed(Execution::at(crate::desk::price()));
    let order = OrderKey::from(ClientOrderId("c-1"));
    let fact =
        MarketFact::new(NIGHT, listing, party("jane"), order, Side::Buy, action, Quantity::whole(25_000));
    let fact = MarketFact { currency: Currency::from_code("USD"), ..fact };
    let flags = logger.extract_compliance_flags(&fact, Mic("XNYS")).expect("a fact");
    assert_eq!(flags.iter().collect::<Vec<_>>(), [FlagKind::LargeTrade, FlagKind::OutsideSession]);
    let nothing = MarketFact { quantity: Quantity::ZERO, ..fact };
    assert_eq!(logger.extract_compliance_flags(&nothing, Mic("XNYS")), Err(FactError::QuantityNotPositive));
    assert_eq!(logger.surveillance(|it| it.counts().facts + it.counts().refused), 0);
    assert!(verified(dir.path(), &logger).is_empty());
    assert!(test.recorded().events().is_empty());
}

#[test]
fn a_clock_that_is_not_good_enough_is_flagged_on_every_record() {
    let (test, dir) = (TestTelemetry::new(), folder());
    let logger = logger(&test, dir.path());
    let poor = Duration::from_millis(3);
    logger.clock_read(ClockReading { offset: poor, error_bound: poor, granularity: Duration::from_nanos(1) });
    let logged = logger.log_order_creation(&at("c-1", MORNING), None);
    assert_eq!(logged.flags.iter().collect::<Vec<_>>(), [FlagKind::ClockDivergence]);
}

#[test]
fn a_refused_fact_changes_nothing_that_later_facts_are_judged_by() {
    let (test, dir) = (TestTelemetry::new(), folder());
    let logger = logger(&test, dir.path());
    drop(logger.log_order_creation(&at("c-1", MORNING), None));
    let refused = StatusChange {
        answer: Answer::Refused(otel_trading::labels::Violation::Illegal),
        replacement: Some(ClientOrderId("c-2")),
        ..StatusChange::new(ClientOrderId("c-1"), ExecType::Replaced, OrderStatus::New)
    };
    drop(logger.log_order_status_change(&refused));
    let change = StatusChange::new(ClientOrderId("c-2"), ExecType::New, OrderStatus::New);
    drop(logger.log_order_status_change(&change));
    let records = verified(dir.path(), &logger);
    assert_eq!(text(&records[1], "violation").as_deref(), Some("illegal"));
    assert_eq!((records[2].entity.as_str(), records[2].version), ("c-2", Version::FIRST));
}

#[test]
fn of_an_order_that_is_executed_nothing_is_left_to_be_cancelled() {
    let (test, dir) = (TestTelemetry::new(), folder());
    let logger = logger(&test, dir.path());
    drop(logger.log_order_creation(&at("c-1", MORNING), None));
    let end = |exec_type, status, cumulative| StatusChange {
        cumulative: Some(Quantity::whole(cumulative)),
        ..StatusChange::new(ClientOrderId("c-1"), exec_type, status)
    };
    drop(logger.log_order_status_change(&end(ExecType::PartialFill, OrderStatus::PartiallyFilled, 200)));
    assert_eq!(logger.surveillance(|it| it.counts().facts), 1, "executions are judged as trades");
    drop(logger.log_order_status_change(&end(ExecType::Canceled, OrderStatus::Canceled, 200)));
    assert_eq!(logger.surveillance(|it| it.counts().facts), 2);
    drop(logger.log_order_status_change(&end(ExecType::Expired, OrderStatus::Filled, 500)));
    assert_eq!(logger.surveillance(|it| it.counts().facts), 2, "there is nothing left to expire");
    let records = verified(dir.path(), &logger);
    assert_eq!(records.len(), 4);
}

#[test]
fn many_threads_leave_one_history_for_each_order() {
    let (test, dir) = (TestTelemetry::new(), folder());
    let logger = logger(&test, dir.path());
    let names: Vec<String> = (0..7).map(|number| format!("c-{number}")).collect();
    for name in &names {
        drop(logger.log_order_creation(&at(name, MORNING), None));
    }
    std::thread::scope(|scope| {
        for _ in 0..4 {
            let (logger, names) = (logger.clone(), &names);
            scope.spawn(move || {
                for turn in 0..100 {
                    let name = ClientOrderId(&names[turn % names.len()]);
                    let change = StatusChange::new(name, ExecType::Restated, OrderStatus::New);
                    assert!(logger.log_order_status_change(&change).receipt.is_ok());
                }
            });
        }
    });
    assert_eq!(verified(dir.path(), &logger).len(), 407);
    let archive = Archive::open(dir.path(), &verifier()).expect("a trail");
    let versions: usize =
        names.iter().map(|name| archive.history(EntityId(name)).expect("a history").states().len()).sum();
    assert_eq!(versions, 407);
}

#[test]
fn no_leaf_hash_is_mistaken_for_something_that_must_not_leave() {
    let (test, dir) = (TestTelemetry::new(), folder());
    let logger = logger(&test, dir.path());
    let change = StatusChange::new(ClientOrderId("c-1"), ExecType::Restated, OrderStatus::New);
    let mut hashes: Vec<String> = (0..2_000)
        .map(|_| logger.log_order_status_change(&change).receipt.expect("a record").expected().leaf_hash)
        .map(|hash| format!("{:?}", TestValue::Text(hash.to_string())))
        .collect();
    let recorded = test.finish();
    let told = recorded.events().iter().filter_map(|event| event.get(&AUDIT_LEAF_HASH));
    let mut told: Vec<String> = told.map(|hash| format!("{hash:?}")).collect();
    assert_eq!(told.len(), hashes.len(), "events were lost");
    hashes.sort_unstable();
    told.sort_unstable();
    assert_eq!(told, hashes);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever happens to a few orders, replaced, met again and forgotten as they are, the trail has one history for
    /// each without a gap, as long as the histories that a list of names says.
    #[test]
    fn every_order_has_one_history(
        steps in prop::collection::vec((0_usize..4, 0_u8..4), 1..60),
        orders in 1_usize..5,
    ) {
        let (test, dir) = (TestTelemetry::new(), folder());
        let logger = logger_with(&test, dir.path(), ComplianceSettings { orders, ..settings() }, Options::default());
        let names = ["c-0", "c-1", "c-2", "c-3"];
        let mut expected = [0_usize; 4];
        for (order, step) in steps {
            let name = ClientOrderId(names[order]);
            let logged = match step {
                0 if expected[order] == 0 => logger.log_order_creation(&at(names[order], MORNING), None),
                0 => logger.log_order_met(&at(names[order], MORNING), None, PROGRESS),
                1 => logger.log_trade_execution(&traded(names[order], 1, MORNING), None),
                2 => logger.log_order_status_change(&StatusChange {
                    replacement: Some(name),
                    ..StatusChange::new(name, ExecType::Replaced, OrderStatus::New)
                }),
                _ => logger.log_order_status_change(&StatusChange::new(name, ExecType::Expired, OrderStatus::Expired)),
            };
            prop_assert!(logged.receipt.is_ok());
            expected[order] += 1;
        }
        verified(dir.path(), &logger);
        let archive = Archive::open(dir.path(), &verifier()).expect("a trail");
        for (name, versions) in names.into_iter().zip(expected) {
            let history = archive.history(EntityId(name)).expect("no gap");
            prop_assert_eq!(history.states().len(), versions);
        }
    }
}
