//! A stable pool of pilots, so that the same people meet again.

/// How many pilots there are. Those of one corporation, and corporations of one alliance, stand
/// next to each other, so that neighbours make a gang.
pub(crate) const PILOTS: u64 = 4_000;

/// How many pilots one corporation has.
const PER_CORPORATION: u64 = 16;

/// How many corporations one alliance has.
const PER_ALLIANCE: u64 = 6;

/// NPC corporations that players start in: the academies of the four empires.
const STARTER_CORPORATIONS: [i64; 6] = [1000165, 1000166, 1000167, 1000168, 1000169, 1000170];

/// A player with his organisations.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Pilot {
    pub(crate) character_id: i64,
    pub(crate) corporation_id: i64,
    pub(crate) alliance_id: Option<i64>,
    /// In tenths, from -10.0 to 5.0.
    pub(crate) security_tenths: i64,
}

/// The pilot at a place in the pool; places beyond its end begin again at its start.
pub(crate) fn pilot(place: u64) -> Pilot {
    let place = place % PILOTS;
    let corporation = place / PER_CORPORATION;
    let alliance = corporation / PER_ALLIANCE;
    let starter = corporation % 12 == 5;
    Pilot {
        // Player characters of before 2010 count from 90 million, today's from 2.1 billion.
        character_id: if place.is_multiple_of(3) {
            id(90_000_000, place, 1_733)
        } else {
            id(2_112_000_000, place, 4_111)
        },
        corporation_id: if starter {
            STARTER_CORPORATIONS[usize::try_from(place % 6).unwrap_or(0)]
        } else {
            id(98_000_000, corporation, 2_903)
        },
        alliance_id: (!starter && corporation % 5 != 3).then(|| id(99_000_000, alliance, 13_007)),
        security_tenths: [50, 50, 21, 3, 0, -8, -21, -54, -99, -100]
            [usize::try_from(place % 10).unwrap_or(0)],
    }
}

fn id(first: i64, place: u64, step: u64) -> i64 {
    first.saturating_add_unsigned(place.saturating_mul(step))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_pilot_has_an_id_of_his_own_in_the_range_of_players() {
        let ids: HashSet<i64> = (0..PILOTS).map(|place| pilot(place).character_id).collect();
        assert_eq!(ids.len() as u64, PILOTS);
        assert!(
            ids.iter()
                .all(|id| (90_000_000..97_000_000).contains(id) || *id >= 2_100_000_000)
        );
    }

    #[test]
    fn neighbours_fly_together() {
        assert_eq!(pilot(0).corporation_id, pilot(15).corporation_id);
        assert_eq!(pilot(0).alliance_id, pilot(31).alliance_id);
        assert_ne!(pilot(0).alliance_id, pilot(2_000).alliance_id);
    }
}
