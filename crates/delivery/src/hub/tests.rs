//! Whatever happens to readers and to the hub, each is given its filter of the log: all of it, once,
//! in order.

mod one_reader;
mod shared_blocks;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use futures::FutureExt as _;
use jiff::Timestamp;
use killwire_killmail::{CharacterId, Document, Isk, Parsed, SystemId, parse};
use killwire_store::{
    Append, Backend, EventQuery, Kinds, LogEvent, Offer, Origin, SourceName, StoreConfig,
    WindowLimits,
};
use killwire_universe::Universe;
use proptest::prelude::*;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::filter::Watch;
use super::parcel::Parcel;
use super::reader::{Caught, Reading};
use super::*;

/// Longer than anything here takes; a test that waits so long has failed.
const PATIENCE: Duration = Duration::from_secs(30);

const SYSTEMS: std::ops::RangeInclusive<i64> = 30_000_001..=30_000_004;
const PILOTS: std::ops::RangeInclusive<i64> = 90_000_001..=90_000_003;

struct World {
    store: Store,
    clock: Clock,
    hub: Arc<Hub>,
    stop: CancellationToken,
    dispatcher: JoinHandle<()>,
    killmails: i64,
    _dir: tempfile::TempDir,
}

impl World {
    /// A hub over a log of which RAM holds only a few events, so that reading on goes to disk.
    async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let clock = Clock::manual("2026-11-20T12:00:00Z".parse::<Timestamp>().unwrap());
        let mut config = StoreConfig::new(Backend::Sqlite(dir.path().join("killwire.db")));
        config.window = WindowLimits {
            events: 8,
            bytes: 1 << 20,
        };
        let store = Store::open(config, clock.clone()).await.unwrap();
        let hub = hub(&store, &clock);
        let stop = CancellationToken::new();
        Self {
            dispatcher: dispatch(&hub, &stop),
            store,
            clock,
            hub,
            stop,
            killmails: 0,
            _dir: dir,
        }
    }

    /// A new hub over the same log, as after a restart.
    async fn restart(&mut self) {
        self.stop.cancel();
        (&mut self.dispatcher).await.unwrap();
        self.hub = hub(&self.store, &self.clock);
        self.stop = CancellationToken::new();
        self.dispatcher = dispatch(&self.hub, &self.stop);
    }

    async fn append(&mut self, kills: &[Kill]) {
        let mut offers = Vec::new();
        for kill in kills {
            self.killmails += 1;
            offers.push(offer(kill.parsed(self.killmails)));
        }
        let append = Append {
            offers,
            ..Append::default()
        };
        self.store.append(append).await.unwrap();
    }

    /// Another value of a killmail that is there.
    async fn patch(&mut self, which: usize, kill: Kill) {
        if self.killmails > 0 {
            let count = usize::try_from(self.killmails).unwrap();
            let id = 1 + i64::try_from(which % count).unwrap();
            self.store
                .insert_event(offer(kill.parsed(id)))
                .await
                .unwrap();
        }
    }

    fn open(&self, filter: Filter, position: Seq, outlet: Option<&Arc<Outlet>>) -> Reader {
        let sink = outlet.map(|outlet| (Arc::clone(outlet) as Arc<dyn Sink>, Arc::default()));
        let caller = Caller {
            protocol: Protocol::Sse,
            address: None,
            sink,
        };
        self.hub.open(caller, filter, position).unwrap()
    }

    async fn log(&self) -> Vec<Arc<LogEvent>> {
        let mut events = Vec::new();
        let mut after = Seq::START;
        loop {
            let query = EventQuery {
                after,
                limit: 1_000,
                kinds: Kinds::ALL,
                systems: Vec::new(),
                characters: Vec::new(),
            };
            let page = self.store.read_events(&query).await.unwrap();
            events.extend(page.events);
            after = page.next;
            if page.at_head {
                return events;
            }
        }
    }
}

fn hub(store: &Store, clock: &Clock) -> Arc<Hub> {
    let universe = CurrentUniverse::new(Universe::empty());
    Hub::new(store.clone(), clock.clone(), universe, HubLimits::default())
}

fn dispatch(hub: &Arc<Hub>, stop: &CancellationToken) -> JoinHandle<()> {
    let (hub, stop) = (Arc::clone(hub), stop.clone());
    tokio::spawn(async move { hub.dispatch(&stop).await.unwrap() })
}

/// A killmail's place, pilot and value, each one of few.
#[derive(Clone, Copy, Debug)]
struct Kill {
    system: i64,
    pilot: i64,
    millions: i64,
}

