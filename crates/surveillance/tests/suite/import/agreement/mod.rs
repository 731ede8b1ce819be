//! An imported profile finds what its source finds: random profiles, each read by our importer and
//! matched by our matcher, and read directly from the source's own description on the same killmail
//! as JSON.

mod evedmv;
mod killmail;
mod killtracker;
mod world;
mod zkillboard_url;
mod zkillbot;

use std::cell::Cell;
use std::fmt::Debug;

use jiff::Timestamp;
use killwire_killmail::{Document, Facts, parse};
use killwire_surveillance::compile::{Plan, compile};
use killwire_surveillance::import::{Imported, Source, import};
use killwire_surveillance::matcher::Truth;
use killwire_surveillance::subject::Subject;
use killwire_surveillance::tree::TreeLimits;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::Value;

/// A killmail in the ways in which it is looked at.
#[derive(Clone, Debug)]
struct Killmail {
    /// ESI's object with zKillboard's block as `zkb`.
    json: Value,
    facts: Facts,
    published: Timestamp,
}

impl Killmail {
    fn new(json: Value, age: i64) -> Self {
        let parsed = match parse(json.to_string().as_bytes()) {
            Ok(Document::Killmail(parsed)) => parsed,
            other => panic!("{json}\n{other:?}"),
        };
        let facts = Facts::of(&parsed, None);
        let published = Timestamp::from_second(facts.time + age).unwrap();
        Self {
            json,
            facts,
            published,
        }
    }

    /// Whether our matcher finds it.
    fn is_found(&self, plan: &Plan) -> bool {
        let subject = Subject::new(&self.facts, self.published, world::ground());
        plan.node.evaluate(&subject) == Truth::True
    }
}

/// What `text` becomes, ready to be matched.
fn plan(source: Source, text: &str) -> Plan {
    let imported = import(source, text, &TreeLimits::default());
    let Imported { expr, .. } = imported.unwrap_or_else(|error| panic!("{text}\n{error}"));
    let plan = compile(&expr, world::ground(), &world::lists());
    plan.unwrap_or_else(|error| panic!("{text}\n{error}"))
}

/// Random profiles of a source on random killmails: what our matcher finds with what they become is
/// what `finds` says. `PROPTEST_CASES` asks for more than a thousand.
fn agree<P: Debug>(
    source: Source,
    profiles: impl Strategy<Value = P>,
    text: impl Fn(&P) -> String,
    finds: impl Fn(&P, &Killmail) -> bool,
) {
    let cases = Config::default().cases.max(1_000);
    let config = Config {
        failure_persistence: None,
        ..Config::with_cases(cases)
    };
    let found = Cell::new(0);
    let killmails = prop::collection::vec(killmail::killmail(), 3);
    let result = TestRunner::new(config).run(&(profiles, killmails), |(profile, killmails)| {
        let text = text(&profile);
        let plan = plan(source, &text);
        for killmail in killmails {
            let expected = finds(&profile, &killmail);
            found.set(found.get() + u32::from(expected));
            prop_assert_eq!(
                killmail.is_found(&plan),
                expected,
                "{}\n{}",
                text,
                killmail.json
            );
        }
        Ok(())
    });
    if let Err(failure) = result {
        panic!("{failure}");
    }
    // Otherwise the agreement would say little.
    let (found, all) = (found.get(), 3 * cases);
    assert!(
        (all / 20..all - all / 20).contains(&found),
        "{found} of {all} found"
    );
}

/// A list in an object; empty where it is absent.
fn list<'a>(of: &'a Value, name: &str) -> &'a [Value] {
    of.get(name)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

/// An id in an object; none where it is absent.
fn id(of: &Value, name: &str) -> Option<i64> {
    of.get(name).and_then(Value::as_i64)
}

/// All items of the victim, at every depth.
fn items(killmail: &Value) -> Vec<&Value> {
    fn gather<'a>(of: &'a Value, into: &mut Vec<&'a Value>) {
        for item in list(of, "items") {
            into.push(item);
            gather(item, into);
        }
    }
    let mut found = Vec::new();
    killmail
        .get("victim")
        .into_iter()
        .for_each(|victim| gather(victim, &mut found));
    found
}
