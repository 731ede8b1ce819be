use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use killwire_clock::Clock;
use serde_json::Value;

use super::*;
use crate::faults::{Fault, FaultKind, FaultPlan, FaultRule};

const FIRST: u64 = 96_000_000;

/// One entry every four seconds from noon on.
fn config(total: u64) -> SimConfig {
    let noon: Timestamp = "2026-11-20T12:00:00Z".parse().unwrap();
    SimConfig {
        feed: Feed::Generated {
            per_hour: 900.0,
            total: Some(total),
        },
        ..SimConfig::new(Clock::manual(noon))
    }
}

fn world(config: SimConfig) -> (World, Timestamp) {
    let time = SimTime::new(config.clock.clone());
    (World::new(config, &time).unwrap().0, time.start())
}

fn after(start: Timestamp, seconds: i64) -> Timestamp {
    start + SignedDuration::from_secs(seconds)
}

fn body(world: &World, sequence: u64, now: Timestamp) -> Option<Value> {
    let recipe = world.entry(sequence, now)?;
    Some(serde_json::from_slice(&recipe.write(sequence)).unwrap())
}

#[test]
fn entries_appear_one_by_one_at_the_rate_asked_for() {
    let (mut world, start) = world(config(1_000));
    assert_eq!(world.head(), FIRST);
    world.advance(after(start, 400));
    assert!(
        (99..=101).contains(&(world.head() - FIRST)),
        "{}",
        world.head()
    );
    assert!(world.entry(world.head() + 1, after(start, 400)).is_none());
}

#[test]
fn a_backlog_is_there_from_the_start() {
    let (world, start) = world(SimConfig {
        backlog: 200,
        ..config(1_000)
    });
    assert_eq!(world.head(), FIRST + 200);
    assert!(world.entry(FIRST, start).is_some());
}

#[test]
fn entries_older_than_a_day_are_gone_and_their_killmails_are_still_known() {
    let (mut world, start) = world(config(30_000));
    let now = after(start, 25 * 3_600);
    world.advance(now);
    assert!(world.entry(FIRST + 800, now).is_none());
    assert!(world.entry(FIRST + 1_000, now).is_some());
    assert_eq!(world.offered().len() as u64, world.head() - FIRST + 1);
}

#[test]
fn the_pointer_lags_by_at_most_51_and_catches_up_within_an_hour() {
    let (mut world, start) = world(config(110));
    let mut values = BTreeSet::new();
    for second in 0..600 {
        world.advance(after(start, second));
        values.insert(world.pointer() - FIRST);
        assert!(world.head() - world.pointer() <= 51);
    }
    assert_eq!(values, BTreeSet::from([0, 52, 104]));
    world.advance(after(start, 4_600));
    assert_eq!(world.pointer(), world.head());
}

#[test]
fn the_same_seed_plays_the_same_feed_however_often_it_is_looked_at() {
    let plan = FaultPlan::everything(0.1);
    let once = || config(400);
    let with = |plan: &FaultPlan| SimConfig {
        faults: plan.clone(),
        ..once()
    };
    let (mut seldom, start) = world(with(&plan));
    let (mut often, _) = world(with(&plan));
    for second in 0..6_000 {
        often.advance(after(start, second));
    }
    seldom.advance(after(start, 5_999));
    assert!(seldom.is_done(after(start, 6_000)));
    assert_eq!(seldom.offered(), often.offered());
    assert_eq!(seldom.head(), often.head());
}

