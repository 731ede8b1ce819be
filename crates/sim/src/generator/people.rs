//! A stable pool of pilots, so that the same people meet again.
//!
//! Pilots of one corporation, and corporations of one alliance, stand next to each other in the
//! pool, so that neighbours make a gang.
//!
//! - Up to 4,000 pilots (the default) are all equally active. A gang is a row of neighbours. A
//!   corporation has 16 pilots, an alliance 6 corporations.
//! - More pilots are drawn by Zipf's law with exponent 1: the nth of the pool is drawn 1/n as often
//!   as the first. The first attacker and the victim are drawn so; with the first attacker fly the
//!   most active of his alliance, and where there are not enough those of the next. A corporation
//!   has 32 pilots, an alliance 8 corporations.

use std::sync::Arc;

use crate::dice::Dice;

/// How many pilots there are unless told otherwise.
pub const DEFAULT_POPULATION: u64 = 4_000;

/// How many pilots are possible: fewer could not man the largest gang with a victim left, and more
/// do not fit into the ranges of ids.
pub(crate) const POPULATIONS: std::ops::RangeInclusive<u64> = 2_000..=1_000_000;

/// NPC corporations that players start in: the academies of the four empires.
pub(crate) const STARTER_CORPORATIONS: [i64; 6] =
    [1000165, 1000166, 1000167, 1000168, 1000169, 1000170];

/// Where ids begin. Player characters of before 2010 count from 90 million, today's from 2.1
/// billion.
const OLD_PILOTS: i64 = 90_000_000;
const NEW_PILOTS: i64 = 2_112_000_000;
const CORPORATIONS: i64 = 98_000_000;
const ALLIANCES: i64 = 99_000_000;

/// A player with his organisations.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Pilot {
    pub(crate) character_id: i64,
    pub(crate) corporation_id: i64,
    pub(crate) alliance_id: Option<i64>,
    /// In tenths, from -10.0 to 5.0.
    pub(crate) security_tenths: i64,
}

/// All pilots. Clones share.
#[derive(Clone, Debug)]
pub(crate) struct Population(Arc<Pool>);

#[derive(Debug)]
struct Pool {
    pilots: u64,
    /// How many pilots one corporation has.
    per_corporation: u64,
    /// How many corporations one alliance has.
    per_alliance: u64,
    /// From one id to the next.
    old_step: u64,
    new_step: u64,
    corporation_step: u64,
    alliance_step: u64,
    /// The sums of 1/1 … 1/n; empty where all are equally active.
    activity: Vec<f64>,
}

impl Population {
    /// So many pilots, or the nearest number that is possible.
    pub(crate) fn new(pilots: u64) -> Self {
        let pilots = pilots.clamp(*POPULATIONS.start(), *POPULATIONS.end());
        let large = pilots > DEFAULT_POPULATION;
        let (per_corporation, per_alliance) = if large { (32, 8) } else { (16, 6) };
        let corporations = pilots.div_ceil(per_corporation);
        let alliances = corporations.div_ceil(per_alliance);
        let activity = if large {
            (1..=pilots)
                .scan(0.0, |sum, rank| {
                    *sum += 1.0 / rank as f64;
                    Some(*sum)
                })
                .collect()
        } else {
            Vec::new()
        };
        Self(Arc::new(Pool {
            pilots,
            per_corporation,
            per_alliance,
            old_step: (6_990_000 / pilots).min(1_733),
            new_step: (35_000_000 / pilots).min(4_111),
            corporation_step: (999_000 / corporations).min(2_903),
            alliance_step: (999_000 / alliances).min(13_007),
            activity,
        }))
    }

    /// How many there are.
    pub(crate) fn len(&self) -> u64 {
        self.0.pilots
    }

    /// Whether some are seen more often than others.
    pub(crate) fn is_uneven(&self) -> bool {
        !self.0.activity.is_empty()
    }

    /// Somebody's place in the pool.
    pub(crate) fn draw(&self, dice: &mut Dice) -> u64 {
        let Some(total) = self.0.activity.last() else {
            return dice.below(self.0.pilots);
        };
        let drawn = dice.unit() * total;
        let rank = self.0.activity.partition_point(|sum| *sum <= drawn);
        (rank as u64).min(self.0.pilots - 1)
    }

    /// The place of the `number`th of a gang, whose first pilot is at place `first`.
    pub(crate) fn mate(&self, first: u64, number: u64) -> u64 {
        if number == 0 || !self.is_uneven() {
            return first + number;
        }
        let first = first % self.0.pilots;
        let mate = self.alliance_begin(first) + number - 1;
        // The first one is left out of the row of the others.
        if mate < first { mate } else { mate + 1 }
    }

