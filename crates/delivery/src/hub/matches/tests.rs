//! Whatever a reader of matches asks for, and from wherever, it is given those matches: all of them,
//! once, in order.

use std::sync::Arc;

use killwire_clock::Clock;
use killwire_killmail::{Document, KillmailId, parse};
use killwire_store::{
    Append, Backend, MatchSeq, NewMatch, NewProfile, Offer, Origin, ProfileId, ProfileLimits,
    ProfileName, ReaderName, Seq, SourceName, Store, StoreConfig,
};
use killwire_universe::CurrentUniverse;
use proptest::prelude::*;

use super::Whose;
use super::reader::{Found, MatchReader};
use crate::hub::{Hub, HubLimits, Protocol};

/// Killmails that there are to find; a match takes one of its profile's.
const KILLMAILS: i64 = 1_300;

struct World {
    store: Store,
    hub: Arc<Hub>,
    /// By the number of the profile less 1.
    owners: Vec<Option<i64>>,
    /// All matches, as profiles.
    found: Vec<ProfileId>,
    _dir: tempfile::TempDir,
}

impl World {
    async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let clock = Clock::manual("2026-11-20T12:00:00Z".parse().unwrap());
        let mut config = StoreConfig::new(Backend::Sqlite(dir.path().join("killwire.db")));
        config.retention.max_matches = 1_200;
        let store = Store::open(config, clock.clone()).await.unwrap();
        let offers = (1..=KILLMAILS).map(offer).collect();
        let append = Append {
            offers,
            ..Append::default()
        };
        store.append(append).await.unwrap();
        let universe = CurrentUniverse::default();
        let hub = Hub::new(store.clone(), clock, universe, HubLimits::default());
        Self {
            store,
            hub,
            owners: Vec::new(),
            found: Vec::new(),
            _dir: dir,
        }
    }

    /// A profile of a token; of nobody where it is 0.
    async fn profile(&mut self, owner: i64) {
        let owner = (owner > 0).then_some(owner);
        let profile = NewProfile {
            owner,
            name: ProfileName::new(&format!("p{}", self.owners.len())).unwrap(),
            condition: "true".to_owned(),
            enabled: true,
        };
        let limits = ProfileLimits::default();
        let made = self.store.create_profile(profile, limits).await.unwrap();
        self.owners.push(owner);
        assert_eq!(made.id.0, i64::try_from(self.owners.len()).unwrap());
    }

    /// Some matches of a profile in one go.
    async fn find(&mut self, profile: usize, count: usize) {
        let profile = ProfileId(i64::try_from(1 + profile % self.owners.len()).unwrap());
        let of_it = self.found.iter().filter(|of| **of == profile).count();
        let first = i64::try_from(of_it).unwrap() + 1;
        let last = (first + i64::try_from(count).unwrap()).min(KILLMAILS + 1);
        let matches: Vec<NewMatch> = (first..last)
            .map(|killmail| NewMatch {
                profile_id: profile,
                profile_version: 1,
                killmail_id: KillmailId::new(killmail).unwrap(),
                seq: Seq(killmail),
                reason: "{}".to_owned(),
            })
            .collect();
        let stage = ReaderName("surveillance".to_owned());
        let position = self.store.reader_position(&stage).await.unwrap();
        let through = Seq(position.map_or(0, |position| position.0) + 1);
        let new = self.store.record_matches(&stage, through, matches).await;
        self.found
            .extend(new.unwrap().iter().map(|(_, one)| one.profile_id));
    }

    fn open(&self, whose: Whose, position: i64) -> MatchReader {
        let who = (Protocol::Sse, None);
        self.hub
            .open_matches(who, whose, MatchSeq(position))
            .unwrap()
    }

    fn wants(&self, whose: Whose, profile: ProfileId) -> bool {
        let owner = usize::try_from(profile.0 - 1).map(|index| self.owners[index]);
        match whose {
            Whose::Profile(id) => id == profile,
            Whose::Token(token) => owner == Ok(Some(token)),
            Whose::All => true,
        }
    }

    /// What a reader at `position` is to be given, gaps passed over.
    fn expected(&self, whose: Whose, position: i64) -> Vec<i64> {
        let numbers = (1..).zip(&self.found);
        let wanted =
            numbers.filter(|(number, profile)| *number > position && self.wants(whose, **profile));
        wanted.map(|(number, _)| number).collect()
    }
}

fn offer(id: i64) -> Offer {
    let body = format!(
        r#"{{"killmail_id":{id},"killmail_time":"2026-11-20T11:59:00Z","solar_system_id":30000142,"victim":{{"ship_type_id":670,"damage_taken":440}},"attackers":[{{"character_id":90000001,"damage_done":440,"final_blow":true}}]}}"#
    );
    let Document::Killmail(parsed) = parse(body.as_bytes()).unwrap() else {
        panic!("a killmail");
    };
    Offer {
        parsed: Arc::new(*parsed),
        source: SourceName("r2z2".to_owned()),
        origin: Origin::Live,
        trace: None,
        enrichment: None,
    }
}

