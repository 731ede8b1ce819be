//! Keeping what is in force true: to static data that changes, and to how hot things are.

use std::sync::Arc;
use std::time::Duration;

use killwire_store::{EventQuery, Kinds, LogEvent, ReadError, Seq};
use tokio_util::sync::CancellationToken;

use super::{Profiles, ProfilesError};
use crate::ground::Ground;
use crate::index::Heat;
use crate::subject::Subject;
use crate::{live, metric};

/// How often it is looked whether static data has changed.
const LOOK: Duration = Duration::from_secs(5);

/// How often the index is made anew by what killmails have shown since.
const SAMPLE: Duration = Duration::from_secs(6 * 3_600);

/// Events that are looked at for how hot things are, and how many are read at a time.
const SAMPLED: i64 = 2_000;
const PAGE: usize = 500;

impl Profiles {
    /// Compiles everything anew when static data has changed, and makes the index anew from time to
    /// time, until `stop`.
    ///
    /// # Errors
    /// [`ProfilesError`] when the store fails.
    pub async fn keep(&self, stop: &CancellationToken) -> Result<(), ProfilesError> {
        let mut sampled_at = self.clock.now();
        // Where there were no profiles at the start nothing has been sampled.
        let mut sampled = !self.live.load().heat.is_guessed();
        metric::in_force(&self.live);
        loop {
            tokio::select! {
                () = stop.cancelled() => return Ok(()),
                () = self.clock.sleep(LOOK) => {}
            }
            if self.static_data_changed() {
                let heat = self.sample().await?;
                let mut broken = self.broken.lock().await;
                let rows = self.store.profiles().await?;
                self.compile_all(&mut broken, rows, heat).await?;
                drop(broken);
                metric::in_force(&self.live);
            }
            let now = self.clock.now();
            let is_old = now.duration_since(sampled_at).unsigned_abs() >= SAMPLE;
            if is_old || (!sampled && !self.live.load().snapshot.is_empty()) {
                (sampled, sampled_at) = (true, now);
                let heat = self.sample().await?;
                let live = Arc::clone(&self.live);
                tokio::task::spawn_blocking(move || live.rebuild(Some(heat))).await?;
                metric::rebuilt(self.live.rebuilds());
            }
        }
    }

    fn static_data_changed(&self) -> bool {
        let view: Arc<live::View> = self.live.load();
        !Arc::ptr_eq(&self.universe.load(), view.ground.shared_universe())
    }

    /// How hot things are, from the newest killmails of the log.
    pub(super) async fn sample(&self) -> Result<Heat, ProfilesError> {
        let universe = self.universe.load();
        let mut events: Vec<Arc<LogEvent>> = Vec::new();
        let head = self.store.head();
        let first = (head.0 - SAMPLED).max(self.store.oldest().0 - 1).max(0);
        let mut after = Seq(first);
        while after < head {
            let query = EventQuery {
                after,
                limit: PAGE,
                kinds: Kinds::NEW,
                systems: Vec::new(),
                characters: Vec::new(),
            };
            match self.store.read_events(&query).await {
                Ok(page) => {
                    after = page.next;
                    events.extend(page.events);
                    if page.at_head {
                        break;
                    }
                }
                // Retention was faster: what has been read is enough.
                Err(ReadError::Gone { .. } | ReadError::Ahead { .. }) => break,
                Err(ReadError::Store(error)) => return Err(error.into()),
            }
        }
        let heat = tokio::task::spawn_blocking(move || {
            let ground = Ground::new(universe);
            Heat::sampled(events.iter().filter_map(|event| {
                let facts = event.facts.as_deref()?;
                Some(Subject::new(facts, event.appended_at, &ground))
            }))
        });
        Ok(heat.await?)
    }
}
