//! Evaluation of compiled conditions, with three truth values.

mod explain;
mod headcount;
mod on;
mod seen;
mod truth;

pub(crate) use explain::explain_compiled;
pub use explain::{Explanation, explain};
pub(crate) use on::{Known, Member, On, Thing};
pub use truth::Truth;

use crate::compile::{Leaf, Node};
use crate::subject::{Party, Subject, quantity};
use crate::tree::{Comparison, Count, Has};

impl Node {
    /// Whether the condition holds for a killmail.
    #[must_use]
    pub fn evaluate(&self, subject: &Subject<'_>) -> Truth {
        evaluate(self, subject)
    }
}

fn evaluate<O: On>(node: &Node, on: &O) -> Truth {
    match node {
        Node::Const(truth) => Truth::from(*truth),
        Node::And(parts) => {
            let mut all = Truth::True;
            for part in parts {
                all = all.min(evaluate(part, on));
                if all == Truth::False {
                    break;
                }
            }
            all
        }
        Node::Or(parts) => {
            let mut any = Truth::False;
            for part in parts {
                any = any.max(evaluate(part, on));
                if any == Truth::True {
                    break;
                }
            }
            any
        }
        Node::Not(of) => evaluate(of, on).not(),
        Node::Leaf(leaf) => holds(leaf, on),
        // The compiler lets these stand only where `on` is a killmail.
        Node::Victim(_) | Node::Anyone(_) | Node::Attackers(..) | Node::Items(..) => on
            .subject()
            .map_or(Truth::False, |subject| about(node, subject)),
    }
}

/// Conditions on those involved and on items.
fn about(node: &Node, subject: &Subject<'_>) -> Truth {
    let facts = subject.facts;
    let attackers = || facts.attackers.iter().map(Party::Attacker);
    let member = |party| Member { party, subject };
    match node {
        Node::Victim(of) => evaluate(of, &member(Party::Victim(&facts.victim))),
        Node::Anyone(of) => {
            let parties = [Party::Victim(&facts.victim)]
                .into_iter()
                .chain(attackers());
            any(parties.map(|party| evaluate(of, &member(party))))
        }
        Node::Attackers(count, of) => {
            let all = attackers().map(|party| (evaluate(of, &member(party)), 1));
            counted(*count, all)
        }
        Node::Items(count, of) => {
            let things = facts.items.iter().map(|item| {
                let thing = Thing { item, subject };
                (evaluate(of, &thing), quantity(item))
            });
            counted(*count, things)
        }
        _ => Truth::False,
    }
}

/// Whether one of them holds.
#[inline]
pub(crate) fn any(truths: impl Iterator<Item = Truth>) -> Truth {
    let mut any = Truth::False;
    for truth in truths {
        any = any.max(truth);
        if any == Truth::True {
            break;
        }
    }
    any
}

/// Whether as many hold as are asked for; each comes with how many pieces it stands for.
#[inline]
pub(crate) fn counted(count: Count, all: impl Iterator<Item = (Truth, i64)>) -> Truth {
    match count {
        Count::Any => any(all.map(|(truth, _)| truth)),
        Count::All => {
            let mut every = Truth::False;
            for (place, (truth, _)) in all.enumerate() {
                every = if place == 0 { truth } else { every.min(truth) };
                if every == Truth::False {
                    break;
                }
            }
            every
        }
        Count::Number(comparison, wanted) => number(comparison, wanted.into(), all),
        Count::Quantity(comparison, wanted) => Tally::of(all).compare(comparison, wanted, 1),
        Count::Share(comparison, wanted) => {
            let tally = Tally::of(all.map(|(truth, _)| (truth, 1)));
            if tally.all == 0 {
                return Truth::False;
            }
            // sure / all against wanted / 10,000, without a fraction.
            let wanted = i64::from(wanted).saturating_mul(tally.all);
            tally.compare(comparison, wanted, 10_000)
        }
    }
}

