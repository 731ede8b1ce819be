//! `match`: killmails matched against many profiles on one core, by the index, against looking at
//! every profile; beside it the bare look-ups of the same keys.
//!
//! What is drawn is published here: [`world`] is a New Eden of the size of CCP's, [`killmails`] what
//! dies in it, [`profiles`] what people look for. All keys follow Zipf's law, for killmails and for
//! profiles alike, so that the systems where most ships die are also those most looked at.

mod draw;
mod killmails;
mod maps;
mod profiles;
mod world;

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use killwire_killmail::Facts;
use killwire_surveillance::ground::Ground;
use killwire_surveillance::index::{Cover, Heat, Matcher, Snapshot, Watcher, cover};
use killwire_surveillance::live::MOST_RECENT;
use killwire_surveillance::subject::Subject;

use maps::Maps;

use crate::Outcome;
use crate::report::{Counts, Line};
use crate::rounds::{in_turns, per_second};

/// Different killmails, matched over and over.
const KILLMAILS: usize = 20_000;

/// Killmails, not among those, that say how hot keys are.
const SAMPLED: usize = 2_000;

const ROUNDS: usize = 5;
const SPAN: Duration = Duration::from_secs(1);

/// Milliseconds in which eveDMV's evaluator looks at one killmail for 1,000 profiles, one after the
/// other; measured on another machine.
const EVEDMV_MS: f64 = 2.05;

/// Measures one case.
pub(crate) fn measure(case: &str) -> Outcome<Option<Line>> {
    let count = match case {
        "profiles-1000" => 1_000,
        "profiles-10000" => 10_000,
        "profiles-100000" => 100_000,
        other => return Err(format!("there is no case {other}").into()),
    };
    let ground = world::ground()?;
    let sample = killmails::drawn(1, SAMPLED)?;
    let heat = Heat::sampled(sample.iter().map(|facts| subject(facts, &ground)));
    let watchers = profiles::drawn(count, &ground)?;
    let begun = Instant::now();
    let snapshot = Snapshot::new(watchers.clone(), &ground, &heat);
    let built = begun.elapsed();
    let killmails = killmails::drawn(2, KILLMAILS)?;
    let world = World {
        ground: &ground,
        maps: &Maps::drawn()?,
        killmails: &killmails,
    };

    let mut by_index = ByIndex::new(&snapshot, &world);
    let mut next = 0;
    let (value, baseline) = in_turns(
        ROUNDS,
        || per_second(SPAN, || Ok(by_index.some())),
        || {
            per_second(SPAN, || {
                next = (next + 1) % killmails.len();
                by_force(&snapshot, &world, next)
            })
        },
    )?;
    let probe = *by_index.matcher.probe();
    let each = |count: u64| per(count, probe.killmails);
    let look_ups = per_second(SPAN, || Ok(by_index.look_ups()))?;
    let pointed = pointed_matches(&watchers, &heat, &world);
    let line = Line::new(
        ("match", case),
        (value, "killmails/s", Counts::Work),
        (Some(baseline), "brute force over the same profiles"),
    );
    let mut line = line
        .beside(
            "hits_per_killmail",
            each(probe.hits.iter().sum::<u64>() + probe.thresholds),
        )
        .beside("candidates_per_killmail", each(probe.candidates()))
        .beside("matches_per_killmail", each(probe.matches))
        .beside("candidates_per_match", pointed.0)
        .beside("pointed_matches_per_killmail", pointed.1)
        .beside("evaluations_per_killmail", each(probe.evaluations))
        .beside("always_list", figure(snapshot.always()))
        .beside("only_excluding", figure(snapshot.unless()))
        .beside("bytes_per_profile", figure(snapshot.size()) / figure(count))
        .beside("build_ms", built.as_secs_f64() * 1e3)
        .beside("change_ms", change(&snapshot, &watchers, &world, &heat))
        .beside("look_ups_only_killmails_per_s", look_ups);
    if count == 1_000 {
        line = line.beside("of_evedmvs_2_05_ms", EVEDMV_MS * value / 1e3);
    }
    Ok(Some(line))
}

