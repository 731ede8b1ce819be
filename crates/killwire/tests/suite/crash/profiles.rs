//! What the server looks for while it is killed: profiles made of the same New Eden that the feed
//! plays, and, in the end, what they found held against every one of them tried on every killmail.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use killwire_clock::Clock;
use killwire_killmail::{Document, Facts, parse};
use killwire_sim::Generator;
use killwire_store::{
    Backend, MatchQuery, MatchSeq, NewProfile, ProfileId, ProfileLimits, ProfileName, ProfileRow,
    ScanBy, ScanQuery, ScannedFacts, Store, StoreConfig,
};
use killwire_surveillance::compile::{Lists, Plan, compile};
use killwire_surveillance::ground::Ground;
use killwire_surveillance::subject::Subject;
use killwire_surveillance::text;
use killwire_surveillance::tree::TreeLimits;
use killwire_universe::Universe;
use rand::RngExt as _;
use rand::rngs::StdRng;

use super::killed_server::KilledServer;
use super::reader;

/// How many there are.
const PROFILES: usize = 1_000;
/// Every so many of them is one that no index finds.
const ALWAYS_EVERY: usize = 100;
/// Killmails from which they are made.
const SAMPLE: usize = 400;
/// How long the last killmails may take to be matched.
const PATIENCE: Duration = Duration::from_secs(300);

/// What killed servers look for.
pub(super) struct Watch {
    backend: Backend,
}

/// A profile and a killmail that it found.
type Found = (ProfileId, i64);

impl Watch {
    /// Makes the profiles in the database with which the server will start.
    pub(super) async fn prepare(
        home: &Path,
        database_url: Option<&str>,
        seed: u64,
        dice: &mut StdRng,
    ) -> Self {
        let data = home.join("data");
        std::fs::create_dir_all(&data).unwrap();
        let backend = match database_url {
            Some(url) => Backend::Postgres(url.to_owned()),
            None => Backend::Sqlite(data.join("killwire.db")),
        };
        let watch = Self { backend };
        let sample = sample(seed);
        let profile = |number: usize| NewProfile {
            owner: None,
            name: ProfileName::new(&format!("profile {number}")).unwrap(),
            condition: condition(number, &sample, dice),
            enabled: true,
        };
        let profiles = (0..PROFILES).map(profile).collect();
        let store = watch.open().await;
        let made = store.create_profiles(profiles, ProfileLimits::default());
        assert_eq!(made.await.unwrap().len(), PROFILES);
        store.close().await;
        watch
    }

    async fn open(&self) -> Store {
        let config = StoreConfig::new(self.backend.clone());
        Store::open(config, Clock::system()).await.unwrap()
    }

    /// Waits until everything in the log is matched.
    pub(super) async fn settled(&self, server: &mut KilledServer) {
        let (http, started) = (reader::http(), Instant::now());
        let url = format!("{}/status", server.base_url());
        loop {
            server.assert_alive();
            let answer = http.get(&url).send().await.unwrap();
            let status: serde_json::Value = answer.json().await.unwrap();
            let surveillance = &status["surveillance"];
            if surveillance["reader"]["lag"] == 0 {
                let always = surveillance["profiles"]["always"].as_u64();
                assert_eq!(
                    always,
                    Some((PROFILES / ALWAYS_EVERY) as u64),
                    "{surveillance}"
                );
                assert_eq!(surveillance["profiles"]["in_force"], PROFILES);
                return;
            }
            assert!(
                started.elapsed() < PATIENCE,
                "{surveillance}\n{}",
                server.tell()
            );
            reader::breathe().await;
        }
    }

    /// Holds what was found against every profile tried on every killmail. The server is down.
    pub(super) async fn verify(&self) {
        let store = self.open().await;
        let found = found(&store).await;
        let expected = expected(&store).await;
        store.close().await;
        let once: HashSet<Found> = found.iter().copied().collect();
        assert_eq!(once.len(), found.len(), "a match is stored twice");
        let missing: Vec<&Found> = expected.difference(&once).take(5).collect();
        let invented: Vec<&Found> = once.difference(&expected).take(5).collect();
        assert!(
            missing.is_empty() && invented.is_empty(),
            "profiles: of {} matches {} are stored; not stored: {missing:?}, stored without reason: {invented:?}",
            expected.len(),
            once.len(),
        );
        assert!(once.len() > PROFILES, "only {} matches", once.len());
        eprintln!("crash harness: profiles found {} matches", once.len());
    }
}

/// Killmails as the feed of this seed has them.
fn sample(seed: u64) -> Vec<Facts> {
    let mut generator = Generator::new(seed);
    let now = Timestamp::now();
    let facts = (0..SAMPLE).map(|_| {
        let made = generator.killmail(now);
        match parse(&made.r2z2_entry(1, now)).unwrap() {
            Document::Killmail(parsed) => Facts::of(&parsed, None),
            other => panic!("the simulator made {other:?}"),
        }
    });
    facts.collect()
}

