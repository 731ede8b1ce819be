//! `search`: names of the real export found by their beginning (`prefix`) and in spite of a typing
//! error (`typo`), against a scan of all names. One thread.

use std::hint::black_box;
use std::time::{Duration, Instant};

use killwire_universe::Universe;

use crate::Outcome;
use crate::report::{Counts, Line};
use crate::rounds::in_turns;
use crate::sde;

const ROUNDS: usize = 5;
/// What a page shows of an answer.
const LIMIT: usize = 20;
/// Every so many names of the export make a question.
const STEP: usize = 311;
/// The scan is slow; it is asked every so many of the questions.
const SCAN_STEP: usize = 10;

/// Measures one case.
pub(crate) fn measure(case: &str) -> Outcome<Option<Line>> {
    let Some(archive) = sde::archive() else {
        eprintln!("search {case}: skipped, there is no static data export to read");
        return Ok(None);
    };
    let universe = sde::import(&archive)?;
    let names = names(&universe);
    let typo = case == "typo";
    let questions: Vec<String> = (names.iter().step_by(STEP))
        .filter_map(|name| question(name, typo))
        .collect();
    eprintln!("{} questions to {} names", questions.len(), names.len());
    let scan: fn(&[String], &str) -> usize = if typo { scan_near } else { scan_containing };

    // The best of several rounds: what the machine does besides is not the question's.
    let mut best = vec![Duration::MAX; questions.len()];
    let (value, baseline) = in_turns(
        ROUNDS,
        || {
            let start = Instant::now();
            for (question, best) in questions.iter().zip(&mut best) {
                let start = Instant::now();
                black_box(universe.search(black_box(question), LIMIT));
                *best = start.elapsed().min(*best);
            }
            microseconds(start, questions.len())
        },
        || {
            let some: Vec<&String> = questions.iter().step_by(SCAN_STEP).collect();
            let start = Instant::now();
            for question in &some {
                black_box(scan(&names, black_box(question)));
            }
            microseconds(start, some.len())
        },
    )?;
    if let Some((time, question)) = best.iter().zip(&questions).max() {
        eprintln!("the slowest question was {question:?}: {time:?}");
    }
    Ok(Some(Line::new(
        ("search", case),
        (value, "µs", Counts::Cost),
        (
            Some(baseline),
            if typo {
                "a scan with strsim"
            } else {
                "a scan for what contains it"
            },
        ),
    )))
}

/// Everything with a name, in lower case.
fn names(universe: &Universe) -> Vec<String> {
    let systems = universe.systems().map(|system| system.name);
    let types = universe.item_types().map(|item| item.name);
    systems.chain(types).map(str::to_lowercase).collect()
}

/// Three to six letters of a name's beginning, or a name's first word with two letters swapped; none
/// where the name is too short for it.
fn question(name: &str, typo: bool) -> Option<String> {
    if !typo {
        let letters = 3 + name.len() % 4;
        return Some(name.chars().take(letters).collect());
    }
    let mut letters: Vec<char> = name.split(' ').next()?.chars().collect();
    let middle = letters.len() / 2;
    if letters.len() < 5 || letters.get(middle) == letters.get(middle - 1) {
        return None;
    }
    letters.swap(middle - 1, middle);
    Some(letters.into_iter().collect())
}

fn scan_containing(names: &[String], question: &str) -> usize {
    names.iter().filter(|name| name.contains(question)).count()
}

fn scan_near(names: &[String], question: &str) -> usize {
    let mut near: Vec<(usize, &String)> = names
        .iter()
        .map(|name| (strsim::osa_distance(name, question), name))
        .collect();
    near.sort_unstable();
    near.truncate(LIMIT);
    near.len()
}

fn microseconds(start: Instant, questions: usize) -> Outcome<f64> {
    Ok(start.elapsed().as_secs_f64() * 1e6 / f64::from(u32::try_from(questions)?))
}
