//! Why a condition holds for a killmail or not: each part with what it saw.

use std::cmp::Reverse;

use serde::Serialize;

use super::headcount::{ATTACKERS, Headcount, INVOLVED, ITEMS, Noun};
use super::on::{Member, On, Thing};
use super::{Truth, evaluate, seen};
use crate::compile::{CompileError, Compiler, Node};
use crate::subject::{Party, Subject, quantity};
use crate::text::print_line;
use crate::tree::{Count, Expr};

/// What became of one part of a condition.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Explanation {
    /// The part on one line, as it is written; `and` and `or` alone: their parts follow.
    pub condition: String,
    /// Whether it holds.
    pub truth: Truth,
    /// What it looked at, where it looked at one thing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub saw: Option<String>,
    /// Its parts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Explanation>,
}

/// Explains a condition on a killmail, in the shape in which it is written.
///
/// # Errors
/// [`CompileError`] where the condition cannot be compiled.
pub fn explain(
    expr: &Expr,
    subject: &Subject<'_>,
    compiler: &mut Compiler<'_>,
) -> Result<Explanation, CompileError> {
    let node = compiler.as_written(expr)?;
    Ok(explain_compiled(expr, &node, subject))
}

/// The same of a condition that was compiled exactly as it is written.
pub(crate) fn explain_compiled(expr: &Expr, node: &Node, subject: &Subject<'_>) -> Explanation {
    Explainer { subject }.of((expr, node), subject)
}

impl Explanation {
    /// The conditions on single fields, and on those involved and items, for which a killmail that
    /// matches does so: every one is needed, and none that did not hold is among them.
    #[must_use]
    pub fn reasons(&self) -> Vec<String> {
        let mut reasons = Vec::new();
        self.gather(&mut reasons);
        reasons
    }

    fn gather(&self, reasons: &mut Vec<String>) {
        if self.truth != Truth::True {
            return;
        }
        match self.condition.as_str() {
            "and" => self.parts.iter().for_each(|part| part.gather(reasons)),
            // One that holds is enough.
            "or" => {
                let first = self.parts.iter().find(|part| part.truth == Truth::True);
                first.into_iter().for_each(|part| part.gather(reasons));
            }
            _ => reasons.push(match &self.saw {
                Some(saw) => format!("{}: {saw}", self.condition),
                None => self.condition.clone(),
            }),
        }
    }
}

struct Explainer<'a> {
    subject: &'a Subject<'a>,
}

/// A part as it is written, and compiled.
type Part<'p> = (&'p Expr, &'p Node);

/// What is told of a part: what it saw, and what it consists of.
type Told = (Option<String>, Vec<Explanation>);

