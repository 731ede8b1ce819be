//! `append`: killmails made durable per second, in batches of 1, 100 and 1,000, against the
//! identical rows, indexes, pragmas and batches inserted with prepared rusqlite statements by a
//! program of its own ([`crate::peer`]).
//!
//! Killwire's side is the whole of `Store::append`: looking up what is known already, encoding,
//! inserting, committing, showing it to readers. The baseline only inserts the rows that came of
//! it, in the same order.

use std::path::Path;
use std::time::Instant;

use killwire_store::Offer;

use crate::documents::Source;
use crate::report::{Counts, Line};
use crate::rounds::in_turns;
use crate::{Outcome, feed, peer};

const ROUNDS: usize = 5;

/// Measures one case.
pub(crate) fn measure(case: &str) -> Outcome<Option<Line>> {
    // As many killmails as take a second or two.
    let (batch, killmails) = match case {
        "batch-1" => (1, 3_000),
        "batch-100" => (100, 20_000),
        _ => (1_000, 30_000),
    };
    let mut source = Source::new();
    let offers = (0..killmails)
        .map(|_| feed::offer(source.parsed()?))
        .collect::<Outcome<Vec<Offer>>>()?;
    let folder = tempfile::tempdir()?;
    let runtime = tokio::runtime::Runtime::new()?;

    let empty = folder.path().join("empty.db");
    runtime.block_on(async {
        feed::open(&empty).await?.close().await;
        Outcome::Ok(())
    })?;
    // What the baseline copies its rows from.
    let full = folder.path().join("full.db");
    runtime.block_on(append(&full, &offers, batch))?;

    let mut round = 0;
    let (value, baseline) = in_turns(
        ROUNDS,
        || {
            round += 1;
            let file = folder.path().join(format!("killwire-{round}.db"));
            let rate = runtime.block_on(append(&file, &offers, batch));
            std::fs::remove_file(&file)?;
            rate
        },
        || peer::insert_rows(&empty, &full, batch),
    )?;
    Ok(Some(Line::new(
        ("append", case),
        (value, "killmails/s", Counts::Work),
        (Some(baseline), "rusqlite, the same rows and batches"),
    )))
}

/// Appends all offers to a new database, one batch after the other; killmails per second.
async fn append(file: &Path, offers: &[Offer], batch: usize) -> Outcome<f64> {
    let store = feed::open(file).await?;
    let start = Instant::now();
    let mut next = 1;
    for offers in offers.chunks(batch) {
        next += offers.len() as u64;
        store.append(feed::append(offers.to_vec(), next)).await?;
    }
    let seconds = start.elapsed().as_secs_f64();
    store.close().await;
    Ok(f64::from(u32::try_from(offers.len())?) / seconds)
}
