//! Alerts reach people through an Alertmanager, whoever of the two is started again in between.
//!
//! What Alertmanager promises, and with it what is promised here:
//!
//! - Of each group it notifies when the group is new, when something in it began or ended, and when it was not told of
//!   for `repeat_interval`, which is an hour here. So nothing is told twice, as long as it lives.
//! - It keeps no alerts over a restart: it has to be told again, which is what the sink does by itself.
//! - What it has notified of it writes down every quarter of an hour, and when it ends in order. If it is killed before,
//!   it notifies once more of what still fires: that is the one repetition allowed, once for each group.
//! - What ended while it was down, is notified as ended: when it was killed, only in a group in which something still
//!   fires, for it has forgotten that it ever notified of the others.
//! - An alert that it is not told of ends by itself: here after three re-sends that did not come.
//!
//! Each life of it notifies another path, so that it is known who said what.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::mpsc;
use std::time::{Duration, Instant, SystemTime};

use otel_core::alerting::{Alert, AlertState, Announcement, Labels, Office, Response, Sink, SinkCounts};
use otel_core::{AlertLevel, AlertRule, Condition, Limit, Telemetry, Timestamp};

use super::{Ground, PATIENCE};
use crate::failure::{Failure, ensure};
use crate::servers::alertmanager::{Alertmanager, Home};
use crate::table::{Outcome, Table};
use crate::webhook::{Posted, Webhook};

const TITLE: &str = "alertmanager: otel-core → alertmanager → a webhook; nothing lost, nothing told twice";
const COLUMNS: &[&str] = &["changes", "delivered", "notifications", "began", "ended", "repeated"];

/// How often what has not changed is told; what is not told of for three times as long ends by itself.
const RESEND: Duration = Duration::from_millis(1_500);

/// Longer than an alert lives that is not told of.
const LONG: Duration = Duration::from_secs(6);

const CONDITION: Condition = Condition::Observed { limit: Limit::above(1.0), holds_for: PATIENCE };

const fn rule(name: &'static str, summary: &'static str) -> AlertRule {
    AlertRule::new(name, AlertLevel::High, CONDITION, Duration::ZERO, summary)
}

/// Something of it fires all the time.
const BUSY: AlertRule = rule("venue_rejects", "A venue rejects orders.");
/// It fires all the time, and nothing of it changes.
const STEADY: AlertRule = rule("venue_crossed", "A venue's book is crossed.");
/// It fires before a restart, and has ended after it.
const BRIEF: AlertRule = rule("venue_slow", "A venue answers late.");
/// It fires when a process dies.
const ORPHANED: AlertRule = rule("venue_gone", "A venue does not answer.");

/// How the first life of Alertmanager ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Killed,
    InOrder,
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Killed => "killed",
            Self::InOrder => "ended in order",
        })
    }
}

pub(super) fn run(ground: &Ground) -> Table {
    let mut table = Table::new(TITLE, COLUMNS);
    for end in [End::Killed, End::InOrder] {
        table.add(end, tell(ground, end));
    }
    table
}

