//! The scripted rules of a running simulator, and what of the plan has been played.

use std::collections::{BTreeMap, HashMap};

use super::{Fault, FaultPlan, FaultRule, Service, WirePlace};

/// How many rules may be waiting. A script that adds more is told.
const MAX_RULES: usize = 10_000;

/// How many URLs with faults left to play are remembered.
const MAX_PENDING: usize = 100_000;

/// Decides what goes wrong with each request and entry, and counts what did.
#[derive(Debug)]
pub(crate) struct Script {
    seed: u64,
    plan: FaultPlan,
    rules: Vec<FaultRule>,
    /// Wire faults of the plan that were met and have turns left (0: all played).
    pending: HashMap<u64, u8>,
    played: BTreeMap<&'static str, u64>,
}

impl Script {
    pub(crate) fn new(seed: u64, plan: FaultPlan) -> Self {
        Self {
            seed,
            rules: plan.rules().to_vec(),
            plan,
            pending: HashMap::new(),
            played: BTreeMap::new(),
        }
    }

    /// Adds rules; false where there are too many.
    pub(crate) fn add(&mut self, rules: Vec<FaultRule>) -> bool {
        if self.rules.len() + rules.len() > MAX_RULES {
            return false;
        }
        self.rules.extend(rules);
        true
    }

    /// Forgets the scripted faults on the wire.
    pub(crate) fn clear(&mut self) {
        self.rules.retain(|rule| rule.fault.is_of_entry());
    }

    pub(crate) fn played(&self) -> &BTreeMap<&'static str, u64> {
        &self.played
    }

    /// What is odd about an entry, without counting it. Entries where a client could no longer
    /// notice (`quiet`) meet only scripted faults.
    pub(crate) fn entry_fault(&self, sequence: u64, quiet: bool) -> Option<Fault> {
        let scripted = self
            .rules
            .iter()
            .find(|rule| rule.fault.is_of_entry() && rule.sequence == Some(sequence));
        match scripted {
            Some(rule) => Some(rule.fault.clone()),
            None if quiet => None,
            None => self.plan.of_entry(self.seed, sequence),
        }
    }

    /// Counts an entry fault as played and forgets its rule.
    pub(crate) fn play_entry(&mut self, sequence: u64, fault: &Fault) {
        self.rules
            .retain(|rule| !(rule.fault.is_of_entry() && rule.sequence == Some(sequence)));
        self.count(fault);
    }

    /// What goes wrong with this request, if anything; counted as played.
    pub(crate) fn wire_fault(&mut self, request: &WireRequest<'_>) -> Option<Fault> {
        let fault = self.scripted(request).or_else(|| self.planned(request))?;
        self.count(&fault);
        Some(fault)
    }

    fn scripted(&mut self, request: &WireRequest<'_>) -> Option<Fault> {
        let place = self.rules.iter().position(|rule| {
            !rule.fault.is_of_entry()
                && rule
                    .service
                    .is_none_or(|service| service == request.service)
                && rule.sequence.is_none_or(|n| Some(n) == request.sequence)
                && rule
                    .path_contains
                    .as_deref()
                    .is_none_or(|part| request.path.contains(part))
        })?;
        let rule = &mut self.rules[place];
        let fault = rule.fault.clone();
        rule.times = rule.times.saturating_sub(1);
        if rule.times == 0 {
            self.rules.remove(place);
        }
        Some(fault)
    }

    fn planned(&mut self, request: &WireRequest<'_>) -> Option<Fault> {
        if !request.exists {
            return None;
        }
        let place = match (request.sequence, request.service) {
            (Some(_), _) => WirePlace::Entry,
            (None, Service::Esi) => WirePlace::Esi,
            (None, _) => WirePlace::Other,
        };
        let (fault, times) = self.plan.on_wire(self.seed, request.key, place)?;
        if self.pending.len() >= MAX_PENDING && !self.pending.contains_key(&request.key) {
            return None;
        }
        let left = self.pending.entry(request.key).or_insert(times);
        *left = left.checked_sub(1)?;
        Some(fault)
    }

    fn count(&mut self, fault: &Fault) {
        *self.played.entry(fault.name()).or_default() += 1;
    }
}

/// A request, as far as faults are concerned.
#[derive(Debug)]
pub(crate) struct WireRequest<'a> {
    pub(crate) service: Service,
    pub(crate) path: &'a str,
    /// The feed's number, where an entry is read.
    pub(crate) sequence: Option<u64>,
    /// Tells what is read from everything else.
    pub(crate) key: u64,
    /// Whether there is something to read; where not, the plan's faults are kept for later.
    pub(crate) exists: bool,
}