/// Compares how many fit with what is wanted. Stops where more of them would change nothing.
#[inline]
fn number(comparison: Comparison, wanted: i64, all: impl Iterator<Item = (Truth, i64)>) -> Truth {
    let mut tally = Tally::default();
    for (truth, _) in all {
        tally.add(truth, 1);
        let decided = match comparison {
            Comparison::AtLeast | Comparison::Less => tally.sure >= wanted,
            Comparison::More | Comparison::AtMost | Comparison::Equal => tally.sure > wanted,
        };
        if decided {
            break;
        }
    }
    tally.compare(comparison, wanted, 1)
}

/// How many there are, how many surely fit, and how many perhaps do.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    all: i64,
    sure: i64,
    possible: i64,
}

impl Tally {
    #[inline]
    fn of(all: impl Iterator<Item = (Truth, i64)>) -> Self {
        let mut tally = Self::default();
        for (truth, pieces) in all {
            tally.add(truth, pieces);
        }
        tally
    }

    #[inline]
    fn add(&mut self, truth: Truth, pieces: i64) {
        let sure = if truth == Truth::True { pieces } else { 0 };
        let possible = if truth == Truth::False { 0 } else { pieces };
        self.all = self.all.saturating_add(pieces);
        self.sure = self.sure.saturating_add(sure);
        self.possible = self.possible.saturating_add(possible);
    }

    /// Compares what fits, `times` over, with what is wanted: known only where it comes out the same
    /// however many of the unknown ones fit.
    fn compare(self, comparison: Comparison, wanted: i64, times: i64) -> Truth {
        let least = self.sure.saturating_mul(times);
        let most = self.possible.saturating_mul(times);
        let (at_least, at_most) = (
            comparison.holds(&least, &wanted),
            comparison.holds(&most, &wanted),
        );
        if least == most {
            return Truth::from(at_least);
        }
        match comparison {
            Comparison::Equal if wanted < least || most < wanted => Truth::False,
            Comparison::Equal => Truth::Unknown,
            _ if at_least == at_most => Truth::from(at_least),
            _ => Truth::Unknown,
        }
    }
}

/// Whether one condition on one field holds.
#[inline]
pub(crate) fn holds<O: On>(leaf: &Leaf, on: &O) -> Truth {
    match leaf {
        Leaf::Yes(field) => Truth::from(on.flag(*field)),
        Leaf::Exists(field) => on.exists(*field),
        Leaf::Number(field, comparison, wanted) => on
            .number(*field)
            .test(|value| comparison.holds(&value, wanted)),
        Leaf::Ids(field, ids) => on.id(*field).test(|id| ids.contains(id)),
        Leaf::Known(field, ids) => match on.id(*field) {
            Known::Is(id) if !ids.contains(id) && !on.is_in_static_data(*field, id) => {
                Truth::Unknown
            }
            id => id.test(|id| ids.contains(id)),
        },
        Leaf::Who(ids) => {
            let who = on.who().into_iter().flatten();
            Truth::from(who.into_iter().any(|id| ids.contains(id)))
        }
        Leaf::Choice(field, choices) => on
            .choice(*field)
            .test(|choice| choices & 1_u32.checked_shl(choice.into()).unwrap_or(0) != 0),
        Leaf::Labels(has, wanted) => {
            let carried = on.labels();
            let carries = |label: &str| carried.iter().any(|own| own == label);
            Truth::from(match has {
                Has::Any => wanted.iter().any(|label| carries(label)),
                Has::All => wanted.iter().all(|label| carries(label)),
            })
        }
        Leaf::Tags(has, wanted) => {
            let (carried, all_known) = on.tags();
            let fits = match has {
                Has::Any => carried.meets(*wanted),
                Has::All => carried.contains_all(*wanted),
            };
            if fits || all_known {
                Truth::from(fits)
            } else {
                Truth::Unknown
            }
        }
        Leaf::Chain(map) => on.subject().map_or(Truth::False, |subject| {
            let answer = subject.chains.contains(map, subject.facts.system_id);
            answer.map_or(Truth::Unknown, Truth::from)
        }),
    }
}
