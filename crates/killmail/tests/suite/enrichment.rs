//! What the ids mean: shown beside them, valued, stored and read back, completed.

use killwire_killmail::{
    Enrichment, EnrichmentError, Facts, Figure, HullName, Isk, Named, Organisation, Parsed, Place,
    PriceSource, Progress, Valued, killmail_json,
};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::Value;

use crate::arbitrary::{killmail, zkb};
use crate::document::{ESI, ZKB, killmail as read, open_esi};
use crate::named::{enrichment_of, pilots, valued};
use crate::our_json::lines;
use crate::schema::violations;

fn name<Id: TryFrom<i64>>(id: i64, name: &str) -> Named<Id> {
    Named {
        id: Id::try_from(id).ok().unwrap(),
        name: name.to_owned(),
    }
}

fn organisation<Id: TryFrom<i64>>(id: i64, name: &str, ticker: Option<&str>) -> Organisation<Id> {
    Organisation {
        id: Id::try_from(id).ok().unwrap(),
        name: name.to_owned(),
        ticker: ticker.map(str::to_owned),
    }
}

fn hull(id: i64, name: &str, group_id: i64, group: &str) -> HullName {
    HullName {
        id: id.try_into().unwrap(),
        name: name.to_owned(),
        group_id: group_id.try_into().unwrap(),
        group: group.to_owned(),
    }
}

fn figure(isk: &str, source: PriceSource) -> Option<Figure> {
    Some(Figure {
        isk: isk.parse().unwrap(),
        source,
        priced_at: "2026-04-01T00:00:00Z".parse().unwrap(),
    })
}

/// All that can be known of the handmade killmail.
fn everything() -> Enrichment {
    Enrichment {
        progress: Progress::Complete,
        place: Some(Place {
            system: "J123456".to_owned(),
            constellation_id: 21_000_001.try_into().unwrap(),
            constellation: "A-C00001".to_owned(),
            region_id: 11_000_001.try_into().unwrap(),
            region: "A-R00001".to_owned(),
            security: -0.99,
            wormhole_class: Some("C5".to_owned()),
        }),
        characters: vec![name(1001, "Vera \"V\" Victim"), name(1002, "Anna Attacker")],
        corporations: vec![
            organisation(2001, "Losers Ltd", Some("LOSE")),
            organisation(2002, "Hunters Inc", None),
        ],
        alliances: vec![organisation(3002, "The Hunt", Some("HUNT"))],
        factions: vec![name(500_001, "Caldari State")],
        hulls: vec![
            hull(587, "Rifter", 25, "Frigate"),
            hull(2488, "Warrior II", 100, "Combat Drone"),
            hull(17843, "Vexor Navy Issue", 26, "Cruiser"),
        ],
        valued: Some(Valued {
            hull: figure("350000", PriceSource::EsiAverage),
            fitted: figure("400000.5", PriceSource::Janice),
            dropped: figure("1000", PriceSource::Mutamarket),
            destroyed: figure("400001.25", PriceSource::EsiAdjusted),
            total: figure("401001.25", PriceSource::Rule),
            unpriced: 2,
        }),
    }
}

fn json(parsed: &Parsed, enrichment: &Enrichment) -> Vec<u8> {
    let json = killmail_json(
        &parsed.killmail,
        parsed.hash.as_ref(),
        parsed.zkb.as_ref(),
        Some(enrichment),
    );
    assert_eq!(violations(&json), [""; 0]);
    json
}

fn shown(parsed: &Parsed, enrichment: &Enrichment) -> Value {
    serde_json::from_slice(&json(parsed, enrichment)).unwrap()
}

