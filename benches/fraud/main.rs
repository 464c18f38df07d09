//! What it costs to judge a payment, by each detector, and what it takes to remember who paid.
//!
//! `cargo bench -p otel-benches --bench fraud`. Before, ten million payments are judged twice: by the detector, and by
//! counting everything anew. Not one answer may differ. With `--test` it is 20,000, for counting takes long; the tests
//! of the crate do it with 80,000.

#![expect(clippy::expect_used, reason = "what cannot be set up has failed")]

// One way to count everything is enough: that of the tests.
#[path = "../../crates/otel-ecommerce/tests/it/velocity/oracle.rs"]
mod oracle;
mod payments;

use std::hint::black_box;
use std::time::Duration;

use allocation_counter::measure;
use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, Throughput};
use otel_core::Telemetry;
use otel_ecommerce::AnomalyDetector;
use otel_ecommerce::anomaly::{
    AnomalySettings, CardTesting, CardTestingSettings, FutureTolerance, Travel, TravelSettings, Velocity,
    VelocitySettings,
};
use otel_ecommerce::labels::{EntityType, PaymentFailure};
use otel_ecommerce::payment::{Payment, PaymentOutcome};
use rustix::time::{ClockId, clock_gettime};

use self::oracle::Oracle;
use self::payments::Payments;

const CHUNK: usize = 100_000;

fn main() {
    let is_test = std::env::args().any(|argument| argument == "--test");
    // Few enough that each pays often, and some too late; but counting takes longer the more often they pay.
    if is_test {
        equality(20_000, 1_000);
    } else {
        equality(10_000_000, 20_000);
    }
    memory();
    everything(if is_test { 20_000 } else { 1_000_000 });
    let mut criterion = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(5))
        .configure_from_args();
    let mut group = criterion.benchmark_group("fraud/payment");
    group.throughput(Throughput::Elements(CHUNK as u64));
    for (arm, people) in [("velocity_1_000", 1_000), ("velocity_100_000", 100_000)] {
        let mut velocity = Velocity::new(VelocitySettings::default());
        bench(&mut group, arm, Payments::new(1, people), |_, payment| velocity.judge(payment).is_some());
    }
    let mut travel = Travel::new(TravelSettings::default());
    let payments = || Payments::new(2, 100_000);
    bench(&mut group, "travel_100_000", payments(), |_, payment| travel.judge(payment).is_some());
    let mut testing = CardTesting::new(CardTestingSettings::default());
    bench(&mut group, "card_testing_100_000", payments(), |number, payment| {
        testing.judge(payment, outcome(number)).is_some()
    });
    let detector = detector();
    bench(&mut group, "all_before_100_000", payments(), |_, payment| {
        detector.detect_payment_anomalies(payment).is_ok_and(|findings| !findings.is_empty())
    });
    bench(&mut group, "all_after_100_000", payments(), |number, payment| {
        let findings = detector.detect_card_testing(payment, outcome(number), None);
        findings.is_ok_and(|findings| !findings.is_empty())
    });
    group.finish();
    criterion.final_summary();
}