fn tell(ground: &Ground, end: End) -> Outcome {
    let program = ground.alertmanager()?;
    let slug = end.to_string().replace(' ', "-");
    let home =
        Home::new(ground.folder.join(format!("alertmanager.{}.{slug}", std::process::id())), &program)?;
    let webhook = Webhook::start()
        .map_err(|error| Failure::wrong(format!("the webhook cannot be started: {error}")))?;
    let start = |life: &str| {
        let journal = ground.journal(&format!("alertmanager-{slug}-{life}"));
        Alertmanager::start(&home, &webhook.url(&format!("/{life}")), journal.as_deref())
    };
    let mut story = Story { webhook: &webhook, told: Vec::new() };

    let first_life = start("1")?;
    let first = Process::open(&home, "first")?;
    let steady = (&STEADY, "XLON");
    first.is(&[(&BUSY, "XLON"), (&BUSY, "XPAR"), (&BUSY, "XETR"), (&BRIEF, "XLON"), steady], &[])?;
    story.wait("what fires is notified, in one group for each rule", |told| {
        told.contains(&Told::new("/1", &BUSY, &["XETR", "XLON", "XPAR"], &[]))
            && told.contains(&Told::new("/1", &BRIEF, &["XLON"], &[]))
            && told.contains(&Told::new("/1", &STEADY, &["XLON"], &[]))
    })?;

    // It writes down what it notified of after it was answered, and tells nobody when it has.
    story.listen(Instant::now() + RESEND);
    match end {
        End::Killed => first_life.kill()?,
        End::InOrder => first_life.stop()?,
    }
    // While nobody listens, things begin and end.
    let busy = [(&BUSY, "XPAR"), (&BUSY, "XETR"), (&BUSY, "XMIL")];
    first.say(&[busy[0], busy[1], busy[2], steady], &[(&BUSY, "XLON"), (&BRIEF, "XLON")]);
    first
        .notices("an Alertmanager that is not there", |said| matches!(said, Announcement::Failing { .. }))?;
    let _second_life = start("2")?;
    first.notices("that it is back", |said| matches!(said, Announcement::Recovered { .. }))?;
    let busy_now = Told::new("/2", &BUSY, &["XETR", "XMIL", "XPAR"], &["XLON"]);
    let remembered = Told::new("/2", &BRIEF, &[], &["XLON"]);
    let repeated = Told::new("/2", &STEADY, &["XLON"], &[]);
    story.wait("what changed in the meantime is notified", |told| {
        // Whether it remembers what it told decides which of the others it tells.
        told.contains(&busy_now)
            && match end {
                End::Killed => told.contains(&repeated),
                End::InOrder => told.contains(&remembered),
            }
    })?;

    // Our process dies without a word, and another one begins where it stood.
    let counts_of_first = first.counts()?;
    drop(first);
    let second = Process::open(&home, "second")?;
    second.is(&[busy[0], busy[1], busy[2], steady], &[])?;
    let before = story.told.len();
    story.listen(Instant::now() + LONG);
    ensure(story.told.len() == before, || format!("our restart was notified: {}", story.since(before)))?;

    second.is(&[(&ORPHANED, "XLON")], &[busy[0], busy[1], busy[2], steady])?;
    story.wait("what ends is notified, and what begins", |told| {
        told.contains(&Told::new("/2", &BUSY, &[], &["XETR", "XMIL", "XPAR"]))
            && told.contains(&Told::new("/2", &STEADY, &[], &["XLON"]))
            && told.contains(&Told::new("/2", &ORPHANED, &["XLON"], &[]))
    })?;
    // And now nobody takes over.
    let counts_of_second = second.counts()?;
    drop(second);
    story.wait("what nobody tells of any more ends by itself", |told| {
        told.contains(&Told::new("/2", &ORPHANED, &[], &["XLON"]))
    })?;
    ensure(story.told.contains(&remembered) == (end == End::InOrder), || {
        format!("what ended meanwhile was notified by the wrong one: {}", story.since(0))
    })?;
    let repeated = story.repeated()?;
    ensure(repeated == u64::from(end == End::Killed), || {
        format!("it was not only the group that the killed one forgot: {}", story.since(0))
    })?;
    Ok(row(&[counts_of_first, counts_of_second], &story.told, repeated))
}

fn row(counts: &[SinkCounts], told: &[Told], repeated: u64) -> Vec<Option<u64>> {
    let number = |of: usize| u64::try_from(of).unwrap_or(u64::MAX);
    let all = [
        counts.iter().map(|counts| counts.offered).sum(),
        counts.iter().map(|counts| counts.delivered).sum(),
        number(told.len()),
        number(told.iter().map(|told| told.firing.len()).sum()),
        number(told.iter().map(|told| told.ended.len()).sum()),
        repeated,
    ];
    all.map(Some).to_vec()
}

/// A process of ours that has alerts: dropped, it is gone without a word.
struct Process {
    office: Office,
    said: mpsc::Receiver<Announcement>,
}

impl Process {
    fn open(home: &Home, instance: &str) -> Result<Self, Failure> {
        let sink = Sink::alertmanager(home.url())
            .resend_every(RESEND)
            .backoff(Duration::from_millis(100), Duration::from_millis(500));
        let facts = [("service.name", "e2e"), ("service.instance.id", instance)];
        let facts = facts.map(|(key, value)| (key.to_owned(), value.to_owned()));
        let (tell, said) = mpsc::channel();
        let listener = Box::new(move |announcement: &Announcement| drop(tell.send(announcement.clone())));
        let office = Office::open(&[sink], &facts, &Telemetry::noop(), listener);
        let office = office.map_err(|problems| Failure::wrong(format!("{problems:?}")))?;
        Ok(Self { office, said })
    }

