//! Comparing a day index with what the feed has announced.

use std::time::Duration;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use killwire_clock::Clock;
use killwire_store::{Store, StoreError};
use killwire_upstream::{DayTotals, UpstreamError, Upstreams};

use super::bodies::{Appender, Wanted, from_archive, from_esi};
use super::schedule::day_of;
use crate::enrich::Enricher;

/// Ids in one question to the store.
const IDS_AT_ONCE: usize = 500;
/// From so many missing killmails on, a day's archive is fetched instead of each from ESI.
const ARCHIVE_FROM: usize = 200;
/// An index of today or yesterday may name what the follower is about to take: it is compared again
/// after this time.
const SETTLING: Duration = Duration::from_secs(60);

/// Which of a day's killmails are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Want {
    /// All from this id on: the day lies where a gap can reach.
    From(i64),
    /// All, if they are at most so many: a day long past has grown, and if most of it is unknown
    /// that is because it was never followed.
    IfFew(usize),
}

/// What looking at a day came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct DayLook {
    /// Killmails brought that were not known.
    pub(super) new: u64,
    /// Killmails still missing.
    pub(super) left: u64,
    /// Whether the day is complete upstream.
    pub(super) settled: bool,
    /// Set when an upstream wants to be left alone.
    pub(super) refused_until: Option<Timestamp>,
    /// What went wrong.
    pub(super) trouble: Option<String>,
}

/// What days are looked at with.
pub(super) struct Days<'a> {
    pub(super) upstreams: &'a Upstreams,
    pub(super) store: &'a Store,
    pub(super) enricher: &'a Enricher,
    pub(super) clock: &'a Clock,
    pub(super) totals: &'a DayTotals,
    /// EVE Ref's totals, fetched when first needed.
    pub(super) archives: Option<DayTotals>,
}

impl Days<'_> {
    /// Looks at one day and brings what is missing.
    ///
    /// # Errors
    /// The store's.
    pub(super) async fn look(&mut self, day: Date, want: Want) -> Result<DayLook, StoreError> {
        let mut look = DayLook {
            new: 0,
            left: 0,
            settled: self.totals.settled(day),
            refused_until: None,
            trouble: None,
        };
        if !self.totals.0.contains_key(&day) {
            if !look.settled {
                look.trouble = Some(format!("the index of {day} is not published yet"));
            }
            return Ok(look);
        }
        let index = match self.upstreams.r2z2.history_day(day).await {
            Ok(index) => index,
            Err(error) => {
                look.settled = false;
                look.refused_until = error.refused_until();
                look.trouble = Some(error.to_string());
                return Ok(look);
            }
        };
        let mut wanted: Wanted = match want {
            Want::From(lowest) => index
                .killmails
                .into_iter()
                .filter(|(id, _)| id.get() >= lowest)
                .collect(),
            Want::IfFew(_) => index.killmails.into_iter().collect(),
        };
        self.strike_announced(&mut wanted).await?;
        if !wanted.is_empty() && self.is_recent(day) {
            self.clock.sleep(SETTLING).await;
            self.strike_announced(&mut wanted).await?;
        }
        if let Want::IfFew(most) = want
            && wanted.len() > most
        {
            return Ok(look);
        }
        self.bring(day, wanted, &mut look).await?;
        Ok(look)
    }

    async fn bring(
        &mut self,
        day: Date,
        mut wanted: Wanted,
        look: &mut DayLook,
    ) -> Result<(), StoreError> {
        let mut appender = Appender::new(self.store, self.enricher);
        if wanted.len() > ARCHIVE_FROM && self.has_archive(day).await {
            from_archive(&self.upstreams.everef, day, &mut wanted, &mut appender).await?;
        }
        if !wanted.is_empty()
            && let Err(error) = from_esi(&self.upstreams.esi, &mut wanted, &mut appender).await?
        {
            look.refused_until = error.refused_until();
            look.trouble = Some(error.to_string());
        }
        look.new = appender.new;
        look.left = wanted.len() as u64;
        Ok(())
    }

    /// Takes off the list what the feed has announced, or its owner deleted.
    async fn strike_announced(&self, wanted: &mut Wanted) -> Result<(), StoreError> {
        let ids: Vec<_> = wanted.keys().copied().collect();
        for ids in ids.chunks(IDS_AT_ONCE) {
            for known in self.store.announced(ids).await? {
                wanted.remove(&known);
            }
        }
        Ok(())
    }

    async fn has_archive(&mut self, day: Date) -> bool {
        if self.archives.is_none() {
            let totals = self.upstreams.everef.totals().await;
            self.archives = match totals {
                Ok(totals) => Some(totals),
                Err(UpstreamError::NotFound { .. }) => Some(DayTotals::default()),
                Err(error) => {
                    tracing::debug!(%error, "EVE Ref's totals cannot be had");
                    None
                }
            };
        }
        self.archives
            .as_ref()
            .is_some_and(|archives| archives.0.contains_key(&day))
    }

    fn is_recent(&self, day: Date) -> bool {
        let yesterday = day_of(self.clock.now()).saturating_sub(1.day());
        day >= yesterday
    }
}
