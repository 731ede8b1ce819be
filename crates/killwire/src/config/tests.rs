use std::collections::HashMap;
use std::time::Duration;

use super::*;

fn layers(file: &str, environment: &[(&str, &str)], flags: Flags) -> Layers {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("killwire.toml");
    std::fs::write(&path, file).unwrap();
    let environment: HashMap<String, String> = environment
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    Layers::read(&Sources {
        config: Files::Only(&path),
        environment: &|name| environment.get(name).cloned(),
        flags,
    })
}

fn problems(file: &str) -> Vec<Problem> {
    check(&layers(file, &[], Flags::default()))
}

#[test]
fn the_defaults_are_sound() {
    assert_eq!(problems(""), []);
    let config = Config::of(&layers("", &[], Flags::default())).unwrap();
    assert_eq!(config.listen.to_string(), "127.0.0.1:4004");
    assert_eq!(config.gc_interval, Duration::from_mins(1));
    let defaults = killwire_store::Retention::default();
    assert_eq!(config.retention.killmail_age, defaults.killmail_age);
    assert_eq!(config.retention.log_max_bytes, defaults.log_max_bytes);
    assert_eq!(
        config.window.bytes,
        killwire_store::WindowLimits::default().bytes
    );
}

#[test]
fn a_later_source_wins_and_is_named() {
    let flags = Flags::default().with("storage.data_dir", "--data-dir", Some("/flag"));
    let layers = layers(
        "profile = \"production\"\n[server]\nlisten = \"127.0.0.1:1\"\n[storage]\ndata_dir = \"/file\"\n[window]\nevents = 5_000\n",
        &[
            ("KILLWIRE_LISTEN", "127.0.0.1:2"),
            ("KILLWIRE_DATA_DIR", "/env"),
        ],
        flags,
    );
    let origin = |key| layers.get(key).unwrap().origin.to_string();
    assert_eq!(layers.get("storage.data_dir").unwrap().text, "/flag");
    assert_eq!(origin("storage.data_dir"), "flag --data-dir");
    assert_eq!(layers.get("server.listen").unwrap().text, "127.0.0.1:2");
    assert_eq!(origin("server.listen"), "environment KILLWIRE_LISTEN");
    assert_eq!(layers.get("window.events").unwrap().text, "5000");
    assert!(origin("window.events").ends_with("killwire.toml:7"));
    assert_eq!(origin("window.bytes"), "default");
}

#[test]
fn the_own_variable_wins_over_database_url() {
    let layers = layers(
        "",
        &[
            ("DATABASE_URL", "postgres://a/b"),
            ("KILLWIRE_DATABASE_URL", "postgres://c/d"),
        ],
        Flags::default(),
    );
    assert_eq!(
        layers.get("storage.database_url").unwrap().text,
        "postgres://c/d"
    );
}

#[test]
fn all_problems_come_at_once_each_with_its_fix() {
    let problems = problems(
        "[server]\nlisten = \"nowhere\"\n[storage]\ndata_dri = \"x\"\n[retention]\nkillmail_age = \"soon\"\n[window]\nbytes = \"64 parsecs\"\nnonsense_altogether = 1\n",
    );
    let text: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(problems.len(), 5, "{text:#?}");
    assert!(
        text.iter()
            .any(|t| t.contains("killwire.toml:4") && t.contains("did you mean storage.data_dir?")),
        "{text:#?}"
    );
    assert!(
        text.iter()
            .any(|t| t.contains("window.nonsense_altogether") && t.contains("config show")),
        "{text:#?}"
    );
    assert!(
        text.iter()
            .any(|t| t.contains("server.listen") && t.contains("such as 127.0.0.1:4004")),
        "{text:#?}"
    );
    assert!(
        text.iter()
            .any(|t| t.contains("\"soon\"") && t.contains("7d")),
        "{text:#?}"
    );
    assert!(
        text.iter()
            .any(|t| t.contains("64 parsecs") && t.contains("64MiB")),
        "{text:#?}"
    );
}

#[test]
fn a_file_that_is_not_toml_is_told_with_its_line() {
    let problems = problems("[server]\nlisten = \n");
    assert_eq!(problems.len(), 1);
    assert!(
        problems[0].what.contains("killwire.toml:2"),
        "{}",
        problems[0]
    );
}

