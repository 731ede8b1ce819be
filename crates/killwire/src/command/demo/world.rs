//! The demo's New Eden, and how it goes on where it stopped.
//!
//! The same seed plays the same killmails, so a second demo on the same data continues the world of
//! the first: the simulator is told how many entries there were already, and the clock goes on from
//! the last of them.

use std::fs::File;
use std::io::Write;
use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use killwire_clock::Clock;
use killwire_intake::feed_source;
use killwire_sim::{Feed, JANICE_KEY, STATIC_BUILD, Sim, SimConfig, static_export};
use killwire_store::{FeedPosition, Store};
use killwire_upstream::{Contact, Secret, UpstreamConfig};
use serde::{Deserialize, Serialize};

use super::examples;
use crate::config::Config;
use crate::data_dir;
use crate::failure::Failure;
use crate::knowledge::Knowledge;
use crate::lock::Lock;

/// Where the simulated static data lies while it is imported.
const EXPORT: &str = "static-data.zip";
/// What marks a data directory as a demo's.
const MARK: &str = "demo.json";
/// Entries published before a first demo starts: something is there at once.
const FIRST_BACKLOG: u64 = 20;
/// Entries per hour of the demo's time, as on the real feed.
const PER_HOUR: f64 = 860.0;
const FIRST_SEQUENCE: u64 = 96_000_000;

/// What a demo must know of the one before.
#[derive(Debug, Serialize, Deserialize)]
struct Mark {
    seed: u64,
    first_sequence: u64,
}

/// Starts the simulator that goes with the data of `config`, and points `config` at it.
pub(super) async fn start(mut config: Config, pace: u32) -> Result<(Sim, Config), Failure> {
    data_dir::make(&config.data_dir)?;
    let mark = mark(&config.data_dir)?;
    let position = prepare(&config).await?;
    let now = Timestamp::now();
    let epoch = epoch(now, position.as_ref(), pace);
    let backlog = match &position {
        Some(position) => position.next.saturating_sub(mark.first_sequence),
        None => FIRST_BACKLOG,
    };
    let clock = Clock::scaled(epoch, pace);
    let sim = Sim::start(SimConfig {
        seed: mark.seed,
        feed: Feed::Generated {
            per_hour: PER_HOUR,
            total: None,
        },
        first_sequence: mark.first_sequence,
        backlog,
        ..SimConfig::new(clock.clone())
    })
    .await?;
    let contact =
        Contact::new("killwire demo").map_err(|error| Failure::Upstream(error.to_string()))?;
    let upstream = UpstreamConfig::simulated(&sim.base_url(), contact, clock)
        .map_err(|error| Failure::Upstream(error.to_string()))?;
    config.upstream.contact = upstream.contact;
    config.upstream.r2z2 = upstream.r2z2_url;
    config.upstream.esi = upstream.esi_url;
    config.upstream.everef = upstream.everef_url;
    config.upstream.zkillboard = upstream.zkillboard_url;
    config.upstream.static_data = upstream.static_data_url;
    config.upstream.janice = upstream.janice_url;
    config.upstream.janice_key = Secret::new(JANICE_KEY).ok();
    config.upstream.mutamarket = upstream.mutamarket_url;
    config.upstream.clock_scale = pace;
    config.upstream.clock_epoch = Some(epoch);
    Ok((sim, config))
}

/// The mark of the demo in `dir`; made where the folder is new. A folder with real data is refused.
fn mark(dir: &Path) -> Result<Mark, Failure> {
    let path = dir.join(MARK);
    let failed = |doing| {
        let path = path.clone();
        move |source| Failure::File {
            doing,
            path,
            source,
        }
    };
    if let Ok(text) = std::fs::read(&path) {
        return serde_json::from_slice(&text)
            .map_err(std::io::Error::from)
            .map_err(failed("cannot read"));
    }
    if dir.join("killwire.db").exists() {
        return Err(Failure::Refused(format!(
            "{} holds the data of a real Killwire; give the demo another --data-dir",
            dir.display()
        )));
    }
    let mark = Mark {
        seed: u64::try_from(Timestamp::now().as_millisecond()).unwrap_or(1),
        first_sequence: FIRST_SEQUENCE,
    };
    serde_json::to_vec(&mark)
        .map_err(std::io::Error::from)
        .and_then(|text| write_whole(&path, &text))
        .map_err(failed("cannot write"))?;
    Ok(mark)
}

