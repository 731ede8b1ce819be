//! The victim, those who shot, and what was aboard.

use serde::Serialize;
use serde::ser::{SerializeSeq, Serializer};

use crate::{
    AllianceId, Attacker, CharacterId, CorporationId, Enrichment, FactionId, GroupId, HullName,
    Item, Organisation, Position, SecurityStatus, TypeId, Victim,
};

/// The ids of someone on a killmail, as either side has them.
#[derive(Clone, Copy)]
struct Ids {
    character: Option<CharacterId>,
    corporation: Option<CorporationId>,
    alliance: Option<AllianceId>,
    faction: Option<FactionId>,
    hull: Option<TypeId>,
}

/// What these ids mean, as far as it is known.
#[derive(Clone, Copy, Default)]
struct Names<'a> {
    character: Option<&'a str>,
    corporation: Option<&'a Organisation<CorporationId>>,
    alliance: Option<&'a Organisation<AllianceId>>,
    faction: Option<&'a str>,
    hull: Option<&'a HullName>,
}

impl<'a> Names<'a> {
    fn of(ids: Ids, enrichment: Option<&'a Enrichment>) -> Self {
        let Some(known) = enrichment else {
            return Self::default();
        };
        Self {
            character: ids.character.and_then(|id| known.character(id)),
            corporation: ids.corporation.and_then(|id| known.corporation(id)),
            alliance: ids.alliance.and_then(|id| known.alliance(id)),
            faction: ids.faction.and_then(|id| known.faction(id)),
            hull: ids.hull.and_then(|id| known.hull(id)),
        }
    }
}

/// Where an organisation's ticker is known.
fn ticker<Id>(organisation: &Organisation<Id>) -> Option<&str> {
    organisation.ticker.as_deref()
}

#[derive(Serialize)]
pub(super) struct VictimForm<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    character_id: Option<CharacterId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    character_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    corporation_id: Option<CorporationId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    corporation_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    corporation_ticker: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    alliance_id: Option<AllianceId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    alliance_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    alliance_ticker: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    faction_id: Option<FactionId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    faction_name: Option<&'a str>,
    ship_type_id: TypeId,
    #[serde(skip_serializing_if = "Option::is_none")]
    ship_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ship_group_id: Option<GroupId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ship_group: Option<&'a str>,
    damage_taken: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    position: Option<PositionForm>,
    #[serde(serialize_with = "items")]
    items: &'a [Item],
}

impl<'a> VictimForm<'a> {
    pub(super) fn new(victim: &'a Victim, enrichment: Option<&'a Enrichment>) -> Self {
        let ids = Ids {
            character: victim.character_id,
            corporation: victim.corporation_id,
            alliance: victim.alliance_id,
            faction: victim.faction_id,
            hull: Some(victim.ship_type_id),
        };
        let names = Names::of(ids, enrichment);
        Self {
            character_id: victim.character_id,
            character_name: names.character,
            corporation_id: victim.corporation_id,
            corporation_name: names.corporation.map(|known| known.name.as_str()),
            corporation_ticker: names.corporation.and_then(ticker),
            alliance_id: victim.alliance_id,
            alliance_name: names.alliance.map(|known| known.name.as_str()),
            alliance_ticker: names.alliance.and_then(ticker),
            faction_id: victim.faction_id,
            faction_name: names.faction,
            ship_type_id: victim.ship_type_id,
            ship_name: names.hull.map(|hull| hull.name.as_str()),
            ship_group_id: names.hull.map(|hull| hull.group_id),
            ship_group: names.hull.map(|hull| hull.group.as_str()),
            damage_taken: victim.damage_taken,
            position: victim
                .position
                .map(|Position { x, y, z }| PositionForm { x, y, z }),
            items: &victim.items,
        }
    }
}

#[derive(Serialize)]
struct PositionForm {
    x: f64,
    y: f64,
    z: f64,
}

#[derive(Serialize)]
struct ItemForm<'a> {
    item_type_id: TypeId,
    flag: i32,
    singleton: i32,
    #[serde(skip_serializing_if = "is_zero")]
    quantity_dropped: i64,
    #[serde(skip_serializing_if = "is_zero")]
    quantity_destroyed: i64,
    #[serde(skip_serializing_if = "<[Item]>::is_empty", serialize_with = "items")]
    items: &'a [Item],
}

#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "the signature serde asks for"
)]
fn is_zero(quantity: &i64) -> bool {
    *quantity == 0
}

fn items<S: Serializer>(items: &[Item], serializer: S) -> Result<S::Ok, S::Error> {
    let mut list = serializer.serialize_seq(Some(items.len()))?;
    for item in items {
        list.serialize_element(&ItemForm {
            item_type_id: item.type_id,
            flag: item.flag,
            singleton: item.singleton,
            quantity_dropped: item.dropped,
            quantity_destroyed: item.destroyed,
            items: &item.items,
        })?;
    }
    list.end()
}

#[derive(Serialize)]
pub(super) struct AttackerForm<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    character_id: Option<CharacterId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    character_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    corporation_id: Option<CorporationId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    corporation_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    corporation_ticker: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    alliance_id: Option<AllianceId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    alliance_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    alliance_ticker: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    faction_id: Option<FactionId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    faction_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ship_type_id: Option<TypeId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ship_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ship_group_id: Option<GroupId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ship_group: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    weapon_type_id: Option<TypeId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    weapon_name: Option<&'a str>,
    damage_done: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    security_status: Option<SecurityStatus>,
    final_blow: bool,
}

impl<'a> AttackerForm<'a> {
    pub(super) fn new(attacker: &Attacker, enrichment: Option<&'a Enrichment>) -> Self {
        let ids = Ids {
            character: attacker.character_id,
            corporation: attacker.corporation_id,
            alliance: attacker.alliance_id,
            faction: attacker.faction_id,
            hull: attacker.ship_type_id,
        };
        let names = Names::of(ids, enrichment);
        let weapon = attacker
            .weapon_type_id
            .and_then(|id| enrichment.and_then(|known| known.hull(id)));
        Self {
            character_id: attacker.character_id,
            character_name: names.character,
            corporation_id: attacker.corporation_id,
            corporation_name: names.corporation.map(|known| known.name.as_str()),
            corporation_ticker: names.corporation.and_then(ticker),
            alliance_id: attacker.alliance_id,
            alliance_name: names.alliance.map(|known| known.name.as_str()),
            alliance_ticker: names.alliance.and_then(ticker),
            faction_id: attacker.faction_id,
            faction_name: names.faction,
            ship_type_id: attacker.ship_type_id,
            ship_name: names.hull.map(|hull| hull.name.as_str()),
            ship_group_id: names.hull.map(|hull| hull.group_id),
            ship_group: names.hull.map(|hull| hull.group.as_str()),
            weapon_type_id: attacker.weapon_type_id,
            weapon_name: weapon.map(|weapon| weapon.name.as_str()),
            damage_done: attacker.damage_done,
            security_status: attacker.security_status,
            final_blow: attacker.final_blow,
        }
    }
}

/// `attackers`, made one after the other as they are written.
pub(super) struct Attackers<'a> {
    pub(super) list: &'a [Attacker],
    pub(super) enrichment: Option<&'a Enrichment>,
}

impl Serialize for Attackers<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let forms = self.list.iter();
        serializer.collect_seq(forms.map(|attacker| AttackerForm::new(attacker, self.enrichment)))
    }
}
