//! The crash harness: the server is killed with `SIGKILL` at random moments while the simulator
//! feeds it with every fault switched on, readers of every protocol follow, and a thousand profiles
//! are looked for. Afterwards the log and each reader are held against what the feed offered, and
//! what the profiles found against each of them tried on each killmail.
//!
//! `KILLWIRE_CRASH_KILLS` (50) and `KILLWIRE_CRASH_SEED` (drawn, and printed) choose the run:
//! `KILLWIRE_CRASH_KILLS=1000 cargo test -p killwire --test suite crash`.

mod channel_reader;
mod killed_server;
mod profiles;
mod reader;
mod stream_reader;

use std::collections::HashSet;
use std::time::Duration;

use jiff::Timestamp;
use killwire_clock::Clock;
use killwire_sim::{FaultPlan, Feed, HistoryPolicy, Sim, SimConfig};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use killed_server::KilledServer;
use profiles::Watch;

/// Killmails that the feed offers in one run.
const KILLMAILS: u64 = 20_000;
/// Clock seconds in a real one. At 1,000 the six seconds of a missing number are 6 ms.
const SCALE: u32 = 1_000;
/// Real time from one start to the next kill.
const SHORTEST_LIFE: Duration = Duration::from_millis(50);
const LONGEST_LIFE: Duration = Duration::from_millis(1_250);
/// How long the log may take after the last kill until it holds everything.
const SETTLING: Duration = Duration::from_secs(1_800);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_killed_at_random_moments_loses_and_doubles_nothing_on_sqlite() {
    survive_kills(None).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_killed_at_random_moments_loses_and_doubles_nothing_on_postgresql() {
    match crate::postgres::fresh_database("crash").await {
        Some(url) => survive_kills(Some(url)).await,
        None => crate::postgres::say_skipped("the crash harness on PostgreSQL"),
    }
}

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name)
        .ok()
        .and_then(|value| value.parse().ok())
        .unwrap_or(default)
}

async fn survive_kills(database_url: Option<String>) {
    let kills = setting("KILLWIRE_CRASH_KILLS", 50);
    let seed = setting("KILLWIRE_CRASH_SEED", rand::rng().random());
    eprintln!("crash harness: {kills} kills, KILLWIRE_CRASH_SEED={seed}");
    let mut dice = StdRng::seed_from_u64(seed);

    let (sim, epoch) = play_new_eden(seed, kills).await;
    let home = tempfile::tempdir().unwrap();
    let database = database_url.as_deref();
    let watch = Watch::prepare(home.path(), database, seed, &mut dice).await;
    let mut server = KilledServer::new(home.path(), &sim, epoch, SCALE, database);
    let systems = killwire_sim::generator::solar_systems();
    let stop = CancellationToken::new();
    server.start();
    let readers: Vec<_> = reader::all(&systems)
        .into_iter()
        .map(|reader| {
            let seen = tokio::spawn(reader.read(server.base_url(), stop.clone()));
            (reader, seen)
        })
        .collect();

    for _ in 0..kills {
        tokio::time::sleep(dice.random_range(SHORTEST_LIFE..LONGEST_LIFE)).await;
        server.assert_alive();
        server.kill();
        server.start();
    }
    let offered = wait_until_complete(&sim, &mut server).await;
    stop.cancel();
    for (reader, seen) in readers {
        let seen = seen
            .await
            .unwrap_or_else(|error| panic!("{}: {error}", reader.name()));
        eprintln!(
            "crash harness: {} saw {} of {}",
            reader.name(),
            seen.len(),
            offered.len()
        );
        reader.verify(&seen, &offered);
    }
    watch.settled(&mut server).await;
    assert_eq!(
        sim.breaches(),
        [],
        "the upstreams' rules hold through every crash"
    );
    server.kill();
    watch.verify().await;
    sim.stop().await;
}

/// A simulator that offers [`KILLMAILS`] over about the time that `kills` take.
async fn play_new_eden(seed: u64, kills: u64) -> (Sim, Timestamp) {
    let epoch = Timestamp::now();
    let real_seconds = (SHORTEST_LIFE + LONGEST_LIFE).as_secs_f64() / 2.0 * kills as f64;
    let clock_hours = (real_seconds * f64::from(SCALE) / 3_600.0).max(1.0);
    let mut config = SimConfig::new(Clock::scaled(epoch, SCALE));
    config.seed = seed;
    config.feed = Feed::Generated {
        per_hour: KILLMAILS as f64 / clock_hours,
        total: Some(KILLMAILS),
    };
    config.faults = FaultPlan::everything(0.002);
    config.history = HistoryPolicy::Continuous;
    // On this clock a day passes in 86 s: on a busy machine the plain retention would expire what
    // the server has had no chance to read. Expiry is one of the scripted faults.
    config.retention = Duration::from_secs(30 * 86_400);
    (Sim::start(config).await.unwrap(), epoch)
}

/// Waits until the feed has ended and the log holds a `new` event for every killmail it offered;
/// returns their ids.
async fn wait_until_complete(sim: &Sim, server: &mut KilledServer) -> Vec<i64> {
    let (http, mut log) = (reader::http(), LogIds::default());
    let patience = tokio::time::Instant::now() + SETTLING;
    loop {
        server.assert_alive();
        log.read_on(&http, &server.base_url()).await;
        let offered: Vec<_> = sim.offered();
        let missing: Vec<_> = offered
            .iter()
            .filter(|kill| !log.ids.contains(&kill.killmail_id))
            .collect();
        if sim.feed_done() && missing.is_empty() {
            return offered.iter().map(|kill| kill.killmail_id).collect();
        }
        assert!(
            tokio::time::Instant::now() < patience,
            "feed done: {}; {} of {} killmails are not in the log: {:#?}\nbreaches: {:?}\n{}",
            sim.feed_done(),
            missing.len(),
            offered.len(),
            missing.iter().take(5).collect::<Vec<_>>(),
            sim.breaches(),
            server.tell(),
        );
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// The killmails that the log has announced, read as far as it goes.
#[derive(Default)]
struct LogIds {
    after: i64,
    ids: HashSet<i64>,
}

impl LogIds {
    async fn read_on(&mut self, http: &reqwest::Client, base: &str) {
        loop {
            let url = format!(
                "{base}/api/v1/events?after={}&limit=1000&kinds=new",
                self.after
            );
            let Ok(answer) = http.get(url).send().await else {
                return;
            };
            let Ok(page) = answer.json::<Value>().await else {
                return;
            };
            let Some(events) = page["events"].as_array() else {
                return;
            };
            for event in events {
                let id = event["killmail_id"].as_i64().expect("a killmail");
                assert!(self.ids.insert(id), "killmail {id} has two `new` events");
            }
            let next = page["next"].as_i64().expect("a next position");
            if next == self.after {
                return;
            }
            self.after = next;
        }
    }
}
