//! The past that a client is sent: killmails of systems it begins to follow, and their counts.
//!
//! Done in small steps between everything else, so that no live event waits for it.

use std::collections::VecDeque;
use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;
use killwire_killmail::SystemId;
use killwire_store::{Seq, StoreError};

use super::action::{Preload, PreloadRules};
use super::delivered::Delivered;
use super::protocol::Shape;
use super::push::Push;
use super::topic::Topic;
use crate::hub::Hub;
use crate::hub::filter::Filter;

/// What counts say: the kills of a day.
const COUNTED: Duration = Duration::from_secs(86_400);

/// More killmails are looked at than are wanted, because filters may leave some out.
const LOOKED_AT: usize = 200;

/// What is still to be sent of the past, in order.
#[derive(Debug, Default)]
pub(super) struct Past(VecDeque<Job>);

#[derive(Debug)]
enum Job {
    Killmails {
        topic: Topic,
        systems: VecDeque<SystemId>,
        rules: PreloadRules,
        /// Killmails that were announced after this come live.
        up_to: Seq,
        /// The next message is not sent before.
        not_before: Timestamp,
        /// Of the first system, and of all.
        sent_of_system: u16,
        sent: usize,
        looked_through: usize,
    },
    Counts {
        topic: Topic,
        systems: VecDeque<SystemId>,
        /// Whether a count of 0 is sent: where the client may believe in another.
        zeros: bool,
    },
}

/// For whom the past is sent.
pub(super) struct Receiver<'a> {
    pub(super) hub: &'a Hub,
    pub(super) filter: &'a Filter,
    pub(super) delivered: &'a Delivered,
    pub(super) shape: Shape,
    /// The client's time, by which pauses are kept. The log's own is the hub's.
    pub(super) now: Timestamp,
}

impl Past {
    /// Sends what a preload asks for, later.
    pub(super) fn preload(&mut self, preload: &Preload, up_to: Seq) {
        if preload.rules.limit_per_system > 0 && !preload.systems.is_empty() {
            self.0.push_back(Job::Killmails {
                topic: preload.topic,
                systems: preload.systems.iter().copied().collect(),
                rules: preload.rules,
                up_to,
                not_before: Timestamp::MIN,
                sent_of_system: 0,
                sent: 0,
                looked_through: 0,
            });
        }
    }

    /// Sends counts, later.
    pub(super) fn count(
        &mut self,
        topic: Topic,
        systems: impl IntoIterator<Item = SystemId>,
        zeros: bool,
    ) {
        let systems: VecDeque<SystemId> = systems.into_iter().collect();
        if !systems.is_empty() {
            self.0.push_back(Job::Counts {
                topic,
                systems,
                zeros,
            });
        }
    }

    /// Drops what was to be sent for a topic.
    pub(super) fn drop_topic(&mut self, of: Topic) {
        self.0.retain(|job| job.topic() != of);
    }

    /// The topic that is to be sent something, and when at the earliest.
    pub(super) fn next(&self) -> Option<(Topic, Timestamp)> {
        let job = self.0.front()?;
        let not_before = match job {
            Job::Killmails { not_before, .. } => *not_before,
            Job::Counts { .. } => Timestamp::MIN,
        };
        Some((job.topic(), not_before))
    }

    /// One step: the texts to send, at most one message with killmails.
    ///
    /// # Errors
    /// When the store fails.
    pub(super) async fn step(&mut self, to: &Receiver<'_>) -> Result<Vec<Bytes>, StoreError> {
        let Some(job) = self.0.front_mut() else {
            return Ok(Vec::new());
        };
        let texts = job.step(to).await?;
        if job.is_done() {
            self.0.pop_front();
        }
        if self.0.is_empty() {
            // Most connections have no past to send, and should hold no memory for one.
            self.0 = VecDeque::new();
        }
        Ok(texts)
    }
}

impl Job {
    const fn topic(&self) -> Topic {
        match self {
            Self::Killmails { topic, .. } | Self::Counts { topic, .. } => *topic,
        }
    }

    fn is_done(&self) -> bool {
        match self {
            Self::Killmails { systems, .. } | Self::Counts { systems, .. } => systems.is_empty(),
        }
    }

    async fn step(&mut self, to: &Receiver<'_>) -> Result<Vec<Bytes>, StoreError> {
        let mut texts = Vec::new();
        match self {
            Self::Killmails {
                topic,
                systems,
                rules,
                up_to,
                not_before,
                sent_of_system,
                sent,
                looked_through,
            } => {
                if let Some(&system) = systems.front() {
                    let left = rules.limit_per_system - *sent_of_system;
                    let most = left.min(rules.batch_size);
                    let (batch, more) = killmails(to, system, *up_to, rules.since, most).await?;
                    *sent_of_system += u16::try_from(batch.len()).unwrap_or(most);
                    *sent += batch.len();
                    // What more there is, is looked for again rather than kept while it waits.
                    if !more || *sent_of_system >= rules.limit_per_system {
                        systems.pop_front();
                        *sent_of_system = 0;
                        *looked_through += 1;
                    }
                    if !batch.is_empty() {
                        let update = Push::KillmailUpdate {
                            system,
                            killmails: &batch,
                            timestamp: to.hub.now(),
                            preload: true,
                            updated: false,
                            seq: None,
                        };
                        texts.push(update.text(to.shape, *topic));
                        *not_before = to.now.checked_add(rules.interval).unwrap_or(to.now);
                    }
                }
                if systems.is_empty() {
                    let complete = Push::PreloadComplete {
                        total_kills: *sent,
                        systems_processed: *looked_through,
                    };
                    texts.push(complete.text(to.shape, *topic));
                }
            }
            Self::Counts {
                topic,
                systems,
                zeros,
            } => {
                if let Some(system) = systems.pop_front() {
                    let now = to.hub.now();
                    let since = now.checked_sub(COUNTED).ok();
                    let count = to.hub.store().count_by_system(system, since).await?;
                    if count > 0 || *zeros {
                        let update = Push::KillCountUpdate {
                            system,
                            count,
                            timestamp: now,
                        };
                        texts.push(update.text(to.shape, *topic));
                    }
                }
            }
        }
        Ok(texts)
    }
}

/// A system's newest killmails that the filter lets through and that were not sent yet, as JSON, and
/// noted as sent; and whether there are more.
async fn killmails(
    to: &Receiver<'_>,
    system: SystemId,
    up_to: Seq,
    since: Duration,
    most: u16,
) -> Result<(Vec<Bytes>, bool), StoreError> {
    let since = to.hub.now().checked_sub(since);
    let since = since.unwrap_or(Timestamp::MIN);
    let store = to.hub.store();
    let events = store
        .newest_in_system(system, since, up_to, LOOKED_AT)
        .await?;
    let universe = to.hub.universe();
    let mut sent = to.delivered.sent();
    let mut killmails = Vec::new();
    for event in events {
        let (Some(id), Some(killmail)) = (event.killmail_id, &event.killmail) else {
            continue;
        };
        // The preload says itself how old they may be.
        let wanted = to.filter.is_wanted_origin(event.origin)
            && event
                .facts
                .as_deref()
                .is_some_and(|facts| to.filter.matches(facts, &universe));
        if wanted && !sent.has(id) {
            if killmails.len() >= usize::from(most) {
                return Ok((killmails, true));
            }
            sent.note(Some(id), None);
            killmails.push(killmail.clone());
        }
    }
    Ok((killmails, false))
}
