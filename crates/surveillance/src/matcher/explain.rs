//! Why a condition holds for a killmail or not: each part with what it saw.

use killwire_killmail::Isk;
use serde::Serialize;

use super::on::{Known, Member, On, Thing};
use super::{Truth, evaluate};
use crate::compile::{CompileError, Compiler};
use crate::ground::Ground;
use crate::subject::{Party, Subject, quantity};
use crate::text;
use crate::tree::{Check, Count, Expr, Field, RefKind, Test, Unit, ValueKind};
use crate::vocabulary::write_number;

/// What became of one part of a condition.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Explanation {
    /// The part, as it is written, on one line; `and` and `or` alone where its parts follow.
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
    Explainer { subject, compiler }.of(expr, subject)
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
                Some(saw) => format!("{}: {saw}", brief(&self.condition)),
                None => brief(&self.condition),
            }),
        }
    }
}

/// A condition as it stands in a reason: what was seen must not be lost behind a long list.
fn brief(condition: &str) -> String {
    const MOST: usize = 160;
    match condition.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", condition.get(..end).unwrap_or_default()),
        None => condition.to_owned(),
    }
}

struct Explainer<'a, 'c, 'g> {
    subject: &'a Subject<'a>,
    compiler: &'c mut Compiler<'g>,
}

