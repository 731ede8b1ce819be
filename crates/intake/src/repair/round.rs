//! One round of repairs over a set of gaps. Each day is looked at once, however many gaps reach to
//! it, and each killmail found counts for one gap only.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;
use killwire_clock::Clock;
use killwire_store::{Gap, GapState, Store, StoreError};
use killwire_upstream::{DayTotals, UpstreamError, Upstreams};
use metrics::counter;

use super::RepairReport;
use super::days::{DayLook, Days, Want};
use super::memory::{baseline, lowest_id, remember_totals};
use super::numbers::ask_again;
use super::schedule::{Attempt, after, days, size};
use crate::enrich::Enricher;
use crate::feed_source;
use crate::metric::REPAIR_ATTEMPTS;

/// Old days looked at in one round because they have grown.
const MAX_GROWN_DAYS: usize = 30;
/// How many killmails an old day may miss to be brought.
const FEW: usize = 300;
/// When to try again where the follower is not at the head.
const WHEN_CAUGHT_UP: Duration = Duration::from_secs(120);

pub(super) struct Round<'a> {
    upstreams: &'a Upstreams,
    store: &'a Store,
    enricher: &'a Enricher,
    clock: &'a Clock,
    report: RepairReport,
}

/// A gap on its way through a round.
struct OnTheWay {
    gap: Gap,
    attempt: Attempt,
}

impl OnTheWay {
    fn missing(&self) -> u64 {
        size(&self.gap).saturating_sub(self.attempt.found)
    }
}

impl<'a> Round<'a> {
    pub(super) fn new(
        upstreams: &'a Upstreams,
        store: &'a Store,
        enricher: &'a Enricher,
        clock: &'a Clock,
    ) -> Self {
        Self {
            upstreams,
            store,
            enricher,
            clock,
            report: RepairReport::default(),
        }
    }

    pub(super) async fn run(&mut self, gaps: Vec<Gap>) -> Result<RepairReport, StoreError> {
        let mut open = self.ask_for_numbers(gaps).await?;
        if !open.is_empty()
            && let Err(why_not) = self.search_days(&mut open).await?
        {
            for one in &mut open {
                one.attempt.note.clone_from(&why_not.note);
                one.attempt.postponed = why_not.until;
            }
        }
        for one in open {
            self.close(one).await?;
        }
        Ok(std::mem::take(&mut self.report))
    }

    /// First way: the numbers themselves. Gives back the gaps that still miss something.
    async fn ask_for_numbers(&mut self, gaps: Vec<Gap>) -> Result<Vec<OnTheWay>, StoreError> {
        let mut open = Vec::new();
        let mut refused: Option<Timestamp> = None;
        for gap in gaps {
            let mut one = OnTheWay {
                attempt: Attempt {
                    found: gap.found,
                    postponed: refused,
                    ..Attempt::default()
                },
                gap,
            };
            if refused.is_none() && one.missing() > 0 {
                match ask_again(&one.gap, &self.upstreams.r2z2, self.store, self.enricher).await? {
                    Ok(asked) => {
                        one.attempt.found = one.attempt.found.max(asked.found);
                        self.report.killmails += asked.new;
                    }
                    Err(error) => {
                        refused = error.refused_until();
                        one.attempt.postponed = refused;
                        one.attempt.note = error.to_string();
                    }
                }
            }
            if one.missing() == 0 || one.attempt.postponed.is_some() {
                self.close(one).await?;
            } else {
                open.push(one);
            }
        }
        Ok(open)
    }

    /// Second way: the day indexes.
    async fn search_days(
        &mut self,
        open: &mut [OnTheWay],
    ) -> Result<Result<(), NotNow>, StoreError> {
        if let Err(not_now) = self.follower_is_at_head().await? {
            return Ok(Err(not_now));
        }
        let from = open
            .iter()
            .map(|one| one.gap.from)
            .min()
            .unwrap_or(u64::MAX);
        let Some(lowest) = lowest_id(self.store, from).await? else {
            return Ok(Err(self.not_now(
                "no live killmail has been followed yet, so it is not known where to begin",
            )));
        };
        let totals = match self.upstreams.r2z2.history_totals().await {
            Ok(totals) => totals,
            Err(error) => return Ok(Err(NotNow::from(&error))),
        };
        let mut looks = Days {
            upstreams: self.upstreams,
            store: self.store,
            enricher: self.enricher,
            clock: self.clock,
            totals: &totals,
            archives: None,
        };
        let reach: BTreeSet<Date> = open.iter().flat_map(|one| days(&one.gap)).collect();
        let mut seen: BTreeMap<Date, DayLook> = BTreeMap::new();
        for day in &reach {
            let look = looks.look(*day, Want::From(lowest)).await?;
            self.report.killmails += look.new;
            let left = share(open, look.new, |gap| days(gap).contains(day));
            self.share_with_others(open, left, *day).await?;
            seen.insert(*day, look);
        }
        self.look_at_grown_days(&mut looks, &totals, &reach, open)
            .await?;
        for one in open {
            conclude(one, &seen);
        }
        Ok(Ok(()))
    }

