//! The trading story under a real Prometheus: it fetches the story's metrics and evaluates the rules that are generated
//! for it, in fast motion.
//!
//! The rules are those of `docs/rules`, made by the same generator of the same definitions, but that their times are
//! twenty times shorter; so are the samples.

use std::fmt;
use std::io::{self, BufRead as _, BufReader};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use emit::Domain;
use otel_core::{AlertRule, Catalogue, Condition};
use otel_trading::CATALOGUE;

use super::Ground;
use crate::failure::{Failure, ensure};
use crate::servers::prometheus::Prometheus;
use crate::table::{Outcome, Table};

const TITLE: &str =
    "story: trading-order-path → its metrics, fetched → prometheus → its rules, in fast motion";
const COLUMNS: &[&str] = &["orders", "rejected", "pending after ms", "firing after ms", "inactive after ms"];

/// How much faster everything is.
const FASTER: u32 = 20;

/// The rule that is to fire.
const RULE: &str = "trading_order_rejections_high";

/// How long each change may take: a window, the pending time, and a slow machine.
const PATIENCE: Duration = Duration::from_secs(90);

/// How long building the story may take, where it is not built.
const BUILD: Duration = Duration::from_secs(600);

/// Orders that are sent between two looks at the rules, and how far apart the looks are.
const ORDERS: u64 = 10;
const PAUSE: Duration = Duration::from_millis(400);

pub(super) fn run(ground: &Ground) -> Table {
    let mut table = Table::new(TITLE, COLUMNS);
    table.add(RULE, tell(ground));
    table
}

fn tell(ground: &Ground) -> Outcome {
    let program = ground.prometheus()?;
    let mut story = Story::start()?;
    let folder = ground.folder.join(format!("prometheus.{}", std::process::id()));
    let rules = rules()?;
    let journal = ground.journal("prometheus");
    let mut prometheus = Prometheus::start(&program, folder, &story.metrics, &rules, journal.as_deref())?;
    let mut times = Vec::new();
    // At first one order in fifty is rejected, then every second, then one in fifty again.
    for (refused, state) in [(50, "inactive"), (2, "pending"), (2, "firing"), (50, "inactive")] {
        let began = Instant::now();
        let quiet = if times.is_empty() { Duration::from_secs(10) } else { Duration::ZERO };
        loop {
            story.trade(refused)?;
            let states = prometheus.states()?;
            let now = states.iter().find(|(name, _)| name == RULE).map_or("", |(_, state)| state);
            let others = states.iter().find(|(name, state)| name != RULE && state != "inactive");
            ensure(others.is_none(), || format!("{others:?}, which nothing in the story is a reason for"))?;
            if times.is_empty() {
                ensure(now == "inactive", || format!("{RULE} is {now} when one order in fifty is rejected"))?;
            }
            if now == state && began.elapsed() >= quiet {
                break;
            }
            ensure(began.elapsed() < PATIENCE, || {
                format!("{RULE} is {now} and not {state} after {PATIENCE:?} of one rejection in {refused}")
            })?;
        }
        times.push(u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX));
    }
    let [_, pending, firing, inactive] = times.as_slice() else { return Err(Failure::wrong("no times")) };
    let counts = [story.orders, story.refused, *pending, *firing, *inactive];
    story.end()?;
    Ok(counts.map(Some).to_vec())
}

/// The rules as they are generated, but faster.
fn rules() -> Result<String, Failure> {
    let alerts: Vec<AlertRule> = CATALOGUE.alerts.iter().copied().map(faster).collect();
    let catalogue = Catalogue { alerts: alerts.leak(), ..CATALOGUE };
    let domain = Domain::new("story", "Story", Box::leak(Box::new(catalogue)));
    let made =
        emit::artefacts(&[domain]).map_err(|problem| Failure::wrong(format!("no rules: {problem}")))?;
    let rules = made.into_iter().find(|artefact| artefact.path == "docs/rules/story.yml");
    rules.map(|artefact| artefact.text).ok_or_else(|| Failure::wrong("no rules are generated"))
}

fn faster(mut rule: AlertRule) -> AlertRule {
    rule.pending /= FASTER;
    rule.keep_firing_for /= FASTER;
    match &mut rule.condition {
        Condition::Rate { window, .. }
        | Condition::Ratio { window, .. }
        | Condition::Mean { window, .. }
        | Condition::Absence { window, .. }
        | Condition::Deviation { window, .. } => *window /= FASTER,
        _ => {}
    }
    rule
}

