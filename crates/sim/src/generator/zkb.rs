//! What zKillboard makes of a killmail: values, flags, points and labels, by its own rules.

use jiff::Timestamp;

use super::hulls::{Class, Hull};
use super::universe::{AMARR_MINMATAR, CALDARI_GALLENTE, System};
use super::wire::{EsiKillmail, Hundredths, Item, Zkb};

/// Characters up to here are NPCs.
const LAST_NPC_CHARACTER: i64 = 3_999_999;

/// Corporations up to here are NPCs.
const LAST_NPC_CORPORATION: i64 = 1_999_999;

/// zKillboard's block for a killmail.
pub(crate) fn zkb(
    killmail: &EsiKillmail,
    hash: &str,
    hull: &Hull,
    place: &System,
    time: Timestamp,
    location_id: i64,
) -> Zkb {
    let flags = Flags::of(killmail, hull);
    let values = Values::of(&killmail.victim.items, hull);
    let count = i64::try_from(killmail.attackers.len()).unwrap_or(i64::MAX);
    Zkb {
        location_id,
        hash: hash.to_owned(),
        fitted_value: values.fitted,
        dropped_value: values.dropped,
        destroyed_value: values.destroyed,
        total_value: values.total(),
        total_droppable_value: values.droppable,
        points: points(hull, &flags, count),
        npc: flags.npc,
        solo: flags.solo,
        awox: flags.awox,
        labels: labels(killmail, &flags, hull, place, time, values.total(), count),
        attacker_count: count,
        href: format!(
            "https://esi.evetech.net/killmails/{}/{hash}/",
            killmail.killmail_id
        ),
    }
}

struct Flags {
    npc: bool,
    solo: bool,
    awox: bool,
}

impl Flags {
    fn of(killmail: &EsiKillmail, hull: &Hull) -> Self {
        let victim = &killmail.victim;
        let is_player =
            |character: Option<i64>| character.is_some_and(|id| id > LAST_NPC_CHARACTER);
        let npc_victim =
            victim.character_id.is_none() && victim.corporation_id <= LAST_NPC_CORPORATION;
        let npc = npc_victim
            || !killmail.attackers.iter().any(|attacker| {
                is_player(attacker.character_id)
                    || attacker
                        .corporation_id
                        .is_some_and(|id| id > LAST_NPC_CORPORATION)
            });
        let players = killmail
            .attackers
            .iter()
            .filter(|attacker| is_player(attacker.character_id))
            .count();
        let final_corporation = killmail
            .attackers
            .iter()
            .find(|attacker| attacker.final_blow)
            .and_then(|attacker| attacker.corporation_id);
        Self {
            npc,
            solo: !npc
                && players == 1
                && hull.category_id() == 6
                && !matches!(hull.group_id, 29 | 31 | 237),
            awox: !npc
                && final_corporation == Some(victim.corporation_id)
                && victim.corporation_id > LAST_NPC_CORPORATION
                && !matches!(hull.group_id, 29 | 237),
        }
    }
}

struct Values {
    fitted: Hundredths,
    dropped: Hundredths,
    destroyed: Hundredths,
    droppable: Hundredths,
}

impl Values {
    /// Top-level stacks count with their contents, under the fate of the stack itself.
    fn of(items: &[Item], hull: &Hull) -> Self {
        let hull_value = hull.price.saturating_mul(100_000);
        let (mut fitted, mut dropped, mut destroyed, mut droppable) =
            (hull_value, 0, hull_value, 0);
        for item in items {
            let value = worth(item);
            if item.quantity_dropped.is_some() {
                dropped += value;
            }
            if item.quantity_destroyed.is_some() {
                destroyed += value;
            }
            if matches!(item.flag, 11..=34 | 92..=98 | 125..=132 | 159..=163) {
                fitted += value;
            }
            if !matches!(item.flag, 92..=98 | 125..=132) {
                droppable += value;
            }
        }
        Self {
            fitted: Hundredths(fitted),
            dropped: Hundredths(dropped),
            destroyed: Hundredths(destroyed),
            droppable: Hundredths(droppable),
        }
    }

    fn total(&self) -> Hundredths {
        Hundredths(self.dropped.0 + self.destroyed.0)
    }
}

