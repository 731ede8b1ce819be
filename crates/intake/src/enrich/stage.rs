//! Between the reader and the committer: several killmails enriched at once, order restored.

use std::sync::Arc;

use futures::StreamExt;
use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;

use super::{Enricher, Patience};
use crate::commit::Work;
use crate::status::FeedStatus;

/// Published entries still to be read beyond which nobody waits: `sequence.json` trails by up to 51.
const FAR_BEHIND: u64 = 100;
/// Answers waiting for this stage beyond which nobody waits.
const CROWDED: usize = 16;

/// Enriches what comes out of `queue` and hands it on in the same order, until `queue` is closed and
/// empty or nobody takes it any more. Once `stop` is cancelled nothing waits.
pub(crate) async fn enrich_in_order(
    mut queue: mpsc::Receiver<Work>,
    done: mpsc::Sender<Work>,
    enricher: &Enricher,
    status: &watch::Sender<FeedStatus>,
    stop: &CancellationToken,
) {
    let at_once = enricher.config.at_once.max(1);
    let works = futures::stream::poll_fn(|context| {
        let work = queue.poll_recv(context);
        let waiting = queue.len();
        work.map(|work| Some((work?, waiting)))
    });
    let mut enriched = works
        .map(|(work, waiting)| {
            let patience = if stop.is_cancelled() {
                Patience::None
            } else {
                patience(waiting, status)
            };
            enrich(enricher, work, patience, stop)
        })
        .buffered(at_once)
        .boxed();
    while let Some(work) = enriched.next().await {
        if done.send(work).await.is_err() {
            return;
        }
    }
}

async fn enrich(
    enricher: &Enricher,
    mut work: Work,
    patience: Patience,
    stop: &CancellationToken,
) -> Work {
    for offer in &mut work.append.offers {
        let parsed = Arc::clone(&offer.parsed);
        offer.enrichment = Some(enricher.enrich(&parsed, patience, stop).await);
    }
    work
}

/// Whoever lags behind the feed catches up first; names come later.
fn patience(waiting: usize, status: &watch::Sender<FeedStatus>) -> Patience {
    let lag = status.borrow().lag.unwrap_or_default();
    if waiting > CROWDED || lag > FAR_BEHIND {
        Patience::None
    } else {
        Patience::Budget
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patience_at(waiting: usize, lag: u64) -> Patience {
        let status = watch::channel(FeedStatus {
            lag: Some(lag),
            ..FeedStatus::default()
        });
        patience(waiting, &status.0)
    }

    #[test]
    fn nobody_waits_while_the_feed_is_far_ahead_or_answers_pile_up() {
        assert_eq!(patience_at(0, 0), Patience::Budget);
        // As far as `sequence.json` may trail, nobody knows whether there is more to read.
        assert_eq!(patience_at(CROWDED, 51), Patience::Budget);
        assert_eq!(patience_at(0, FAR_BEHIND + 1), Patience::None);
        assert_eq!(patience_at(CROWDED + 1, 0), Patience::None);
    }
}