/// The running story, which is told what to trade; killed when dropped.
struct Story {
    child: Child,
    input: Option<ChildStdin>,
    said: Receiver<String>,
    /// Where its metrics are, as host and port.
    metrics: String,
    orders: u64,
    refused: u64,
}

impl Story {
    fn start() -> Result<Self, Failure> {
        let mut command = Command::new(option_env!("CARGO").unwrap_or("cargo"));
        command.args(["run", "--quiet", "--package", "trading-order-path", "--", "-", "--prometheus", "0"]);
        let piped = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = piped.spawn().map_err(|error| Failure::missing(format!("`cargo run`: {error}")))?;
        let (say, said) = mpsc::channel();
        if let Some(output) = child.stderr.take() {
            // It ends with the story.
            thread::spawn(move || {
                BufReader::new(output).lines().map_while(Result::ok).try_for_each(|line| say.send(line))
            });
        }
        let input = child.stdin.take();
        let mut story = Self { child, input, said, metrics: String::new(), orders: 0, refused: 0 };
        story.metrics = story.address()?;
        Ok(story)
    }

    fn address(&self) -> Result<String, Failure> {
        let until = Instant::now() + BUILD;
        while let Ok(line) = self.said.recv_timeout(until.saturating_duration_since(Instant::now())) {
            if let Some((_, address)) = line.split_once("metrics are at http://") {
                return Ok(address.trim_end_matches("/metrics").to_owned());
            }
        }
        Err(Failure::wrong("the story does not say where its metrics are"))
    }

    /// Sends some orders, of which one in so many is refused, and takes its time.
    fn trade(&mut self, one_in: u64) -> Result<(), Failure> {
        for _ in 0..ORDERS {
            self.orders += 1;
            let refused = self.orders.is_multiple_of(one_in);
            self.refused += u64::from(refused);
            let Some(input) = &mut self.input else { break };
            order(input, self.orders, refused)
                .map_err(|error| Failure::wrong(format!("the story does not listen: {error}")))?;
        }
        // Whatever it says meanwhile is heard, so that it is not held up.
        let until = Instant::now() + PAUSE;
        while self.said.recv_timeout(until.saturating_duration_since(Instant::now())).is_ok() {}
        Ok(())
    }

    /// Ends it, and makes sure that it is content.
    fn end(mut self) -> Result<(), Failure> {
        self.input = None;
        let ended = self.child.wait().map_err(|error| Failure::wrong(format!("the story: {error}")))?;
        ensure(ended.success(), || format!("the story ends with {ended}"))
    }
}

impl Drop for Story {
    fn drop(&mut self) {
        self.input = None;
        // One that has ended cannot be killed again.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl fmt::Debug for Story {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Story").field("metrics", &self.metrics).finish_non_exhaustive()
    }
}

/// An order and what became of it, in FIX 4.2.
fn order(to: &mut impl io::Write, number: u64, refused: bool) -> io::Result<()> {
    let asked = format!(
        "35=D|49=DESK|56=VENUE|34={number}|52=20240305-09:30:00.039|11=s-{number}|21=1|55=SJM|207=N|54=1|38=500|40=2|\
         44=48.14|15=USD|59=0|60=20240305-09:30:00.039|"
    );
    let (status, open) = if refused { (8, 0) } else { (0, 500) };
    let reason = if refused { "103=3|" } else { "" };
    let answered = format!(
        "35=8|49=VENUE|56=DESK|34={number}|52=20240305-09:30:00.045|37=v-{number}|11=s-{number}|{reason}17=e-{number}|\
         20=0|150={status}|39={status}|55=SJM|207=N|54=1|38=500|40=2|44=48.14|151={open}|14=0|6=0|\
         60=20240305-09:30:00.045|"
    );
    for body in [asked, answered] {
        let head = format!("8=FIX.4.2|9={}|", body.len());
        let sum = head.bytes().chain(body.bytes()).map(|byte| if byte == b'|' { 1 } else { byte });
        let sum = sum.fold(0_u8, u8::wrapping_add);
        writeln!(to, "{head}{body}10={sum:03}|")?;
    }
    to.flush()
}