fn worth(item: &Item) -> i64 {
    let quantity = item.quantity_dropped.unwrap_or(0) + item.quantity_destroyed.unwrap_or(0);
    item.unit.0 * quantity + item.items.iter().map(worth).sum::<i64>()
}

/// Roughly zKillboard's points: by size, shared among the attackers.
fn points(hull: &Hull, flags: &Flags, attackers: i64) -> i64 {
    let size = match hull.class {
        Class::Pod | Class::Small | Class::Deployable => 1,
        Class::Frigate => 5,
        Class::Cruiser | Class::Barge | Class::Hauler => 25,
        Class::Battleship | Class::Freighter => 125,
        Class::Capital | Class::Structure => 625,
    };
    if flags.npc {
        1
    } else {
        (size * 2 / (attackers * (attackers / 2).max(1)).max(1)).max(1)
    }
}

fn labels(
    killmail: &EsiKillmail,
    flags: &Flags,
    hull: &Hull,
    place: &System,
    time: Timestamp,
    total: Hundredths,
    attackers: i64,
) -> Vec<String> {
    let mut labels = vec![
        time_zone(time).to_owned(),
        format!("cat:{}", hull.category_id()),
        if flags.solo {
            "solo".to_owned()
        } else {
            gang_size(attackers).to_owned()
        },
    ];
    labels.push(if flags.npc { "npc" } else { "pvp" }.to_owned());
    if flags.awox {
        labels.push("awox".to_owned());
    }
    labels.extend(space(place).map(str::to_owned));
    labels.extend(worth_band(total).map(str::to_owned));
    if hull.is_capital() {
        labels.push("capital".to_owned());
    }
    labels.extend(
        militia_war(killmail)
            .into_iter()
            .flatten()
            .map(str::to_owned),
    );
    labels
}

fn time_zone(time: Timestamp) -> &'static str {
    match time.as_second().rem_euclid(86_400) / 3_600 {
        8..=13 => "tz:au",
        14..=16 => "tz:ru",
        17..=21 => "tz:eu",
        4..=7 => "tz:usw",
        _ => "tz:use",
    }
}

fn gang_size(attackers: i64) -> &'static str {
    match attackers {
        1_000.. => "#:1000+",
        100.. => "#:100+",
        50.. => "#:50+",
        25.. => "#:25+",
        10.. => "#:10+",
        5.. => "#:5+",
        2.. => "#:2+",
        _ => "#:1",
    }
}

/// Pochven and Zarzakh have none.
fn space(place: &System) -> Option<&'static str> {
    match place.region_id {
        11_000_033 => Some("loc:drifter"),
        11_000_000..12_000_000 => Some("loc:w-space"),
        10_000_070 | 10_001_000 => None,
        _ if place.security >= 0.45 => Some("loc:highsec"),
        _ if place.security >= 0.0 => Some("loc:lowsec"),
        _ => Some("loc:nullsec"),
    }
}

/// Bands, not thresholds.
fn worth_band(total: Hundredths) -> Option<&'static str> {
    const BILLION: i64 = 100_000_000_000;
    match total.0 / BILLION {
        1_000.. => Some("isk:1t+"),
        100.. => Some("isk:100b+"),
        10.. => Some("isk:10b+"),
        5.. => Some("isk:5b+"),
        1.. => Some("isk:1b+"),
        _ => None,
    }
}

/// Names the winner: the side opposite to the victim's.
fn militia_war(killmail: &EsiKillmail) -> Option<[&'static str; 2]> {
    let victim = killmail.victim.faction_id?;
    let fought = |side: i64| {
        killmail
            .attackers
            .iter()
            .any(|attacker| attacker.faction_id == Some(side))
    };
    let [caldari, gallente] = CALDARI_GALLENTE;
    let [amarr, minmatar] = AMARR_MINMATAR;
    match victim {
        side if side == caldari && fought(gallente) => Some(["fw:gallente", "fw:calgal"]),
        side if side == gallente && fought(caldari) => Some(["fw:caldari", "fw:calgal"]),
        side if side == amarr && fought(minmatar) => Some(["fw:minmatar", "fw:amamin"]),
        side if side == minmatar && fought(amarr) => Some(["fw:amarr", "fw:amamin"]),
        _ => None,
    }
}