#[test]
fn every_killmail_is_offered_once_and_holes_are_in_history_only() {
    let (mut world, start) = world(SimConfig {
        faults: FaultPlan::everything(0.1),
        history: HistoryPolicy::Continuous,
        ..config(2_000)
    });
    let now = after(start, 3 * 3_600);
    world.advance(now);
    assert!(world.is_done(now));
    let offered = world.offered();
    assert_eq!(offered.len(), 2_000);
    let ids: BTreeSet<i64> = offered.iter().map(|one| one.killmail_id).collect();
    assert_eq!(ids.len(), 2_000);

    let mut shown: BTreeMap<i64, Vec<u64>> = BTreeMap::new();
    let bad: BTreeSet<u64> = world.bad_entries().iter().copied().collect();
    for sequence in FIRST..=world.head() {
        let Some(entry) = body(&world, sequence, now) else {
            continue;
        };
        if bad.contains(&sequence) {
            assert!(entry["esi"]["victim"].is_null());
            assert!(world.kill(entry["killmail_id"].as_i64().unwrap()).is_none());
        } else if let Some(id) = entry["killmail_id"].as_i64() {
            shown.entry(id).or_default().push(sequence);
        }
    }
    for one in &offered {
        let shown = shown.remove(&one.killmail_id).unwrap_or_default();
        assert_eq!(shown.is_empty(), one.hole, "{one:?}");
        assert!(one.hole || shown == one.sequences, "{one:?} {shown:?}");
    }
    assert!(shown.is_empty());
    assert!(offered.iter().any(|one| one.hole));
    assert!(offered.iter().any(|one| one.sequences.len() > 1));
    assert!(!bad.is_empty());

    let archived: usize = world.day_totals(now).values().sum();
    assert_eq!(archived, 2_000);
}

#[test]
fn a_hole_never_appears_and_the_feed_goes_on() {
    let (mut world, start) = world(SimConfig {
        faults: FaultPlan::none().with_rule(FaultRule::of_sequence(FIRST + 5, Fault::Hole)),
        ..config(500)
    });
    let now = after(start, 1_000);
    world.advance(now);
    assert!(world.entry(FIRST + 5, now).is_none());
    assert!(world.entry(FIRST + 6, now).is_some());
    let hole = &world.offered()[5];
    assert!(hole.hole);
    assert!(world.kill(hole.killmail_id).is_some());
}

#[test]
fn a_late_hole_appears_after_its_successors() {
    let late = Fault::LateHole { seconds: 30 };
    let (mut world, start) = world(SimConfig {
        faults: FaultPlan::none().with_rule(FaultRule::of_sequence(FIRST + 5, late)),
        ..config(500)
    });
    world.advance(after(start, 26));
    assert!(world.entry(FIRST + 5, after(start, 26)).is_none());
    assert!(world.entry(FIRST + 6, after(start, 26)).is_some());
    assert!(world.entry(FIRST + 5, after(start, 55)).is_some());
}

#[test]
fn a_stall_ends_in_a_burst() {
    let stall = Fault::Stall { seconds: 100 };
    let (mut world, start) = world(SimConfig {
        faults: FaultPlan::none().with_rule(FaultRule::of_sequence(FIRST + 10, stall)),
        ..config(500)
    });
    world.advance(after(start, 135));
    assert_eq!(world.head(), FIRST + 9);
    world.advance(after(start, 145));
    assert!(world.head() > FIRST + 33, "{}", world.head());
}

#[test]
fn a_rewrite_is_announced_and_brings_the_label() {
    let (mut world, start) = world(SimConfig {
        faults: FaultPlan::none().with_rule(FaultRule::of_sequence(FIRST + 5, Fault::Rewrite)),
        ..config(500)
    });
    let ganked = |entry: &Value| {
        let labels = entry["zkb"]["labels"].as_array().unwrap();
        labels.iter().any(|label| label == "ganked")
    };
    world.advance(after(start, 24));
    let before = body(&world, FIRST + 5, after(start, 24)).unwrap();
    assert!(!ganked(&before));
    let now = after(start, 400);
    world.advance(now);
    let rewritten = body(&world, FIRST + 5, now).unwrap();
    assert!(ganked(&rewritten));
    assert!(rewritten["uploaded_at"].as_i64() > before["uploaded_at"].as_i64());
    let announced: Vec<u64> = (FIRST..=world.head())
        .filter(|n| body(&world, *n, now).unwrap()["sequence_updated"] == FIRST + 5)
        .collect();
    assert_eq!(announced.len(), 1);
    assert!(announced[0] > FIRST + 5);
}

#[test]
fn a_repeat_brings_an_earlier_killmail_under_a_new_number() {
    let rule = FaultRule::of_sequence(FIRST + 50, Fault::Duplicate);
    let (mut world, start) = world(SimConfig {
        faults: FaultPlan::none().with_rule(rule),
        ..config(500)
    });
    let now = after(start, 400);
    world.advance(now);
    let repeated: Vec<Offered> = world
        .offered()
        .into_iter()
        .filter(|one| one.sequences.len() == 2)
        .collect();
    assert_eq!(repeated.len(), 1);
    assert_eq!(repeated[0].sequences[1], FIRST + 50);
    let entry = body(&world, FIRST + 50, now).unwrap();
    assert_eq!(entry["killmail_id"], repeated[0].killmail_id);
}

