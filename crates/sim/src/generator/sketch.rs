//! Who killed whom, where: drawn first, because the hash follows from it alone.

use jiff::Timestamp;
use sha1::{Digest, Sha1};

use super::fit;
use super::hulls::{Class, HULLS, Hull, TITAN, UNPILOTED};
use super::npc::{CONCORD, Npc, rats};
use super::people::{Pilot, Population};
use super::universe::System;
use super::wire::{Attacker, EsiKillmail, Position, Victim};
use super::zkb::zkb;
use super::{GeneratedKillmail, goods};
use crate::dice::{Dice, Purpose};

/// Between 1601, where CCP's file times begin, and 1970.
const FILETIME_OF_1970: i64 = 116_444_736_000_000_000;

/// How often a victim is drawn until it is none of the attackers.
const TRIES: u32 = 16;

/// A killmail in outline. The rest follows from it, always the same.
#[derive(Clone, Debug)]
pub(crate) struct Sketch {
    id: i64,
    time: Timestamp,
    place: System,
    hull: Hull,
    victim: Pilot,
    gang: Gang,
    /// Continues where the outline ended.
    dice: Dice,
    /// Which modules are abyssal: apart, so that it changes nothing else.
    abyssal: Dice,
}

/// The attackers in outline: neighbours in the pool of pilots, and NPCs.
#[derive(Clone, Copy, Debug)]
struct Gang {
    /// The first pilot's place in the pool.
    first: u64,
    pilots: u64,
    npcs: u64,
    /// Which of the pilots (or, without pilots, of the NPCs) landed the final blow.
    final_blow: u64,
    /// The militias, victim's side first, where this is their war.
    militias: Option<[i64; 2]>,
}

impl Sketch {
    /// The outline of the `index`th killmail of a seed, with the id and time that it is to have.
    pub(crate) fn draw(
        seed: u64,
        index: u64,
        id: i64,
        time: Timestamp,
        population: &Population,
    ) -> Self {
        let mut dice = Dice::new(seed, Purpose::Killmail, index);
        let place = System::draw(&mut dice);
        let hull = draw_hull(&mut dice, &place);
        let gang = Gang::draw(&mut dice, &place, &hull, population);
        let victim = gang.victim(&mut dice, population);
        Self {
            id,
            time,
            place,
            hull,
            victim,
            gang,
            dice,
            abyssal: Dice::new(seed, Purpose::Abyssal, index),
        }
    }

    /// Where the ship died.
    pub(crate) fn solar_system_id(&self) -> i64 {
        self.place.id
    }

    /// CCP's hash of the killmail.
    pub(crate) fn hash(&self, population: &Population) -> [u8; 20] {
        let victim = self.hull.is_piloted().then_some(self.victim.character_id);
        let killer = (self.gang.pilots > 0).then(|| {
            let place = population.mate(self.gang.first, self.gang.final_blow);
            population.pilot(place).character_id
        });
        killmail_hash(victim, killer, self.hull.type_id, self.time)
    }

    /// The whole killmail.
    pub(crate) fn finish(self, population: &Population) -> GeneratedKillmail {
        let hash = hex(&self.hash(population));
        let Self {
            id,
            time,
            place,
            hull,
            victim,
            gang,
            mut dice,
            mut abyssal,
        } = self;
        let mut items = fit::items(&mut dice, &hull);
        fit::mutate(&mut abyssal, &hull, &mut items);
        let damage = damage_to_kill(&mut dice, &hull);
        let killmail = EsiKillmail {
            attackers: gang.attackers(&mut dice, &place, damage, population),
            killmail_id: id,
            killmail_time: time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            moon_id: (hull.group_id == 1406).then(|| celestial(&mut dice, &place)),
            solar_system_id: place.id,
            victim: Victim {
                alliance_id: victim.alliance_id,
                character_id: hull.is_piloted().then_some(victim.character_id),
                corporation_id: victim.corporation_id,
                damage_taken: damage,
                faction_id: gang.militias.map(|[side, _]| side),
                items,
                position: Position {
                    x: (dice.unit() - 0.5) * 4e12,
                    y: (dice.unit() - 0.5) * 6e11,
                    z: (dice.unit() - 0.5) * 4e12,
                },
                ship_type_id: hull.type_id,
            },
            war_id: (place.is_high_security() && dice.chance(0.05))
                .then(|| dice.int(600_000, 750_000)),
        };
        let location_id = celestial(&mut dice, &place);
        GeneratedKillmail {
            id,
            time,
            solar_system_id: place.id,
            zkb: zkb(&killmail, &hash, &hull, &place, time, location_id),
            // Plain structs of numbers and text always serialise.
            esi_json: serde_json::to_vec(&killmail).unwrap_or_default(),
            hash,
        }
    }
}

