//! Funnels: their steps, how long they take, and how many sessions enter them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use otel_core::{Capped, CappedLabel, Counter, Gauge, Histogram, Label, Telemetry, Timestamp};

use super::KpiSettings;
use super::desk::Desk;
use super::memory::Digest;
use super::sessions::{Entered, Estimates, Sessions, Window};
use super::state::SavedWindow;
use crate::conventions::kpi as said;
use crate::ids::SessionId;
use crate::labels::{FunnelName, FunnelOddity, FunnelStep, KpiFact, KpiMemory, KpiRefusal};

/// All funnels of a shop.
#[derive(Debug)]
pub(super) struct Funnels {
    names: Capped<FunnelName>,
    entries: Counter<(FunnelName, FunnelStep)>,
    duration: Histogram<(FunnelName, FunnelStep)>,
    sessions: Gauge<(FunnelName, FunnelStep)>,
    oddities: Counter<(FunnelName, FunnelOddity)>,
    /// As many as there are names, and one for all others.
    open: Mutex<HashMap<FunnelName, Arc<Opened>>>,
    settings: KpiSettings,
}

/// A funnel that was asked for.
#[derive(Debug)]
pub(super) struct Opened {
    label: FunnelName,
    name: Box<str>,
    sessions: Mutex<Sessions>,
}

/// A way through the shop that is followed on its own. Clones share everything.
#[derive(Clone, Debug)]
pub struct Funnel {
    pub(super) parts: Arc<super::Parts>,
    pub(super) opened: Arc<Opened>,
}

impl Funnel {
    /// A session entered a step at this time. It is counted in `ecommerce.funnel.step.entries`, and timed in
    /// `ecommerce.funnel.step.duration` if it is the first forward step since the one before.
    ///
    /// # Errors
    ///
    /// When the session has no name, or the time is still to come.
    pub fn entered(&self, session: SessionId<'_>, step: FunnelStep, at: Timestamp) -> Result<(), KpiRefusal> {
        let super::Parts { desk, funnels, .. } = &*self.parts;
        let entered =
            desk.check(session.0, at).map(|()| funnels.enter(desk, &self.opened, session, step, at));
        desk.judge(KpiFact::FunnelStep, entered)
    }

    /// About how many sessions entered a step within the present window: what `ecommerce.funnel.session.estimate` says.
    pub fn sessions(&self, step: FunnelStep) -> u64 {
        let estimates = self.opened.sessions().estimates();
        estimates.and_then(|it| it.sessions.get(step as usize).copied()).unwrap_or_default()
    }
}

impl Funnels {
    pub(super) fn new(telemetry: &Telemetry, settings: &KpiSettings) -> Self {
        Self {
            names: telemetry.capped(),
            entries: telemetry.counter(&said::FUNNEL_ENTRIES),
            duration: telemetry.histogram(&said::FUNNEL_DURATION),
            sessions: telemetry.gauge(&said::FUNNEL_SESSIONS),
            oddities: telemetry.counter(&said::FUNNEL_ODDITIES),
            open: Mutex::default(),
            settings: *settings,
        }
    }

    /// The funnel of this name. Names beyond the cap share one.
    pub(super) fn open(&self, name: &str) -> Arc<Opened> {
        let label = self.names.get(name);
        let name = if label.index() < FunnelName::CAP { name } else { said::OTHER_FUNNELS };
        let made = || {
            let sessions = Sessions::new(self.settings.sessions, self.settings.window);
            // What has not been entered yet is a zero, and not unknown: an alert compares it.
            FunnelStep::ALL.iter().for_each(|step| self.entries.add(0, (label, *step)));
            Arc::new(Opened { label, name: name.into(), sessions: Mutex::new(sessions) })
        };
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(open.entry(label).or_insert_with(made))
    }

    /// Goes on with the windows that another process began.
    pub(super) fn resume(&self, windows: Vec<SavedWindow>) {
        for SavedWindow { funnel, window } in windows {
            self.open(&funnel).sessions().resume(window);
        }
    }

    /// About how many bytes [`Funnels::save`] adds.
    pub(super) fn state_bytes(&self) -> usize {
        self.all().len() * Window::BYTES
    }

    /// Adds how many funnels have a window, and each of them.
    pub(super) fn save(&self, bytes: &mut Vec<u8>) {
        let mut open = self.all();
        open.retain(|funnel| funnel.sessions().window().is_some());
        // What others share comes last: by then, a name of its own is taken by each that has one.
        open.sort_by_key(|funnel| funnel.label.index());
        bytes.extend_from_slice(&(open.len() as u64).to_le_bytes());
        for funnel in open {
            // A funnel that has a window keeps one.
            if let Some(window) = funnel.sessions().window() {
                SavedWindow::write(&funnel.name, window, bytes);
            }
        }
    }

    fn all(&self) -> Vec<Arc<Opened>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).values().map(Arc::clone).collect()
    }

    fn enter(&self, desk: &Desk, funnel: &Opened, session: SessionId<'_>, step: FunnelStep, at: Timestamp) {
        let labels = (funnel.label, step);
        self.entries.add(1, labels);
        let Entered { after, oddity, evicted, closed } =
            funnel.sessions().enter(Digest::of([session.0]), step, at, desk.present(at));
        if let Some(after) = after {
            self.duration.record_duration(after, labels);
        }
        if let Some(oddity) = oddity {
            self.oddities.add(1, (funnel.label, oddity));
        }
        desk.evicted(KpiMemory::Sessions, evicted);
        if let Some(closed) = closed {
            tell(desk, funnel, &closed);
        }
    }

    /// Ends windows that are over, and records the estimates of those that are not.
    pub(super) fn advance(&self, desk: &Desk, now: Timestamp) {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let mut remembered = 0;
        for funnel in open.values() {
            let mut sessions = funnel.sessions();
            let closed = sessions.turn(now);
            let estimates = sessions.estimates();
            remembered += sessions.len();
            drop(sessions);
            if let Some(closed) = closed {
                tell(desk, funnel, &closed);
            }
            let sessions = estimates.map_or([0; super::sessions::STEPS], |it| it.sessions);
            for (step, sessions) in FunnelStep::ALL.iter().zip(sessions) {
                self.sessions.record(i64::try_from(sessions).unwrap_or(i64::MAX), (funnel.label, *step));
            }
        }
        desk.remembers(KpiMemory::Sessions, remembered);
    }
}

impl Opened {
    fn sessions(&self) -> MutexGuard<'_, Sessions> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Tells what a window came to, a step at a time.
fn tell(desk: &Desk, funnel: &Opened, closed: &Estimates) {
    for (step, sessions) in FunnelStep::ALL.iter().zip(closed.sessions) {
        let event = desk.telemetry.event(&said::WINDOW_CLOSED).set(&said::FUNNEL, &funnel.name);
        event
            .set(&said::STEP, *step)
            .set(&said::SESSIONS, sessions)
            .set(&said::WINDOW_START, closed.start)
            .emit();
    }
}