fn subject<'a>(facts: &'a Facts, ground: &'a Ground) -> Subject<'a> {
    Subject::new(facts, killmails::published(facts), ground)
}

/// What is matched, and what is known besides.
#[derive(Clone, Copy)]
struct World<'a> {
    ground: &'a Ground,
    maps: &'a Maps,
    killmails: &'a [Facts],
}

impl<'a> World<'a> {
    fn subjects(self) -> impl Iterator<Item = Subject<'a>> {
        self.killmails.iter().map(move |facts| self.subject(facts))
    }

    fn subject(self, facts: &'a Facts) -> Subject<'a> {
        subject(facts, self.ground).with_chains(self.maps)
    }
}

/// Killmails one after the other, round and round.
struct ByIndex<'a> {
    snapshot: &'a Snapshot,
    world: World<'a>,
    matcher: Matcher,
}

impl<'a> ByIndex<'a> {
    fn new(snapshot: &'a Snapshot, world: &World<'a>) -> Self {
        Self {
            snapshot,
            world: *world,
            matcher: Matcher::default(),
        }
    }

    /// All of them once.
    fn some(&mut self) -> u32 {
        let mut done = 0;
        for subject in self.world.subjects() {
            let mut found = 0_u64;
            self.matcher.find(self.snapshot, &subject, |of| {
                found = found.wrapping_add(of.id.unsigned_abs());
            });
            black_box(found);
            done += 1;
        }
        done
    }

    /// The keys of all of them, looked up and no more.
    fn look_ups(&mut self) -> u32 {
        let mut done = 0;
        for subject in self.world.subjects() {
            black_box(self.matcher.look_up(self.snapshot, &subject));
            done += 1;
        }
        done
    }
}

/// One killmail, every profile.
fn by_force(snapshot: &Snapshot, world: &World<'_>, place: usize) -> Outcome<u32> {
    let facts = world.killmails.get(place).ok_or("no killmail is there")?;
    let subject = world.subject(facts);
    let mut found = 0_u64;
    Matcher::find_by_force(snapshot, &subject, |of| {
        found = found.wrapping_add(of.id.unsigned_abs());
    });
    black_box(found);
    Ok(1)
}

/// Milliseconds until a changed profile is in force where as much has changed before it as may,
/// before the large table is made anew: the longest of some.
fn change(snapshot: &Snapshot, watchers: &[Arc<Watcher>], world: &World<'_>, heat: &Heat) -> f64 {
    let mut changed = watchers.iter().cloned();
    let before = changed.by_ref().take(MOST_RECENT - 1).collect();
    let snapshot = snapshot.with(before, &[], world.ground, heat);
    let took = changed.take(20).map(|one| {
        let begun = Instant::now();
        black_box(snapshot.with(vec![one], &[], world.ground, heat));
        begun.elapsed().as_secs_f64() * 1e3
    });
    took.fold(0.0, f64::max)
}

/// Of profiles that something points to: candidates for each match, and matches for each killmail.
/// The table is made anew without the others.
fn pointed_matches(watchers: &[Arc<Watcher>], heat: &Heat, world: &World<'_>) -> (f64, f64) {
    let pointed_to = |watcher: &&Arc<Watcher>| {
        matches!(
            cover(&watcher.plan.node, world.ground, heat),
            Cover::Ways(_)
        )
    };
    let watchers = watchers.iter().filter(pointed_to).cloned().collect();
    let snapshot = Snapshot::new(watchers, world.ground, heat);
    let mut matcher = Matcher::default();
    for subject in world.subjects() {
        matcher.find(&snapshot, &subject, |_| {});
    }
    let probe = matcher.probe();
    (
        per(probe.candidates(), probe.matches),
        per(probe.matches, probe.killmails),
    )
}

#[allow(clippy::cast_precision_loss, reason = "figures")]
fn per(count: u64, of: u64) -> f64 {
    if of == 0 {
        0.0
    } else {
        count as f64 / of as f64
    }
}

#[allow(clippy::cast_precision_loss, reason = "figures")]
fn figure(count: usize) -> f64 {
    count as f64
}