/// Everything there is for a reader, and where the gaps it was told of end.
async fn read(reader: &mut MatchReader) -> (Vec<i64>, Vec<i64>) {
    let (mut numbers, mut gaps) = (Vec::new(), Vec::new());
    loop {
        match reader.peek().await.unwrap() {
            Found::Match(found) => {
                numbers.push(found.match_seq.0);
                reader.delivered();
            }
            Found::Gap { oldest, .. } => {
                gaps.push(oldest.0);
                reader.leap_to(oldest);
            }
            Found::Nothing => return (numbers, gaps),
        }
    }
}

#[derive(Clone, Debug)]
enum Step {
    Profile(i64),
    Find(usize, usize),
    /// A reader comes: whose matches, and how far back it begins.
    Open(u8, usize),
    /// The readers read.
    Read,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        1 => (0..3_i64).prop_map(Step::Profile),
        5 => (0..8_usize, 1..60_usize).prop_map(|(profile, count)| Step::Find(profile, count)),
        2 => (0..4_u8, 0..100_usize).prop_map(|(whose, back)| Step::Open(whose, back)),
        2 => Just(Step::Read),
    ]
}

async fn play(steps: Vec<Step>) {
    let mut world = World::new().await;
    world.profile(1).await;
    let mut readers: Vec<(Whose, MatchReader, i64, Vec<i64>)> = Vec::new();
    for step in steps.into_iter().chain([Step::Read]) {
        match step {
            Step::Profile(owner) => world.profile(owner).await,
            Step::Find(profile, count) => world.find(profile, count).await,
            Step::Open(whose, back) => {
                let whose = match whose {
                    0 => Whose::Profile(ProfileId(1)),
                    1 => Whose::Token(1),
                    2 => Whose::Token(2),
                    _ => Whose::All,
                };
                let position = i64::try_from(world.found.len().saturating_sub(back)).unwrap();
                readers.push((whose, world.open(whose, position), position, Vec::new()));
            }
            Step::Read => {
                for (whose, reader, position, given) in &mut readers {
                    let (numbers, gaps) = read(reader).await;
                    assert!(gaps.is_empty(), "nothing has gone");
                    given.extend(numbers);
                    assert_eq!(*given, world.expected(*whose, *position), "{whose}");
                    assert_eq!(reader.position(), world.store.match_head());
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn every_reader_is_given_what_it_wants_once_and_in_order(
        steps in proptest::collection::vec(step(), 1..40),
    ) {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(play(steps));
    }
}

#[tokio::test]
async fn a_reader_learns_of_what_has_gone_and_goes_on_behind_it() {
    let mut world = World::new().await;
    world.profile(1).await;
    world.profile(2).await;
    for _ in 0..13 {
        world.find(0, 90).await;
        world.find(1, 10).await;
    }
    world.store.collect_garbage().await.unwrap();
    let oldest = world.store.match_oldest().0;
    assert_eq!(oldest, 101);
    for whose in [Whose::Profile(ProfileId(1)), Whose::Token(2), Whose::All] {
        let (given, gaps) = read(&mut world.open(whose, 7)).await;
        assert_eq!(gaps, [oldest], "{whose}");
        assert_eq!(given, world.expected(whose, oldest - 1), "{whose}");
        let (given, gaps) = read(&mut world.open(whose, oldest - 1)).await;
        assert_eq!((given, gaps.len()), (world.expected(whose, oldest - 1), 0));
    }
}

#[tokio::test]
async fn what_nobody_has_read_for_long_is_not_all_read_at_once() {
    let mut world = World::new().await;
    world.profile(1).await;
    world.find(0, 1_200).await;
    // The newest are held now; the others are read page by page by whoever wants them.
    let mut newest = world.open(Whose::All, 1_199);
    assert_eq!(read(&mut newest).await.0, [1_200]);
    let mut all = world.open(Whose::All, 0);
    assert_eq!(read(&mut all).await.0, world.expected(Whose::All, 0));
}

#[tokio::test]
async fn a_match_that_was_peeked_at_and_not_delivered_comes_again() {
    let mut world = World::new().await;
    world.profile(1).await;
    world.find(0, 2).await;
    let mut reader = world.open(Whose::All, 0);
    for _ in 0..2 {
        let Found::Match(found) = reader.peek().await.unwrap() else {
            panic!("a match");
        };
        assert_eq!(found.match_seq, MatchSeq(1));
        assert_eq!(reader.position(), MatchSeq::START);
    }
    reader.delivered();
    assert_eq!(reader.position(), MatchSeq(1));
    assert_eq!(read(&mut reader).await.0, [2]);
}