    /// Says what fires, and what has ended just now.
    fn say(&self, firing: &[(&'static AlertRule, &str)], ended: &[(&'static AlertRule, &str)]) {
        let now = Timestamp::from(SystemTime::now());
        let alert = |(rule, venue): &(&'static AlertRule, &str), state| {
            let mut alert = Alert::new(rule, Labels::new([("venue", *venue)]), now);
            alert.state = state;
            alert.resolved_at = (state == AlertState::Resolved).then_some(now);
            (alert, Response::Ticket)
        };
        let firing = firing.iter().map(|one| alert(one, AlertState::Firing));
        let ended = ended.iter().map(|one| alert(one, AlertState::Resolved));
        self.office.state(firing.chain(ended).collect());
    }

    /// The same, and waits until it was told.
    fn is(
        &self,
        firing: &[(&'static AlertRule, &str)],
        ended: &[(&'static AlertRule, &str)],
    ) -> Result<(), Failure> {
        self.say(firing, ended);
        ensure(self.office.flush(PATIENCE), || format!("alertmanager takes nothing: {:?}", self.office))
    }

    fn notices(&self, what: &str, is_it: impl Fn(&Announcement) -> bool) -> Result<(), Failure> {
        let until = Instant::now() + PATIENCE;
        let mut said = std::iter::from_fn(|| {
            self.said.recv_timeout(until.saturating_duration_since(Instant::now())).ok()
        });
        ensure(said.any(|said| is_it(&said)), || format!("nobody noticed {what}: {:?}", self.office))
    }

    /// What became of everything it had to say: all of it was delivered.
    fn counts(&self) -> Result<SinkCounts, Failure> {
        let counts = self.office.counts().pop().ok_or_else(|| Failure::wrong("there is no sink"))?;
        ensure(counts.delivered == counts.offered, || format!("not all was delivered: {counts}"))?;
        Ok(counts)
    }
}

/// One notification, as it came to the webhook.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Told {
    /// By which life of Alertmanager.
    by: String,
    rule: String,
    /// The venues of what fires.
    firing: BTreeSet<String>,
    /// The venues of what has ended.
    ended: BTreeSet<String>,
}

impl Told {
    fn new(by: &str, rule: &AlertRule, firing: &[&str], ended: &[&str]) -> Self {
        let venues = |of: &[&str]| of.iter().map(|venue| (*venue).to_owned()).collect();
        Self { by: by.to_owned(), rule: rule.name.to_owned(), firing: venues(firing), ended: venues(ended) }
    }

    fn read(posted: &Posted) -> Self {
        let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
        let venues = |status: &str| {
            let alerts = posted.body["alerts"].as_array().into_iter().flatten();
            let alerts = alerts.filter(|alert| alert["status"] == status);
            alerts.map(|alert| text(&alert["labels"]["venue"])).collect()
        };
        Self {
            by: posted.path.clone(),
            rule: text(&posted.body["groupLabels"]["alertname"]),
            firing: venues("firing"),
            ended: venues("resolved"),
        }
    }
}

/// All that was notified, in order.
struct Story<'a> {
    webhook: &'a Webhook,
    told: Vec<Told>,
}

impl Story<'_> {
    /// Waits until what was told so far is as claimed.
    fn wait(&mut self, claim: &str, holds: impl Fn(&[Told]) -> bool) -> Result<(), Failure> {
        let until = Instant::now() + PATIENCE;
        while !holds(&self.told) {
            let Some(posted) = self.webhook.next(until) else {
                return Err(Failure::wrong(format!("{claim}: it was not; {}", self.since(0))));
            };
            self.told.push(Told::read(&posted));
        }
        Ok(())
    }

    fn listen(&mut self, until: Instant) {
        while let Some(posted) = self.webhook.next(until) {
            self.told.push(Told::read(&posted));
        }
    }

    fn since(&self, at: usize) -> String {
        format!("{:?}", self.told.get(at..).unwrap_or_default())
    }

    /// How often a life said of a rule what it or the one before had said last.
    fn repeated(&self) -> Result<u64, Failure> {
        let mut repeated = 0;
        for (at, told) in self.told.iter().enumerate() {
            let before = self.told[..at].iter().rev().find(|before| before.rule == told.rule);
            let same =
                before.is_some_and(|before| before.firing == told.firing && before.ended == told.ended);
            let by_one = before.is_some_and(|before| before.by == told.by);
            ensure(!(same && by_one), || format!("one life told twice: {}", self.since(0)))?;
            repeated += u64::from(same);
        }
        Ok(repeated)
    }
}
