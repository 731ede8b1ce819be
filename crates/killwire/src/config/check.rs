//! All problems of a configuration at once, each with its fix.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use killwire_lookup::price::{PriceOrder, PriceProvider};
use killwire_upstream::BaseUrl;
use serde::Serialize;

use super::layers::Layers;
use super::setting::{nearest, settings};
use super::show::masked;
use super::typed::default_data_dir;
use super::value::{parse_address, parse_duration};

/// The longest `enrich.budget`: below what a stopping server waits for its tasks.
const MAX_BUDGET: Duration = Duration::from_secs(3);

/// How bad a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Severity {
    /// Killwire does not start.
    Error,
    /// Killwire starts; someone should look.
    Warning,
}

/// One problem.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Problem {
    /// The setting.
    pub(crate) key: String,
    /// How bad it is.
    pub(crate) severity: Severity,
    /// Where the value came from; empty where there is none.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) place: String,
    /// What is wrong.
    pub(crate) what: String,
    /// What to do.
    pub(crate) fix: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            key,
            place,
            what,
            fix,
            ..
        } = self;
        if place.is_empty() {
            write!(f, "{key}: {what}; {fix}")
        } else {
            write!(f, "{key} ({place}): {what}; {fix}")
        }
    }
}

/// Judges every value and the values together.
pub(crate) fn check(layers: &Layers) -> Vec<Problem> {
    let mut findings = Findings {
        layers,
        problems: Vec::new(),
    };
    findings.files();
    findings.values();
    findings.time();
    findings.retention();
    findings.enrichment();
    if layers
        .get("profile")
        .is_some_and(|value| value.text == "production")
    {
        findings.production();
    }
    findings.problems
}

struct Findings<'a> {
    layers: &'a Layers,
    problems: Vec<Problem>,
}

