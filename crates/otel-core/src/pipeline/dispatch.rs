//! Dispatch: the courier with all its carriers, and the spools behind them.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use crate::ledger::{Ledger, Stream};
use crate::recorder::Recorder;
use crate::settings::{Problem, Settings};

use super::carrier::{Carrier, Outlet};
use super::courier::Courier;
use super::diagnostic::Listener;
use super::keeper::{Keeper, Keeping};
use super::operator::{Operator, Server, server_of};
use super::recall::Recall;
use super::self_metrics::Component;
use super::sites::{Site, Way, names};
use super::vitals::Vitals;

/// The courier, and the threads that keep what it cannot deliver.
pub(crate) struct Dispatch {
    pub(crate) courier: Courier,
    pub(crate) keepings: Vec<Keeping>,
}

impl Dispatch {
    /// A carrier for each stream of each destination, and a spool for each destination that needs one.
    ///
    /// # Errors
    ///
    /// When a spool cannot be opened.
    pub(super) fn prepare(
        sites: Vec<Site>,
        settings: &Settings,
        listener: Listener,
        recorder: &Arc<Recorder>,
        ledger: &Arc<Ledger>,
        vitals: &Arc<Vitals>,
    ) -> Result<Self, Vec<Problem>> {
        let operator = Operator::new(listener, settings.queue.bytes, settings.spool.is_some());
        let mut servers: HashMap<String, Rc<Server>> = HashMap::new();
        let room = settings.queue.bytes / sites.len().max(1);
        let (keepers, keepings) = keepers(settings, recorder, ledger, vitals)?;
        let mut carriers = Vec::new();
        for (number, site) in sites.into_iter().enumerate() {
            for (stream, way) in Stream::ALL.into_iter().zip(site.streams) {
                let Some(Way { destination, attempt }) = way else { continue };
                let server = server_of(destination.endpoint()).to_owned();
                let server = Rc::clone(servers.entry(server).or_insert_with(|| Server::new(&operator)));
                let component = Component::new(number, stream, destination.dialect(), destination.endpoint());
                let outlet = Outlet {
                    component,
                    stream,
                    number,
                    destination,
                    server,
                    keeper: keepers.get(&number).cloned(),
                    attempt,
                    retry_for: settings.retry_for[stream as usize],
                    backoff: settings.backoff,
                    room,
                };
                carriers.push(Carrier::new(outlet, Arc::clone(ledger), Arc::clone(vitals)));
            }
        }
        let rate = settings.spool.as_ref().map_or(0, |spool| spool.backlog_bytes_per_second);
        let recall = |(number, keeper)| Recall::new(number, keeper, Arc::clone(ledger), rate);
        Ok(Self { courier: Courier::new(carriers, keepers.into_iter().map(recall).collect()), keepings })
    }
}

/// The keepers by the numbers of their destinations, and their threads.
type Keepers = (HashMap<usize, Keeper>, Vec<Keeping>);

/// A keeper for each destination that is not in this process.
#[cfg(all(feature = "spool", unix))]
fn keepers(
    settings: &Settings,
    recorder: &Arc<Recorder>,
    ledger: &Arc<Ledger>,
    vitals: &Arc<Vitals>,
) -> Result<Keepers, Vec<Problem>> {
    let (mut keepers, mut keepings, mut problems) = (HashMap::new(), Vec::new(), Vec::new());
    let Some(spool) = &settings.spool else { return Ok((keepers, keepings)) };
    let away = names(settings).enumerate().filter(|(_, (_, leaves))| *leaves);
    for (number, (name, _)) in away {
        let parts = super::keeper::Parts {
            number,
            name: name.to_owned(),
            recorder: Arc::clone(recorder),
            ledger: Arc::clone(ledger),
            vitals: Arc::clone(vitals),
        };
        match Keeper::start(spool, parts) {
            Ok((keeper, keeping)) => {
                keepers.insert(number, keeper);
                keepings.push(keeping);
            }
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() { Ok((keepers, keepings)) } else { Err(problems) }
}

/// Settings refuse a spool that is not part of this build.
#[cfg(not(all(feature = "spool", unix)))]
fn keepers(
    settings: &Settings,
    _: &Arc<Recorder>,
    _: &Arc<Ledger>,
    _: &Arc<Vitals>,
) -> Result<Keepers, Vec<Problem>> {
    let away = names(settings).filter(|(_, leaves)| *leaves).count();
    debug_assert!(settings.spool.is_none() || away == 0, "a spool without the code for it");
    Ok((HashMap::new(), Vec::new()))
}
