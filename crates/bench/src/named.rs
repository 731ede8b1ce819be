//! Names for generated killmails, as long as real ones mostly are, for everyone and everything on
//! them: what the server stores and shows when it knows all.

use std::collections::BTreeSet;

use killwire_killmail::{
    Enrichment, Figure, HullName, Killmail, Named, Organisation, Place, PriceSource, Progress,
    TypeId, Valued,
};

use crate::Outcome;

/// All that can be known of a killmail.
pub(crate) fn enrichment(killmail: &Killmail) -> Outcome<Enrichment> {
    let (victim, attackers) = (&killmail.victim, &killmail.attackers);
    let pilots = attackers.iter().map(|attacker| attacker.character_id);
    let corporations = attackers.iter().map(|attacker| attacker.corporation_id);
    let alliances = attackers.iter().map(|attacker| attacker.alliance_id);
    let factions = attackers.iter().map(|attacker| attacker.faction_id);
    let hulls = attackers.iter().map(|attacker| attacker.ship_type_id);
    let weapons = attackers.iter().map(|attacker| attacker.weapon_type_id);
    let figure = |isk: &str| -> Outcome<Option<Figure>> {
        Ok(Some(Figure {
            isk: isk.parse()?,
            source: PriceSource::EsiAverage,
            priced_at: killmail.time,
        }))
    };
    Ok(Enrichment {
        progress: Progress::Complete,
        place: Some(Place {
            system: "Tama".to_owned(),
            constellation_id: 20_000_783.try_into()?,
            constellation: "Okkelen".to_owned(),
            region_id: 10_000_033.try_into()?,
            region: "The Citadel".to_owned(),
            security: 0.254_683_554_172_515_87,
            wormhole_class: None,
        }),
        characters: distinct(pilots.chain([victim.character_id]))
            .map(|id| Named {
                id,
                name: format!("Vera {id}"),
            })
            .collect(),
        corporations: distinct(corporations.chain([victim.corporation_id]))
            .map(|id| Organisation {
                id,
                name: format!("Holdings No {id}"),
                ticker: Some("HOLDN".to_owned()),
            })
            .collect(),
        alliances: distinct(alliances.chain([victim.alliance_id]))
            .map(|id| Organisation {
                id,
                name: format!("Alliance {id}"),
                ticker: Some("ALLI".to_owned()),
            })
            .collect(),
        factions: distinct(factions.chain([victim.faction_id]))
            .map(|id| Named {
                id,
                name: "Caldari State".to_owned(),
            })
            .collect(),
        hulls: distinct(hulls.chain(weapons).chain([Some(victim.ship_type_id)]))
            .map(hull)
            .collect::<Outcome<_>>()?,
        valued: Some(Valued {
            hull: figure("36500000.25")?,
            fitted: figure("58200000.5")?,
            dropped: figure("12000000.75")?,
            destroyed: figure("61000000.25")?,
            total: figure("73000001")?,
            unpriced: 0,
        }),
    })
}

fn hull(id: TypeId) -> Outcome<HullName> {
    Ok(HullName {
        id,
        name: format!("Type Issue {id}"),
        group_id: 26.try_into()?,
        group: "Heavy Assault".to_owned(),
    })
}

fn distinct<Id: Ord>(ids: impl Iterator<Item = Option<Id>>) -> impl Iterator<Item = Id> {
    ids.flatten().collect::<BTreeSet<Id>>().into_iter()
}