    /// Old days that have grown since they were last looked at: where years-old killmails went
    /// that were published inside a gap.
    async fn look_at_grown_days(
        &mut self,
        looks: &mut Days<'_>,
        totals: &DayTotals,
        reach: &BTreeSet<Date>,
        open: &mut [OnTheWay],
    ) -> Result<(), StoreError> {
        let mut dealt_with = baseline(self.store, totals).await?;
        let before = dealt_with.clone();
        let grown = totals.0.iter().rev().filter(|(day, count)| {
            !reach.contains(day) && **count > before.get(day).copied().unwrap_or_default()
        });
        for (day, count) in grown.take(MAX_GROWN_DAYS) {
            let look = looks.look(*day, Want::IfFew(FEW)).await?;
            self.report.killmails += look.new;
            share(open, look.new, |_| true);
            if look.left == 0 && look.trouble.is_none() {
                dealt_with.insert(*day, *count);
            }
        }
        if dealt_with != before {
            remember_totals(self.store, &dealt_with).await?;
        }
        Ok(())
    }

    /// Credits what is left to gaps that are not due: a look at a day brings what all of them miss.
    async fn share_with_others(
        &self,
        open: &[OnTheWay],
        mut found: u64,
        day: Date,
    ) -> Result<(), StoreError> {
        if found == 0 {
            return Ok(());
        }
        for mut gap in self.store.gaps(Some(GapState::Open)).await? {
            let other = open.iter().all(|one| one.gap.id != gap.id);
            let credit = found.min(size(&gap).saturating_sub(gap.found));
            if other && credit > 0 && days(&gap).contains(&day) {
                gap.found += credit;
                found -= credit;
                self.store.update_gap(&gap).await?;
            }
        }
        Ok(())
    }

    /// Day indexes also name what the follower has not reached yet; that is not missing.
    async fn follower_is_at_head(&self) -> Result<Result<(), NotNow>, StoreError> {
        let Some(position) = self.store.position(&feed_source()).await? else {
            return Ok(Ok(()));
        };
        Ok(match self.upstreams.r2z2.head().await {
            Ok(head) if head >= position.next => Err(self.not_now(&format!(
                "the feed is read up to {} and its head is {head}: waiting until it has caught up",
                position.next
            ))),
            Ok(_) => Ok(()),
            Err(error) => Err(NotNow::from(&error)),
        })
    }

    fn not_now(&self, note: &str) -> NotNow {
        NotNow {
            note: note.to_owned(),
            until: self.clock.now().checked_add(WHEN_CAUGHT_UP).ok(),
        }
    }

    async fn close(&mut self, one: OnTheWay) -> Result<(), StoreError> {
        let gap = after(&one.gap, one.attempt, self.clock.now());
        let result = match gap.state {
            GapState::Open => "open",
            GapState::Repaired => "repaired",
            GapState::Abandoned => "abandoned",
        };
        counter!(REPAIR_ATTEMPTS, "result" => result).increment(1);
        self.store.update_gap(&gap).await?;
        self.report.add(gap);
        Ok(())
    }
}

/// Why the day indexes cannot be searched now.
struct NotNow {
    note: String,
    /// Set when that does not count as an attempt.
    until: Option<Timestamp>,
}

impl From<&UpstreamError> for NotNow {
    fn from(error: &UpstreamError) -> Self {
        Self {
            note: error.to_string(),
            until: error.refused_until(),
        }
    }
}

/// Credits what was found to the gaps that can have missed it, each up to its size; gives back what
/// is left.
fn share(open: &mut [OnTheWay], mut found: u64, can_miss: impl Fn(&Gap) -> bool) -> u64 {
    for one in open.iter_mut().filter(|one| can_miss(&one.gap)) {
        let credit = found.min(one.missing());
        one.attempt.found += credit;
        found -= credit;
    }
    found
}

/// What the looks at its days mean for a gap.
fn conclude(one: &mut OnTheWay, seen: &BTreeMap<Date, DayLook>) {
    let looks: Vec<_> = days(&one.gap)
        .into_iter()
        .filter_map(|day| seen.get(&day))
        .collect();
    one.attempt.exhausted = looks.iter().all(|look| look.settled && look.left == 0);
    one.attempt.postponed = looks.iter().filter_map(|look| look.refused_until).max();
    let left: u64 = looks.iter().map(|look| look.left).sum();
    let trouble = looks.iter().find_map(|look| look.trouble.clone());
    one.attempt.note = match (left, trouble) {
        (0, Some(trouble)) => trouble,
        (left, Some(trouble)) => format!("{left} killmails still missing: {trouble}"),
        (left, None) => format!("{left} killmails still missing"),
    };
}
