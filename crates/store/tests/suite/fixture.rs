//! Killmails to test with, written as R2Z2 writes them and read by the parser that reads the feed.

use std::sync::Arc;

use jiff::Timestamp;
use killwire_killmail::{
    AllianceId, CharacterId, CorporationId, Document, Enrichment, Facts, Figure, Isk, KillmailHash,
    KillmailId, Named, Parsed, PriceSource, Progress, SystemId, Valued, parse,
};
use killwire_store::{
    AckMode, Append, ClientId, ClientPoll, EventKind, EventQuery, FeedPosition, Kinds, LogEvent,
    Offer, Origin, Seq, SourceName, Store,
};
use serde_json::{Map, Value, json};

/// A busy trade system.
pub(crate) const JITA: i64 = 30_000_142;
/// Another.
pub(crate) const AMARR: i64 = 30_002_187;
/// A wormhole system.
pub(crate) const J_SPACE: i64 = 31_000_005;

/// A killmail in the making.
#[derive(Clone)]
pub(crate) struct Kill {
    id: i64,
    time: Timestamp,
    system: i64,
    victim: [i64; 3],
    attackers: Vec<[i64; 3]>,
    zkb: Option<Map<String, Value>>,
    known: Option<Enrichment>,
}

/// A killmail with this id: a pilot lost a ship in Jita, and zKillboard knows of it.
pub(crate) fn kill(id: i64) -> Kill {
    let mut zkb = Map::new();
    zkb.insert("totalValue".into(), json!(1_000_000.25));
    zkb.insert("labels".into(), json!(["pvp"]));
    Kill {
        id,
        time: "2026-10-31T23:50:00Z".parse().unwrap(),
        system: JITA,
        victim: [90_000_001, 98_000_001, 99_000_001],
        attackers: vec![[90_000_002, 98_000_002, 99_000_002]],
        zkb: Some(zkb),
        known: None,
    }
}

/// What is known of a killmail's ids: the victim's name, and whether that is all.
pub(crate) fn naming(progress: Progress, victim: &str) -> Enrichment {
    Enrichment {
        progress,
        characters: vec![Named {
            id: character(90_000_001),
            name: victim.to_owned(),
        }],
        ..Enrichment::default()
    }
}

/// The same with a value of our own, in whole ISK; shown where zKillboard gave none.
pub(crate) fn valued(progress: Progress, isk: i64) -> Enrichment {
    let figure = Figure {
        isk: isk.to_string().parse().unwrap(),
        source: PriceSource::Janice,
        priced_at: "2026-10-30T00:00:00Z".parse().unwrap(),
    };
    Enrichment {
        valued: Some(Valued {
            hull: None,
            fitted: None,
            dropped: None,
            destroyed: None,
            total: Some(figure),
            unpriced: 0,
        }),
        ..naming(progress, "Vera")
    }
}

impl Kill {
    pub(crate) fn in_system(mut self, system: i64) -> Self {
        self.system = system;
        self
    }

    pub(crate) fn at(mut self, time: &str) -> Self {
        self.time = time.parse().unwrap();
        self
    }

    /// Who died: character, corporation, alliance.
    pub(crate) fn victim(mut self, who: [i64; 3]) -> Self {
        self.victim = who;
        self
    }

    /// One more who shot: character, corporation, alliance.
    pub(crate) fn attacker(mut self, who: [i64; 3]) -> Self {
        self.attackers.push(who);
        self
    }

    /// What zKillboard says it was worth, in whole ISK.
    pub(crate) fn worth(mut self, isk: i64) -> Self {
        let zkb = self.zkb.get_or_insert_default();
        zkb.insert("totalValue".into(), json!(isk));
        self
    }

    pub(crate) fn labelled(mut self, label: &str) -> Self {
        let zkb = self.zkb.get_or_insert_default();
        zkb.insert("labels".into(), json!(["pvp", label]));
        self
    }

    /// Enriched before it is offered.
    pub(crate) fn knowing(mut self, known: Enrichment) -> Self {
        self.known = Some(known);
        self
    }

    /// As an archive has it that knows nothing of zKillboard.
    pub(crate) fn without_zkb(mut self) -> Self {
        self.zkb = None;
        self
    }

    fn esi(&self) -> Value {
        let attackers: Vec<Value> = self.attackers.iter().enumerate().map(attacker).collect();
        json!({
            "killmail_id": self.id,
            "killmail_time": self.time.to_string(),
            "solar_system_id": self.system,
            "attackers": attackers,
            "victim": {
                "character_id": self.victim[0],
                "corporation_id": self.victim[1],
                "alliance_id": self.victim[2],
                "ship_type_id": 587,
                "damage_taken": 1_234,
                "position": {"x": 1.5, "y": -2.5, "z": 3.5},
                "items": [{"item_type_id": 2_488, "flag": 87, "singleton": 0, "quantity_dropped": 5}],
            },
        })
    }

