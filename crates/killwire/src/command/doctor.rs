//! `killwire doctor`: is this machine fit to run Killwire, and what to do where it is not.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::date;
use killwire_clock::Clock;
use killwire_intake::StoreMemory;
use killwire_store::Store;
use killwire_upstream::{Memory, Upstreams, Volatile};
use serde::Serialize;

use super::layers;
use crate::cli::{DoctorArgs, Global};
use crate::config::{Config, Flags, Severity, check, show_bytes};
use crate::control::ControlClient;
use crate::failure::Failure;
use crate::knowledge::upstream_config;
use crate::lock::{Holder, Lock, LockError};
use crate::{data_dir, output};

/// Less than this is filled in a day or two.
const LOW_DISK: u64 = 2 << 30;
/// Less than this and the database cannot work.
const NO_DISK: u64 = 100 << 20;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Grade {
    Ok,
    Warn,
    Fail,
}

#[derive(Debug, Serialize)]
struct Finding {
    check: &'static str,
    grade: Grade,
    what: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<String>,
}

#[derive(Default)]
struct Findings(Vec<Finding>);

impl Findings {
    fn ok(&mut self, check: &'static str, what: impl Into<String>) {
        self.add(check, Grade::Ok, what.into(), None);
    }

    fn warn(&mut self, check: &'static str, what: impl Into<String>, fix: impl Into<String>) {
        self.add(check, Grade::Warn, what.into(), Some(fix.into()));
    }

    fn fail(&mut self, check: &'static str, what: impl Into<String>, fix: impl Into<String>) {
        self.add(check, Grade::Fail, what.into(), Some(fix.into()));
    }

    fn add(&mut self, check: &'static str, grade: Grade, what: String, fix: Option<String>) {
        self.0.push(Finding {
            check,
            grade,
            what,
            fix,
        });
    }
}

