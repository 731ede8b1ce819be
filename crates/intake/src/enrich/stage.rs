//! Between the reader and the committer: several killmails enriched at once, order restored.

use std::sync::Arc;

use futures::StreamExt;
use tokio::sync::{mpsc, watch};

use super::{Enricher, Patience};
use crate::commit::Work;
use crate::status::FeedStatus;

/// Published entries still to be read beyond which nobody waits: `sequence.json` trails by up to 51.
const FAR_BEHIND: u64 = 100;
/// Answers waiting for this stage beyond which nobody waits.
const CROWDED: usize = 16;

/// Enriches what comes out of `queue` and hands it on in the same order, until `queue` is closed and
/// empty or nobody takes it any more.
pub(crate) async fn enrich_in_order(
    mut queue: mpsc::Receiver<Work>,
    done: mpsc::Sender<Work>,
    enricher: &Enricher,
    status: &watch::Sender<FeedStatus>,
) {
    let at_once = enricher.config.at_once.max(1);
    let works = futures::stream::poll_fn(|context| {
        let work = queue.poll_recv(context);
        let waiting = queue.len();
        work.map(|work| Some((work?, waiting)))
    });
    let mut enriched = works
        .map(|(work, waiting)| enrich(enricher, work, patience(waiting, status)))
        .buffered(at_once)
        .boxed();
    while let Some(work) = enriched.next().await {
        if done.send(work).await.is_err() {
            return;
        }
    }
}

async fn enrich(enricher: &Enricher, mut work: Work, patience: Patience) -> Work {
    for offer in &mut work.append.offers {
        let parsed = Arc::clone(&offer.parsed);
        offer.enrichment = Some(enricher.enrich(&parsed, patience).await);
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
