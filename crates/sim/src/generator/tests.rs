use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::*;

fn sample(seed: u64, count: usize) -> Vec<GeneratedKillmail> {
    let mut generator = Generator::new(seed);
    let start: Timestamp = "2026-11-20T12:00:00Z".parse().unwrap();
    (0..count)
        .map(|n| generator.killmail(start + SignedDuration::from_secs(i64::try_from(n).unwrap())))
        .collect()
}

fn body(killmail: &GeneratedKillmail) -> Value {
    serde_json::from_slice(&killmail.esi_json).unwrap()
}

#[test]
fn a_seed_always_makes_the_same_killmails() {
    assert_eq!(sample(11, 50), sample(11, 50));
    assert_ne!(sample(11, 5), sample(12, 5));
}

#[test]
fn ids_rise_by_small_steps() {
    let made = sample(3, 500);
    assert!(made[0].id > FIRST_KILLMAIL_ID);
    assert!(
        made.windows(2)
            .all(|w| (1..=4).contains(&(w[1].id - w[0].id)))
    );
}

#[test]
fn sizes_are_small_with_a_heavy_tail() {
    let mut sizes: Vec<usize> = sample(5, 4_000).iter().map(|k| k.esi_json.len()).collect();
    sizes.sort_unstable();
    let median = sizes[sizes.len() / 2];
    let mean = sizes.iter().sum::<usize>() / sizes.len();
    assert!((900..2_400).contains(&median), "median {median}");
    assert!((3_000..8_000).contains(&mean), "mean {mean}");
    assert!(sizes[sizes.len() - 1] > 50_000);
}

#[test]
fn attackers_wormholes_and_npcs_have_the_shares_of_the_real_feed() {
    let made = sample(5, 4_000);
    let mut attackers: Vec<i64> = made.iter().map(|k| k.zkb.attacker_count).collect();
    attackers.sort_unstable();
    assert!((2..=3).contains(&attackers[2_000]));
    assert!(attackers[3_990] > 100 && attackers[3_999] <= 1_200);
    let share = |test: &dyn Fn(&GeneratedKillmail) -> bool| {
        made.iter().filter(|k| test(k)).count() * 100 / made.len()
    };
    let wormholes = share(&|k| (31_000_000..32_000_000).contains(&k.solar_system_id));
    assert!((12..=18).contains(&wormholes), "{wormholes} %");
    let npcs = share(&|k| {
        body(k)["attackers"]
            .as_array()
            .unwrap()
            .iter()
            .any(|a| a["character_id"].is_null())
    });
    assert!((15..=25).contains(&npcs), "{npcs} %");
    let jita = share(&|k| k.solar_system_id == 30_000_142);
    assert!((12..=25).contains(&jita), "{jita} %");
}

#[test]
fn pilots_come_back() {
    let mut seen: HashMap<i64, usize> = HashMap::new();
    for killmail in sample(5, 1_000) {
        for attacker in body(&killmail)["attackers"].as_array().unwrap() {
            if let Some(id) = attacker["character_id"].as_i64() {
                *seen.entry(id).or_default() += 1;
            }
        }
    }
    assert!(seen.values().filter(|count| **count > 1).count() > seen.len() / 2);
}

#[test]
fn values_labels_and_damage_agree_with_the_killmail() {
    for killmail in sample(9, 2_000) {
        let (body, zkb) = (body(&killmail), &killmail.zkb);
        assert_eq!(
            zkb.total_value.0,
            zkb.dropped_value.0 + zkb.destroyed_value.0
        );
        assert!(zkb.fitted_value <= zkb.total_value);
        let attackers = body["attackers"].as_array().unwrap();
        assert_eq!(
            attackers.len(),
            usize::try_from(zkb.attacker_count).unwrap()
        );
        assert_eq!(
            attackers.iter().filter(|a| a["final_blow"] == true).count(),
            1
        );
        let done: i64 = attackers
            .iter()
            .map(|a| a["damage_done"].as_i64().unwrap())
            .sum();
        assert_eq!(body["victim"]["damage_taken"], done);
        let sized = |label: &String| label == "solo" || label.starts_with("#:");
        assert_eq!(
            zkb.labels.iter().filter(|l| sized(l)).count(),
            1,
            "{:?}",
            zkb.labels
        );
        assert_eq!(zkb.labels.contains(&"npc".to_owned()), zkb.npc);
        assert_eq!(zkb.labels.contains(&"pvp".to_owned()), !zkb.npc);
        assert_eq!(zkb.labels.contains(&"solo".to_owned()), zkb.solo);
    }
}