    /// Which of the gang of the pilot at `first` somebody would be: what [`Population::mate`]
    /// makes of it leads back to him.
    pub(crate) fn mate_number(&self, first: u64, place: u64) -> u64 {
        let pilots = self.0.pilots;
        let (first, place) = (first % pilots, place % pilots);
        let after = |begin: u64| (place + pilots - begin) % pilots;
        if place == first || !self.is_uneven() {
            return after(first);
        }
        let begin = self.alliance_begin(first);
        if after(begin) < first - begin {
            after(begin) + 1
        } else {
            after(begin)
        }
    }

    /// The place of the most active pilot of the alliance to which a place belongs.
    fn alliance_begin(&self, place: u64) -> u64 {
        let size = self.0.per_corporation * self.0.per_alliance;
        place / size * size
    }

    /// The pilot at a place in the pool; places beyond its end begin again at its start.
    pub(crate) fn pilot(&self, place: u64) -> Pilot {
        let pool = &*self.0;
        let place = place % pool.pilots;
        let corporation = place / pool.per_corporation;
        Pilot {
            character_id: if place.is_multiple_of(3) {
                id(OLD_PILOTS, place, pool.old_step)
            } else {
                id(NEW_PILOTS, place, pool.new_step)
            },
            corporation_id: if is_starter(corporation) {
                STARTER_CORPORATIONS[usize::try_from(place % 6).unwrap_or(0)]
            } else {
                id(CORPORATIONS, corporation, pool.corporation_step)
            },
            alliance_id: self.alliance_of(corporation),
            security_tenths: [50, 50, 21, 3, 0, -8, -21, -54, -99, -100]
                [usize::try_from(place % 10).unwrap_or(0)],
        }
    }

    fn alliance_of(&self, corporation: u64) -> Option<i64> {
        (!is_starter(corporation) && corporation % 5 != 3).then(|| {
            let alliance = corporation / self.0.per_alliance;
            id(ALLIANCES, alliance, self.0.alliance_step)
        })
    }

    fn corporations(&self) -> u64 {
        self.0.pilots.div_ceil(self.0.per_corporation)
    }

    /// The pilot of an id.
    pub(crate) fn character(&self, character_id: i64) -> Option<Pilot> {
        let place = if character_id < NEW_PILOTS {
            place(OLD_PILOTS, character_id, self.0.old_step)
        } else {
            place(NEW_PILOTS, character_id, self.0.new_step)
        }?;
        let pilot = (place < self.0.pilots).then(|| self.pilot(place))?;
        (pilot.character_id == character_id).then_some(pilot)
    }

    /// The pilots of a players' corporation: one of them, and how many there are.
    pub(crate) fn corporation(&self, corporation_id: i64) -> Option<(Pilot, u64)> {
        let corporation = place(CORPORATIONS, corporation_id, self.0.corporation_step)?;
        if corporation >= self.corporations() || is_starter(corporation) {
            return None;
        }
        let first = corporation * self.0.per_corporation;
        let members = (self.0.pilots - first).min(self.0.per_corporation);
        Some((self.pilot(first), members))
    }

    /// A pilot of an alliance.
    pub(crate) fn alliance(&self, alliance_id: i64) -> Option<Pilot> {
        let alliance = place(ALLIANCES, alliance_id, self.0.alliance_step)?;
        let first = alliance.checked_mul(self.0.per_alliance)?;
        (first..(first + self.0.per_alliance).min(self.corporations()))
            .find(|corporation| self.alliance_of(*corporation).is_some())
            .map(|corporation| self.pilot(corporation * self.0.per_corporation))
    }
}

/// Whether the pilots at this place are in the academies' corporations instead of one of their own.
fn is_starter(corporation: u64) -> bool {
    corporation % 12 == 5
}

fn id(first: i64, place: u64, step: u64) -> i64 {
    first.saturating_add_unsigned(place.saturating_mul(step))
}

