//! The loop around the follower: asks what it wants asked, parses what comes, and hands what is to
//! be kept on, through enrichment, to the committer.

use std::sync::Arc;

use bytes::Bytes;
use killwire_clock::Clock;
use killwire_killmail::Parsed;
use killwire_store::{
    Append, FeedPosition, GapReason, NewGap, NewQuarantine, Offer, Origin, Store,
};
use killwire_upstream::{R2z2, UpstreamError};
use metrics::{counter, gauge};
use rand::RngExt;
use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

use crate::commit::{self, Work, commit};
use crate::enrich::{Enricher, enrich_in_order};
use crate::entry::{Entry, came_instead, is_rewritten};
use crate::follower::{Ask, Begin, Came, Follower, Question, SkipReason, Verdict};
use crate::metric::{FETCHES, GAPS, HEAD, LAG_ENTRIES, POSITION, QUARANTINED, REREAD_QUEUE};
use crate::repair::note_first_killmail;
use crate::status::FeedStatus;
use crate::trace::new_trace;
use crate::{IntakeError, feed_source, origin};

/// Where to begin when no position is stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Start {
    /// At the head that `sequence.json` tells.
    #[default]
    Head,
    /// At this number.
    Number(u64),
}

/// What following the feed needs.
#[derive(Clone)]
pub struct Follow {
    /// The feed; shared with the repair task, because it owns the floors.
    pub feed: Arc<R2z2>,
    /// Where killmails go.
    pub store: Store,
    /// The time.
    pub clock: Clock,
    /// Who knows what ids mean.
    pub enricher: Enricher,
    /// Where to begin when no position is stored.
    pub start: Start,
    /// Where the follower shows how it stands.
    pub status: watch::Sender<FeedStatus>,
}

/// Follows the feed until `stop` is cancelled; what was read by then is committed first.
///
/// # Errors
/// [`IntakeError::Store`] when the store fails. Called again, it goes on from the stored position,
/// so nothing is lost.
pub async fn follow(follow: Follow, stop: CancellationToken) -> Result<(), IntakeError> {
    let stored = follow.store.position(&feed_source()).await?;
    let begin = match (stored, follow.start) {
        (Some(position), _) => Begin::Stored {
            next: position.next,
            published_at: position.published_at,
        },
        (None, Start::Number(number)) => Begin::Number(number),
        (None, Start::Head) => Begin::Head,
    };
    tracing::info!(?begin, "following the feed");
    let seed = rand::rng().random();
    let mut reader = Reader {
        follower: Follower::new(begin, follow.clock.now(), seed),
        follow: &follow,
        first_noted: false,
    };
    let (work, read) = mpsc::channel(commit::QUEUE);
    let (named, queue) = mpsc::channel(commit::QUEUE);
    let reading = async {
        reader.read(work, &stop).await;
        Ok(())
    };
    let enriching = async {
        enrich_in_order(read, named, &follow.enricher, &follow.status, &stop).await;
        Ok(())
    };
    let committing = commit(queue, &follow.store, &follow.clock, &follow.status);
    // The reader ends by closing the first queue, enrichment empties it and closes the second, the
    // committer empties that. An error of the committer drops the others in the middle of what they
    // do.
    futures::future::try_join3(reading, enriching, committing).await?;
    Ok(())
}

struct Reader<'a> {
    follower: Follower,
    follow: &'a Follow,
    /// Whether the first killmail ever followed is remembered.
    first_noted: bool,
}