/// A condition that few killmails of the feed fit: the reason of each match is worded, and an
/// unoptimised build takes its time for that. Nothing that becomes known later makes another
/// answer of one that held: what zKillboard says is asked for, never excluded.
fn condition(number: usize, sample: &[Facts], dice: &mut StdRng) -> String {
    let mut any = || &sample[dice.random_range(0..sample.len())];
    let (one, other) = (any(), any());
    let value = one.total_value.map_or(0, |value| value.hundredths() / 100);
    let (system, ship) = (one.system_id, one.victim.ship_type_id);
    let corporation = |of: &Facts| of.victim.corporation_id.map_or(0, |id| id.get());
    let (own, foreign) = (corporation(one), corporation(other));
    let shooter = one.attackers.first();
    let shooter = shooter.and_then(|shooter| shooter.corporation_id);
    let shooter = shooter.map_or(98_000_001, |id| id.get());
    if number.is_multiple_of(ALWAYS_EVERY) {
        let damage = sample.iter().map(|facts| facts.victim.damage_taken).max();
        let percent = 80 + number / ALWAYS_EVERY;
        let least = damage.unwrap_or_default() / 100 * i64::try_from(percent).unwrap();
        return format!("victim.damage >= {least} and victim.damage != {number}");
    }
    match number % 6 {
        0 => format!("system = {system} and victim.ship = {ship}"),
        1 => format!("victim.corporation in [{own}, {foreign}] and system = {system}"),
        // Points, like its value, come with zKillboard's block: one is there with the other.
        2 => format!(
            "value >= {value} and points >= 0 and victim.ship = {ship} and system = {system}"
        ),
        3 => format!("system = {system} and attackers count >= 3 {{corporation = {shooter}}}"),
        4 => format!(
            "attackers any {{corporation = {shooter} and final_blow}} and system = {system}"
        ),
        _ => format!(
            "anyone.ship = {ship} and (solo or attackers.count >= 20) and system = {system} and victim.corporation != {foreign}"
        ),
    }
}

/// Every match that is stored, read as a reader reads them; their numbers have no holes.
async fn found(store: &Store) -> Vec<Found> {
    let mut found = Vec::new();
    let mut after = MatchSeq::START;
    loop {
        let query = MatchQuery {
            after,
            limit: 1_000,
            profile: None,
        };
        let page = store.matches(query).await.unwrap();
        for row in &page.matches {
            found.push((row.profile_id, row.killmail_id.get()));
            let number = i64::try_from(found.len()).unwrap();
            assert_eq!(row.match_seq.0, number, "numbers of matches have holes");
        }
        after = page.next;
        if page.at_head {
            assert_eq!(store.match_head().0, i64::try_from(found.len()).unwrap());
            return found;
        }
    }
}

/// Every profile on every stored killmail, without an index.
async fn expected(store: &Store) -> HashSet<Found> {
    let universe = store.load_static().await.unwrap();
    let universe = universe.map(|(_, bytes)| Universe::decode(&bytes).unwrap());
    let ground = Ground::new(Arc::new(universe.unwrap_or_else(Universe::empty)));
    let profiles = store.profiles().await.unwrap();
    let plan = |row: &ProfileRow| {
        let expr = text::parse(&row.condition, &TreeLimits::default())
            .unwrap()
            .expr;
        (row.id, compile(&expr, &ground, &Lists::default()).unwrap())
    };
    let plans: Vec<(ProfileId, Plan)> = profiles.iter().map(plan).collect();
    let mut killmails = Vec::new();
    let everything = ScanQuery {
        by: ScanBy::Stored,
        since: Timestamp::UNIX_EPOCH,
        until: Timestamp::MAX,
    };
    let mut scan = store.scan_facts(everything).unwrap();
    while let Some(chunk) = scan.next().await {
        killmails.extend(chunk.unwrap());
    }
    let half = killmails.len().div_ceil(2).max(1);
    std::thread::scope(|scope| {
        let halves: Vec<_> = killmails
            .chunks(half)
            .map(|half| scope.spawn(|| tried(half, &plans, &ground)))
            .collect();
        halves
            .into_iter()
            .flat_map(|half| half.join().unwrap())
            .collect()
    })
}

fn tried(killmails: &[ScannedFacts], plans: &[(ProfileId, Plan)], ground: &Ground) -> Vec<Found> {
    let mut found = Vec::new();
    for killmail in killmails {
        let subject = Subject::new(&killmail.facts, killmail.stored_at, ground);
        let fits = plans
            .iter()
            .filter(|(_, plan)| plan.node.evaluate(&subject).is_true());
        found.extend(fits.map(|(id, _)| (*id, killmail.killmail_id.get())));
    }
    found
}
