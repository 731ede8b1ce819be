//! Distances: by stargates and in light-years.

use std::collections::{HashMap, HashSet, VecDeque};

use killwire_killmail::SystemId;
use proptest::prelude::*;

use crate::small::{Files, files_with, id, read, universe};

/// Jumps from one system to all others, worked out as plainly as can be.
pub(crate) fn plain_distances(links: &HashMap<i64, Vec<i64>>, from: i64) -> HashMap<i64, u32> {
    let mut distances = HashMap::from([(from, 0)]);
    let mut waiting = VecDeque::from([from]);
    while let Some(system) = waiting.pop_front() {
        let next = distances[&system] + 1;
        for neighbour in links.get(&system).into_iter().flatten() {
            if !distances.contains_key(neighbour) {
                distances.insert(*neighbour, next);
                waiting.push_back(*neighbour);
            }
        }
    }
    distances
}

#[test]
fn jumps_are_counted_by_the_shortest_way() {
    let universe = universe();
    let jumps = |from, to| universe.jumps(id(from), id(to));
    assert_eq!(jumps(30_000_142, 30_000_142), Some(0));
    assert_eq!(jumps(30_000_142, 30_000_144), Some(1));
    assert_eq!(jumps(30_000_142, 30_000_140), Some(2));
    assert_eq!(jumps(30_000_142, 31_000_005), None, "no way to w-space");
    assert_eq!(jumps(30_000_142, 39_999_999), None, "not known");
    assert_eq!(jumps(39_999_999, 39_999_999), None, "not known");
}

#[test]
fn what_lies_within_some_jumps_comes_nearest_first() {
    let universe = universe();
    let within = |jumps| {
        let found = universe.within(id(30_000_142), jumps);
        let found = found.iter().map(|(system, jumps)| (system.get(), *jumps));
        found.collect::<Vec<_>>()
    };
    assert_eq!(within(0), [(30_000_142, 0)]);
    assert_eq!(within(1), [(30_000_142, 0), (30_000_144, 1)]);
    let all = [(30_000_142, 0), (30_000_144, 1), (30_000_140, 2)];
    assert_eq!(within(2), all);
    assert_eq!(within(u32::MAX), all);
}

#[test]
fn light_years_are_those_of_jump_drives() {
    let universe = universe();
    // 3 and 4 light-years along two axes.
    let distance = universe.light_years(id(30_000_142), id(30_000_144));
    assert!((distance.unwrap() - 5.0).abs() < 1e-9, "{distance:?}");
    assert_eq!(
        universe.light_years(id(30_000_142), id(30_000_142)),
        Some(0.0)
    );
    assert_eq!(
        universe.light_years(id(30_000_142), id(30_000_140)),
        None,
        "a position is not known"
    );
}

/// Stargates between systems 1 to `systems`, as lines of an export.
fn galaxy(systems: i64, links: &[(i64, i64)]) -> Files {
    let lines = |count: i64, row: &dyn Fn(i64) -> String| {
        let rows: Vec<String> = (1..=count).map(row).collect();
        rows.join("\n")
    };
    let system = |key| format!(r#"{{"_key":{key},"name":{{"en":"S{key}"}}}}"#);
    let gate = |(place, (from, to)): (usize, &(i64, i64))| {
        format!(
            r#"{{"_key":{place},"solarSystemID":{from},"destination":{{"solarSystemID":{to}}}}}"#
        )
    };
    let gates: Vec<String> = links.iter().enumerate().map(gate).collect();
    let mut files = files_with("mapSolarSystems.jsonl", lines(systems, &system));
    for (name, text) in &mut files {
        if *name == "mapStargates.jsonl" {
            *text = gates.join("\n");
        }
    }
    files
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn in_any_graph_distances_are_those_of_a_plain_search(
        systems in 1_i64..30,
        ends in prop::collection::vec((1_i64..32, 1_i64..32), 0..60),
        reach in 0_u32..6,
    ) {
        let universe = read(&galaxy(systems, &ends)).unwrap();
        let mut links: HashMap<i64, Vec<i64>> = HashMap::new();
        for (from, to) in ends {
            if from <= systems && to <= systems {
                links.entry(from).or_default().push(to);
            }
        }
        for from in 1..=systems {
            let plain = plain_distances(&links, from);
            for to in 1..=systems {
                let jumps = universe.jumps(id(from), id(to));
                prop_assert_eq!(jumps, plain.get(&to).copied(), "{} to {}", from, to);
            }
            let within = universe.within(id(from), reach);
            prop_assert!(within.is_sorted_by_key(|(_, jumps)| *jumps));
            let within: HashSet<(SystemId, u32)> = within.into_iter().collect();
            let near = plain.into_iter().filter(|(_, jumps)| *jumps <= reach);
            let near: HashSet<(SystemId, u32)> = near.map(|(to, jumps)| (id(to), jumps)).collect();
            prop_assert_eq!(within, near);
        }
    }
}