#[test]
fn some_killmails_have_containers_and_some_structures_die() {
    let made = sample(9, 3_000);
    let nested = |k: &GeneratedKillmail| {
        let body = body(k);
        let items = body["victim"]["items"].as_array().unwrap();
        items.iter().any(|item| item["items"].is_array())
    };
    assert!(made.iter().any(nested));
    assert!(
        made.iter()
            .any(|k| k.zkb.labels.contains(&"cat:65".to_owned()))
    );
    assert!(
        made.iter()
            .any(|k| k.zkb.labels.contains(&"fw:amamin".to_owned()))
    );
    assert!(
        made.iter()
            .any(|k| k.zkb.labels.contains(&"capital".to_owned()))
    );
    assert!(made.iter().any(|k| k.zkb.awox));
}

#[test]
fn the_hash_is_ccps() {
    // The killmail 134435757 of April 2026.
    let time = "2026-04-02T06:40:33Z".parse().unwrap();
    let hash = killmail_hash(Some(2_114_529_076), Some(2_115_668_403), 670, time);
    assert_eq!(hex(&hash), "1ba1415b43277358eeca2735367d5de36b007c69");
}

#[test]
fn amounts_are_written_with_at_most_two_decimals() {
    let text = |hundredths| serde_json::to_string(&Hundredths(hundredths)).unwrap();
    assert_eq!(text(62_786_822_910), "627868229.1");
    assert_eq!(text(1_000_000), "10000");
    assert_eq!(text(1), "0.01");
    assert_eq!(text(500_000_000_000_001), "5000000000000.01");
}

/// What the tables claim, for the comparison with CCP's export.
#[test]
fn every_table_entry_has_an_id_of_its_own() {
    let mut ids: Vec<i64> = hulls::HULLS.iter().map(|hull| hull.type_id).collect();
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count);
}

#[test]
fn a_large_population_meets_by_zipfs_law_and_its_killmails_are_as_valid() {
    let mut generator = Generator::with_population(5, 50_000);
    let start: Timestamp = "2026-11-20T12:00:00Z".parse().unwrap();
    let mut lost: HashMap<i64, u32> = HashMap::new();
    let mut pilots: HashMap<i64, u32> = HashMap::new();
    for n in 0..5_000 {
        let made = generator.killmail(start + SignedDuration::from_secs(n));
        let body = body(&made);
        let victim = body["victim"]["character_id"].as_i64();
        let attackers = body["attackers"].as_array().unwrap();
        let shooters = attackers.iter().filter_map(|a| a["character_id"].as_i64());
        for id in shooters.chain(victim) {
            *pilots.entry(id).or_default() += 1;
        }
        if let Some(id) = victim {
            *lost.entry(id).or_default() += 1;
            assert!(attackers.iter().all(|a| a["character_id"] != id), "{body}");
        }
    }
    let sorted = |counts: &HashMap<i64, u32>| {
        let mut counts: Vec<u32> = counts.values().copied().collect();
        counts.sort_unstable_by(|one, other| other.cmp(one));
        counts
    };
    let counts = sorted(&lost);
    // The first is expected in a share of 1/11.4 (less where he shoots himself), the tenth in a
    // tenth of that.
    assert!((200..500).contains(&counts[0]), "{:?}", &counts[..10]);
    assert!((25..60).contains(&counts[9]), "{:?}", &counts[..10]);
    // With everybody who shot the law still holds: a hundred times the rank, a hundredth as often.
    let counts = sorted(&pilots);
    let fall = counts[19] / counts[1_999].max(1);
    assert!((50..200).contains(&fall), "{fall}");
}

#[test]
fn up_to_four_thousand_pilots_change_nothing() {
    let mut generator = Generator::with_population(11, 4_000);
    let start: Timestamp = "2026-11-20T12:00:00Z".parse().unwrap();
    assert_eq!(generator.killmail(start), sample(11, 1)[0]);
}

#[test]
fn some_hulls_have_abyssal_modules() {
    let made = sample(9, 3_000);
    let abyssal = |k: &GeneratedKillmail| {
        let body = body(k);
        let items = body["victim"]["items"].as_array().unwrap();
        items.iter().any(|item| {
            let kind = catalogue::kinds()[&item["item_type_id"].as_i64().unwrap()];
            kind.meta_group == catalogue::ABYSSAL
        })
    };
    let count = made.iter().filter(|k| abyssal(k)).count();
    assert!((10..80).contains(&count), "{count}");
}