impl Gang {
    fn draw(dice: &mut Dice, place: &System, hull: &Hull, population: &Population) -> Self {
        let pilots = if hull.is_piloted() && dice.chance(0.11) {
            0
        } else {
            gang_size(dice).max(if hull.class == Class::Structure { 8 } else { 1 })
        };
        let npcs = if pilots == 0 {
            1 + dice.below(9)
        } else if dice.chance(0.10) {
            1 + dice.below(4)
        } else {
            0
        };
        let shooters = if pilots > 0 { pilots } else { npcs };
        let militias = place
            .militias()
            .filter(|_| pilots > 0 && hull.is_piloted() && dice.chance(0.4));
        let swap = dice.chance(0.5);
        Self {
            first: population.draw(dice),
            pilots,
            npcs,
            final_blow: dice.below(shooters),
            militias: militias.map(|[one, other]| if swap { [other, one] } else { [one, other] }),
        }
    }

    /// Somebody from elsewhere in the pool; rarely the one who would be the next of the gang.
    fn victim(&self, dice: &mut Dice, population: &Population) -> Pilot {
        if dice.chance(0.01) {
            return population.pilot(population.mate(self.first, self.pilots));
        }
        let margin = 200;
        if !population.is_uneven() {
            let others = population.len() - self.pilots - 2 * margin;
            let place = self.first + self.pilots + margin + dice.below(others);
            return population.pilot(place);
        }
        for _ in 0..TRIES {
            let place = population.draw(dice);
            if population.mate_number(self.first, place) >= self.pilots {
                return population.pilot(place);
            }
        }
        population.pilot(population.mate(self.first, self.pilots + margin))
    }

    fn attackers(
        &self,
        dice: &mut Dice,
        place: &System,
        damage: i64,
        population: &Population,
    ) -> Vec<Attacker> {
        // A gang flies a few kinds of ship.
        let doctrine: Vec<&Hull> = (0..3)
            .map(|_| dice.weighted(&HULLS, |hull| hull.wins))
            .collect();
        let count = self.pilots + self.npcs;
        let mut left = damage;
        let mut attackers = Vec::with_capacity(usize::try_from(count).unwrap_or(0));
        for place_in_gang in 0..self.pilots {
            let hull = if dice.chance(0.8) {
                *dice.pick(&doctrine)
            } else {
                dice.weighted(&HULLS, |hull| hull.wins)
            };
            let pilot = population.pilot(population.mate(self.first, place_in_gang));
            attackers.push(Attacker {
                alliance_id: pilot.alliance_id,
                character_id: Some(pilot.character_id),
                corporation_id: Some(pilot.corporation_id),
                damage_done: share(dice, &mut left, count),
                faction_id: self.militias.map(|[_, side]| side),
                final_blow: place_in_gang == self.final_blow,
                security_status: pilot.security_tenths as f64 / 10.0,
                ship_type_id: hull.type_id,
                weapon_type_id: Some(if dice.chance(0.7) {
                    dice.pick(&goods::GUNS).0.type_id
                } else {
                    hull.type_id
                }),
            });
        }
        let npc = self.npc(dice, place);
        for place_in_gang in 0..self.npcs {
            attackers.push(Attacker {
                alliance_id: None,
                character_id: None,
                corporation_id: npc.corporation_id,
                damage_done: share(dice, &mut left, count),
                faction_id: Some(npc.faction_id),
                final_blow: self.pilots == 0 && place_in_gang == self.final_blow,
                security_status: 0.0,
                ship_type_id: npc.type_id,
                weapon_type_id: None,
            });
        }
        if let Some(first) = attackers.first_mut() {
            first.damage_done += left;
        }
        attackers
    }