impl Reader<'_> {
    async fn read(&mut self, work: mpsc::Sender<Work>, stop: &CancellationToken) {
        self.show(None);
        while let Some(done) = stop.run_until_cancelled(self.step()).await {
            // A killmail in hand is handed over also when the stop comes meanwhile: there is room
            // as soon as the committer has emptied the queue.
            if let Some(done) = done
                && work.send(done).await.is_err()
            {
                return;
            }
        }
    }

    /// One question, from waiting for its time to what is to be recorded of the answer.
    async fn step(&mut self) -> Option<Work> {
        let Ask {
            question,
            not_before,
        } = self.follower.ask();
        self.follow.clock.sleep_until(not_before).await;
        match question {
            Question::Head => {
                let answer = self.follow.feed.head().await;
                let came = match &answer {
                    Ok(head) => Came::Head(*head),
                    Err(error) => came_instead(error),
                };
                self.hear(question, came, None, Bytes::new())
            }
            Question::Entry(number) | Question::Probe(number) | Question::Reread(number) => {
                let trace = new_trace();
                let span = tracing::debug_span!("entry", number, traceparent = trace.0);
                async {
                    let answer: Result<Bytes, UpstreamError> = self.follow.feed.entry(number).await;
                    let previous = self.follower.published_at();
                    let entry = Entry::read(number, answer);
                    let offer = entry.killmail.map(|parsed| Offer {
                        origin: origin_of(&parsed, previous),
                        parsed: Arc::new(*parsed),
                        source: feed_source(),
                        trace: Some(trace),
                        enrichment: None,
                    });
                    let live = offer.as_ref().filter(|offer| offer.origin == Origin::Live);
                    if let Some(id) = live.map(|offer| offer.parsed.killmail.id)
                        && !self.first_noted
                    {
                        self.first_noted =
                            note_first_killmail(&self.follow.store, number, id).await;
                    }
                    self.hear(question, entry.came, offer, entry.bytes)
                }
                .instrument(span)
                .await
            }
        }
    }

    /// Tells the follower what came, and makes of its verdict what is to be appended.
    fn hear(
        &mut self,
        question: Question,
        came: Came,
        offer: Option<Offer>,
        bytes: Bytes,
    ) -> Option<Work> {
        counter!(FETCHES, "result" => result_name(&came)).increment(1);
        self.follow
            .status
            .send_modify(|status| status.counts.requests += 1);
        let trouble = match &came {
            Came::Bad { reason } | Came::Failed { reason } => Some(reason.clone()),
            _ => None,
        };
        let previous = self.follower.published_at();
        let verdict = self.follower.hear(self.follow.clock.now(), question, came);
        let mut work = Work::default();
        let mut append = Append {
            position: self.position(),
            ..Append::default()
        };
        match verdict {
            Verdict::Nothing => {
                self.show(trouble);
                return None;
            }
            Verdict::Take { .. } => {
                work.published_at = self.follower.published_at();
                append.offers.extend(offer);
            }
            Verdict::TakeAgain { .. } => {
                append.position = None;
                append.offers.extend(offer);
            }
            Verdict::Skip { from, to, why } => {
                self.skip(&mut append, from, to, &why, bytes, previous);
            }
        }
        self.show(trouble);
        work.append = append;
        Some(work)
    }

    fn skip(
        &self,
        append: &mut Append,
        from: u64,
        to: u64,
        why: &SkipReason,
        bytes: Bytes,
        published_after: Option<jiff::Timestamp>,
    ) {
        let reason = match why {
            SkipReason::Hole => GapReason::Hole,
            SkipReason::Expired => GapReason::Expired,
            SkipReason::Placeholder => GapReason::Placeholder,
            SkipReason::Unreadable(reason) => {
                append.quarantined.push(NewQuarantine {
                    source: feed_source(),
                    place: from.to_string(),
                    reason: reason.clone(),
                    bytes: bytes.into(),
                });
                counter!(QUARANTINED).increment(1);
                // To repair it is a hole like any other; the reason stands in quarantine.
                GapReason::Hole
            }
        };
        append.gaps.push(NewGap {
            source: feed_source(),
            from,
            to,
            reason,
            published_after,
        });
        let name = match why {
            SkipReason::Hole => "hole",
            SkipReason::Expired => "expired",
            SkipReason::Placeholder => "placeholder",
            SkipReason::Unreadable(_) => "unreadable",
        };
        counter!(GAPS, "reason" => name).increment(1);
        tracing::warn!(
            from,
            to,
            reason = name,
            "feed numbers skipped; repair looks for them"
        );
        let quarantined = append.quarantined.len() as u64;
        self.follow.status.send_modify(|status| {
            status.counts.gaps += 1;
            status.counts.quarantined += quarantined;
        });
    }

    fn position(&self) -> Option<FeedPosition> {
        Some(FeedPosition {
            source: feed_source(),
            next: self.follower.next()?,
            published_at: self.follower.published_at(),
        })
    }

    /// Shows how the follower stands.
    fn show(&self, trouble: Option<String>) {
        let follower = &self.follower;
        let lag = follower
            .head()
            .zip(follower.next())
            .map(|(head, next)| (head + 1).saturating_sub(next));
        gauge!(POSITION).set(follower.next().unwrap_or_default() as f64);
        gauge!(HEAD).set(follower.head().unwrap_or_default() as f64);
        gauge!(LAG_ENTRIES).set(lag.unwrap_or_default() as f64);
        gauge!(REREAD_QUEUE).set(follower.rereads() as f64);
        let now = self.follow.clock.now();
        self.follow.status.send_modify(|status| {
            if status.state.name() != follower.state().name() {
                tracing::debug!(state = %follower.state(), "follower");
            }
            if status.next < follower.next() {
                status.last_read_at = Some(now);
            }
            status.state = follower.state().clone();
            status.text = follower.state().to_string();
            status.next = follower.next();
            status.head = follower.head();
            status.lag = lag;
            status.last_entry_at = follower.published_at();
            if let Some(trouble) = trouble {
                status.last_error = Some(trouble);
                status.last_error_at = Some(now);
            }
        });
    }
}

fn origin_of(parsed: &Parsed, previous: Option<jiff::Timestamp>) -> Origin {
    let uploaded_at = parsed.feed.and_then(|feed| feed.uploaded_at);
    origin(
        parsed.killmail.time,
        uploaded_at,
        is_rewritten(parsed),
        previous,
    )
}

fn result_name(came: &Came) -> &'static str {
    match came {
        Came::Head(_) => "head",
        Came::Killmail { .. } => "killmail",
        Came::Placeholder => "placeholder",
        Came::Bad { .. } => "bad",
        Came::Missing => "missing",
        Came::Refused { .. } => "refused",
        Came::Failed { .. } => "failed",
    }
}
