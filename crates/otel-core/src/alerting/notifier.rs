//! When people are told: in groups, not too often, and never for the last time with something that is not so.

use std::time::Duration;

use super::instance::{Instance, Told};
use super::machine::{self, Followed, Machine};
use super::state::{Alert, AlertState};
use crate::alert::AlertRule;
use crate::time::Timestamp;

/// How many instances a notification shows; it counts all of them.
pub(crate) const SHOWN: usize = 20;

/// How notifications about the instances of one rule are put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Grouping {
    /// How long the first notification waits for more instances; 5 seconds.
    pub wait: Duration,
    /// The least time between two notifications about one rule; 5 minutes.
    pub interval: Duration,
    /// How often people are reminded of what still fires; 4 hours.
    pub repeat: Duration,
}

impl Default for Grouping {
    fn default() -> Self {
        Self {
            wait: Duration::from_secs(5),
            interval: Duration::from_secs(5 * 60),
            repeat: Duration::from_secs(4 * 60 * 60),
        }
    }
}

/// What people are told about a rule at once.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Notification {
    /// The rule.
    pub rule: &'static AlertRule,
    /// When it was decided.
    pub at: Timestamp,
    /// Since when something has been wrong: the earliest start of what is or was wrong.
    pub started_at: Timestamp,
    /// How many instances fire now, whether they were told of before or not.
    pub firing: usize,
    /// How many instances flap now.
    pub flapping: usize,
    /// How many instances resolved since the last notification.
    pub resolved: usize,
    /// Some of the instances that changed since the last notification, what fires first; at most 20.
    pub alerts: Vec<Alert>,
    /// Whether nothing changed, and this only reminds of what still fires.
    pub reminder: bool,
}

impl Notification {
    /// What is told at `at` about these instances of a rule, all of which changed, as if there were no others.
    pub fn about(rule: &'static AlertRule, at: Timestamp, mut alerts: Vec<Alert>) -> Self {
        let count = |state| alerts.iter().filter(|alert| alert.state == state).count();
        let [firing, flapping, resolved] =
            [AlertState::Firing, AlertState::Flapping, AlertState::Resolved].map(count);
        let started_at = alerts.iter().map(|alert| alert.started_at).min().unwrap_or(at);
        alerts.sort_by_key(|alert| !alert.state.is_active());
        alerts.truncate(SHOWN);
        Self { rule, at, started_at, firing, flapping, resolved, alerts, reminder: false }
    }

    /// Whether something still is wrong.
    pub const fn is_active(&self) -> bool {
        self.firing + self.flapping > 0
    }
}

/// When each rule was last notified of.
#[derive(Debug, Default)]
pub(crate) struct Notifier {
    grouping: Grouping,
    groups: Vec<Group>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Group {
    last: Option<Timestamp>,
    /// Since when there has been something to tell.
    waiting: Option<Timestamp>,
}

impl Notifier {
    pub(crate) fn new(grouping: Grouping) -> Self {
        Self { grouping, groups: Vec::new() }
    }

    /// What people are told now.
    pub(crate) fn notify(&mut self, machine: &mut Machine, now: Timestamp) -> Vec<Notification> {
        self.groups.resize(machine.rules().len(), Group::default());
        let grouping = self.grouping;
        let groups = self.groups.iter_mut().zip(machine.rules_mut());
        groups.filter_map(|(group, followed)| group.notify(grouping, followed, now)).collect()
    }

    /// Takes in when a rule was last notified of before a restart.
    pub(crate) fn restore(&mut self, rule: usize, last: Timestamp) {
        if self.groups.len() <= rule {
            self.groups.resize(rule + 1, Group::default());
        }
        if let Some(group) = self.groups.get_mut(rule) {
            group.last = Some(last);
        }
    }

    /// When a rule was last notified of.
    pub(crate) fn last(&self, rule: usize) -> Option<Timestamp> {
        self.groups.get(rule)?.last
    }
}

impl Group {
    fn notify(
        &mut self,
        grouping: Grouping,
        followed: &mut Followed,
        now: Timestamp,
    ) -> Option<Notification> {
        let Followed { rule, instances } = followed;
        let due =
            |instance: &Instance| news(instance, now).is_some() && may_tell(instance, rule.cool_down, now);
        let something_new = instances.values().any(due);
        if something_new {
            let waiting = *self.waiting.get_or_insert(now);
            let again_too_soon = self.last.is_some_and(|last| now.since(last) < grouping.interval);
            if now.since(waiting) < grouping.wait || again_too_soon {
                return None;
            }
        } else {
            self.waiting = None;
            let fires = instances.values().any(|instance| instance.state(now).is_active());
            let told_long_ago = self.last.is_some_and(|last| now.since(last) >= grouping.repeat);
            if !(fires && told_long_ago) {
                return None;
            }
        }
        let mut notification = Notification {
            rule,
            at: now,
            started_at: now,
            firing: 0,
            flapping: 0,
            resolved: 0,
            alerts: Vec::new(),
            reminder: !something_new,
        };
        for (labels, instance) in instances.iter_mut() {
            let state = instance.state(now);
            let news = news(instance, now).filter(|_| may_tell(instance, rule.cool_down, now));
            notification.firing += usize::from(state == AlertState::Firing);
            notification.flapping += usize::from(state == AlertState::Flapping);
            notification.resolved += usize::from(news == Some(AlertState::Resolved));
            if state.is_active() || news.is_some() {
                notification.started_at = notification.started_at.min(instance.started_at);
            }
            let shown = news.or_else(|| (!something_new && state.is_active()).then_some(state));
            if let Some(shown) = shown
                && (notification.alerts.len() < SHOWN
                    || shown.is_active()
                        && notification.alerts.last().is_some_and(|last| !last.state.is_active()))
            {
                notification.alerts.push(machine::alert(rule, labels, instance, shown));
                notification.alerts.sort_by_key(|alert| !alert.state.is_active());
                notification.alerts.truncate(SHOWN);
            }
            if let Some(state) = news {
                instance.told = Told { state: Some(state), times: [now, instance.told.times[0]] };
            }
        }
        *self = Self { last: Some(now), waiting: None };
        Some(notification)
    }
}

/// What people do not know yet about an instance.
fn news(instance: &Instance, now: Timestamp) -> Option<AlertState> {
    let told = instance.told.state;
    match instance.state(now) {
        state @ (AlertState::Firing | AlertState::Flapping) => (told != Some(state)).then_some(state),
        AlertState::Inactive | AlertState::Pending | AlertState::Resolved => {
            told.is_some_and(AlertState::is_active).then_some(AlertState::Resolved)
        }
    }
}

/// Whether there were fewer than two notifications about an instance within its cool-down.
fn may_tell(instance: &Instance, cool_down: Duration, now: Timestamp) -> bool {
    let [_, before] = instance.told.times;
    before == Timestamp::default() || now.since(before) >= cool_down
}