    /// The killmail as the parser reads it from an R2Z2 entry.
    pub(crate) fn parsed(&self) -> Parsed {
        let esi = self.esi();
        let bare = read(&esi);
        let Some(zkb) = &self.zkb else {
            return bare;
        };
        let hash = KillmailHash::compute(&bare.killmail).to_string();
        let mut zkb = zkb.clone();
        zkb.insert("hash".into(), json!(hash));
        read(&json!({
            "killmail_id": self.id,
            "hash": hash,
            "esi": esi,
            "zkb": zkb,
            "uploaded_at": self.time.as_second() + 60,
            "sequence_id": 96_000_000 + self.id,
        }))
    }

    /// The killmail as the live feed offers it.
    pub(crate) fn offer(&self) -> Offer {
        Offer {
            parsed: Arc::new(self.parsed()),
            source: r2z2(),
            origin: Origin::Live,
            trace: None,
            enrichment: self.known.clone().map(Arc::new),
        }
    }
}

fn attacker((place, who): (usize, &[i64; 3])) -> Value {
    json!({
        "character_id": who[0],
        "corporation_id": who[1],
        "alliance_id": who[2],
        "ship_type_id": 24_692,
        "weapon_type_id": 3_057,
        "damage_done": 617,
        "security_status": -1.5,
        "final_blow": place == 0,
    })
}

fn read(document: &Value) -> Parsed {
    match parse(document.to_string().as_bytes()).expect("a killmail that the parser knows") {
        Document::Killmail(parsed) => *parsed,
        other => panic!("not a killmail: {other:?}"),
    }
}

/// A fact record as version 1 had it, which knew no value of the hull.
pub(crate) fn of_version_1(facts: &Facts) -> Vec<u8> {
    let hull = |hull_value| Facts {
        hull_value,
        ..facts.clone()
    };
    let without = hull(None).encode();
    let with = hull(Some(Isk::default())).encode();
    let differ = without.iter().zip(&with).skip(1);
    let place = 1 + differ.take_while(|(a, b)| a == b).count();
    [&[1][..], &without[1..place], &without[place + 1..]].concat()
}

/// These kills in one append.
pub(crate) fn appending<'a>(kills: impl IntoIterator<Item = &'a Kill>) -> Append {
    Append {
        offers: kills.into_iter().map(Kill::offer).collect(),
        ..Append::default()
    }
}

/// The live feed's name.
pub(crate) fn r2z2() -> SourceName {
    SourceName("r2z2".into())
}

/// The live feed stands at `next`.
pub(crate) fn position(next: u64) -> FeedPosition {
    FeedPosition {
        source: r2z2(),
        next,
        published_at: Some("2026-10-31T23:51:00Z".parse().unwrap()),
    }
}

pub(crate) fn id(id: i64) -> KillmailId {
    KillmailId::new(id).unwrap()
}

pub(crate) fn system(id: i64) -> SystemId {
    SystemId::new(id).unwrap()
}

pub(crate) fn character(id: i64) -> CharacterId {
    CharacterId::new(id).unwrap()
}

pub(crate) fn corporation(id: i64) -> CorporationId {
    CorporationId::new(id).unwrap()
}

pub(crate) fn alliance(id: i64) -> AllianceId {
    AllianceId::new(id).unwrap()
}

pub(crate) fn client(name: &str) -> ClientId {
    ClientId::new(name).unwrap()
}

/// A poll by `name` for `systems`, moving on at fetch, with room for everything.
pub(crate) fn poll(name: &str, systems: &[i64]) -> ClientPoll {
    let mut systems: Vec<SystemId> = systems.iter().copied().map(system).collect();
    systems.sort_unstable();
    systems.dedup();
    ClientPoll {
        client: client(name),
        systems,
        limit: 10_000,
        ack: AckMode::OnFetch,
    }
}

/// The same, moving on only when acknowledged.
pub(crate) fn manual_poll(name: &str, systems: &[i64]) -> ClientPoll {
    ClientPoll {
        ack: AckMode::Manual,
        ..poll(name, systems)
    }
}

/// The whole log after `after`, read page by page as a reader would.
pub(crate) async fn log_after(store: &Store, after: Seq, kinds: Kinds) -> Vec<Arc<LogEvent>> {
    let mut query = EventQuery {
        after,
        limit: 1_000,
        kinds,
        systems: Vec::new(),
        characters: Vec::new(),
    };
    let mut events = Vec::new();
    loop {
        let page = store.read_events(&query).await.unwrap();
        events.extend(page.events);
        assert!(page.next > query.after || page.at_head, "a page moves on");
        query.after = page.next;
        if page.at_head {
            return events;
        }
    }
}

/// The log as it is, from the beginning.
pub(crate) async fn whole_log(store: &Store) -> Vec<Arc<LogEvent>> {
    log_after(store, Seq(store.oldest().0 - 1), Kinds::ALL).await
}

/// What an event is, in short: number, kind, killmail (0 for a batch).
pub(crate) fn gist(event: &LogEvent) -> (i64, EventKind, i64) {
    let killmail = event.killmail_id.map_or(0, KillmailId::get);
    (event.seq.0, event.kind, killmail)
}

/// The killmail ids of some events, in their order.
pub(crate) fn ids(events: &[Arc<LogEvent>]) -> Vec<i64> {
    events.iter().map(|event| gist(event).2).collect()
}
