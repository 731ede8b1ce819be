//! What the demo tells, in plain words.

use std::collections::HashMap;
use std::time::Duration;

use killwire_killmail::{KillmailId, SystemId};
use killwire_sim::Sim;
use killwire_store::{EventQuery, Kinds, LogEvent, Seq, Store};
use serde_json::json;
use tokio::time::Instant;

use super::examples::EXAMPLES;
use super::told::in_words;
use crate::node::Node;
use crate::output;

/// Kills told one by one before the demo becomes calm.
const TOLD_SINGLY: u64 = 3;
/// Kills after which the busiest system is known well enough to try it.
const KILLS_BEFORE_URLS: u64 = 25;
/// How often the calm line comes, in real time.
const CALM: Duration = Duration::from_secs(10);
/// Systems counted; New Eden has about 8,500.
const MAX_SYSTEMS: usize = 10_000;

/// Reads the log as any client would, and tells of it.
pub(super) struct Narrator {
    url: String,
    data_dir: String,
    /// How to call this program from another terminal: it may be nowhere in PATH.
    program: String,
    simulator: String,
    json: bool,
    store: Store,
    start: Seq,
}

impl Narrator {
    pub(super) fn new(node: &Node, sim: &Sim, json: bool) -> Self {
        Self {
            url: node.url(),
            data_dir: node.data_dir().display().to_string(),
            program: std::env::current_exe().map_or_else(
                |_| "killwire".to_owned(),
                |path| format!("'{}'", path.display()),
            ),
            simulator: sim.base_url(),
            json,
            store: node.store().clone(),
            start: node.store().head(),
        }
    }

    /// Says what is going on before anything happens.
    pub(super) fn introduce(&self, pace: u32) {
        if self.json {
            output::json(&json!({
                "listening": self.url,
                "data_dir": self.data_dir,
                "simulator": self.simulator,
            }));
            return;
        }
        output::line(format_args!(
            "A simulated New Eden lives on {}, {pace} times faster than the real one.",
            self.simulator
        ));
        output::line(
            "Killwire follows it as it follows zKillboard's feed, and keeps every killmail.",
        );
        output::line(format_args!("Killwire listens on {}", self.url));
        output::line(format_args!("data in {} (kept)", self.data_dir));
        if self.start > Seq::START {
            output::line(format_args!(
                "The log already holds {} events of an earlier demo; it goes on from there.",
                self.start
            ));
        }
        let names = EXAMPLES.map(|(name, _)| format!("{name:?}"));
        output::line(format_args!(
            "Profiles look for what is worth a look, each with a condition: {}.",
            names.join(", ")
        ));
        output::line("");
    }

    /// Tells what happens, for ever. Ends only when the log cannot be read.
    pub(super) async fn tell(&self) {
        let mut head = self.store.head_changes();
        let mut story = Story::default();
        let mut query = EventQuery {
            after: self.start,
            limit: 100,
            kinds: Kinds::NEW,
            systems: Vec::new(),
            characters: Vec::new(),
        };
        let mut next_calm = Instant::now() + CALM;
        loop {
            match self.store.read_events(&query).await {
                Ok(page) => {
                    query.after = page.next;
                    for event in &page.events {
                        self.hear(&mut story, event);
                    }
                    if !page.at_head {
                        continue;
                    }
                }
                Err(error) => return output::complain(&error),
            }
            tokio::select! {
                changed = head.changed() => if changed.is_err() { return },
                () = tokio::time::sleep_until(next_calm) => {
                    self.calm(&story);
                    next_calm += CALM;
                }
            }
        }
    }

    fn hear(&self, story: &mut Story, event: &LogEvent) {
        story.kills += 1;
        if let Some(system) = event.system_id
            && (story.systems.len() < MAX_SYSTEMS || story.systems.contains_key(&system))
        {
            *story.systems.entry(system).or_default() += 1;
        }
        if let Some(killmail) = &event.killmail {
            story.latest = in_words(killmail);
        }
        if self.json {
            return;
        }
        if story.kills <= TOLD_SINGLY {
            output::line(format_args!("Kill {}: {}.", event.seq, story.latest));
        }
        if story.kills == TOLD_SINGLY {
            output::line("… and so on; every client sees them in this order, exactly once.");
        }
        if story.kills == KILLS_BEFORE_URLS
            && let Some((system, kills)) = story.busiest()
        {
            self.invite(system, kills, event.killmail_id);
        }
    }

    fn invite(&self, system: SystemId, kills: u64, latest: Option<KillmailId>) {
        let url = &self.url;
        output::line("");
        output::line(format_args!(
            "Try it from another terminal; system {system} is the busiest so far ({kills} kills):"
        ));
        let (program, dir) = (&self.program, &self.data_dir);
        output::line("  # the feed in your terminal, as it happens; Ctrl-C ends it");
        output::line(format_args!("  {program} tail --data-dir '{dir}'"));
        output::line(
            "  # the same as a stream, filtered: kills in The Forge worth 100 million and more",
        );
        output::line(format_args!(
            "  curl -N '{url}/api/v1/kills/stream?regions=10000002&min_value=100m'"
        ));
        for (what, path) in [
            (
                "the killfeed; ask again and only what is new comes",
                format!("/api/killfeed?client_id=me&systems={system}"),
            ),
            (
                "the same, waiting up to 30 s for the next kill there",
                format!("/api/killfeed/next?client_id=me&systems={system}&wait=30"),
            ),
            (
                "the log from its beginning, for readers that keep their own position",
                "/api/v1/events?after=0&limit=2".to_owned(),
            ),
            (
                "all kills of that system",
                format!("/system_killmails/{system}"),
            ),
            ("is everything well?", "/health".to_owned()),
            ("what is it doing?", "/status".to_owned()),
            ("figures for Prometheus", "/metrics".to_owned()),
        ] {
            output::line(format_args!("  # {what}"));
            output::line(format_args!("  curl -s '{url}{path}'"));
        }
        if let Some(latest) = latest {
            output::line("  # what that kill was worth, item by item; and what a name means");
            output::line(format_args!(
                "  {program} value {latest} --data-dir '{dir}'"
            ));
            output::line(format_args!("  {program} lookup jita --data-dir '{dir}'"));
        }
        let (name, _) = EXAMPLES[0];
        output::line("  # what the profiles look for; what one of them has found, and why");
        output::line(format_args!("  {program} profile list --data-dir '{dir}'"));
        output::line(format_args!(
            "  {program} profile matches '{name}' --data-dir '{dir}'"
        ));
        output::line("");
        output::line("Ctrl-C ends the demo.");
    }

    fn calm(&self, story: &Story) {
        if self.json {
            return;
        }
        match story.kills {
            0 => output::line("No kill yet; Killwire waits for the feed."),
            kills => output::line(format_args!(
                "{kills} kills so far, the latest: {}.",
                story.latest
            )),
        }
    }
}

/// What has happened so far.
#[derive(Default)]
struct Story {
    kills: u64,
    latest: String,
    systems: HashMap<SystemId, u64>,
}

impl Story {
    fn busiest(&self) -> Option<(SystemId, u64)> {
        let most = self.systems.iter().max_by_key(|(_, kills)| **kills);
        most.map(|(system, kills)| (*system, *kills))
    }
}
