//! What a pipeline did.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use serde::Serialize;

use crate::limits::Limits;
use crate::metric;

/// Figures of one kind since the start, for `/status`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PipelineReport {
    /// The kind.
    pub name: &'static str,
    /// Whom it asks.
    pub upstream: &'static str,
    /// Keys waiting or under way.
    pub waiting: u64,
    /// Keys that somebody asked for.
    pub looked_up: u64,
    /// Those answered from RAM.
    pub from_memory: u64,
    /// Those answered from the store.
    pub from_store: u64,
    /// Keys that the upstream was asked for, refreshes included. What was looked up beyond that
    /// was answered without a call, or waited for somebody else's.
    pub asked: u64,
    /// Batches of them.
    pub batches: u64,
    /// Calls that those took, splitting included; repetitions in the HTTP stack are not.
    pub calls: u64,
    /// Keys that turned out not to exist.
    pub missing: u64,
    /// Keys whose question failed.
    pub failed: u64,
    /// Keys turned away because too many were waiting.
    pub refused: u64,
    /// Rows written to the store.
    pub saved: u64,
    /// Rows that could not be.
    pub unsaved: u64,
}

/// The counters behind the figures.
#[derive(Debug, Default)]
pub(super) struct Counters {
    looked_up: AtomicU64,
    from_memory: AtomicU64,
    from_store: AtomicU64,
    asked: AtomicU64,
    batches: AtomicU64,
    calls: AtomicU64,
    missing: AtomicU64,
    failed: AtomicU64,
    refused: AtomicU64,
    saved: AtomicU64,
    unsaved: AtomicU64,
}

fn add(counter: &AtomicU64, count: usize) {
    counter.fetch_add(count as u64, Relaxed);
}

impl Counters {
    pub(super) fn looked_up(&self, keys: usize, in_memory: usize) {
        add(&self.looked_up, keys);
        add(&self.from_memory, in_memory);
    }

    pub(super) fn recalled(&self) {
        add(&self.from_store, 1);
    }

    pub(super) fn batch(&self, keys: usize) {
        add(&self.batches, 1);
        add(&self.asked, keys);
    }

    pub(super) fn called(&self) {
        add(&self.calls, 1);
    }

    pub(super) fn missing(&self) {
        add(&self.missing, 1);
    }

    pub(super) fn failed(&self, keys: usize) {
        add(&self.failed, keys);
    }

    pub(super) fn refused(&self) {
        add(&self.refused, 1);
    }

    pub(super) fn saved(&self, rows: usize) {
        add(&self.saved, rows);
    }

    pub(super) fn unsaved(&self, rows: usize) {
        add(&self.unsaved, rows);
    }

    pub(super) fn report(&self, limits: &Limits, waiting: usize) -> PipelineReport {
        let read = |counter: &AtomicU64| counter.load(Relaxed);
        let report = PipelineReport {
            name: limits.name,
            upstream: limits.upstream.name(),
            waiting: waiting as u64,
            looked_up: read(&self.looked_up),
            from_memory: read(&self.from_memory),
            from_store: read(&self.from_store),
            asked: read(&self.asked),
            batches: read(&self.batches),
            calls: read(&self.calls),
            missing: read(&self.missing),
            failed: read(&self.failed),
            refused: read(&self.refused),
            saved: read(&self.saved),
            unsaved: read(&self.unsaved),
        };
        metric::show(&report);
        report
    }
}