#[test]
fn old_and_delayed_killmails_are_published_long_after_the_kill() {
    let (mut world, start) = world(SimConfig {
        faults: FaultPlan::none()
            .with_rule(FaultRule::of_sequence(FIRST + 5, Fault::Old))
            .with_rule(FaultRule::of_sequence(
                FIRST + 6,
                Fault::Delayed { hours: 72 },
            )),
        ..config(500)
    });
    world.advance(after(start, 400));
    let offered = world.offered();
    let age = |one: &Offered| one.published.duration_since(one.time).as_hours();
    assert!(age(&offered[5]) >= 366 * 24);
    assert!(offered[5].killmail_id < 130_000_000);
    assert_eq!(age(&offered[6]), 72);
    assert_eq!(age(&offered[7]), 0);
}

#[test]
fn a_placeholder_is_null_and_its_killmail_is_in_history() {
    let rule = FaultRule::of_sequence(FIRST + 5, Fault::Placeholder);
    let (mut world, start) = world(SimConfig {
        faults: FaultPlan::none().with_rule(rule),
        ..config(500)
    });
    let now = after(start, 400);
    world.advance(now);
    let entry = body(&world, FIRST + 5, now).unwrap();
    assert!(entry["esi"].is_null() && entry["killmail_id"].is_null());
    assert_eq!(entry["sequence_id"], FIRST + 5);
    assert!(world.offered()[5].hole);
}

#[test]
fn an_expired_range_is_missing_in_a_row() {
    let rule = FaultRule::of_sequence(FIRST + 5, Fault::ExpiredRange { entries: 20 });
    let (mut world, start) = world(SimConfig {
        faults: FaultPlan::none().with_rule(rule),
        ..config(500)
    });
    let now = after(start, 400);
    world.advance(now);
    let missing: Vec<u64> = (FIRST..=world.head())
        .filter(|n| world.entry(*n, now).is_none())
        .collect();
    assert_eq!(missing, (FIRST + 5..FIRST + 25).collect::<Vec<u64>>());
    assert_eq!(world.hole_count(), 20);
}

#[test]
fn entries_can_be_made_to_expire() {
    let (mut world, start) = world(config(500));
    let now = after(start, 400);
    world.advance(now);
    world.expire_below(FIRST + 40);
    assert!(world.entry(FIRST + 39, now).is_none());
    assert!(world.entry(FIRST + 40, now).is_some());
}

#[test]
fn the_day_archives_are_written_six_hours_after_midnight() {
    let (mut world, start) = world(config(500));
    let day = "2026-11-20".parse().unwrap();
    world.advance(after(start, 17 * 3_600));
    assert!(world.history_day(day, after(start, 17 * 3_600)).is_empty());
    let morning = after(start, 18 * 3_600 + 1);
    let index = world.history_day(day, morning).write();
    let index: BTreeMap<String, String> = serde_json::from_slice(&index).unwrap();
    assert_eq!(index.len(), 500);
    assert_eq!(world.everef_day(day, morning).len(), 500);
    assert_eq!(world.day_totals(morning)["20261120"], 500);
}

#[test]
fn an_old_killmail_joins_its_old_day_at_the_next_run() {
    let policy = HistoryPolicy::AfterDayEnd {
        delay: Duration::from_secs(6 * 3_600),
    };
    let time = |text: &str| -> Timestamp { text.parse().unwrap() };
    let archived = policy.archived_at(time("2019-03-04T10:00:00Z"), time("2026-11-20T12:00:00Z"));
    assert_eq!(archived, time("2026-11-21T06:00:00Z"));
    let archived = policy.archived_at(time("2026-11-20T23:58:00Z"), time("2026-11-21T00:02:00Z"));
    assert_eq!(archived, time("2026-11-21T06:00:00Z"));
}

