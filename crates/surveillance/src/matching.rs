//! Matching a stretch of killmails against the profiles in force, with the reasons.

use std::sync::Arc;

use jiff::Timestamp;
use killwire_killmail::Facts;
use killwire_store::{NewMatch, ProfileId, Seq};
use serde::Serialize;

use crate::compile::Compiler;
use crate::index::{Matcher, Watcher};
use crate::live::View;
use crate::matcher::explain_compiled;
use crate::subject::{Chains, Subject};

/// A killmail to be matched.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    /// The event that brings it.
    pub(crate) seq: Seq,
    /// When it was published here.
    pub(crate) published: Timestamp,
    pub(crate) facts: Arc<Facts>,
}

/// Why a profile matched, as it is stored.
#[derive(Serialize)]
struct Because {
    because: Vec<String>,
}

/// The longest single reason.
const REASON_CHARS: usize = 300;

/// Conditions that are told, at most.
const MOST_REASONS: usize = 12;

/// What matches, killmail by killmail, by profile within each.
pub(crate) fn matches_of(
    view: &View,
    matcher: &mut Matcher,
    chains: &dyn Chains,
    items: &[Item],
) -> Vec<NewMatch> {
    let mut compiler = Compiler::new(&view.ground, &view.lists);
    let mut all = Vec::new();
    let mut found: Vec<&Watcher> = Vec::new();
    for item in items {
        let subject = Subject::new(&item.facts, item.published, &view.ground).with_chains(chains);
        found.clear();
        matcher.find(&view.snapshot, &subject, |of| found.push(of.watcher));
        found.sort_unstable_by_key(|watcher| watcher.id);
        all.extend(found.iter().map(|watcher| NewMatch {
            profile_id: ProfileId(watcher.id),
            profile_version: watcher.version,
            killmail_id: item.facts.killmail_id,
            seq: item.seq,
            reason: reason(watcher, &subject, &mut compiler),
        }));
    }
    all
}

/// The conditions that made it match, as JSON, within what the store takes.
fn reason(watcher: &Watcher, subject: &Subject<'_>, compiler: &mut Compiler<'_>) -> String {
    // What is in force has been compiled before; were it otherwise, the match stands without words.
    let written = watcher.as_written(compiler);
    let because = written
        .map(|node| explain_compiled(&watcher.expr, node, subject).reasons())
        .unwrap_or_default();
    let mut because: Vec<String> = because
        .into_iter()
        .take(MOST_REASONS)
        .map(shortened)
        .collect();
    loop {
        let text = serde_json::to_string(&Because {
            because: because.clone(),
        });
        match text {
            Ok(text) if text.len() <= NewMatch::MAX_REASON_BYTES => return text,
            _ if because.pop().is_some() => {}
            _ => return r#"{"because":[]}"#.to_owned(),
        }
    }
}

fn shortened(reason: String) -> String {
    match reason.char_indices().nth(REASON_CHARS) {
        Some((cut, _)) => format!("{}…", reason.get(..cut).unwrap_or_default()),
        None => reason,
    }
}