#[test]
fn production_asks_for_more() {
    let problems = problems(
        "profile = \"production\"\n[server]\nlisten = \"0.0.0.0:4004\"\n[upstream]\nr2z2_url = \"http://r2z2.zkillboard.com\"\n[storage]\ndata_dir = \"/dev/null/x\"\n",
    );
    let found: Vec<(&str, Severity)> = problems
        .iter()
        .map(|problem| (problem.key.as_str(), problem.severity))
        .collect();
    assert_eq!(
        found,
        [
            ("upstream.contact", Severity::Error),
            ("server.listen", Severity::Warning),
            ("upstream.r2z2_url", Severity::Error),
            ("storage.data_dir", Severity::Error),
        ]
    );
}

#[test]
fn scaled_time_is_refused_for_an_upstream_elsewhere() {
    let problems = problems("[upstream]\nclock_scale = 100\n");
    assert_eq!(problems.len(), 2);
    assert!(problems[0].what.contains("upstream.r2z2_url"));
}

#[test]
fn secrets_are_never_shown() {
    let layers = layers(
        "",
        &[(
            "DATABASE_URL",
            "postgres://kw:hunter2@db/kills?sslpassword=hunter2",
        )],
        Flags::default(),
    );
    let shown = serde_json::to_string(&rows(&layers)).unwrap();
    assert!(!shown.contains("hunter2"), "{shown}");
    assert!(shown.contains("postgres://kw:****@db/kills"), "{shown}");
    let layers = self::layers(
        "",
        &[("DATABASE_URL", "hunter2 is not a url")],
        Flags::default(),
    );
    let problems = check(&layers);
    assert!(
        !problems[0].to_string().contains("hunter2"),
        "{}",
        problems[0]
    );
}

#[test]
fn every_setting_is_described_and_its_default_fits() {
    for setting in super::setting::settings() {
        assert!(setting.doc.ends_with('.'), "{}", setting.key);
        assert!(!setting.env.is_empty(), "{}", setting.key);
        if !setting.default.is_empty() {
            setting.kind.check(setting.default).unwrap();
        }
    }
}

#[test]
fn lengths_of_time_are_read_as_people_write_them() {
    assert_eq!(parse_duration("60s"), Some(Duration::from_mins(1)));
    assert_eq!(parse_duration("250ms"), Some(Duration::from_millis(250)));
    assert_eq!(parse_duration("7d"), Some(Duration::from_hours(7 * 24)));
    assert_eq!(parse_duration("1h 30m"), Some(Duration::from_mins(90)));
    assert_eq!(parse_duration("-5s"), None);
    assert_eq!(parse_duration("soon"), None);
}

#[test]
fn the_defaults_of_access_and_limits_are_those_of_delivery() {
    let config = Config::of(&layers("", &[], Flags::default())).unwrap();
    assert_eq!(config.access, killwire_delivery::AccessPolicy::default());
    let defaults = killwire_delivery::Limits::default();
    assert_eq!(format!("{:?}", config.limits), format!("{defaults:?}"));
}

#[test]
fn access_is_set_with_lists_in_brackets_or_with_commas() {
    for lists in [
        "cors = [\"https://a.example\", \"https://b.example\"]\ntrusted_proxies = [\"10.0.0.5\", \"172.16.0.0/12\"]\n",
        "cors = \"https://a.example, https://b.example\"\ntrusted_proxies = \"10.0.0.5, 172.16.0.0/12\"\n",
    ] {
        let file = format!(
            "[server]\nreading = \"token\"\n{lists}[limits]\nconnections = 100\nconnections_per_address = 5\n"
        );
        let config = Config::of(&layers(&file, &[], Flags::default())).unwrap();
        assert!(!config.access.read_open);
        let cors = "https://a.example, https://b.example".parse().unwrap();
        assert_eq!(config.access.cors, cors);
        let connections = config.limits.connections;
        let proxies = "10.0.0.5, 172.16.0.0/12".parse().unwrap();
        assert_eq!(connections.trusted_proxies, proxies);
        assert_eq!((connections.open, connections.per_address), (100, 5));
    }
}

#[test]
fn access_that_nobody_can_mean_is_told_with_its_fix() {
    let problems = problems(
        "[server]\nreading = \"closed\"\ncors = \"map.example.com\"\ntrusted_proxies = \"0.0.0.0/0\"\n",
    );
    let text: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(problems.len(), 3, "{text:#?}");
    for part in ["open or token", "https://map.example.com", "10.0.0.5"] {
        assert!(text.iter().any(|t| t.contains(part)), "{part}: {text:#?}");
    }
}

#[test]
fn production_does_not_mind_an_open_address_where_reading_is_closed() {
    let problems = problems(
        "profile = \"production\"\n[server]\nlisten = \"0.0.0.0:4004\"\nreading = \"token\"\n",
    );
    assert!(
        problems
            .iter()
            .all(|problem| problem.key != "server.listen")
    );
}
