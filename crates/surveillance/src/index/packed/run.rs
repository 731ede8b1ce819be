//! Evaluation of packed conditions: the same truths as those of the trees that they were made of.

use super::{FEW, Of, Packed, Start, Step};
use crate::index::guard::Signature;
use crate::matcher::{Member, On, Thing, Truth, any, counted, holds};
use crate::subject::{Party, Subject, quantity};
use crate::tree::{Comparison, Field};

/// Steps on a line of the processor's cache.
const LINE: usize = 64 / size_of::<Step>();

impl Packed {
    /// Whether a condition holds for a killmail.
    pub(crate) fn holds(&self, start: Start, subject: &Subject<'_>, signature: &Signature) -> bool {
        let run = Run {
            packed: self,
            signature,
        };
        let at = start.0 as usize;
        match self.steps.get(at) {
            Some(Step::And { span }) => run.all(at + 1, at + *span as usize, subject),
            _ => run.next(at, subject).0.is_true(),
        }
    }

    /// Reads what evaluating a condition will read first, and does nothing with it.
    #[inline]
    pub(crate) fn touch(&self, start: Start) -> usize {
        let line = |at: usize| self.steps.get(at).map_or(0, Step::span);
        // A condition of usual size is on two lines of the cache.
        line(start.0 as usize) ^ line((start.0 as usize).saturating_add(LINE))
    }
}

/// Conditions evaluated on one killmail.
#[derive(Clone, Copy)]
struct Run<'a> {
    packed: &'a Packed,
    signature: &'a Signature,
}

impl Run<'_> {
    /// Whether all parts of a whole condition hold. What is unknown does not match, so that the first
    /// that is not true decides.
    #[inline]
    fn all(self, mut next: usize, end: usize, subject: &Subject<'_>) -> bool {
        while next < end {
            let (truth, steps) = self.next(next, subject);
            if !truth.is_true() {
                return false;
            }
            next += steps;
        }
        true
    }

    /// The part at a place.
    fn part<O: On>(self, at: usize, on: &O) -> Truth {
        let Some(step) = self.packed.steps.get(at) else {
            return Truth::False;
        };
        match *step {
            Step::And { span } => {
                let (mut next, end) = (at + 1, at + span as usize);
                let mut all = Truth::True;
                while next < end && all != Truth::False {
                    let (truth, steps) = self.next(next, on);
                    all = all.min(truth);
                    next += steps;
                }
                all
            }
            Step::Or { span } => {
                let (mut next, end) = (at + 1, at + span as usize);
                let mut any = Truth::False;
                while next < end && any != Truth::True {
                    let (truth, steps) = self.next(next, on);
                    any = any.max(truth);
                    next += steps;
                }
                any
            }
            Step::Not { .. } => self.next(at + 1, on).0.not(),
            // Whoever comes here has been admitted.
            Step::Gate { .. } => self.part(at + 1, on),
            Step::NotGate { .. } => self.part(at + 1, on).not(),
            Step::Victim { .. } => of_victim(on, |victim| self.next(at + 1, victim).0),
            step => on
                .subject()
                .map_or(Truth::False, |subject| self.about(step, at + 1, subject)),
        }
    }

    /// The part at a place, and how many steps it is.
    #[inline(always)]
    fn next<O: On>(self, at: usize, on: &O) -> (Truth, usize) {
        let Some(step) = self.packed.steps.get(at) else {
            return (Truth::False, 1);
        };
        let truth = match *step {
            Step::Gate { gate, .. } if !gate.admits(self.signature) => Truth::False,
            Step::NotGate { gate, .. } if !gate.admits(self.signature) => Truth::True,
            _ => match self.single(step, on) {
                Some(truth) => return (truth, 1),
                None => self.part(at, on),
            },
        };
        (truth, step.span())
    }

    /// What a condition on one field says; none where the step is not one.
    #[inline(always)]
    fn single<O: On>(self, step: &Step, on: &O) -> Option<Truth> {
        Some(match *step {
            Step::Const(truth) => Truth::from(truth),
            Step::Yes(field) => Truth::from(on.flag(field)),
            Step::No(field) => Truth::from(!on.flag(field)),
            Step::Number(field, comparison, wanted) => compared(on, field, comparison, wanted),
            Step::Id(field, wanted) => is(on, field, wanted),
            Step::Few(field, wanted) => is_one_of(on, field, wanted),
            Step::VictimNumber(field, comparison, wanted) => {
                of_victim(on, |victim| compared(victim, field, comparison, wanted))
            }
            Step::VictimId(field, wanted) => of_victim(on, |victim| is(victim, field, wanted)),
            Step::VictimFew(field, wanted) => {
                of_victim(on, |victim| is_one_of(victim, field, wanted))
            }
            Step::Leaf(place) => {
                let leaf = self.packed.leaves.get(place as usize);
                leaf.map_or(Truth::False, |leaf| holds(leaf, on))
            }
            _ => return None,
        })
    }

    /// Conditions on several of those involved and on items.
    fn about(self, step: Step, below: usize, subject: &Subject<'_>) -> Truth {
        if let Step::Counted { count, .. } = step
            && let Some(Of::Items(count)) = self.packed.counts.get(count as usize)
        {
            let things = subject.facts.items.iter().map(|item| {
                let (truth, _) = self.next(below, &Thing { item, subject });
                (truth, quantity(item))
            });
            return counted(*count, things);
        }
        // What is asked of each of them is found out once.
        match self.packed.steps.get(below) {
            Some(&Step::Number(field, comparison, wanted)) => self.among(step, subject, |one| {
                compared(one, field, comparison, wanted)
            }),
            // Most conditions on several are about whose they are.
            Some(&Step::Id(Field::Corporation, wanted)) => self.among(step, subject, |one| {
                Truth::from(one.party.corporation() == Some(wanted))
            }),
            Some(&Step::Id(Field::Alliance, wanted)) => self.among(step, subject, |one| {
                Truth::from(one.party.alliance() == Some(wanted))
            }),
            Some(&Step::Id(field, wanted)) => {
                self.among(step, subject, |one| is(one, field, wanted))
            }
            Some(&Step::And { span }) => {
                let parts = below + 1..below + span as usize;
                let parts = self.packed.steps.get(parts).unwrap_or_default();
                self.among(step, subject, |one| {
                    self.each(parts, one)
                        .unwrap_or_else(|| self.part(below, one))
                })
            }
            _ => self.among(step, subject, |one| self.next(below, one).0),
        }
    }

    /// Whether all of these hold that are conditions on one field; none where one is not.
    #[inline(always)]
    fn each(self, parts: &[Step], on: &Member<'_>) -> Option<Truth> {
        let mut all = Truth::True;
        for part in parts {
            all = all.min(self.single(part, on)?);
            if all == Truth::False {
                break;
            }
        }
        Some(all)
    }

    /// Whether as many of those involved fit as the step asks for.
    #[inline]
    fn among(
        self,
        step: Step,
        subject: &Subject<'_>,
        fits: impl Fn(&Member<'_>) -> Truth,
    ) -> Truth {
        let facts = subject.facts;
        let is = |party| fits(&Member { party, subject });
        let attackers = || facts.attackers.iter().map(Party::Attacker);
        match step {
            Step::Anyone { .. } => match is(Party::Victim(&facts.victim)) {
                Truth::True => Truth::True,
                victim => victim.max(any(attackers().map(is))),
            },
            Step::AnyAttacker { .. } => any(attackers().map(is)),
            Step::Counted { count, .. } => match self.packed.counts.get(count as usize) {
                Some(Of::Attackers(count)) => {
                    counted(*count, attackers().map(|party| (is(party), 1)))
                }
                Some(Of::Items(_)) | None => Truth::False,
            },
            _ => Truth::False,
        }
    }
}