impl Kill {
    fn parsed(self, id: i64) -> Parsed {
        let Self {
            system,
            pilot,
            millions,
        } = self;
        let body = format!(
            r#"{{"killmail_id":{id},"killmail_time":"2026-11-20T11:59:00Z","solar_system_id":{system},"victim":{{"ship_type_id":670,"damage_taken":440}},"attackers":[{{"character_id":{pilot},"damage_done":440,"final_blow":true}}],"zkb":{{"totalValue":{millions}000000}}}}"#
        );
        match parse(body.as_bytes()).unwrap() {
            Document::Killmail(parsed) => *parsed,
            other => panic!("{other:?}"),
        }
    }
}

fn offer(parsed: Parsed) -> Offer {
    Offer {
        parsed: Arc::new(parsed),
        source: SourceName("r2z2".to_owned()),
        origin: Origin::Live,
        trace: None,
        enrichment: None,
    }
}

/// A socket with so much room.
#[derive(Default)]
struct Outlet {
    room: AtomicUsize,
    taken: Mutex<Vec<i64>>,
}

impl Outlet {
    fn taken(&self) -> Vec<i64> {
        self.taken
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl Sink for Outlet {
    fn offer(&self, parcel: &Parcel) -> bool {
        let less = |room: usize| room.checked_sub(1);
        let room = self
            .room
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, less);
        if room.is_ok() {
            self.taken.lock().unwrap().push(parcel.event.seq.0);
        }
        room.is_ok()
    }
}

/// One who reads, with all that it was ever given.
struct Client {
    filter: Filter,
    reader: Option<Reader>,
    outlet: Option<Arc<Outlet>>,
    start: Seq,
    /// Up to where former filters held.
    former: Vec<(Filter, Seq)>,
    given: Vec<i64>,
}

impl Client {
    fn given(&self) -> Vec<i64> {
        self.outlet
            .as_ref()
            .map_or_else(|| self.given.clone(), |outlet| outlet.taken())
    }

    /// Takes what is there, up to `most`.
    async fn read(&mut self, most: usize) {
        let Some(reader) = &mut self.reader else {
            return;
        };
        if let Some(outlet) = &self.outlet {
            outlet.room.fetch_add(most, Ordering::SeqCst);
            pump(reader, outlet).await;
            return;
        }
        for _ in 0..most {
            // What is under way gets a chance to arrive; what does not is read later.
            let mut next = std::pin::pin!(reader.next());
            for _ in 0..20 {
                if let Some(reading) = next.as_mut().now_or_never() {
                    if let Reading::Parcel(parcel) = reading.unwrap() {
                        self.given.push(parcel.event.seq.0);
                    }
                    break;
                }
                tokio::task::yield_now().await;
            }
        }
    }

    /// Reads until it has been given so many, however long that takes.
    async fn read_until(&mut self, count: usize) {
        while self.given().len() < count {
            if self.outlet.is_some() {
                self.read(1_000).await;
                tokio::task::yield_now().await;
            } else if let Some(reader) = &mut self.reader
                && let Reading::Parcel(parcel) = reader.next().await.unwrap()
            {
                self.given.push(parcel.event.seq.0);
            }
        }
    }

