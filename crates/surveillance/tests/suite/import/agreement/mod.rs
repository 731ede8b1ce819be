//! An imported profile finds what its source finds: random profiles, each read by our importer and
//! matched by our matcher, and read directly from the source's own description on the same killmail
//! as JSON.

mod evedmv;
mod killmail;
mod killtracker;
mod world;
mod zkillboard_url;
mod zkillbot;

use jiff::Timestamp;
use killwire_killmail::{Document, Facts, parse};
use killwire_surveillance::compile::compile;
use killwire_surveillance::import::{Imported, Source, import};
use killwire_surveillance::matcher::Truth;
use killwire_surveillance::subject::Subject;
use killwire_surveillance::tree::TreeLimits;
use proptest::test_runner::Config;
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

    /// Whether our matcher finds it with what `text` becomes.
    fn is_found(&self, source: Source, text: &str) -> bool {
        let Imported { expr, .. } = import(source, text, &TreeLimits::default())
            .unwrap_or_else(|error| panic!("{text}\n{error}"));
        let ground = world::ground();
        let plan = compile(&expr, ground, &world::lists())
            .unwrap_or_else(|error| panic!("{text}\n{error}"));
        let subject = Subject::new(&self.facts, self.published, ground);
        plan.node.evaluate(&subject) == Truth::True
    }
}

/// So many random cases of each source; `PROPTEST_CASES` asks for more.
fn cases() -> Config {
    Config {
        failure_persistence: None,
        ..Config::with_cases(Config::default().cases.max(2_000))
    }
}

/// The killmails of a source's property test, as an array of JSON.
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
