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
        run.part(start.0, subject).is_true()
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
        if let Some(truth) = self.single(step, on) {
            return truth;
        }
        match *step {
            Step::And { span } => {
                let mut all = Truth::True;
                for truth in self.parts(at, span, on) {
                    all = all.min(truth);
                    if all == Truth::False {
                        break;
                    }
                }
                all
            }
            Step::Or { span } => any(self.parts(at, span, on)),
            Step::Not { .. } => self.part(at + 1, on).not(),
            Step::Gate { gate, .. } if !gate.admits(self.signature) => Truth::False,
            Step::Gate { .. } => self.part(at + 1, on),
            // The compiler lets these stand only where `on` is a killmail.
            step => on
                .subject()
                .map_or(Truth::False, |subject| self.about(step, at + 1, subject)),
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

    /// The parts of a connective, one after the other.
    #[inline(always)]
    fn parts<O: On>(self, at: usize, span: u32, on: &O) -> impl Iterator<Item = Truth> {
        let end = at + span as usize;
        let mut next = at + 1;
        std::iter::from_fn(move || {
            let step = self.packed.steps.get(next).filter(|_| next < end)?;
            let part = next;
            next += step.span();
            let single = self.single(step, on);
            Some(single.unwrap_or_else(|| self.part(part, on)))
        })
    }

    /// Conditions on those involved and on items.
    fn about(self, step: Step, below: usize, subject: &Subject<'_>) -> Truth {
        let Some(body) = self.packed.steps.get(below) else {
            return Truth::False;
        };
        let is = |party| {
            let member = Member { party, subject };
            let single = self.single(body, &member);
            single.unwrap_or_else(|| self.part(below, &member))
        };
        let facts = subject.facts;
        let attackers = || facts.attackers.iter().map(Party::Attacker);
        match step {
            Step::Victim { .. } => is(Party::Victim(&facts.victim)),
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
                        let truth = self.part(below, &Thing { item, subject });
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
