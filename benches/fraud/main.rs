//! What it costs to judge a payment, by each detector, and what it takes to remember who paid.
//!
//! `cargo bench -p otel-benches --bench fraud`. Before, ten million payments are judged twice: by the detector, and by
//! counting everything anew; with `--test` a hundred thousand. Not one answer may differ.

// One way to count everything is enough: that of the tests.
#[path = "../../crates/otel-ecommerce/tests/it/velocity/oracle.rs"]
mod oracle;
mod payments;

use std::time::{Duration, Instant};

use allocation_counter::measure;
use criterion::{BatchSize, Criterion, Throughput};
use otel_ecommerce::anomaly::{
    CardTesting, CardTestingSettings, Travel, TravelSettings, Velocity, VelocitySettings,
};
use otel_ecommerce::labels::{EntityType, PaymentFailure};
use otel_ecommerce::payment::PaymentOutcome;

use self::oracle::Oracle;
use self::payments::Payments;

const CHUNK: usize = 100_000;

fn main() {
    let is_test = std::env::args().any(|argument| argument == "--test");
    equality(if is_test { 100_000 } else { 10_000_000 });
    memory();
    let mut criterion = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(5))
        .configure_from_args();
    let mut group = criterion.benchmark_group("fraud/payment");
    group.throughput(Throughput::Elements(CHUNK as u64));
    for (arm, people) in [("velocity_1_000", 1_000), ("velocity_100_000", 100_000)] {
        let mut payments = Payments::new(1, people);
        let mut velocity = Velocity::new(VelocitySettings::default());
        group.bench_function(arm, |bencher| {
            let mut found = 0;
            bencher.iter_batched(
                || payments.next(CHUNK),
                |chunk| found += chunk.iter().filter(|payment| velocity.judge(payment).is_some()).count(),
                BatchSize::PerIteration,
            );
        });
    }
    let mut payments = Payments::new(2, 100_000);
    let mut travel = Travel::new(TravelSettings::default());
    group.bench_function("travel_100_000", |bencher| {
        bencher.iter_batched(
            || payments.next(CHUNK),
            |chunk| chunk.iter().filter(|payment| travel.judge(payment).is_some()).count(),
            BatchSize::PerIteration,
        );
    });
    let mut payments = Payments::new(3, 100_000);
    let mut testing = CardTesting::new(CardTestingSettings::default());
    group.bench_function("card_testing_100_000", |bencher| {
        bencher.iter_batched(
            || payments.next(CHUNK),
            |chunk| {
                let declined = PaymentOutcome::Failed(PaymentFailure::InsufficientFunds);
                let outcomes = [PaymentOutcome::Authorised, PaymentOutcome::Authorised, declined];
                let outcomes = outcomes.iter().cycle();
                chunk
                    .iter()
                    .zip(outcomes)
                    .filter(|(payment, outcome)| testing.judge(payment, **outcome).is_some())
                    .count()
            },
            BatchSize::PerIteration,
        );
    });
    group.finish();
    criterion.final_summary();
}

/// Every answer is that of a count of everything.
#[expect(clippy::print_stderr, reason = "a figure of the bench")]
fn equality(payments: usize) {
    let settings = VelocitySettings::default();
    let (mut velocity, mut oracle) = (Velocity::new(settings), Oracle::new(settings));
    // Few enough that each pays often, and some too late.
    let mut made = Payments::new(4, payments as u64 / 500);
    let (mut judged, mut found, mut spent) = (0, 0_u64, Duration::ZERO);
    while judged < payments {
        let chunk = made.next(CHUNK);
        let begin = Instant::now();
        let answers: Vec<_> = chunk.iter().map(|payment| velocity.judge(payment)).collect();
        spent += begin.elapsed();
        for (payment, answer) in chunk.iter().zip(answers) {
            let evidence = answer.map(|finding| finding.evidence);
            assert_eq!(evidence, oracle.judge(payment), "payment {judged}");
            found += u64::from(evidence.is_some());
            judged += 1;
        }
    }
    assert_eq!(velocity.late(), oracle.late());
    assert!(found > 0 && velocity.late() > 0);
    let rate = judged as f64 / spent.as_secs_f64();
    eprintln!("velocity: {judged} answers equal, {found} found, {} late, {rate:.0}/s", velocity.late());
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
    let settings = VelocitySettings { entities: 1_000, ..VelocitySettings::default() };
    let mut velocity = Velocity::new(settings);
    let mut judge_all = || {
        let found = chunk.iter().filter(|payment| velocity.judge(payment).is_some());
        assert_eq!(found.count(), 0);
    };
    judge_all();
    let grown = measure(judge_all);
    assert_eq!(grown.bytes_current, 0, "{grown:?}");
}