impl Findings<'_> {
    fn add(&mut self, severity: Severity, key: &str, what: impl Into<String>, fix: &str) {
        let place = self
            .layers
            .get(key)
            .map(|value| value.origin.to_string())
            .unwrap_or_default();
        self.problems.push(Problem {
            key: key.to_owned(),
            severity,
            place,
            what: what.into(),
            fix: fix.to_owned(),
        });
    }

    fn files(&mut self) {
        for broken in &self.layers.broken {
            self.problems.push(Problem {
                key: "configuration file".to_owned(),
                severity: Severity::Error,
                place: String::new(),
                what: broken.to_string(),
                fix: "correct the file, or name another one with --config".to_owned(),
            });
        }
        for unknown in &self.layers.unknown {
            self.problems.push(Problem {
                key: unknown.key.clone(),
                severity: Severity::Error,
                place: unknown.origin.to_string(),
                what: "there is no such setting".to_owned(),
                fix: nearest(&unknown.key).map_or_else(
                    || "remove it; `killwire config show` lists every setting".to_owned(),
                    |near| format!("did you mean {near}?"),
                ),
            });
        }
    }

    fn values(&mut self) {
        for setting in settings() {
            let Some(value) = self.layers.get(setting.key) else {
                continue;
            };
            if let Err(expected) = setting.kind.check(&value.text) {
                self.add(
                    Severity::Error,
                    setting.key,
                    format!("{:?} does not fit", masked(setting, &value.text)),
                    &format!("write {expected}"),
                );
            }
        }
    }

    fn text(&self, key: &str) -> Option<&str> {
        self.layers.get(key).map(|value| value.text.as_str())
    }

    /// Upstream URLs that point away from this machine.
    fn remote_upstreams(&self) -> Vec<&'static str> {
        [
            "upstream.r2z2_url",
            "upstream.esi_url",
            "upstream.everef_url",
            "upstream.zkillboard_url",
            "upstream.static_data_url",
            "upstream.janice_url",
            "upstream.mutamarket_url",
        ]
        .into_iter()
        .filter(|key| {
            self.text(key)
                .and_then(|text| text.parse::<BaseUrl>().ok())
                .is_some_and(|url| !url.is_loopback())
        })
        .collect()
    }

    fn enrichment(&mut self) {
        let budget = self.text("enrich.budget").and_then(parse_duration);
        if budget.is_some_and(|budget| budget > MAX_BUDGET) {
            self.add(
                Severity::Error,
                "enrich.budget",
                "a killmail would wait longer than a server has to stop in",
                "give at most 3s; what is missing then follows as an update",
            );
        }
        let only_janice = self
            .text("prices.sources")
            .and_then(|text| text.parse::<PriceOrder>().ok())
            .is_some_and(|order| order.providers() == [PriceProvider::Janice]);
        if only_janice && self.text("upstream.janice_key").is_none() {
            self.add(
                Severity::Error,
                "prices.sources",
                "only Janice is named, and there is no key for it",
                "set upstream.janice_key (KILLWIRE_JANICE_KEY), or name esi, too",
            );
        }
    }

    fn time(&mut self) {
        let scaled = self
            .text("upstream.clock_scale")
            .is_some_and(|text| text != "1");
        if !scaled {
            return;
        }
        if let Some(remote) = self.remote_upstreams().first() {
            self.add(
                Severity::Error,
                "upstream.clock_scale",
                format!("time is scaled although {remote} is not on this machine: its rules count in real time"),
                "set it to 1, or point every upstream at a simulator on loopback",
            );
        }
        if self.text("upstream.clock_epoch").is_none() {
            self.add(
                Severity::Error,
                "upstream.clock_scale",
                "time is scaled without a moment from which to count",
                "set upstream.clock_epoch to what the simulator prints",
            );
        }
    }

    fn retention(&mut self) {
        let age = |key| self.text(key).and_then(parse_duration);
        if let (Some(min), Some(max)) = (age("retention.log_min_age"), age("retention.log_max_age"))
            && min > max
        {
            self.add(
                Severity::Error,
                "retention.log_min_age",
                "events would have to be kept longer than they may be kept",
                "make it at most retention.log_max_age",
            );
        }
    }

    fn production(&mut self) {
        if self.text("upstream.contact").is_none() {
            self.add(
                Severity::Error,
                "upstream.contact",
                "nobody could be told about this program's requests",
                "set it, or KILLWIRE_CONTACT, to an e-mail address, a URL or a character's name",
            );
        }
        if self
            .text("server.listen")
            .and_then(parse_address)
            .is_some_and(|address| !address.ip().is_loopback())
            && self.text("server.reading") == Some("open")
        {
            self.add(
                Severity::Warning,
                "server.listen",
                "everyone who reaches this address can read",
                "unless that is what you want, set server.reading to token, or listen on 127.0.0.1 and put a proxy in front",
            );
        }
        for key in self.remote_upstreams() {
            if self.text(key).is_some_and(|text| text.starts_with("http:")) {
                self.add(
                    Severity::Error,
                    key,
                    "an unencrypted connection across the network",
                    "use https://",
                );
            }
        }
        if self
            .text("upstream.clock_scale")
            .is_some_and(|text| text != "1")
        {
            self.add(
                Severity::Error,
                "upstream.clock_scale",
                "scaled time is for simulations",
                "remove it",
            );
        }
        match self.text("storage.data_dir") {
            Some(text) if Path::new(text).is_relative() => self.add(
                Severity::Warning,
                "storage.data_dir",
                "it depends on the folder that Killwire is started from",
                "write the whole path",
            ),
            _ => {}
        }
        let data_dir = self
            .text("storage.data_dir")
            .map_or_else(default_data_dir, PathBuf::from);
        if let Err(error) = crate::data_dir::probe(&data_dir) {
            self.add(
                Severity::Error,
                "storage.data_dir",
                format!("{} cannot be written to: {error}", data_dir.display()),
                "give the user that runs Killwire the right to write there, or choose another folder",
            );
        }
        if self
            .text("log.level")
            .is_some_and(|level| level.contains("trace"))
        {
            self.add(
                Severity::Warning,
                "log.level",
                "trace writes several lines per killmail",
                "use info",
            );
        }
    }
}