    fn npc(&self, dice: &mut Dice, place: &System) -> Npc {
        if self.pilots > 0 && place.is_high_security() {
            CONCORD
        } else {
            rats(dice, place)
        }
    }
}

/// Half of all kills have one or two attackers; one in two thousand has hundreds.
fn gang_size(dice: &mut Dice) -> u64 {
    let drawn = dice.unit();
    let (least, most) = match drawn {
        d if d < 0.32 => (1, 1),
        d if d < 0.50 => (2, 2),
        d if d < 0.62 => (3, 3),
        d if d < 0.80 => (4, 8),
        d if d < 0.92 => (9, 25),
        d if d < 0.975 => (26, 80),
        d if d < 0.996 => (81, 300),
        d if d < 0.9995 => (301, 500),
        _ => (501, 1_100),
    };
    least + dice.below(most - least + 1)
}

fn draw_hull(dice: &mut Dice, place: &System) -> Hull {
    loop {
        let hull = if dice.chance(0.05) {
            *dice.weighted(&UNPILOTED, |hull| hull.lost)
        } else if dice.chance(0.000_1) {
            TITAN
        } else {
            *dice.weighted(&HULLS, |hull| hull.lost)
        };
        if hull.dies_in(place.is_high_security(), place.is_wormhole()) {
            return hull;
        }
    }
}

fn damage_to_kill(dice: &mut Dice, hull: &Hull) -> i64 {
    let hit_points = match hull.class {
        Class::Pod => 450,
        Class::Small => 1_500,
        Class::Frigate => 4_000,
        Class::Deployable => 12_000,
        Class::Cruiser | Class::Barge | Class::Hauler => 25_000,
        Class::Battleship => 90_000,
        Class::Freighter => 250_000,
        Class::Capital => 2_500_000,
        Class::Structure => 20_000_000,
    };
    hit_points + dice.int(0, hit_points)
}

/// A random part of what is left, so that all parts together never exceed it.
fn share(dice: &mut Dice, left: &mut i64, count: u64) -> i64 {
    let fair = *left / i64::try_from(count).unwrap_or(i64::MAX).max(1);
    let taken = dice.int(0, fair.saturating_mul(2)).min(*left);
    *left -= taken;
    taken
}

/// One of three places in a system near which things happen.
fn celestial(dice: &mut Dice, place: &System) -> i64 {
    40_000_000 + (place.id * 7_919 + dice.int(0, 2)) % 480_000
}

/// CCP's formula: the SHA-1 of both pilots, the hull and the Windows file time, in decimal.
pub(crate) fn killmail_hash(
    victim: Option<i64>,
    killer: Option<i64>,
    ship_type_id: i64,
    time: Timestamp,
) -> [u8; 20] {
    let pilot = |id: Option<i64>| id.map_or_else(|| "None".to_owned(), |id| id.to_string());
    let file_time = time.as_second() * 10_000_000 + FILETIME_OF_1970;
    let text = format!(
        "{}{}{ship_type_id}{file_time}",
        pilot(victim),
        pilot(killer)
    );
    Sha1::digest(text.as_bytes()).into()
}

/// Lower-case hex digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .map(|digit| char::from(DIGITS[usize::from(digit)]))
        .collect()
}
