//! What the crowd has received, and when.

use std::fs::File;
use std::io::{BufWriter, Write};

use crate::Outcome;
use crate::crowd::{Latency, Reached};

/// The count of a crowd.
#[derive(Default)]
pub(super) struct Tally {
    /// Whether each event follows the one before it, as where all of them are wanted.
    dense: bool,
    received: u64,
    faults: u64,
    /// When the last event came.
    last_at: u64,
    /// Seq and time of each, while that is asked for.
    receipts: Option<Vec<(i64, u64)>>,
    /// The event that everyone is to have, and how many have not.
    target: i64,
    missing: usize,
    /// Where texts are written that nobody has received before, and the last of them.
    copy: Option<BufWriter<File>>,
    copied: i64,
}

impl Tally {
    pub(super) fn new(dense: bool, copy: Option<File>) -> Self {
        Self {
            dense,
            copy: copy.map(BufWriter::new),
            ..Self::default()
        }
    }

    /// An event came to one whose `last` event was another, at `now`.
    pub(super) fn note(
        &mut self,
        last: &mut i64,
        (seq, text): (i64, &[u8]),
        now: u64,
    ) -> Outcome<()> {
        let follows = if self.dense && *last > 0 {
            seq == *last + 1
        } else {
            seq > *last
        };
        self.faults += u64::from(!follows);
        if *last < self.target && seq >= self.target {
            self.missing -= 1;
        }
        *last = seq;
        self.received += 1;
        self.last_at = now;
        if let Some(receipts) = &mut self.receipts {
            receipts.push((seq, now));
        }
        if let Some(copy) = &mut self.copy
            && seq > self.copied
        {
            self.copied = seq;
            copy.write_all(text)?;
            copy.write_all(b"\n")?;
        }
        Ok(())
    }

    pub(super) fn record(&mut self) {
        self.receipts = Some(Vec::new());
    }

    /// Everyone is to have the event `target`; `lasts` are those that they have.
    pub(super) fn aim(&mut self, target: i64, lasts: impl Iterator<Item = i64>) {
        self.target = target;
        self.missing = lasts.filter(|last| *last < target).count();
    }

    /// How many do not have it.
    pub(super) const fn missing(&self) -> usize {
        self.missing
    }

    /// What there is to say when everyone has it.
    pub(super) fn reached(&mut self) -> Outcome<Reached> {
        if let Some(copy) = &mut self.copy {
            copy.flush()?;
        }
        Ok(Reached {
            at: self.last_at,
            received: self.received,
            faults: self.faults,
        })
    }

    /// How long what was recorded was on its way; `stamps` says when the event `first` was sent, and
    /// those after it.
    pub(super) fn latency(&mut self, first: i64, stamps: &[u64]) -> Latency {
        let receipts = self.receipts.take().unwrap_or_default();
        let mut times: Vec<u64> = receipts
            .iter()
            .filter_map(|(seq, at)| {
                let sent = stamps.get(usize::try_from(seq - first).ok()?)?;
                Some(at.saturating_sub(*sent))
            })
            .collect();
        times.sort_unstable();
        let at = |percent: usize| {
            let place = (times.len() * percent).div_ceil(100).max(1) - 1;
            times.get(place).copied().unwrap_or_default()
        };
        Latency {
            received: times.len(),
            p50: at(50),
            p99: at(99),
            longest: at(100),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_double_or_out_of_order_is_a_fault() {
        let mut tally = Tally::new(true, None);
        let mut last = 0;
        for seq in [5, 6, 6, 8, 7] {
            assert!(tally.note(&mut last, (seq, b""), 1).is_ok());
        }
        assert_eq!(tally.faults, 3);
    }

    #[test]
    fn all_have_it_when_the_last_one_does() {
        let mut tally = Tally::new(false, None);
        let mut lasts = [3, 9, 1];
        tally.aim(9, lasts.iter().copied());
        assert_eq!(tally.missing(), 2);
        for last in &mut lasts {
            assert!(tally.note(last, (10, b""), 1).is_ok());
        }
        assert_eq!(tally.missing(), 0);
    }

    #[test]
    fn latencies_are_taken_from_when_each_event_was_sent() {
        let mut tally = Tally::new(true, None);
        tally.record();
        let (mut one, mut other) = (0, 0);
        for (seq, at) in [(7, 110), (8, 230)] {
            assert!(tally.note(&mut one, (seq, b""), at).is_ok());
            assert!(tally.note(&mut other, (seq, b""), at + 50).is_ok());
        }
        let latency = tally.latency(7, &[100, 200]);
        let figures = (latency.received, latency.p50, latency.p99, latency.longest);
        assert_eq!(figures, (4, 30, 80, 80));
    }
}
