//! Trying a condition on the past: how many of the stored killmails would have matched, and which.

mod parts;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use killwire_killmail::{Facts, Isk, KillmailId, SystemId, TypeId};
use killwire_store::{ScanBy, ScanQuery, ScannedFacts, Store, StoreError};
use serde::Serialize;

use crate::compile::Plan;
use crate::ground::Ground;
use crate::matcher::Truth;
use crate::subject::{Chains, Subject};

pub use parts::{MOST_PARTS, Part, PartShare};

use parts::Shares;

/// The most valuable matches that are shown.
pub const EXAMPLES: usize = 10;

/// What came of trying a condition on the past.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Trial {
    /// Killmails looked at.
    pub looked_at: u64,
    /// Of them, how many match.
    pub matched: u64,
    /// Of them, of how many nobody can tell: something that the condition needs is not known. They do
    /// not match.
    pub unknown: u64,
    /// Matches by day of the kill, UTC; days without a match are left out.
    pub days: BTreeMap<Date, u64>,
    /// The most valuable matches, the most valuable first.
    pub examples: Vec<Example>,
    /// What each part of the condition does, in the order in which they are written.
    pub parts: Vec<PartShare>,
}

/// A killmail that matches.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[allow(missing_docs, reason = "the fields are those of the killmail")]
pub struct Example {
    /// Of the total value; none where nobody has valued it.
    pub value: Option<Isk>,
    pub killmail_id: KillmailId,
    #[serde(serialize_with = "moment")]
    pub time: i64,
    pub system_id: SystemId,
    pub ship_type_id: TypeId,
}

fn moment<S: serde::Serializer>(seconds: &i64, serializer: S) -> Result<S::Ok, S::Error> {
    let moment = Timestamp::from_second(*seconds).unwrap_or_default();
    serializer.collect_str(&moment)
}

/// How far a trial has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Killmails looked at.
    pub looked_at: u64,
    /// About how many there are.
    pub of: u64,
}

/// A condition to be tried.
#[derive(Clone, Copy, Debug)]
pub struct Tried<'a> {
    /// Compiled.
    pub plan: &'a Plan,
    /// Its parts, where it is to be told what each of them does.
    pub parts: &'a [Part],
}

/// Tries a condition on the stored killmails of a time.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub async fn try_on_past(
    store: &Store,
    (since, until): (Timestamp, Timestamp),
    tried: Tried<'_>,
    ground: &Ground,
    chains: &dyn Chains,
    mut progress: impl FnMut(Progress),
) -> Result<Trial, StoreError> {
    let query = ScanQuery {
        by: ScanBy::Killed,
        since,
        until,
    };
    let of = store.count_scan(query).await?;
    let mut scan = store.scan_facts(query)?;
    let mut tally = Tally::of(tried);
    while let Some(killmails) = scan.next().await {
        for killmail in killmails? {
            tally.add(&killmail, ground, chains);
        }
        progress(Progress {
            looked_at: tally.trial.looked_at,
            of,
        });
        tokio::task::yield_now().await;
    }
    Ok(tally.finish())
}

struct Tally<'a> {
    plan: &'a Plan,
    shares: Shares<'a>,
    trial: Trial,
    /// By Unix day.
    days: BTreeMap<i64, u64>,
    /// The least valuable on top.
    best: BinaryHeap<Reverse<Example>>,
}

impl<'a> Tally<'a> {
    fn of(tried: Tried<'a>) -> Self {
        Self {
            plan: tried.plan,
            shares: Shares::of(tried.parts),
            trial: Trial::default(),
            days: BTreeMap::new(),
            best: BinaryHeap::new(),
        }
    }

    fn add(&mut self, killmail: &ScannedFacts, ground: &Ground, chains: &dyn Chains) {
        let facts = &killmail.facts;
        let subject = Subject::new(facts, killmail.stored_at, ground).with_chains(chains);
        let truth = self.plan.node.evaluate(&subject);
        self.trial.looked_at += 1;
        self.shares.add(&subject, truth);
        match truth {
            Truth::False => {}
            Truth::Unknown => self.trial.unknown += 1,
            Truth::True => self.matched(facts),
        }
    }

    fn matched(&mut self, facts: &Facts) {
        self.trial.matched += 1;
        *self.days.entry(facts.time.div_euclid(86_400)).or_default() += 1;
        self.best.push(Reverse(Example {
            value: facts.total_value,
            killmail_id: facts.killmail_id,
            time: facts.time,
            system_id: facts.system_id,
            ship_type_id: facts.victim.ship_type_id,
        }));
        if self.best.len() > EXAMPLES {
            self.best.pop();
        }
    }

    fn finish(mut self) -> Trial {
        let days = self.days.into_iter();
        self.trial.days = days.map(|(day, count)| (date(day), count)).collect();
        let mut examples: Vec<Example> = self.best.into_iter().map(|Reverse(of)| of).collect();
        examples.sort_unstable_by(|left, right| right.cmp(left));
        self.trial.examples = examples;
        self.trial.parts = self.shares.finish();
        self.trial
    }
}

/// The day with this number since 1970.
fn date(day: i64) -> Date {
    let moment = Timestamp::from_second(day.saturating_mul(86_400)).unwrap_or_default();
    moment.to_zoned(TimeZone::UTC).date()
}
