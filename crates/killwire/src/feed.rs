//! The live feed, wired: its two tasks (follow, repair) and what they show of themselves.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use killwire_clock::Clock;
use killwire_delivery::{PartHealth, PartState};
use killwire_intake::follower::FeedState;
use killwire_intake::{FeedStatus, Follow, Repairer, Start, feed_source, follow};
use killwire_store::Store;
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::config::{Config, FeedStart};
use crate::failure::Failure;
use crate::knowledge::Knowledge;
use crate::supervise::Supervisor;

/// The feed's tasks before they are started.
pub(crate) struct Feed {
    follow: Follow,
    repairer: Arc<Repairer>,
    /// When the last entry of an earlier run was published.
    stored: Option<Timestamp>,
}

/// What the feed's tasks show of themselves. Cheap to clone.
#[derive(Clone)]
pub(crate) struct FeedView {
    clock: Clock,
    status: watch::Receiver<FeedStatus>,
    /// When the last entry of an earlier run was published.
    stored: Option<Timestamp>,
}

impl Feed {
    /// Prepares the feed. Asks nobody anything yet.
    pub(crate) async fn open(
        config: &Config,
        store: &Store,
        knowledge: &Knowledge,
    ) -> Result<Self, Failure> {
        let stored = store.position(&feed_source()).await?;
        let clock = config.upstream.clock();
        let follow = Follow {
            feed: Arc::clone(&knowledge.upstreams.r2z2),
            store: store.clone(),
            clock,
            enricher: knowledge.enricher.clone(),
            start: match config.feed_start {
                FeedStart::Head => Start::Head,
                FeedStart::At(number) => Start::Number(number),
            },
            status: watch::channel(FeedStatus::default()).0,
        };
        Ok(Self {
            follow,
            repairer: Arc::new(knowledge.repairer()),
            stored: stored.and_then(|position| position.published_at),
        })
    }

    /// What the tasks will show of themselves.
    pub(crate) fn view(&self) -> FeedView {
        FeedView {
            clock: self.follow.clock.clone(),
            status: self.follow.status.subscribe(),
            stored: self.stored,
        }
    }

    /// The repair task's hand, for those who want a gap repaired now.
    pub(crate) fn repairer(&self) -> Arc<Repairer> {
        Arc::clone(&self.repairer)
    }

    /// Starts both tasks.
    pub(crate) fn keep(self, supervisor: &mut Supervisor, stop: &CancellationToken) {
        let (follow_feed, on_stop) = (self.follow, stop.clone());
        supervisor.keep("follow", move || {
            let following = follow(follow_feed.clone(), on_stop.clone());
            async { Ok(following.await?) }
        });
        let (repairer, on_stop) = (self.repairer, stop.clone());
        supervisor.keep("repair", move || {
            let (repairer, stop) = (Arc::clone(&repairer), on_stop.clone());
            async move { Ok(repairer.run(stop).await?) }
        });
    }
}

impl FeedView {
    /// How far the log lies behind the feed: nothing while the feed has nothing more, otherwise the
    /// age of the last entry read. None before anything has ever been read.
    pub(crate) fn lag(&self) -> Option<Duration> {
        let status = self.status.borrow();
        if matches!(status.state, FeedState::Waiting { .. }) {
            return Some(Duration::ZERO);
        }
        let last = status.last_entry_at.or(self.stored)?;
        let age = self.clock.now().duration_since(last);
        Some(Duration::try_from(age).unwrap_or_default())
    }

    /// How the feed is: failing when it lags by more than `max_lag`.
    pub(crate) fn health(&self, max_lag: Duration) -> PartHealth {
        let lag = self.lag();
        let status = self.status.borrow();
        let (state, reason) = match lag {
            Some(lag) if lag <= max_lag => match &status.state {
                FeedState::Failing { .. } => (PartState::Degraded, Some(status.text.clone())),
                _ => (PartState::Ok, None),
            },
            Some(lag) => {
                let behind = in_words(lag);
                let reason = match (&status.state, status.lag) {
                    (FeedState::Reading { .. }, Some(entries)) => {
                        format!("catching up: {entries} entries ({behind}) behind the feed")
                    }
                    (FeedState::Reading { .. }, None) => {
                        format!("catching up: {behind} behind the feed")
                    }
                    _ => format!("{behind} behind the feed; {}", status.text),
                };
                (PartState::Failing, Some(reason))
            }
            None => {
                let reason = format!("nothing has been read yet; {}", status.text);
                (PartState::Failing, Some(reason))
            }
        };
        PartHealth {
            name: "feed".to_owned(),
            state,
            reason,
        }
    }

    /// Everything there is to tell, for `/status`.
    pub(crate) fn status(&self) -> Value {
        let mut status = json!(*self.status.borrow());
        if let Some(lag) = self.lag() {
            status["lag_seconds"] = json!(lag.as_secs());
        }
        status
    }
}

fn in_words(length: Duration) -> String {
    let seconds = length.as_secs();
    match seconds {
        0..120 => format!("{seconds} seconds"),
        120..7_200 => format!("{} minutes", seconds / 60),
        7_200..172_800 => format!("{} hours", seconds / 3_600),
        _ => format!("{} days", seconds / 86_400),
    }
}
