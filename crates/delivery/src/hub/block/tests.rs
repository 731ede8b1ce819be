use jiff::Timestamp;
use killwire_killmail::{Document, Facts, parse};
use killwire_store::{EventKind, LogEvent, Origin};

use super::*;

const SYSTEMS: i64 = 5;

/// Events 101 to 140, in five systems in turn, each with two pilots of seven and a hull of three. Of
/// every eighth the killmail is gone.
fn parcels() -> Vec<Arc<Parcel>> {
    (101..=140)
        .map(|seq| Parcel::new(Arc::new(event(seq))))
        .collect()
}

fn event(seq: i64) -> LogEvent {
    let (system, hull) = (30_000_000 + seq % SYSTEMS, 600 + seq % 3);
    let (victim, attacker) = (90 + seq % 7, 90 + seq * 3 % 7);
    let body = format!(
        r#"{{"killmail_id":{seq},"killmail_time":"2026-11-20T11:59:00Z","solar_system_id":{system},"victim":{{"character_id":{victim},"ship_type_id":{hull},"damage_taken":1}},"attackers":[{{"character_id":{attacker},"corporation_id":98,"ship_type_id":{hull},"damage_done":1,"final_blow":true}}]}}"#
    );
    let parsed = match parse(body.as_bytes()).unwrap() {
        Document::Killmail(parsed) => parsed,
        other => panic!("{other:?}"),
    };
    let time = "2026-11-20T12:00:00Z".parse::<Timestamp>().unwrap();
    LogEvent {
        seq: Seq(seq),
        kind: EventKind::New,
        origin: Origin::Live,
        killmail_id: Some(seq.try_into().unwrap()),
        system_id: Some(system.try_into().unwrap()),
        time,
        appended_at: time,
        killmail: None,
        facts: (seq % 8 > 0).then(|| Arc::new(Facts::of(&parsed, None))),
        earlier: Vec::new(),
        imported: 0,
        trace: None,
    }
}

fn filter(query: &str) -> Arc<Filter> {
    let pairs: Vec<(&str, &str)> = query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .collect();
    let values = |name: &'static str| {
        let of_name = pairs.iter().filter(move |(key, _)| *key == name);
        of_name
            .flat_map(|(_, value)| value.split(','))
            .collect::<Vec<_>>()
    };
    Arc::new(Filter::parse(values, &Universe::empty(), Default::default()).unwrap())
}

fn stretch(
    block: &Arc<Block>,
    position: i64,
    filter: &Arc<Filter>,
    universe: &Arc<Universe>,
) -> Stretch {
    let keys = key::of_filter(filter);
    let (block, filter) = (Arc::clone(block), Arc::clone(filter));
    Stretch::new(block, Seq(position), (filter, &keys), Arc::clone(universe))
}

fn matches(stretch: &Stretch) -> Vec<i64> {
    let seqs = stretch.matching().map(|parcel| parcel.event.seq.0);
    seqs.collect()
}

const QUERIES: [&str; 8] = [
    "",
    "systems=30000001",
    "systems=30000001,30000003,30009999",
    "characters=91,94",
    "systems=30000002&characters=91,92,93",
    "corporations=98",
    "ship_types=601",
    "min_value=1",
];

#[test]
fn an_index_changes_nothing_about_what_a_reader_is_given() {
    let universe = Arc::new(Universe::empty());
    let plain = Arc::new(Block::new(parcels()));
    let indexed = Arc::new(Block::indexed(parcels(), &universe));
    for query in QUERIES {
        let filter = filter(query);
        for position in [0, 100, 101, 117, 139, 140, 900] {
            assert_eq!(
                matches(&stretch(&indexed, position, &filter, &universe)),
                matches(&stretch(&plain, position, &filter, &universe)),
                "{query:?} after {position}"
            );
        }
    }
}

#[test]
fn a_reader_with_few_keys_looks_only_at_events_that_bring_one() {
    let universe = Arc::new(Universe::empty());
    let block = Arc::new(Block::indexed(parcels(), &universe));
    let looked_at =
        |query: &str, position| match stretch(&block, position, &filter(query), &universe).places {
            Places::All(places) => places.len(),
            Places::Some(places) => places.len(),
        };
    assert_eq!(looked_at("systems=30000001", 100), 7);
    assert_eq!(looked_at("systems=30000001", 120), 3);
    assert_eq!(looked_at("systems=30009999", 100), 0);
    assert_eq!(looked_at("min_value=1", 100), 40);
}

#[test]
fn other_static_data_than_a_block_was_indexed_by_finds_everything_again() {
    let (then, now) = (Arc::new(Universe::empty()), Arc::new(Universe::empty()));
    let block = Arc::new(Block::indexed(parcels(), &then));
    let filter = filter("systems=30000001");
    let stretch = stretch(&block, 100, &filter, &now);
    assert!(matches!(stretch.places, Places::All(_)));
}

#[test]
fn a_reader_with_more_keys_than_there_are_events_looks_at_all_of_them() {
    let universe = Arc::new(Universe::empty());
    let block = Arc::new(Block::indexed(parcels(), &universe));
    let ids: Vec<String> = (30_000_000..30_000_041).map(|id| id.to_string()).collect();
    let filter = filter(&format!("systems={}", ids.join(",")));
    let stretch = stretch(&block, 100, &filter, &universe);
    assert!(matches!(stretch.places, Places::All(_)));
    assert_eq!(matches(&stretch).len(), 35);
}