pub(super) async fn run(global: &Global, args: &DoctorArgs) -> Result<ExitCode, Failure> {
    let mut findings = Findings::default();
    if let Some(config) = configuration(global, &mut findings) {
        examine(&config, args, &mut findings).await;
    }
    let findings = findings.0;
    let failed = findings.iter().any(|finding| finding.grade == Grade::Fail);
    if global.json {
        output::json(&serde_json::json!({ "ok": !failed, "checks": findings }));
    } else {
        for finding in &findings {
            show(finding);
        }
    }
    Ok(if failed {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

fn show(finding: &Finding) {
    let grade = match finding.grade {
        Grade::Ok => "ok  ",
        Grade::Warn => "warn",
        Grade::Fail => "FAIL",
    };
    output::line(format_args!(
        "{grade}  {:<9} {}",
        finding.check, finding.what
    ));
    if let Some(fix) = &finding.fix {
        output::line(format_args!("                {fix}"));
    }
}

fn configuration(global: &Global, findings: &mut Findings) -> Option<Config> {
    let layers = layers(global, Flags::default());
    let problems = check(&layers);
    if problems.is_empty() {
        findings.ok("config", "every value can be used");
    }
    for problem in problems {
        let grade = match problem.severity {
            Severity::Error => Grade::Fail,
            Severity::Warning => Grade::Warn,
        };
        let what = format!("{}: {}", problem.key, problem.what);
        findings.add("config", grade, what, Some(problem.fix));
    }
    Config::of(&layers).ok()
}

async fn examine(config: &Config, args: &DoctorArgs, findings: &mut Findings) {
    folder(config, findings);
    // The folder is ours until everything was looked at, and its store with it.
    let mut own: Option<(Lock, Option<Store>)> = None;
    let server = match Lock::take(&config.data_dir, "doctor", Timestamp::now()) {
        Ok(lock) => {
            findings.ok("lock", "no other Killwire uses the folder");
            own = Some((lock, database(config, findings).await));
            None
        }
        Err(LockError::Held { holder, .. }) => {
            findings.ok(
                "lock",
                format!(
                    "held by `killwire {}`, process {}",
                    holder.command, holder.pid
                ),
            );
            running(&holder, findings).await;
            Some(holder)
        }
        Err(error) => {
            findings.fail("lock", error.to_string(), "see the reason above");
            None
        }
    };
    disk(&config.data_dir, findings);
    clock(findings);
    contact(config, findings);
    port(config, server.as_deref(), findings);
    let store = own.as_ref().and_then(|(_, store)| store.clone());
    match (args.online, &server) {
        (false, _) => {}
        (true, Some(_)) => findings.ok(
            "upstream",
            "the running server asks the upstreams; `/status` tells how they answer",
        ),
        (true, None) => upstreams(config, memory(store.as_ref()), findings).await,
    }
    if let Some(store) = store {
        store.close().await;
    }
}

/// What the upstreams' adapters remember: in the store, so that whoever wants to be left alone is,
/// and a question of ours counts for the server that starts next.
fn memory(store: Option<&Store>) -> Arc<dyn Memory> {
    match store {
        Some(store) => Arc::new(StoreMemory(store.clone())),
        None => Arc::new(Volatile::default()),
    }
}

fn folder(config: &Config, findings: &mut Findings) {
    let dir = config.data_dir.display();
    match data_dir::make(&config.data_dir)
        .map_err(|error| error.to_string())
        .and_then(|()| data_dir::probe(&config.data_dir).map_err(|error| error.to_string()))
    {
        Ok(()) => findings.ok("folder", format!("{dir} can be written to")),
        Err(error) => findings.fail(
            "folder",
            format!("{dir} cannot be written to: {error}"),
            "give this user the right to write there, or choose another --data-dir",
        ),
    }
}

async fn database(config: &Config, findings: &mut Findings) -> Option<Store> {
    match Store::open(config.store(), config.upstream.clock()).await {
        Ok(store) => {
            findings.ok(
                "database",
                format!("opens; the log ends at {}", store.head()),
            );
            Some(store)
        }
        Err(error) => {
            findings.fail(
                "database",
                error.to_string(),
                "see `killwire config show` for storage.database_url and storage.data_dir",
            );
            None
        }
    }
}

async fn running(holder: &Holder, findings: &mut Findings) {
    let Some(socket) = &holder.socket else {
        findings.warn(
            "database",
            "in use by a command without a control socket",
            "ask again when it is done",
        );
        return;
    };
    let status = match ControlClient::new(socket) {
        Ok(client) => client.status().await,
        Err(error) => Err(error),
    };
    match status {
        Ok(status) => {
            let reasons = status["reasons"].as_array().map_or(0, Vec::len);
            let head = &status["log"]["head"];
            if reasons == 0 {
                findings.ok("database", format!("served; the log ends at {head}"));
            } else {
                findings.warn(
                    "server",
                    format!("the running server says: {}", status["reasons"]),
                    "its log tells more",
                );
            }
        }
        Err(error) => findings.fail(
            "server",
            error.to_string(),
            "restart it if it does not answer its clients either",
        ),
    }
}

fn disk(dir: &Path, findings: &mut Findings) {
    match fs4::available_space(dir) {
        Ok(free) if free < NO_DISK => findings.fail(
            "disk",
            format!("{} free", show_bytes(free)),
            "free some space: the database cannot be written",
        ),
        Ok(free) if free < LOW_DISK => findings.warn(
            "disk",
            format!("{} free", show_bytes(free)),
            "free some space, or lower retention.killmail_age",
        ),
        Ok(free) => findings.ok("disk", format!("{} free", show_bytes(free))),
        Err(error) => findings.warn(
            "disk",
            format!("free space is not known: {error}"),
            "look at it with df",
        ),
    }
}

/// Killmails, retention and TLS all need the right date.
fn clock(findings: &mut Findings) {
    let now = Clock::system().now();
    let built = date(2026, 1, 1).to_zoned(jiff::tz::TimeZone::UTC);
    if built.is_ok_and(|built| now < built.timestamp()) {
        findings.fail(
            "clock",
            format!("this machine believes it is {now}"),
            "set the clock, and keep it set with NTP",
        );
    } else {
        findings.ok("clock", now.strftime("%Y-%m-%d %H:%M:%S UTC").to_string());
    }
}

fn contact(config: &Config, findings: &mut Findings) {
    match &config.upstream.contact {
        Some(contact) => findings.ok("contact", contact.as_str()),
        None => findings.warn(
            "contact",
            "not set; `killwire serve` does not start without one",
            "set KILLWIRE_CONTACT to an e-mail address, a URL or a character's name",
        ),
    }
}

fn port(config: &Config, server: Option<&Holder>, findings: &mut Findings) {
    let address = config.listen;
    if let Some(served) = server.and_then(|holder| holder.address.as_ref()) {
        findings.ok("port", format!("the running server listens on {served}"));
        return;
    }
    match std::net::TcpListener::bind(address) {
        Ok(_) => findings.ok("port", format!("{address} is free")),
        Err(error) => findings.fail(
            "port",
            format!("{address}: {error}"),
            "stop what listens there, or choose another address with --listen or server.listen",
        ),
    }
}

async fn upstreams(config: &Config, memory: Arc<dyn Memory>, findings: &mut Findings) {
    const FIX: &str = "check the network, a proxy in between, and the upstream.*_url settings";
    if config.upstream.contact.is_none() {
        findings.warn(
            "upstream",
            "not asked: there is no contact to give",
            "set KILLWIRE_CONTACT",
        );
        return;
    }
    let upstreams = match Upstreams::open(upstream_config(config), memory).await {
        Ok(upstreams) => upstreams,
        Err(error) => {
            findings.fail("upstream", error.to_string(), FIX);
            return;
        }
    };
    match upstreams.r2z2.head().await {
        Ok(head) => findings.ok("upstream", format!("zKillboard's feed stands at {head}")),
        Err(error) => findings.fail("upstream", error.to_string(), FIX),
    }
    match upstreams.everef.totals().await {
        Ok(totals) => findings.ok(
            "upstream",
            format!("EVE Ref has {} day archives", totals.0.len()),
        ),
        Err(error) => findings.warn("upstream", error.to_string(), FIX),
    }
    match upstreams.esi.status().await {
        Ok(status) => findings.ok(
            "upstream",
            format!("ESI is there, with {} pilots online", status.players),
        ),
        Err(error) => findings.warn("upstream", error.to_string(), FIX),
    }
    match upstreams.static_data.latest().await {
        Ok(build) => findings.ok(
            "upstream",
            format!("CCP's newest static data is build {}", build.number),
        ),
        Err(error) => findings.warn("upstream", error.to_string(), FIX),
    }
}
