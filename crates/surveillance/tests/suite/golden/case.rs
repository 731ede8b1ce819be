//! A golden profile, and what it must find.

use killwire_surveillance::compile::{Compiler, Plan};
use killwire_surveillance::matcher::Truth;
use killwire_surveillance::resolve;
use killwire_surveillance::text;
use killwire_surveillance::tree::{Expr, TreeLimits};

use super::data::{Real, real};

/// A profile on the shared killmails. The results were found with a script that reads the killmails'
/// JSON and CCP's files and knows nothing of this crate, and then looked at one by one.
pub(super) struct Case {
    pub(super) name: &'static str,
    /// With names, as people write it.
    pub(super) profile: &'static str,
    /// Why these are right.
    why: &'static str,
    matches: Matches,
    /// Of how many nobody can tell.
    unknown: usize,
}

enum Matches {
    /// These, by id.
    These(&'static [i64]),
    /// So many, with the lowest and highest id.
    Many(usize, i64, i64),
}

pub(super) const fn these(
    name: &'static str,
    profile: &'static str,
    why: &'static str,
    ids: &'static [i64],
) -> Case {
    Case {
        name,
        profile,
        why,
        matches: Matches::These(ids),
        unknown: 0,
    }
}

pub(super) const fn many(
    name: &'static str,
    profile: &'static str,
    why: &'static str,
    (count, lowest, highest): (usize, i64, i64),
) -> Case {
    Case {
        name,
        profile,
        why,
        matches: Matches::Many(count, lowest, highest),
        unknown: 0,
    }
}

impl Case {
    pub(super) const fn unknown(self, unknown: usize) -> Self {
        Self { unknown, ..self }
    }

    /// The condition as it is written.
    pub(super) fn read(&self) -> Expr {
        match text::parse(self.profile, &TreeLimits::default()) {
            Ok(parsed) => parsed.expr,
            Err(error) => panic!("{}: {}", self.name, error.pretty()),
        }
    }

    /// The same with ids for its names.
    pub(super) fn resolved(&self, real: &Real) -> Expr {
        let mut expr = self.read();
        resolve::by_static_data(&mut expr, &real.ground);
        assert_eq!(resolve::open(&mut expr), [], "{}", self.name);
        expr
    }

    pub(super) fn compiled(&self, real: &Real) -> (Expr, Plan) {
        let expr = self.resolved(real);
        let plan = Compiler::new(&real.ground, &real.lists).compile(&expr);
        (
            expr,
            plan.unwrap_or_else(|error| panic!("{}: {error}", self.name)),
        )
    }

    /// What is wrong with what it finds.
    fn fault(&self, real: &Real) -> Option<String> {
        let (_, plan) = self.compiled(real);
        let (mut found, mut unknown) = (Vec::new(), 0);
        for subject in real.subjects() {
            match plan.node.evaluate(&subject) {
                Truth::True => found.push(subject.facts.killmail_id.get()),
                Truth::Unknown => unknown += 1,
                Truth::False => {}
            }
        }
        let as_expected = unknown == self.unknown
            && match self.matches {
                Matches::These(ids) => found == ids,
                Matches::Many(count, lowest, highest) => {
                    found.len() == count
                        && found.first() == Some(&lowest)
                        && found.last() == Some(&highest)
                }
            };
        (!as_expected).then(|| {
            let Self {
                name, profile, why, ..
            } = self;
            format!(
                "{name} ({why})\n  {profile}\n  finds {}: {found:?}\n  unknown {unknown}",
                found.len()
            )
        })
    }
}

/// Every case finds what it must.
#[track_caller]
pub(super) fn check(test: &str, cases: &[Case]) {
    let Some(real) = real(test) else { return };
    let faults: Vec<String> = cases.iter().filter_map(|case| case.fault(real)).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