/// The file is there whole or not at all, also after a power cut: a folder with half a mark could
/// never be used again.
fn write_whole(path: &Path, text: &[u8]) -> std::io::Result<()> {
    let unfinished = path.with_extension("json.new");
    let mut file = File::create(&unfinished)?;
    file.write_all(text)?;
    file.sync_all()?;
    std::fs::rename(&unfinished, path)
}

/// Where the demo before stopped. Read ahead of everything else, because the simulator must be
/// there before the follower is. In a new folder the static data of the simulated New Eden is put
/// in place, so that the very first kill has names; a real server fetches it while it runs. So are
/// the example profiles, so that they are held against it.
async fn prepare(config: &Config) -> Result<Option<FeedPosition>, Failure> {
    let _lock = Lock::take(&config.data_dir, "demo", Timestamp::now())?;
    let store = Store::open(config.store(), Clock::system()).await?;
    let prepared = async {
        let knowledge = Knowledge::open(config, &store).await?;
        if store.static_build().await?.is_none() {
            let file = config.data_dir.join(EXPORT);
            let written = static_export(STATIC_BUILD)
                .map_err(Failure::from)
                .and_then(|export| std::fs::write(&file, export).map_err(write_failure(&file)));
            written?;
            knowledge.static_data.import_file(&file).await?;
            std::fs::remove_file(&file).map_err(write_failure(&file))?;
        }
        examples::make(config, &store, &knowledge).await?;
        Ok(store.position(&feed_source()).await?)
    };
    let prepared: Result<_, Failure> = prepared.await;
    store.close().await;
    prepared
}

fn write_failure(file: &Path) -> impl Fn(std::io::Error) -> Failure {
    let path = file.to_owned();
    move |source| Failure::File {
        doing: "cannot write",
        path: path.clone(),
        source,
    }
}

/// The epoch with which a clock of `pace` reads now what the last entry's world had reached. Never
/// back behind real time.
fn epoch(now: Timestamp, position: Option<&FeedPosition>, pace: u32) -> Timestamp {
    let ahead = position
        .and_then(|position| position.published_at)
        .map_or(SignedDuration::ZERO, |reached| reached.duration_since(now));
    // From `reached = epoch + (now - epoch) * pace`.
    match i32::try_from(pace - 1) {
        Ok(gain @ 1..) if ahead.is_positive() => now.saturating_sub(ahead / gain).unwrap_or(now),
        _ => now,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_goes_on_where_the_last_demo_stopped() {
        let now = Timestamp::now();
        let reached = now + SignedDuration::from_hours(30);
        let position = FeedPosition {
            source: feed_source(),
            next: 1,
            published_at: Some(reached),
        };
        let clock = Clock::scaled(epoch(now, Some(&position), 20), 20);
        let off = clock.now().duration_since(reached).abs();
        assert!(off < SignedDuration::from_mins(5), "{off:?}");
        assert_eq!(epoch(now, None, 20), now);
    }

    #[test]
    fn a_folder_with_real_data_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("killwire.db"), b"").unwrap();
        let refused = mark(folder.path()).unwrap_err();
        assert!(refused.to_string().contains("another --data-dir"));
    }

    #[test]
    fn the_same_folder_plays_the_same_world() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(
            mark(folder.path()).unwrap().seed,
            mark(folder.path()).unwrap().seed
        );
    }
}