    /// What it must have been given by the log's end.
    fn expected(&self, log: &[Arc<LogEvent>]) -> Vec<i64> {
        let universe = Universe::empty();
        let filter_at = |seq: Seq| {
            let former = self.former.iter().find(|(_, through)| seq <= *through);
            former.map_or(&self.filter, |(filter, _)| filter)
        };
        log.iter()
            .filter(|event| event.seq > self.start)
            .filter(|event| filter_at(event.seq).takes(event, &universe))
            .map(|event| event.seq.0)
            .collect()
    }
}

/// What a connection does for a topic: reads on while it is behind and there is room.
async fn pump(reader: &Reader, outlet: &Outlet) {
    loop {
        match reader.catch_up().await.unwrap() {
            Caught::Live => return,
            Caught::Gap { oldest, .. } => reader.read_to(Seq(oldest.0 - 1)),
            Caught::Stretch(stretch) => {
                for parcel in stretch.matching() {
                    if !outlet.offer(parcel) {
                        return;
                    }
                    reader.read_to(parcel.event.seq);
                }
                reader.read_to(stretch.through);
            }
        }
    }
}

#[derive(Clone, Debug)]
enum Step {
    Append(Vec<Kill>),
    Patch(usize, Kill),
    /// A new client, from this part of the log on; with a socket or without.
    Connect(Filter, usize, bool),
    Read(usize, usize),
    Refilter(usize, Filter),
    /// Goes away and comes back: with the last event that it got, or with the position that it was
    /// told.
    Resume(usize, bool),
    Restart,
}

fn a_kill() -> impl Strategy<Value = Kill> {
    (SYSTEMS, PILOTS, 1..4_i64).prop_map(|(system, pilot, millions)| Kill {
        system,
        pilot,
        millions,
    })
}

fn a_filter() -> impl Strategy<Value = Filter> {
    let systems = proptest::collection::btree_set(SYSTEMS, 0..3);
    let pilots = proptest::collection::btree_set(PILOTS, 0..2);
    let value = proptest::option::of(1..4_i64);
    (systems, pilots, value, any::<bool>(), any::<bool>()).prop_map(
        |(systems, pilots, millions, updates, unite)| {
            let systems = systems
                .into_iter()
                .map(|id| SystemId::new(id).unwrap())
                .collect();
            let characters = pilots
                .into_iter()
                .map(|id| CharacterId::new(id).unwrap())
                .collect();
            let filter = Filter {
                min_value: millions.map(|millions| Isk::from_hundredths(millions * 100_000_000)),
                updates,
                ..Filter::default()
            };
            if unite {
                Filter {
                    watch: Some(Watch {
                        systems,
                        characters,
                    }),
                    ..filter
                }
            } else {
                Filter {
                    systems,
                    characters,
                    ..filter
                }
            }
        },
    )
}

fn a_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        5 => proptest::collection::vec(a_kill(), 1..12).prop_map(Step::Append),
        1 => proptest::collection::vec(a_kill(), 250..400).prop_map(Step::Append),
        2 => (any::<usize>(), a_kill()).prop_map(|(which, kill)| Step::Patch(which, kill)),
        3 => (a_filter(), 0..3_usize, any::<bool>()).prop_map(|(filter, from, socket)| Step::Connect(filter, from, socket)),
        6 => (any::<usize>(), 0..40_usize).prop_map(|(which, most)| Step::Read(which, most)),
        1 => (any::<usize>(), a_filter()).prop_map(|(which, filter)| Step::Refilter(which, filter)),
        1 => (any::<usize>(), any::<bool>()).prop_map(|(which, told)| Step::Resume(which, told)),
        1 => Just(Step::Restart),
    ]
}

fn at(clients: &mut [Client], which: usize) -> Option<&mut Client> {
    let count = clients.len().max(1);
    clients.get_mut(which % count)
}

async fn play(steps: Vec<Step>) {
    let mut world = World::new().await;
    let mut clients: Vec<Client> = Vec::new();
    for step in steps {
        match step {
            Step::Append(kills) => world.append(&kills).await,
            Step::Patch(which, kill) => world.patch(which, kill).await,
            Step::Connect(filter, from, socket) => {
                let head = world.store.head().0;
                let start = Seq([0, head / 2, head][from]);
                let outlet = socket.then(Arc::<Outlet>::default);
                clients.push(Client {
                    reader: Some(world.open(filter.clone(), start, outlet.as_ref())),
                    filter,
                    outlet,
                    start,
                    former: Vec::new(),
                    given: Vec::new(),
                });
            }
            Step::Read(which, most) => {
                if let Some(client) = at(&mut clients, which) {
                    client.read(most).await;
                }
            }
            Step::Refilter(which, filter) => {
                if let Some(client) = at(&mut clients, which) {
                    let reader = client.reader.as_mut().unwrap();
                    let through = reader.ask_for(filter.clone()).unwrap();
                    let former = std::mem::replace(&mut client.filter, filter);
                    client.former.push((former, through));
                }
            }
            Step::Resume(which, told) => {
                if let Some(client) = at(&mut clients, which) {
                    resume(&world, client, told);
                }
            }
            Step::Restart => {
                world.restart().await;
                clients
                    .iter_mut()
                    .for_each(|client| resume(&world, client, false));
            }
        }
    }
    let log = world.log().await;
    for client in &mut clients {
        let expected = client.expected(&log);
        let arrived = tokio::time::timeout(PATIENCE, client.read_until(expected.len())).await;
        assert_eq!(client.given(), expected, "for {}", client.filter);
        arrived.unwrap();
        client.read(10).await;
        assert_eq!(
            client.given(),
            expected,
            "nothing more, for {}",
            client.filter
        );
    }
}

/// Connects again, after the last event that came, or after the position that the reader had.
fn resume(world: &World, client: &mut Client, told: bool) {
    let reader = client.reader.take().unwrap();
    let position = if told {
        reader.halt()
    } else {
        drop(reader);
        let last = client.given().last().copied().map(Seq);
        let through = client.former.last().map(|(_, through)| *through);
        last.max(through).unwrap_or(client.start).max(client.start)
    };
    client.reader = Some(world.open(client.filter.clone(), position, client.outlet.as_ref()));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, max_shrink_iters: 100, ..ProptestConfig::default() })]

    #[test]
    fn every_reader_is_given_its_filter_of_the_log_once_and_in_order(
        steps in proptest::collection::vec(a_step(), 1..40),
    ) {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(play(steps));
    }
}
