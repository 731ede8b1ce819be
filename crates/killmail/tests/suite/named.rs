//! Any enrichment at all of a given killmail: some of its ids named, and some others too.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use killwire_killmail::{
    Enrichment, Figure, HullName, Isk, Killmail, Named, Organisation, Place, PriceSource, Progress,
    Valued,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

/// The ids of one kind that an enrichment names: those for which the coin says so, and a stranger.
fn some<Id: TryFrom<i64> + Ord + Copy>(
    ids: impl Iterator<Item = Option<Id>>,
    coins: &[bool],
) -> BTreeSet<Id> {
    let distinct: BTreeSet<Id> = ids.flatten().collect();
    let named = distinct
        .into_iter()
        .zip(coins.iter().cycle())
        .filter(|(_, named)| **named)
        .map(|(id, _)| id);
    named.chain(Id::try_from(7_777)).collect()
}

fn figure() -> impl Strategy<Value = Figure> {
    let source = proptest::sample::select(vec![
        PriceSource::Janice,
        PriceSource::Mutamarket,
        PriceSource::EsiAverage,
        PriceSource::EsiAdjusted,
        PriceSource::Rule,
    ]);
    let moment = (0..4_102_444_800_i64, prop_oneof![Just(0), 0..1_000_000_000]);
    // As exact as JSON's readers read it.
    let bound = (1_i64 << 46) * 100;
    (1 - bound..bound, source, moment).prop_map(|(isk, source, (second, nanosecond))| Figure {
        isk: Isk::from_hundredths(isk),
        source,
        priced_at: Timestamp::new(second, nanosecond).unwrap(),
    })
}

pub(crate) fn valued() -> impl Strategy<Value = Valued> {
    let figures = vec(option::of(figure()), 5);
    (figures, 0..20_u32).prop_map(|(figures, unpriced)| Valued {
        hull: figures[0],
        fitted: figures[1],
        dropped: figures[2],
        destroyed: figures[3],
        total: figures[4],
        unpriced,
    })
}

fn place() -> impl Strategy<Value = Place> {
    let region = prop_oneof![Just(10_000_070_i64), 10_000_001..12_000_000_i64];
    let class = option::of("C[1-6]|C13|Thera");
    ("\\PC{1,12}", region, -1.0..1.0_f64, class).prop_map(
        |(system, region, security, wormhole_class)| Place {
            system,
            constellation_id: 20_000_020.try_into().unwrap(),
            constellation: "Kimotoro".to_owned(),
            region_id: region.try_into().unwrap(),
            region: "The Forge".to_owned(),
            security,
            wormhole_class,
        },
    )
}

/// What may be known of `killmail`.
pub(crate) fn enrichment_of(killmail: &Killmail) -> impl Strategy<Value = Enrichment> + use<> {
    let killmail = killmail.clone();
    let progress = proptest::sample::select(vec![Progress::Partial, Progress::Complete]);
    let names = (vec(any::<bool>(), 1..9), "\\PC{1,20}");
    let rest = (progress, option::of(place()), option::of(valued()));
    (names, rest).prop_map(move |((coins, name), (progress, place, valued))| {
        let (victim, attackers) = (&killmail.victim, &killmail.attackers);
        let characters = attackers.iter().map(|attacker| attacker.character_id);
        let corporations = attackers.iter().map(|attacker| attacker.corporation_id);
        let alliances = attackers.iter().map(|attacker| attacker.alliance_id);
        let factions = attackers.iter().map(|attacker| attacker.faction_id);
        let hulls = attackers.iter().map(|attacker| attacker.ship_type_id);
        let weapons = attackers.iter().map(|attacker| attacker.weapon_type_id);
        let hulls = hulls.chain(weapons).chain([Some(victim.ship_type_id)]);
        let named = |id: i64| format!("{name} {id}");
        let ticker = |id: i64| (id % 2 == 0).then(|| format!("T{}", id % 1000));
        Enrichment {
            progress,
            place,
            characters: some(characters.chain([victim.character_id]), &coins)
                .into_iter()
                .map(|id| Named {
                    id,
                    name: named(id.get()),
                })
                .collect(),
            corporations: some(corporations.chain([victim.corporation_id]), &coins)
                .into_iter()
                .map(|id| Organisation {
                    id,
                    name: named(id.get()),
                    ticker: ticker(id.get()),
                })
                .collect(),
            alliances: some(alliances.chain([victim.alliance_id]), &coins)
                .into_iter()
                .map(|id| Organisation {
                    id,
                    name: named(id.get()),
                    ticker: ticker(id.get()),
                })
                .collect(),
            factions: some(factions.chain([victim.faction_id]), &coins)
                .into_iter()
                .map(|id| Named {
                    id,
                    name: named(id.get()),
                })
                .collect(),
            hulls: some(hulls, &coins)
                .into_iter()
                .map(|id| HullName {
                    id,
                    name: named(id.get()),
                    group_id: 25.try_into().unwrap(),
                    group: "Frigate".to_owned(),
                })
                .collect(),
            valued,
        }
    })
}

/// The names of an enrichment's pilots, for tests of what two enrichments know together.
pub(crate) fn pilots(enrichment: &Enrichment) -> BTreeMap<i64, &str> {
    let characters = enrichment.characters.iter();
    characters
        .map(|known| (known.id.get(), known.name.as_str()))
        .collect()
}
