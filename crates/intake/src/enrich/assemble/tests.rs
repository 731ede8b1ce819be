//! When a killmail counts as complete.

use killwire_killmail::{Document, Isk, PriceSource, parse};
use killwire_lookup::price::ALL_MARKETS;
use killwire_sim::static_export;
use killwire_universe::read_export;

use super::*;

/// A Rifter lost in Tama, without values of zKillboard's.
const BODY: &str = r#"{"killmail_id":1,"killmail_time":"2026-11-20T12:00:00Z",
    "solar_system_id":30002813,"victim":{"character_id":2112000001,"corporation_id":98000001,
    "ship_type_id":587,"damage_taken":1,"items":[]},
    "attackers":[{"character_id":2112000002,"corporation_id":98000002,"ship_type_id":SHIP,
    "weapon_type_id":2889,"damage_done":1,"final_blow":true,"security_status":0.0}]}"#;

/// Answers as it is told to, and from a snapshot.
struct Told<'a> {
    universe: &'a Universe,
    entity: Known<Entity>,
    price: Known<Price>,
}

impl Knowledge for Told<'_> {
    fn entity(&self, _: EntityKey) -> Known<Entity> {
        self.entity.clone()
    }

    fn place(&self, id: SystemId) -> Known<Place> {
        self.universe.system(id).map_or(Known::Missing, |system| {
            Known::Yes(Place {
                system: system.name.to_owned(),
                constellation_id: system.constellation_id,
                constellation: system.constellation.to_owned(),
                region_id: system.region_id,
                region: system.region.to_owned(),
                security: system.security,
                wormhole_class: None,
            })
        })
    }

    fn hull(&self, id: TypeId) -> Known<HullName> {
        self.universe.item_type(id).map_or(Known::Missing, |hull| {
            Known::Yes(HullName {
                id,
                name: hull.name.to_owned(),
                group_id: hull.group_id,
                group: hull.group.to_owned(),
            })
        })
    }

    fn faction(&self, _: FactionId) -> Known<Named<FactionId>> {
        Known::Missing
    }

    fn price(&self, _: TypeId) -> Known<Price> {
        self.price
    }
}

fn entity(ticker: Option<&str>) -> Entity {
    Entity {
        name: "Somebody".into(),
        ticker: ticker.map(Into::into),
    }
}

fn price() -> Known<Price> {
    Known::Yes(Price {
        isk: Isk::from_hundredths(100),
        source: PriceSource::Janice,
        market: ALL_MARKETS,
        date: Timestamp::UNIX_EPOCH,
    })
}

fn parsed(ship: &str) -> Parsed {
    match parse(BODY.replace("SHIP", ship).as_bytes()).unwrap() {
        Document::Killmail(parsed) => *parsed,
        other => panic!("{other:?}"),
    }
}

fn snapshot() -> Universe {
    let export = static_export(1).unwrap();
    read_export(std::io::Cursor::new(export), &mut |_| {}).unwrap()
}

fn progress(ship: &str, universe: &Universe, entity: Known<Entity>, now: &str) -> Progress {
    let told = Told {
        universe,
        entity,
        price: price(),
    };
    let now = now.parse().unwrap();
    let assembly = assemble(&parsed(ship), universe, &told, now);
    assembly.enrichment.progress
}

const SOON: &str = "2026-11-20T12:05:00Z";

#[test]
fn with_all_names_places_and_prices_it_is_complete() {
    let known = Known::Yes(entity(Some("SOME")));
    assert_eq!(
        progress("587", &snapshot(), known, SOON),
        Progress::Complete
    );
}

#[test]
fn an_id_that_does_not_exist_is_not_waited_for() {
    let universe = snapshot();
    assert_eq!(
        progress("587", &universe, Known::Missing, SOON),
        Progress::Complete
    );
}

#[test]
fn a_name_or_a_ticker_that_may_come_is() {
    let universe = snapshot();
    for known in [Known::NotYet, Known::Partly(entity(None))] {
        assert_eq!(progress("587", &universe, known, SOON), Progress::Partial);
    }
}

#[test]
fn a_name_without_its_ticker_is_shown_meanwhile() {
    let universe = snapshot();
    let told = Told {
        universe: &universe,
        entity: Known::Partly(entity(None)),
        price: price(),
    };
    let assembly = assemble(&parsed("587"), &universe, &told, SOON.parse().unwrap());
    assert_eq!(assembly.enrichment.corporations.len(), 2);
    assert_eq!(assembly.names.corporations.len(), 2);
}

#[test]
fn a_price_that_may_come_is_waited_for_and_asked_for() {
    let universe = snapshot();
    let told = Told {
        universe: &universe,
        entity: Known::Missing,
        price: Known::NotYet,
    };
    let assembly = assemble(&parsed("587"), &universe, &told, SOON.parse().unwrap());
    assert_eq!(assembly.enrichment.progress, Progress::Partial);
    assert_eq!(assembly.prices, [TypeId::new(587).unwrap()]);
}

#[test]
fn without_static_data_nothing_is_complete() {
    let known = Known::Yes(entity(Some("SOME")));
    let empty = Universe::empty();
    assert_eq!(progress("587", &empty, known, SOON), Progress::Partial);
}

#[test]
fn a_hull_newer_than_the_build_is_waited_for_two_days() {
    let universe = snapshot();
    let known = || Known::Yes(entity(Some("SOME")));
    let new_hull = "99999";
    assert_eq!(
        progress(new_hull, &universe, known(), SOON),
        Progress::Partial
    );
    assert_eq!(
        progress(new_hull, &universe, known(), "2026-11-22T12:00:01Z"),
        Progress::Complete
    );
}