fn place(first: i64, id: i64, step: u64) -> Option<u64> {
    let offset = u64::try_from(id.checked_sub(first)?).ok()?;
    offset.is_multiple_of(step).then_some(offset / step)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::dice::Purpose;

    #[test]
    fn every_pilot_has_an_id_of_his_own_in_the_range_of_players() {
        for size in [2_000, DEFAULT_POPULATION, 50_000, 1_000_000] {
            let population = Population::new(size);
            let ids: HashSet<i64> = (0..size)
                .map(|place| population.pilot(place).character_id)
                .collect();
            assert_eq!(ids.len() as u64, size);
            assert!(
                ids.iter().all(|id| (90_000_000..97_000_000).contains(id)
                    || (2_112_000_000..2_147_483_648).contains(id)),
                "{size}"
            );
        }
    }

    #[test]
    fn ids_lead_back_to_who_bears_them_and_no_other_id_does() {
        for size in [DEFAULT_POPULATION, 50_000] {
            let population = Population::new(size);
            for place in 0..size {
                let pilot = population.pilot(place);
                assert_eq!(population.character(pilot.character_id), Some(pilot));
                assert_eq!(population.character(pilot.character_id + 1), None);
                if pilot.corporation_id > 2_000_000 {
                    let (member, _) = population.corporation(pilot.corporation_id).unwrap();
                    assert_eq!(member.corporation_id, pilot.corporation_id);
                    assert_eq!(population.corporation(pilot.corporation_id + 1), None);
                    assert!((98_000_000..99_000_000).contains(&pilot.corporation_id));
                }
                if let Some(alliance) = pilot.alliance_id {
                    let member = population.alliance(alliance).unwrap();
                    assert_eq!(member.alliance_id, Some(alliance));
                    assert_eq!(population.alliance(alliance + 1), None);
                    assert!((99_000_000..100_000_000).contains(&alliance));
                }
            }
            assert_eq!(population.character(OLD_PILOTS + 1_733 * 3_000_000), None);
        }
    }

    #[test]
    fn neighbours_fly_together() {
        let population = Population::new(DEFAULT_POPULATION);
        let pilot = |place| population.pilot(place);
        assert_eq!(pilot(0).corporation_id, pilot(15).corporation_id);
        assert_ne!(pilot(0).corporation_id, pilot(16).corporation_id);
        assert_eq!(pilot(0).alliance_id, pilot(31).alliance_id);
        assert_ne!(pilot(0).alliance_id, pilot(2_000).alliance_id);
        let large = Population::new(50_000);
        let pilot = |place| large.pilot(place);
        assert_eq!(pilot(0).corporation_id, pilot(31).corporation_id);
        assert_ne!(pilot(0).corporation_id, pilot(32).corporation_id);
        assert_eq!(pilot(0).alliance_id, pilot(255).alliance_id);
        assert_ne!(pilot(0).alliance_id, pilot(256).alliance_id);
    }

    #[test]
    fn a_gang_is_a_row_of_neighbours_or_the_most_active_of_an_alliance() {
        let even = Population::new(DEFAULT_POPULATION);
        let gang = |population: &Population, first| -> Vec<u64> {
            (0..5)
                .map(|number| population.mate(first, number))
                .collect()
        };
        assert_eq!(gang(&even, 700), [700, 701, 702, 703, 704]);
        let large = Population::new(50_000);
        assert_eq!(gang(&large, 700), [700, 512, 513, 514, 515]);
        assert_eq!(gang(&large, 513), [513, 512, 514, 515, 516]);
        for population in [even, large] {
            for first in [0, 3, 513, 700, population.len() - 1] {
                let mut seen = HashSet::new();
                for number in 0..1_100 {
                    let place = population.mate(first, number);
                    assert!(seen.insert(place % population.len()));
                    assert_eq!(population.mate_number(first, place), number);
                }
            }
        }
    }

    #[test]
    fn the_nth_of_a_large_population_is_drawn_1_over_n_as_often_as_the_first() {
        let population = Population::new(50_000);
        let mut dice = Dice::new(1, Purpose::Killmail, 0);
        let mut drawn = vec![0_u32; 50_000];
        for _ in 0..1_000_000 {
            drawn[usize::try_from(population.draw(&mut dice)).unwrap()] += 1;
        }
        // 1/n over the sum of all, 11.397.
        let expected = |rank: u32| 1_000_000.0 / (f64::from(rank) * 11.397);
        for rank in [1_u32, 2, 5, 10, 100] {
            let seen = f64::from(drawn[usize::try_from(rank).unwrap() - 1]);
            let share = seen / expected(rank);
            assert!((0.85..1.15).contains(&share), "rank {rank}: {share}");
        }
        let tail: u32 = drawn[10_000..].iter().sum();
        // The harmonic numbers of 50,000 and 10,000: 11.397 and 9.788.
        assert!((130_000..153_000).contains(&tail), "{tail}");
    }

    #[test]
    fn up_to_four_thousand_are_all_equally_active() {
        let population = Population::new(DEFAULT_POPULATION);
        let mut dice = Dice::new(1, Purpose::Killmail, 0);
        let low = (0..10_000)
            .filter(|_| population.draw(&mut dice) < 2_000)
            .count();
        assert!((4_800..5_200).contains(&low), "{low}");
    }
}
