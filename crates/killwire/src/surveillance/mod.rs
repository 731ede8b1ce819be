//! Profiles, wired: who matches the log against them, who keeps them true, and what both show of
//! themselves.

mod people;

use std::sync::Arc;

use killwire_clock::Clock;
use killwire_delivery::{PartHealth, PartState};
use killwire_store::{Seq, Store};
use killwire_surveillance::profiles::{Parts, Profiles, ProfilesLimits};
use killwire_surveillance::reader::Reader;
use killwire_surveillance::subject::NoChains;
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::failure::Failure;
use crate::knowledge::Knowledge;
use crate::supervise::Supervisor;

use self::people::FromLookup;

/// Events that the reader may be behind the log before `/health` says so. It takes thousands in a
/// second, so that this many mean that it stands still.
const MOST_BEHIND: i64 = 1_000;

/// Profiles and those who work with them. Clones share them.
#[derive(Clone)]
pub(crate) struct Surveillance {
    profiles: Arc<Profiles>,
    store: Store,
    clock: Clock,
    /// How far the log is matched; none while nobody matches it.
    position: watch::Sender<Option<Seq>>,
}

/// The profiles that are stored, compiled and ready to match; no map is known yet.
pub(crate) async fn open_profiles(
    config: &Config,
    store: &Store,
    knowledge: &Knowledge,
) -> Result<Arc<Profiles>, Failure> {
    let parts = Parts {
        store: store.clone(),
        universe: knowledge.universe.clone(),
        people: Arc::new(FromLookup(knowledge.lookup.clone())),
        chains: Arc::new(NoChains),
        clock: config.upstream.clock(),
        limits: ProfilesLimits {
            profiles: config.profiles,
            ..ProfilesLimits::default()
        },
    };
    Ok(Arc::new(Profiles::open(parts).await?))
}

impl Surveillance {
    /// Takes what is stored into use. The log must not move yet: where nobody has matched it before,
    /// its end as it is now is where that begins.
    pub(crate) async fn open(
        config: &Config,
        store: &Store,
        knowledge: &Knowledge,
    ) -> Result<Self, Failure> {
        let profiles = open_profiles(config, store, knowledge).await?;
        let place = Reader::place(store).await?;
        Ok(Self {
            profiles,
            store: store.clone(),
            clock: config.upstream.clock(),
            position: watch::Sender::new(Some(place)),
        })
    }

    /// The profiles.
    pub(crate) fn profiles(&self) -> Arc<Profiles> {
        Arc::clone(&self.profiles)
    }

    /// Starts what matches the log, and what keeps profiles true to static data.
    pub(crate) fn keep(&self, supervisor: &mut Supervisor, stop: &CancellationToken) {
        let (this, on_stop) = (self.clone(), stop.clone());
        supervisor.keep("surveillance", move || {
            let (this, stop) = (this.clone(), on_stop.clone());
            async move {
                let (live, chains) = (this.profiles.live(), this.profiles.chains());
                let reader = Reader::open(this.store, live, chains, this.clock).await?;
                Ok(reader.showing(this.position).run(&stop).await?)
            }
        });
        let (profiles, on_stop) = (self.profiles(), stop.clone());
        supervisor.keep("profiles", move || {
            let (profiles, stop) = (Arc::clone(&profiles), on_stop.clone());
            async move { Ok(profiles.keep(&stop).await?) }
        });
    }

    fn behind(&self) -> Option<i64> {
        let position = (*self.position.borrow())?;
        Some((self.store.head().0 - position.0).max(0))
    }

    /// How it is. Never a reason not to be ready: killmails are served without it, and what was
    /// missed is matched later.
    pub(crate) fn health(&self) -> PartHealth {
        let mut reasons = Vec::new();
        if let Some(behind) = self.behind().filter(|behind| *behind > MOST_BEHIND) {
            reasons.push(format!("{behind} events are not matched yet"));
        }
        match self.profiles.fault_count() {
            0 => {}
            1 => reasons.push(
                "a profile cannot be put in force; `killwire profile list` says which and why"
                    .to_owned(),
            ),
            many => reasons.push(format!(
                "{many} profiles cannot be put in force; `killwire profile list` says which and why"
            )),
        }
        let reason = (!reasons.is_empty()).then(|| reasons.join("; "));
        PartHealth {
            name: "surveillance".to_owned(),
            state: match reason {
                Some(_) => PartState::Degraded,
                None => PartState::Ok,
            },
            reason,
        }
    }

    /// Everything there is to tell, for `/status`.
    pub(crate) fn status(&self) -> Value {
        let live = self.profiles.live();
        let (view, rebuilds) = (live.load(), live.rebuilds());
        json!({
            "profiles": {
                "in_force": view.snapshot.len(),
                "always": view.snapshot.always(),
                "excluding": view.snapshot.unless(),
                "faults": self.profiles.fault_count(),
            },
            "index": {
                "bytes": view.snapshot.size(),
                "recent_changes": view.snapshot.recent(),
                "rebuilds": rebuilds.count,
                "last_rebuild_seconds": rebuilds.last.as_secs_f64(),
            },
            "reader": { "position": *self.position.borrow(), "lag": self.behind() },
            "matches": { "head": self.store.match_head(), "oldest": self.store.match_oldest() },
        })
    }
}
