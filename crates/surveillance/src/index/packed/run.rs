//! Evaluation of packed conditions: the same truths as those of the trees that they were made of.

use super::{Of, Packed, Start, Step};
use crate::index::guard::Signature;
use crate::matcher::{Member, On, Thing, Truth, any, counted, holds};
use crate::subject::{Party, Subject, quantity};

/// Steps on a line of the processor's cache.
const LINE: usize = 64 / size_of::<Step>();

impl Packed {
    /// Whether a condition holds for a killmail.
    pub(crate) fn holds(&self, start: Start, subject: &Subject<'_>, signature: &Signature) -> bool {
        let run = Run {
            packed: self,
            signature,
        };
        run.next(start.0, subject).0.is_true()
    }

    /// Reads what evaluating a condition will read first, and does nothing with it.
    #[inline]
    pub(crate) fn touch(&self, start: Start) -> usize {
        let line = |at: usize| self.steps.get(at).map_or(0, Step::span);
        // A condition of usual size is on two lines of the cache.
        line(start.0) ^ line(start.0.saturating_add(LINE))
    }
}

/// Conditions evaluated on one killmail.
#[derive(Clone, Copy)]
struct Run<'a> {
    packed: &'a Packed,
    signature: &'a Signature,
}

impl Run<'_> {
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
            Step::Gate { gate, .. } if !gate.admits(self.signature) => Truth::False,
            Step::Gate { .. } => self.part(at + 1, on),
            // The compiler lets these stand only where `on` is a killmail.
            Step::Victim { .. } => on.subject().map_or(Truth::False, |subject| {
                let party = Party::Victim(&subject.facts.victim);
                self.next(at + 1, &Member { party, subject }).0
            }),
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
        match self.single(step, on) {
            Some(truth) => (truth, 1),
            None => (self.part(at, on), step.span()),
        }
    }

    /// What a condition on one field says; none where the step is not one.
    #[inline(always)]
    fn single<O: On>(self, step: &Step, on: &O) -> Option<Truth> {
        Some(match *step {
            Step::Const(truth) => Truth::from(truth),
            Step::Yes(field) => Truth::from(on.flag(field)),
            Step::Number(field, comparison, wanted) => on
                .number(field)
                .test(|value| comparison.holds(&value, &wanted)),
            Step::Id(field, wanted) => on.id(field).test(|id| id == wanted),
            Step::Few(field, wanted) => on
                .id(field)
                .test(|id| wanted.into_iter().any(|wanted| i64::from(wanted) == id)),
            Step::Leaf(place) => {
                let leaf = self.packed.leaves.get(place as usize);
                leaf.map_or(Truth::False, |leaf| holds(leaf, on))
            }
            _ => return None,
        })
    }

    /// Conditions on several of those involved and on items.
    fn about(self, step: Step, below: usize, subject: &Subject<'_>) -> Truth {
        let facts = subject.facts;
        let is = |party| self.next(below, &Member { party, subject }).0;
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
                Some(Of::Items(count)) => {
                    let things = facts.items.iter().map(|item| {
                        let (truth, _) = self.next(below, &Thing { item, subject });
                        (truth, quantity(item))
                    });
                    counted(*count, things)
                }
                None => Truth::False,
            },
            _ => Truth::False,
        }
    }
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
            | Self::Anyone { span }
            | Self::AnyAttacker { span }
            | Self::Counted { span, .. } => *span as usize,
            Self::Const(_)
            | Self::Yes(_)
            | Self::Number(..)
            | Self::Id(..)
            | Self::Few(..)
            | Self::Leaf(_) => 1,
        }
    }
}