#[inline(always)]
fn compared<O: On>(on: &O, field: Field, comparison: Comparison, wanted: i64) -> Truth {
    on.number(field)
        .test(|value| comparison.holds(&value, &wanted))
}

#[inline(always)]
fn is<O: On>(on: &O, field: Field, wanted: i64) -> Truth {
    on.id(field).test(|id| id == wanted)
}

#[inline(always)]
fn is_one_of<O: On>(on: &O, field: Field, wanted: [u32; FEW]) -> Truth {
    on.id(field)
        .test(|id| wanted.into_iter().any(|wanted| i64::from(wanted) == id))
}

/// The compiler lets conditions on the victim stand only where `on` is a killmail.
#[inline(always)]
fn of_victim<O: On>(on: &O, holds: impl FnOnce(&Member<'_>) -> Truth) -> Truth {
    on.subject().map_or(Truth::False, |subject| {
        let party = Party::Victim(&subject.facts.victim);
        holds(&Member { party, subject })
    })
}

impl Step {
    /// How many steps it is with those below it.
    #[inline]
    const fn span(&self) -> usize {
        match self {
            Self::And { span }
            | Self::Or { span }
            | Self::Not { span }
            | Self::Victim { span }
            | Self::Gate { span, .. }
            | Self::NotGate { span, .. }
            | Self::Anyone { span }
            | Self::AnyAttacker { span }
            | Self::Counted { span, .. } => *span as usize,
            Self::Const(_)
            | Self::Yes(_)
            | Self::No(_)
            | Self::VictimNumber(..)
            | Self::VictimId(..)
            | Self::VictimFew(..)
            | Self::Number(..)
            | Self::Id(..)
            | Self::Few(..)
            | Self::Leaf(_) => 1,
        }
    }
}