impl Explainer<'_, '_, '_> {
    fn of<O: On>(&mut self, expr: &Expr, on: &O) -> Result<Explanation, CompileError> {
        let node = self.compiler.as_written(expr)?;
        let truth = evaluate(&node, on);
        let (condition, saw, parts) = match expr {
            Expr::Const(_) => (text::print_line(expr), None, Vec::new()),
            Expr::And(parts) => ("and".to_owned(), None, self.each(parts, on)?),
            Expr::Or(parts) => ("or".to_owned(), None, self.each(parts, on)?),
            Expr::Not(of) if matches!(**of, Expr::And(_) | Expr::Or(_) | Expr::Not(_)) => {
                ("not".to_owned(), None, vec![self.of(of, on)?])
            }
            Expr::Not(of) => {
                let inner = self.of(of, on)?;
                (text::print_line(expr), inner.saw, inner.parts)
            }
            Expr::Victim(of) => {
                let member = Member {
                    party: Party::Victim(&self.subject.facts.victim),
                    subject: self.subject,
                };
                self.about(expr, of, &member, None)?
            }
            Expr::Anyone(of) => {
                let victim = Party::Victim(&self.subject.facts.victim);
                let attackers = self.subject.facts.attackers.iter().map(Party::Attacker);
                let parties: Vec<_> = [victim].into_iter().chain(attackers).collect();
                self.members(expr, of, &parties, "of those involved")?
            }
            Expr::Attackers(_, of) => {
                let attackers = self.subject.facts.attackers.iter().map(Party::Attacker);
                let parties: Vec<_> = attackers.collect();
                self.members(expr, of, &parties, "attackers")?
            }
            Expr::Items(count, of) => self.items(expr, *count, of)?,
            Expr::Test(test) => (
                text::print_line(expr),
                Some(saw(test, on, self.subject.ground)),
                Vec::new(),
            ),
        };
        Ok(Explanation {
            condition,
            truth,
            saw,
            parts,
        })
    }

    fn each<O: On>(&mut self, parts: &[Expr], on: &O) -> Result<Vec<Explanation>, CompileError> {
        parts.iter().map(|part| self.of(part, on)).collect()
    }

    /// A condition on one thing. A single test says what it saw itself.
    fn about<O: On>(
        &mut self,
        expr: &Expr,
        of: &Expr,
        on: &O,
        among: Option<String>,
    ) -> Result<(String, Option<String>, Vec<Explanation>), CompileError> {
        let inner = self.of(of, on)?;
        Ok(match (of, among) {
            (Expr::Test(_), None) => (text::print_line(expr), inner.saw, Vec::new()),
            (Expr::Test(_), Some(among)) => {
                let saw = inner
                    .saw
                    .map_or_else(|| among.clone(), |saw| format!("{among}: {saw}"));
                (text::print_line(expr), Some(saw), Vec::new())
            }
            (_, among) => (text::print_line(expr), among, vec![inner]),
        })
    }

    /// A condition on several: how many fit, and in detail the one that fits best.
    fn members(
        &mut self,
        expr: &Expr,
        of: &Expr,
        parties: &[Party<'_>],
        who: &str,
    ) -> Result<(String, Option<String>, Vec<Explanation>), CompileError> {
        let node = self.compiler.as_written(of)?;
        let subject = self.subject;
        let members = parties.iter().map(|party| Member {
            party: *party,
            subject,
        });
        let truths: Vec<(Truth, Member<'_>)> = members
            .map(|member| (evaluate(&node, &member), member))
            .collect();
        let fit = truths.iter().filter(|(truth, _)| truth.is_true()).count();
        let unsure = truths
            .iter()
            .filter(|(truth, _)| *truth == Truth::Unknown)
            .count();
        let mut among = format!("{fit} of {} {who} fit", parties.len());
        if unsure > 0 {
            among = format!("{among}, {unsure} unknown");
        }
        // The first of the best: max_by_key would take the last.
        let best = truths.iter().rev().max_by_key(|(truth, _)| *truth);
        match best {
            Some((_, member)) => {
                let among = format!("{among}; {}", describe(member.party, subject.ground));
                self.about(expr, of, member, Some(among))
            }
            None => Ok((text::print_line(expr), Some(among), Vec::new())),
        }
    }

    fn items(
        &mut self,
        expr: &Expr,
        count: Count,
        of: &Expr,
    ) -> Result<(String, Option<String>, Vec<Explanation>), CompileError> {
        let node = self.compiler.as_written(of)?;
        let subject = self.subject;
        let items = subject.facts.items.iter();
        let truths: Vec<(Truth, Thing<'_>)> = items
            .map(|item| Thing { item, subject })
            .map(|thing| (evaluate(&node, &thing), thing))
            .collect();
        let fitting = || truths.iter().filter(|(truth, _)| truth.is_true());
        let mut among = format!("{} of {} items fit", fitting().count(), truths.len());
        if let Count::Quantity(..) = count {
            let pieces = fitting().map(|(_, thing)| quantity(thing.item));
            let pieces = pieces.fold(0_i64, i64::saturating_add);
            among = format!("{among}, {pieces} pieces");
        }
        match truths.iter().rev().max_by_key(|(truth, _)| *truth) {
            Some((_, thing)) => {
                let id = thing.item.type_id.get();
                let what = named(RefKind::Type, id, subject.ground);
                let among = format!("{among}; {} × {what}", quantity(thing.item));
                self.about(expr, of, thing, Some(among))
            }
            None => Ok((text::print_line(expr), Some(among), Vec::new())),
        }
    }
}

/// Who it is: by pilot or corporation, and hull.
fn describe(party: Party<'_>, ground: &Ground) -> String {
    let role = match party {
        Party::Victim(_) => "victim",
        Party::Attacker(_) => "attacker",
    };
    let who = party
        .character()
        .map(|id| format!("character {id}"))
        .or_else(|| party.corporation().map(|id| format!("corporation {id}")))
        .or_else(|| party.faction().map(|id| format!("faction {id}")))
        .unwrap_or_else(|| "nobody named".to_owned());
    match party.ship() {
        Some(ship) => {
            let ship = named(RefKind::Type, ship.get(), ground);
            format!("{role} {who} in {ship}")
        }
        None => format!("{role} {who}"),
    }
}

/// What a test looked at, in words.
fn saw<O: On>(test: &Test, on: &O, ground: &Ground) -> String {
    let field = test.field;
    match field.kind() {
        ValueKind::Flag => if on.flag(field) { "yes" } else { "no" }.to_owned(),
        ValueKind::Number(unit) => known(on.number(field), |value| number(unit, value)),
        ValueKind::Ref(RefKind::Who) => {
            let who: Vec<String> = on
                .who()
                .into_iter()
                .flatten()
                .map(|id| id.to_string())
                .collect();
            if who.is_empty() {
                "nobody".to_owned()
            } else {
                who.join(", ")
            }
        }
        ValueKind::Ref(kind) => {
            let seen = known(on.id(field), |id| named(kind, id, ground));
            match (&test.check, on.id(field)) {
                (Check::Jumps(_, of), Known::Is(id)) => {
                    format!("{seen}, {}", jumps(of, id, ground))
                }
                (Check::LightYears(_, of), Known::Is(id)) => {
                    format!("{seen}, {}", light_years(of, id, ground))
                }
                (Check::Chain(_), _) if !matches!(on.subject(), Some(subject) if answers(subject, test)) =>
                {
                    format!("{seen}; the map is not known")
                }
                _ => seen,
            }
        }
        ValueKind::Choice(names) => known(on.choice(field), |choice| {
            names
                .get(usize::from(choice))
                .copied()
                .unwrap_or("?")
                .to_owned()
        }),
        ValueKind::Words if field == Field::Labels => words(on.labels().iter().map(String::as_str)),
        ValueKind::Words => words(on.tags().0.iter().map(killwire_universe::Tag::name)),
    }
}

fn answers(subject: &Subject<'_>, test: &Test) -> bool {
    match &test.check {
        Check::Chain(map) => subject
            .chains
            .contains(map, subject.facts.system_id)
            .is_some(),
        _ => true,
    }
}

fn known<T>(value: Known<T>, words: impl FnOnce(T) -> String) -> String {
    match value {
        Known::Unknown => "not known yet".to_owned(),
        Known::Absent => "none".to_owned(),
        Known::Is(value) => words(value),
    }
}

fn words<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let all: Vec<&str> = words.collect();
    if all.is_empty() {
        "none".to_owned()
    } else {
        all.join(", ")
    }
}

fn number(unit: Unit, value: i64) -> String {
    match unit {
        Unit::Isk => Isk::from_hundredths(value).short(),
        unit => write_number(unit, value),
    }
}

/// An id with the name that static data has for it.
fn named(kind: RefKind, id: i64, ground: &Ground) -> String {
    match ground.name(kind, id) {
        Some(name) => format!("{name} ({id})"),
        None => id.to_string(),
    }
}

fn jumps(of: &[crate::tree::Ref], to: i64, ground: &Ground) -> String {
    let nearest = of
        .iter()
        .filter_map(crate::tree::Ref::id)
        .filter_map(|from| Some((ground.jumps(from, to)?, from)))
        .min();
    match nearest {
        Some((jumps, from)) => {
            format!(
                "{jumps} jumps from {}",
                named(RefKind::System, from, ground)
            )
        }
        None => "no way through stargates".to_owned(),
    }
}

fn light_years(of: &[crate::tree::Ref], to: i64, ground: &Ground) -> String {
    let nearest = of
        .iter()
        .filter_map(crate::tree::Ref::id)
        .filter_map(|from| Some((ground.light_years(from, to)?, from)))
        .min_by(|(left, _), (right, _)| left.total_cmp(right));
    match nearest {
        Some((distance, from)) => {
            let from = named(RefKind::System, from, ground);
            format!("{distance:.2} light-years from {from}")
        }
        None => "no distance".to_owned(),
    }
}