#[test]
fn rates_of_faults_leave_the_killmails_as_they_were() {
    let plain = config(300);
    let faulty = SimConfig {
        faults: FaultPlan::none().with_rate(FaultKind::Hole, 0.2),
        ..config(300)
    };
    let ids = |config| {
        let (mut world, start) = world(config);
        world.advance(after(start, 3_600));
        let offered = world.offered();
        offered
            .iter()
            .map(|one| one.killmail_id)
            .collect::<Vec<i64>>()
    };
    assert_eq!(ids(plain), ids(faulty));
}

#[test]
fn a_rate_that_no_feed_can_have_is_refused() {
    let mut config = config(1);
    config.feed = Feed::Generated {
        per_hour: 0.0,
        total: None,
    };
    let time = SimTime::new(config.clock.clone());
    let error = World::new(config, &time).unwrap_err().to_string();
    assert_eq!(
        error,
        "a feed of 0 entries per hour cannot be played: more than 0 and at most 3600000000 are possible"
    );
}

mod documents {
    use super::*;

    fn play(documents: &[&str]) -> Result<(World, Timestamp), SimError> {
        let config = SimConfig {
            feed: Feed::Files {
                documents: documents
                    .iter()
                    .map(|text| text.as_bytes().to_vec())
                    .collect(),
                per_hour: 900.0,
            },
            ..config(0)
        };
        let time = SimTime::new(config.clock.clone());
        let (mut world, _) = World::new(config, &time)?;
        let now = after(time.start(), 3_600);
        world.advance(now);
        Ok((world, now))
    }

    const ESI: &str = r#"{"killmail_id": 7,"killmail_time":"2018-05-31T13:31:07Z","solar_system_id":30002183,"victim":{"ship_type_id":587.0,"character_id":null,"damage_taken":1},"attackers":[{"final_blow":true,"character_id":9}]}"#;

    #[test]
    fn a_bare_esi_body_is_played_byte_for_byte() {
        let (world, now) = play(&[ESI]).unwrap();
        let entry = world.entry(FIRST, now).unwrap().write(FIRST);
        let text = String::from_utf8(entry).unwrap();
        // The space after the colon is the document's own.
        assert!(text.contains(r#""esi":{"killmail_id":7,"#), "{text}");
        assert!(text.contains(r#""ship_type_id":587.0"#), "{text}");
        assert!(world.is_done(now));
    }

    #[test]
    fn what_stands_beside_the_body_is_taken_apart() {
        let document = ESI.replacen(
            '{',
            r#"{"killmail_hash":"1BA1415b43277358eeca2735367d5de36b007c69","zkb":{"totalValue":5},"#,
            1,
        );
        let (world, now) = play(&[&document]).unwrap();
        let entry = body(&world, FIRST, now).unwrap();
        assert_eq!(entry["hash"], "1ba1415b43277358eeca2735367d5de36b007c69");
        assert_eq!(entry["zkb"]["totalValue"], 5);
        assert!(entry["esi"]["zkb"].is_null() && entry["esi"]["killmail_hash"].is_null());
    }

    #[test]
    fn an_entry_of_the_feed_is_played_under_a_new_number() {
        let document = format!(
            r#"{{"killmail_id":7,"hash":"00000000000000000000000000000000000000aa","esi":{ESI},"zkb":{{"labels":["pvp"]}},"uploaded_at":1,"sequence_id":3}}"#
        );
        let (world, now) = play(&[&document]).unwrap();
        let entry = body(&world, FIRST, now).unwrap();
        assert_eq!(entry["sequence_id"], FIRST);
        assert_eq!(entry["zkb"]["labels"][0], "pvp");
        assert_eq!(entry["hash"], "00000000000000000000000000000000000000aa");
    }

    #[test]
    fn a_time_of_2018_without_a_zone_is_utc() {
        let document = ESI.replace("2018-05-31T13:31:07Z", "2018-05-31 13:31:07");
        let (world, _) = play(&[&document]).unwrap();
        let offered = world.offered();
        assert_eq!(offered[0].time.to_string(), "2018-05-31T13:31:07Z");
    }

    #[test]
    fn a_document_that_cannot_be_played_is_named() {
        let error = play(&[ESI, "{}"]).unwrap_err().to_string();
        assert_eq!(
            error,
            "document 1 (counted from 0) cannot be played: killmail_id is missing or no whole number"
        );
        assert!(play(&["[1]"]).is_err());
    }
}