#[test]
fn names_places_and_values_stand_beside_their_ids() {
    insta::assert_snapshot!(lines(json(&read(ESI), &everything())), @r#"
    {"killmail_id":900,
    "killmail_time":"2026-04-02T06:40:33Z",
    "kill_time":"2026-04-02T06:40:33Z",
    "solar_system_id":31000005,
    "system_id":31000005,
    "solar_system_name":"J123456",
    "constellation_id":21000001,
    "constellation_name":"A-C00001",
    "region_id":11000001,
    "region_name":"A-R00001",
    "security":-1.0,
    "security_status":-0.99,
    "space":"wormhole",
    "wormhole_class":"C5",
    "attacker_count":1,
    "total_value":401001.25,
    "enrichment":"complete",
    "value":{"hull":{"isk":350000,
    "source":"esi_average",
    "priced_at":"2026-04-01T00:00:00Z"},
    "fitted":{"isk":400000.5,
    "source":"janice",
    "priced_at":"2026-04-01T00:00:00Z"},
    "dropped":{"isk":1000,
    "source":"mutamarket",
    "priced_at":"2026-04-01T00:00:00Z"},
    "destroyed":{"isk":400001.25,
    "source":"esi_adjusted",
    "priced_at":"2026-04-01T00:00:00Z"},
    "total":{"isk":401001.25,
    "source":"rule",
    "priced_at":"2026-04-01T00:00:00Z"},
    "unpriced":2},
    "victim":{"character_id":1001,
    "character_name":"Vera \"V\" Victim",
    "corporation_id":2001,
    "corporation_name":"Losers Ltd",
    "corporation_ticker":"LOSE",
    "ship_type_id":587,
    "ship_name":"Rifter",
    "ship_group_id":25,
    "ship_group":"Frigate",
    "damage_taken":458,
    "position":{"x":1.5,
    "y":-2.25,
    "z":3.0},
    "items":[{"item_type_id":2046,
    "flag":11,
    "singleton":0,
    "quantity_destroyed":1},{"item_type_id":3465,
    "flag":5,
    "singleton":1,
    "quantity_dropped":1,
    "items":[{"item_type_id":34,
    "flag":0,
    "singleton":0,
    "quantity_dropped":1000}]}]},
    "attackers":[{"character_id":1002,
    "character_name":"Anna Attacker",
    "corporation_id":2002,
    "corporation_name":"Hunters Inc",
    "alliance_id":3002,
    "alliance_name":"The Hunt",
    "alliance_ticker":"HUNT",
    "ship_type_id":17843,
    "ship_name":"Vexor Navy Issue",
    "ship_group_id":26,
    "ship_group":"Cruiser",
    "weapon_type_id":2488,
    "weapon_name":"Warrior II",
    "damage_done":458,
    "security_status":-1.8,
    "final_blow":true}],
    "final_blow_attacker":{"character_id":1002,
    "character_name":"Anna Attacker",
    "corporation_id":2002,
    "corporation_name":"Hunters Inc",
    "alliance_id":3002,
    "alliance_name":"The Hunt",
    "alliance_ticker":"HUNT",
    "ship_type_id":17843,
    "ship_name":"Vexor Navy Issue",
    "ship_group_id":26,
    "ship_group":"Cruiser",
    "weapon_type_id":2488,
    "weapon_name":"Warrior II",
    "damage_done":458,
    "security_status":-1.8,
    "final_blow":true}}
    "#);
}

#[test]
fn where_zkillboard_gave_values_only_the_hull_is_ours() {
    let parsed = read(&format!(r#"{},"zkb":{ZKB}}}"#, open_esi()));
    let shown = shown(&parsed, &everything());
    insta::assert_json_snapshot!(shown["value"], @r#"
    {
      "destroyed": {
        "isk": 450100.25,
        "source": "zkillboard"
      },
      "dropped": {
        "isk": 4000,
        "source": "zkillboard"
      },
      "fitted": {
        "isk": 450000.5,
        "source": "zkillboard"
      },
      "hull": {
        "isk": 350000,
        "priced_at": "2026-04-01T00:00:00Z",
        "source": "esi_average"
      },
      "total": {
        "isk": 454100.25,
        "source": "zkillboard"
      }
    }
    "#);
    assert_eq!(shown["total_value"], 454_100.25);
}

#[test]
fn one_figure_of_zkillboards_is_enough_for_none_to_be_ours() {
    let parsed = read(&format!(r#"{},"zkb":{{"droppedValue":5}}}}"#, open_esi()));
    let shown = shown(&parsed, &everything());
    let value = &shown["value"];
    assert_eq!(value["dropped"]["isk"], 5);
    assert_eq!(value["hull"]["source"], "esi_average");
    for ours in ["fitted", "destroyed", "total", "unpriced"] {
        assert!(value[ours].is_null(), "{ours} would be mixed");
    }
    assert!(shown["total_value"].is_null());
    let facts = Facts::of(&parsed, Some(&everything()));
    assert_eq!(facts.dropped_value, Some("5".parse().unwrap()));
    assert_eq!(facts.total_value, None);
    assert_eq!(facts.hull_value, Some("350000".parse().unwrap()));
}

#[test]
fn a_block_without_values_leaves_them_to_us() {
    let parsed = read(&format!(r#"{},"zkb":{{"points":1}}}}"#, open_esi()));
    let shown = shown(&parsed, &everything());
    assert_eq!(shown["total_value"], 401_001.25);
    assert_eq!(shown["value"]["total"]["source"], "rule");
    assert_eq!(shown["value"]["unpriced"], 2);
    let facts = Facts::of(&parsed, Some(&everything()));
    assert_eq!(facts.total_value, Some("401001.25".parse().unwrap()));
    assert_eq!(facts.total_droppable_value, None);
    assert_eq!(facts.hull_value, Some("350000".parse().unwrap()));
}

#[test]
fn where_nothing_is_known_yet_only_that_is_said() {
    let parsed = read(ESI);
    let nothing = Enrichment::default();
    let mut shown = shown(&parsed, &nothing);
    assert_eq!(shown["enrichment"], "partial");
    shown.as_object_mut().unwrap().remove("enrichment");
    let bare = killmail_json(&parsed.killmail, None, None, None);
    let bare: Value = serde_json::from_slice(&bare).unwrap();
    assert_eq!(shown, bare);
}

#[test]
fn the_kind_of_space_is_told_by_system_security_and_region() {
    let mut everything = everything();
    let place = everything.place.as_mut().unwrap();
    let mut space = |system: i64, region: i64, security: f64| {
        place.region_id = region.try_into().unwrap();
        place.security = security;
        place.space(system.try_into().unwrap())
    };
    assert_eq!(space(30_000_142, 10_000_002, 0.945_9), "high");
    assert_eq!(space(30_000_142, 10_000_002, 0.449), "low");
    assert_eq!(space(30_000_142, 10_000_002, -0.3), "null");
    assert_eq!(space(31_000_005, 11_000_031, -0.99), "wormhole");
    assert_eq!(space(32_000_005, 12_000_001, -0.99), "abyssal");
    assert_eq!(space(30_000_157, 10_000_070, -1.0), "pochven");
}

#[test]
fn security_that_is_not_a_number_is_left_out() {
    let mut everything = everything();
    everything.place.as_mut().unwrap().security = f64::NAN;
    let shown = shown(&read(ESI), &everything);
    assert!(shown.get("security").is_none() && shown.get("security_status").is_none());
}

#[test]
fn an_enrichment_of_a_newer_version_is_refused_by_name() {
    let mut bytes = everything().encode();
    bytes[0] += 1;
    let error = Enrichment::decode(&bytes).unwrap_err();
    assert_eq!(error, EnrichmentError::Newer(2));
    assert!(error.to_string().contains("upgrade Killwire"));
}

#[test]
fn bytes_cut_short_or_too_long_are_damaged() {
    let whole = everything().encode();
    for length in 0..whole.len() {
        let cut = Enrichment::decode(&whole[..length]);
        assert!(
            matches!(cut, Err(EnrichmentError::Damaged(_))),
            "cut at {length}"
        );
    }
    let longer = [whole.as_slice(), &[0]].concat();
    let error = Enrichment::decode(&longer).unwrap_err();
    assert_eq!(error.to_string(), "damaged enrichment: 1 bytes too many");
    // Partial, no place, then 2^32 pilots.
    let claim = [1, 0, 0, 0x80, 0x80, 0x80, 0x80, 0x10];
    assert!(Enrichment::decode(&claim).is_err());
}

#[test]
fn a_partial_enrichment_adds_to_an_earlier_one_and_its_own_names_win() {
    let mut earlier = everything();
    earlier.progress = Progress::Partial;
    let later = Enrichment {
        characters: vec![name(1000, "Zoe"), name(1002, "Anna Renamed")],
        ..Enrichment::default()
    };
    let both = later.over(&earlier);
    let known = pilots(&both).into_iter().collect::<Vec<_>>();
    let expected = [
        (1000, "Zoe"),
        (1001, "Vera \"V\" Victim"),
        (1002, "Anna Renamed"),
    ];
    assert_eq!(known, expected);
    assert_eq!(both.hulls, earlier.hulls);
    assert_eq!((both.place, both.valued), (earlier.place, earlier.valued));
    assert_eq!(both.progress, Progress::Partial);
}

#[test]
fn a_complete_enrichment_is_whole_as_it_is() {
    let complete = Enrichment {
        progress: Progress::Complete,
        ..Enrichment::default()
    };
    assert_eq!(complete.clone().over(&everything()), complete);
}

fn named_killmail() -> impl Strategy<Value = (killwire_killmail::Killmail, Enrichment)> {
    killmail().prop_flat_map(|killmail| {
        let enrichment = enrichment_of(&killmail);
        (Just(killmail), enrichment)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn an_enrichment_is_read_back_as_it_was_written((_, enrichment) in named_killmail()) {
        let decoded = Enrichment::decode(&enrichment.encode());
        prop_assert_eq!(decoded.as_ref(), Ok(&enrichment));
    }

    #[test]
    fn a_damaged_enrichment_is_refused_or_read_but_never_panics(
        (killmail, enrichment) in named_killmail(),
        changes in vec((any::<usize>(), any::<u8>()), 1..8),
    ) {
        let mut bytes = enrichment.encode();
        for (at, byte) in &changes {
            let at = at % bytes.len();
            bytes[at] = *byte;
        }
        if let Ok(read) = Enrichment::decode(&bytes) {
            // By their bytes: security that is no number equals nothing, itself included.
            let again = Enrichment::decode(&read.encode()).map(|again| again.encode());
            prop_assert_eq!(again, Ok(read.encode()));
            // Lists out of order hide names and do no harm.
            let _ = killmail_json(&killmail, None, None, Some(&read));
        }
    }

    #[test]
    fn every_id_has_its_own_name_and_no_other((killmail, enrichment) in named_killmail()) {
        let shown = killmail_json(&killmail, None, None, Some(&enrichment));
        let shown: Value = serde_json::from_slice(&shown).unwrap();
        let known = pilots(&enrichment);
        let attackers = shown["attackers"].as_array().unwrap().iter();
        for party in attackers.chain([&shown["victim"], &shown["final_blow_attacker"]]) {
            let expected = party["character_id"].as_i64().and_then(|id| known.get(&id).copied());
            prop_assert_eq!(party["character_name"].as_str(), expected);
            let corporation = party["corporation_id"].as_i64().and_then(|id| {
                enrichment.corporations.iter().find(|known| known.id.get() == id)
            });
            prop_assert_eq!(
                party["corporation_name"].as_str(),
                corporation.map(|known| known.name.as_str())
            );
            prop_assert_eq!(
                party["corporation_ticker"].as_str(),
                corporation.and_then(|known| known.ticker.as_deref())
            );
        }
        let first = killmail.attackers.iter().position(|attacker| attacker.final_blow);
        let first = first.map_or(&Value::Null, |place| &shown["attackers"][place]);
        prop_assert_eq!(&shown["final_blow_attacker"], first);
    }

    #[test]
    fn values_are_zkillboards_or_ours_and_never_mixed(zkb in zkb(), valued in valued()) {
        let killmail = read(ESI).killmail;
        let enrichment = Enrichment { valued: Some(valued.clone()), ..Enrichment::default() };
        let json = killmail_json(&killmail, None, Some(&zkb), Some(&enrichment));
        let shown: Value = serde_json::from_slice(&json).unwrap();
        let figures = ["fitted", "dropped", "destroyed", "total"];
        let theirs = [zkb.fitted_value, zkb.dropped_value, zkb.destroyed_value, zkb.total_value];
        let ours = [valued.fitted, valued.dropped, valued.destroyed, valued.total];
        let given = theirs.iter().any(Option::is_some);
        prop_assert_eq!(zkb.gives_values(), given);
        for ((figure, theirs), ours) in figures.into_iter().zip(theirs).zip(ours) {
            let source = shown["value"][figure]["source"].as_str();
            let ours = ours.filter(|_| !given).map(|figure| figure.source.name());
            prop_assert_eq!(source, theirs.map(|_| "zkillboard").or(ours), "{}", figure);
        }
        let facts = Facts::of(
            &Parsed { zkb: Some(zkb), ..read(ESI) },
            Some(&enrichment),
        );
        let total: Option<Isk> = serde_json::from_value(shown["total_value"].clone()).unwrap();
        prop_assert_eq!(facts.total_value.map(Isk::hundredths), total.map(Isk::hundredths));
        prop_assert_eq!(facts.hull_value, valued.hull.map(|hull| hull.isk), "always ours");
        prop_assert_eq!(Facts::decode(&facts.encode()), Ok(facts));
    }
}