/// What judging costs, in the time of a core: others may use the machine as well.
fn bench(
    group: &mut BenchmarkGroup<'_, WallTime>,
    arm: &str,
    mut payments: Payments,
    mut judge: impl FnMut(usize, &Payment<'_>) -> bool,
) {
    group.bench_function(arm, |bencher| {
        bencher.iter_custom(|times| {
            let once = |_| {
                let chunk = payments.next(CHUNK);
                let begin = busy();
                black_box(
                    chunk.iter().enumerate().filter(|(number, payment)| judge(*number, payment)).count(),
                );
                busy().saturating_sub(begin)
            };
            (0..times).map(once).sum()
        });
    });
}

/// Of three payments, one is declined.
const fn outcome(number: usize) -> PaymentOutcome {
    match number % 3 {
        2 => PaymentOutcome::Failed(PaymentFailure::InsufficientFunds),
        _ => PaymentOutcome::Authorised,
    }
}

/// Every answer is that of a count of everything.
#[expect(clippy::print_stderr, reason = "a figure of the bench")]
fn equality(payments: usize, people: u64) {
    let settings = VelocitySettings::default();
    let (mut velocity, mut oracle) = (Velocity::new(settings), Oracle::new(settings));
    let mut made = Payments::new(4, people);
    let (mut judged, mut found, mut spent) = (0, 0_u64, Duration::ZERO);
    while judged < payments {
        let chunk = made.next(CHUNK.min(payments - judged));
        let begin = busy();
        let answers: Vec<_> = chunk.iter().map(|payment| velocity.judge(payment)).collect();
        spent += busy().saturating_sub(begin);
        for (payment, answer) in chunk.iter().zip(answers) {
            let evidence = answer.map(|finding| finding.evidence);
            assert_eq!(evidence, oracle.judge(payment), "payment {judged}");
            found += u64::from(evidence.is_some());
            judged += 1;
        }
    }
    assert_eq!(velocity.late(), oracle.late());
    assert!(found > 0);
    let rate = judged as f64 / spent.as_secs_f64();
    eprintln!(
        "velocity: {judged} answers equal, {found} found, {} late, {rate:.0} in a second of one core",
        velocity.late()
    );
}

/// What 100,000 users take who pay up to four times a week: with 200 bytes for a user in all, at most 80 for each of
/// these. As many more who come and go take no more.
#[expect(clippy::print_stderr, reason = "a figure of the bench")]
fn memory() {
    const USERS: u64 = 100_000;
    let mut made = Payments::new(5, USERS);
    let chunk = made.users_twice();
    let (mut velocity, mut travel) = (None, None);
    let of_velocity = measure(|| {
        let mut detector = Velocity::new(VelocitySettings::default());
        let found = chunk.iter().filter(|payment| detector.judge(payment).is_some());
        assert_eq!(found.count(), 0);
        velocity = Some(detector);
    });
    let of_travel = measure(|| {
        let mut detector = Travel::new(TravelSettings::default());
        let found = chunk.iter().filter(|payment| detector.judge(payment).is_some());
        assert_eq!(found.count(), 0);
        travel = Some(detector);
    });
    assert_eq!(velocity.map(|detector| detector.known(EntityType::User)), Some(USERS as usize));
    assert_eq!(travel.map(|detector| detector.known()), Some(USERS as usize));
    let each = [of_velocity, of_travel].map(|measured| measured.bytes_current / USERS as i64);
    eprintln!("memory: {} B a user for velocity, {} B for travel, the map included", each[0], each[1]);
    assert!(each.iter().all(|bytes| *bytes <= 80), "{each:?}");
    let settings = VelocitySettings::default().entities(1_000).expect("a cap");
    let mut velocity = Velocity::new(settings);
    let mut judge_all = || {
        let found = chunk.iter().filter(|payment| velocity.judge(payment).is_some());
        assert_eq!(found.count(), 0);
    };
    judge_all();
    let grown = measure(judge_all);
    assert_eq!(grown.bytes_current, 0, "{grown:?}");
}

/// What as many users take in all detectors who pay four times a week: at most 200 bytes each, at any moment.
#[expect(clippy::print_stderr, clippy::expect_used, reason = "a figure of the bench")]
fn everything(users: u64) {
    let detector = detector();
    let mut made = Payments::new(7, users);
    let (mut spent, mut bytes, mut most) = (Duration::ZERO, 0_i64, 0_i64);
    for day in 0..4 {
        for first in (0..users).step_by(CHUNK) {
            let chunk = made.users_on(day, first..users.min(first + CHUNK as u64));
            let begin = busy();
            let measured = measure(|| {
                for payment in &chunk {
                    let findings = detector.detect_payment_anomalies(payment).expect("findings");
                    assert!(findings.is_empty());
                }
            });
            spent += busy().saturating_sub(begin);
            most = most.max(bytes + measured.bytes_max as i64);
            bytes += measured.bytes_current;
        }
    }
    let each = |bytes: i64| bytes as f64 / users as f64;
    let nanos = spent.as_nanos() / u128::from(4 * users);
    eprintln!(
        "memory: {:.1} B for each of {users} users in all detectors, {:.1} B at most; {nanos} ns of one core a payment",
        each(bytes),
        each(most)
    );
    assert!(each(most) <= 200.0);
}

fn detector() -> AnomalyDetector {
    // Now and then, the shop of the bench is closed for 50 days.
    let future = FutureTolerance::default().silence(Duration::from_secs(365 * 24 * 60 * 60));
    AnomalyDetector::new(&Telemetry::noop(), AnomalySettings { future, ..AnomalySettings::default() })
}

/// How long this thread was at work: waiting for others that use the machine does not count.
fn busy() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec.unsigned_abs() as u32)
}