impl Explainer<'_> {
    fn of<O: On>(&self, part: Part<'_>, on: &O) -> Explanation {
        let (expr, node) = part;
        let word = match expr {
            Expr::And(_) => Some("and"),
            Expr::Or(_) => Some("or"),
            _ => None,
        };
        let (saw, parts) = self.told(part, on);
        Explanation {
            condition: word.map_or_else(|| print_line(expr), ToOwned::to_owned),
            truth: evaluate(node, on),
            saw,
            parts,
        }
    }

    fn told<O: On>(&self, part: Part<'_>, on: &O) -> Told {
        let (expr, node) = part;
        let subject = self.subject;
        let inside = node.children().next().unwrap_or(&Node::Const(false));
        let member = |party| Member { party, subject };
        let victim = Party::Victim(&subject.facts.victim);
        let attackers = subject.facts.attackers.iter().map(Party::Attacker);
        match expr {
            Expr::Const(_) => (None, Vec::new()),
            Expr::And(parts) | Expr::Or(parts) => {
                let parts = parts.iter().zip(node.children());
                (None, parts.map(|part| self.of(part, on)).collect())
            }
            Expr::Not(of) if is_connective(of) => (None, vec![self.of((of, inside), on)]),
            Expr::Not(of) => self.told((of, inside), on),
            Expr::Victim(of) => {
                let who = (!is_test(of)).then(|| seen::member(victim, subject.ground));
                self.inner((of, inside), &member(victim), who)
            }
            Expr::Anyone(of) => {
                let all: Vec<_> = [victim].into_iter().chain(attackers).map(member).collect();
                self.several(Count::Any, (of, inside), &all, INVOLVED, &|one| {
                    let role = match one.party {
                        Party::Victim(_) => "the victim",
                        Party::Attacker(_) => "an attacker",
                    };
                    format!("{role}, {}", seen::member(one.party, subject.ground))
                })
            }
            Expr::Attackers(count, of) => {
                let all: Vec<_> = attackers.map(member).collect();
                self.several(*count, (of, inside), &all, ATTACKERS, &|one| {
                    seen::member(one.party, subject.ground)
                })
            }
            Expr::Items(count, of) => {
                let items = subject.facts.items.iter();
                let all: Vec<_> = items.map(|item| Thing { item, subject }).collect();
                let (saw, parts) = self.several(*count, (of, inside), &all, ITEMS, &|one| {
                    seen::thing(one, subject.ground)
                });
                let pieces = pieces(*count, inside, &all);
                (saw.map(|saw| pieces + &saw), parts)
            }
            Expr::Test(test) => (Some(seen::saw(test, on, subject.ground)), Vec::new()),
        }
    }

    /// A condition on one thing. A single test says what it saw itself.
    fn inner<O: On>(&self, part: Part<'_>, on: &O, among: Option<String>) -> Told {
        let inner = self.of(part, on);
        if !is_test(part.0) {
            return (among, vec![inner]);
        }
        let is_new = |saw: &String| among.as_ref().is_none_or(|among| !among.contains(saw));
        let saw = inner.saw.filter(is_new);
        let words: Vec<String> = among.into_iter().chain(saw).collect();
        (Some(words.join(": ")), Vec::new())
    }

    /// A condition on several: how many fit, and in detail the one that says most.
    fn several<O: On>(
        &self,
        count: Count,
        part: Part<'_>,
        all: &[O],
        noun: Noun,
        describe: &dyn Fn(&O) -> String,
    ) -> Told {
        let (of, node) = part;
        let truths: Vec<Truth> = all.iter().map(|one| evaluate(node, one)).collect();
        let number = Headcount::of(&truths);
        let Some(mut words) = number.words(noun) else {
            return (Some(format!("there are no {}", noun.several)), Vec::new());
        };
        if let Count::Share(..) = count {
            words = format!("{words}, {}%", number.share());
        }
        // Of all, one that does not fit says most; else one that does, or comes nearest to it.
        let wants_all = count == Count::All && number.fit < number.all;
        let says_most = all
            .iter()
            .zip(&truths)
            .enumerate()
            .max_by_key(|(place, (one, truth))| {
                let truth = if wants_all { truth.not() } else { **truth };
                let near = if truth.is_true() {
                    0
                } else {
                    holding(node, *one)
                };
                (truth, near, Reverse(*place))
            });
        // Where nothing fits a single test, no one is nearer than the others.
        let is_telling = number.fit + number.unsure > 0 || number.all == 1 || !is_test(of);
        let Some((_, (one, _))) = says_most.filter(|_| wants_all || is_telling) else {
            return (Some(words), Vec::new());
        };
        let which = match (wants_all, number.fit) {
            _ if number.all == 1 => "",
            (true, 0) => "such as ",
            (true, _) => "but not ",
            (false, 0) => "nearest ",
            (false, 1) => "",
            (false, _) => "first ",
        };
        self.inner(
            part,
            one,
            Some(format!("{words}, {which}{}", describe(one))),
        )
    }
}

/// Where pieces are counted, how many there are.
fn pieces(count: Count, node: &Node, all: &[Thing<'_>]) -> String {
    let Count::Quantity(..) = count else {
        return String::new();
    };
    let fitting = all.iter().filter(|one| evaluate(node, *one).is_true());
    let pieces = fitting.map(|one| quantity(one.item));
    let pieces = pieces.fold(0_i64, i64::saturating_add);
    format!("{pieces} pieces, ")
}

const fn is_test(expr: &Expr) -> bool {
    matches!(expr, Expr::Test(_))
}

const fn is_connective(expr: &Expr) -> bool {
    matches!(expr, Expr::And(_) | Expr::Or(_) | Expr::Not(_))
}

/// Of how many parts of a conjunction hold.
fn holding<O: On>(node: &Node, on: &O) -> usize {
    match node {
        Node::And(parts) => {
            let parts = parts.iter().filter(|part| evaluate(part, on).is_true());
            parts.count()
        }
        _ => 0,
    }
}
