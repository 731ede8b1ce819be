//! Profiles from the command that makes them to what they find, with a server and without one.

use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use killwire_sim::{Generator, STATIC_BUILD, static_export};
use serde_json::{Value, json};

use crate::postgres::{fresh_database, say_skipped};
use crate::program::{Done, killwire, run};
use crate::server::{Server, World};

const KILLMAILS: u64 = 150;
const DATA: [&str; 2] = ["--data-dir", "data"];

/// `killwire COMMAND… --data-dir data --json`.
pub(crate) fn ask(home: &Path, line: &[&str]) -> Done {
    run(home, &[line, &DATA, &["--json"]].concat())
}

/// The same for people.
pub(crate) fn tell(home: &Path, line: &[&str]) -> Done {
    run(home, &[line, &DATA].concat())
}

pub(crate) fn write(home: &Path, name: &str, text: &str) {
    std::fs::write(home.join(name), text).unwrap();
}

/// The simulator's static data, taken in beside no server.
pub(crate) fn with_static_data(home: &Path) {
    let export = static_export(STATIC_BUILD).unwrap();
    std::fs::write(home.join("export.zip"), export).unwrap();
    let done = ask(home, &["sde", "import", "--file", "export.zip"]);
    assert_eq!(done.code, 0, "{}", done.err);
}

/// Takes in `count` killmails of the last hours; their ids.
pub(crate) fn with_killmails(home: &Path, count: i64) -> Vec<i64> {
    let mut generator = Generator::new(7);
    // The first of every seed have ids that a server's feed has, too.
    for _ in 0..KILLMAILS {
        let _ = generator.killmail(Timestamp::now());
    }
    let (mut lines, mut ids) = (Vec::new(), Vec::new());
    for number in 0..count {
        let time = Timestamp::now() - SignedDuration::from_mins(30 * number + 1);
        let killmail = generator.killmail(time);
        ids.push(killmail.id);
        lines.extend(killmail.r2z2_entry(1, time));
        lines.push(b'\n');
    }
    std::fs::write(home.join("kills.jsonl"), lines).unwrap();
    let done = ask(home, &["replay", "kills.jsonl"]);
    assert_eq!(done.json()["new"], count, "{done:?}");
    ids
}

fn id(of: &Value) -> i64 {
    of["killmail_id"].as_i64().unwrap()
}

async fn found_once_over_a_crash(world: World) {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    write(home, "big.txt", "value >= 20m and attackers.players >= 1");
    // Made without a server, looked for by the next one; the environment names the database.
    let create = |name: &str, file: &str| -> Value {
        let done: Done = killwire(home)
            .args(["profile", "create", name, file, "--json"])
            .args(DATA)
            .envs(world.environment.iter().cloned())
            .output()
            .unwrap()
            .into();
        assert_eq!(done.code, 0, "{}", done.err);
        done.json()
    };
    let made = create("big", "big.txt");
    assert_eq!(made["enabled"], true, "{made}");
    assert_eq!(
        made["condition"]["text"],
        "value >= 20m and attackers.players >= 1"
    );

    let server = Server::serve(home, &world);
    server
        .until("/status", |status| {
            status["surveillance"]["matches"]["head"].as_i64() > Some(3)
        })
        .await;
    // Killed, as a power cut kills it.
    drop(server);
    let server = Server::serve(home, &world);
    let status = server
        .until("/status", |status| {
            status["log"]["head"] == KILLMAILS
                && status["surveillance"]["reader"]["position"] == KILLMAILS
        })
        .await;
    let surveillance = &status["surveillance"];
    assert_eq!(
        surveillance["profiles"],
        json!({ "in_force": 1, "always": 0, "excluding": 0, "faults": 0 })
    );
    assert_eq!(surveillance["reader"]["lag"], 0);

    let log = server.json("/api/v1/events?after=0&limit=1000").await;
    let players = |killmail: &Value| {
        let attackers = killmail["attackers"].as_array().unwrap();
        attackers.iter().any(|one| one["character_id"].is_i64())
    };
    let wanted: Vec<i64> = log["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| &event["killmail"])
        .filter(|killmail| killmail["total_value"].as_f64() >= Some(20e6) && players(killmail))
        .map(id)
        .collect();
    let done = ask(home, &["profile", "matches", "big", "--limit", "1000"]);
    let matches = done.json();
    let matches = matches.as_array().unwrap();
    let found: Vec<i64> = matches.iter().map(id).collect();
    assert_eq!(found, wanted, "each once, in the order of the log");
    for (number, found) in (1..).zip(matches) {
        assert_eq!(found["match_seq"], number);
        assert_eq!(found["profile_version"], 1);
        let because = found["because"].as_array().unwrap();
        assert!(
            because[0].as_str().unwrap().starts_with("value >= 20m: "),
            "{found}"
        );
        assert_eq!(found["killmail"]["killmail_id"], found["killmail_id"]);
    }

    let health = server.json("/health").await.to_string();
    for part in ["surveillance", "task surveillance", "task profiles"] {
        assert!(health.contains(&format!("{part:?}")), "{part} in {health}");
    }
    let metrics = server.get("/metrics").await.text().await.unwrap();
    for metric in [
        "killwire_surveillance_killmails_total",
        "killwire_surveillance_matches_stored_total",
        "killwire_surveillance_profiles 1",
        "killwire_surveillance_lag_events 0",
    ] {
        assert!(metrics.contains(metric), "{metric} in {metrics}");
    }
    assert_eq!(world.sim.breaches(), []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_profile_looks_for_is_found_once_also_when_the_server_is_killed_on_sqlite() {
    found_once_over_a_crash(World::unhurried(KILLMAILS).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_profile_looks_for_is_found_once_also_when_the_server_is_killed_on_postgresql() {
    match fresh_database("profiles").await {
        Some(url) => {
            let world = World::unhurried(KILLMAILS).await.on_database(url);
            found_once_over_a_crash(world).await;
        }
        None => say_skipped("profiles on PostgreSQL"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_condition_is_tried_and_explained_on_the_past_with_a_server_and_without_one() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    with_static_data(home);
    let ids = with_killmails(home, 120);
    write(
        home,
        "big.txt",
        "value >= 50m and not system in chain \"home\"",
    );
    write(home, "any.txt", "value >= 50m or attackers.count >= 1");
    let test = |file: &str| {
        let done = ask(home, &["profile", "test", file, "--since", "2d"]);
        assert_eq!(done.code, 0, "{}", done.err);
        let mut tried = done.json();
        let tried = tried.as_object_mut().unwrap();
        assert!(tried.remove("since").is_some() && tried.remove("until").is_some());
        Value::from(tried.clone())
    };
    let explain = |id: i64| {
        let id = id.to_string();
        let done = ask(home, &["profile", "explain", "big.txt", &id]);
        assert_eq!(done.code, 0, "{}", done.err);
        done.json()
    };
    let alone = (test("big.txt"), test("any.txt"), explain(ids[0]));

    let (big, any, explained) = &alone;
    // Two days have 96 half hours.
    assert_eq!(any["looked_at"], 96, "{any}");
    assert_eq!(any["matched"], 96);
    let days: i64 = any["days"]
        .as_object()
        .unwrap()
        .values()
        .map(|day| day.as_i64().unwrap())
        .sum();
    assert_eq!(days, 96);
    let examples = any["examples"].as_array().unwrap();
    assert_eq!(examples.len(), 10);
    for example in examples {
        assert!(
            example["system"].is_string() && example["ship"].is_string(),
            "{example}"
        );
        assert!(example["url"].as_str().unwrap().contains("zkillboard.com"));
    }
    assert_eq!(big["matched"], 0, "nobody knows the map");
    assert!(big["unknown"].as_i64() > Some(0), "{big}");
    assert_eq!(explained["killmail_id"], ids[0]);
    let parts = explained["explanation"]["parts"].as_array().unwrap();
    assert_eq!(parts[1]["truth"], "unknown", "{explained}");

    let world = World::of(1).await;
    let server = Server::serve(home, &world);
    server
        .until("/status", |status| status["log"]["head"].as_i64() > Some(1))
        .await;
    let beside = (test("big.txt"), test("any.txt"), explain(ids[0]));
    assert_eq!(beside.2, alone.2);
    // Time flies there.
    assert!(beside.1["matched"].as_i64() > Some(80), "{}", beside.1);
    assert_eq!(beside.0["matched"], 0);
    let unknown = tell(home, &["profile", "explain", "big.txt", "999"]);
    assert_eq!(unknown.code, 1);
    assert!(
        unknown.err.contains("is not stored here"),
        "{}",
        unknown.err
    );
}

#[test]
fn people_see_days_as_bars_examples_as_kills_and_reasons_as_a_tree() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    with_static_data(home);
    let ids = with_killmails(home, 60);
    write(home, "any.txt", "attackers.count >= 1 and (npc or not npc)");
    let done = tell(home, &["profile", "test", "any.txt", "--since", "3d"]);
    assert_eq!((done.code, done.err.as_str()), (0, ""));
    assert!(
        done.out.starts_with("60 of 60 kills since "),
        "{}",
        done.out
    );
    assert!(done.out.contains("█"), "{}", done.out);
    let links = done
        .out
        .lines()
        .filter(|line| line.contains("https://zkillboard.com/kill/"));
    assert_eq!(links.count(), 10, "{}", done.out);
    write(home, "none.txt", "attackers.count >= 1 and value < 0");
    let done = tell(home, &["profile", "test", "none.txt", "--since", "3d"]);
    let (_, shares) = done.out.split_once("\n\n").unwrap();
    insta::assert_snapshot!(shares, @r"
    How many each part fits alone, and how many would match without it:
    ALONE  WITHOUT  PART
       60        0  attackers.count >= 1
        0       60  value < 0
    ");
    let id = ids[0].to_string();
    let done = tell(home, &["profile", "explain", "any.txt", &id, "--plan"]);
    for part in [
        &format!("Killmail {id} matches."),
        "✓ and",
        "├─ ✓ attackers.count >= 1  → ",
        "└─ ✓ or",
        "Found by:",
    ] {
        assert!(done.out.contains(part), "{part} in {}", done.out);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn profiles_are_made_changed_and_deleted_with_a_server_and_without_one() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    write(home, "npc.txt", "npc");
    write(home, "solo.txt", "solo");
    let check = |name: &str| {
        let made = ask(home, &["profile", "create", name, "npc.txt", "--disabled"]).json();
        assert_eq!(made["enabled"], false, "{made}");
        let id = made["id"].to_string();
        let taken = tell(home, &["profile", "create", name, "npc.txt"]);
        assert_eq!(taken.code, 1);
        assert!(taken.err.contains("another name"), "{}", taken.err);
        let enabled = ask(home, &["profile", "enable", name]).json();
        assert_eq!(enabled["enabled"], true);
        let replaced = ask(home, &["profile", "replace", &id, "solo.txt"]).json();
        assert_eq!(replaced["version"], 2);
        assert_eq!(replaced["condition"]["json"], json!({ "field": "solo" }));
        assert_eq!(replaced["name"], *name);
        let copied = format!("@{id}");
        let checked = ask(home, &["profile", "check", &copied]).json();
        assert_eq!(checked["text"], "solo");
        let listed = ask(home, &["profile", "list"]).json();
        let listed = listed["profiles"].as_array().unwrap();
        let listed = listed.iter().find(|one| one["id"] == made["id"]).unwrap();
        assert_eq!(
            (&listed["name"], &listed["text"]),
            (&json!(name), &json!("solo"))
        );
        let shown = tell(home, &["profile", "show", name]);
        assert!(shown.out.contains("is in force"), "{}", shown.out);
        let disabled = ask(home, &["profile", "disable", &id]).json();
        assert_eq!(disabled["enabled"], false);
        let empty = tell(home, &["profile", "matches", &id]);
        assert_eq!(empty.code, 0);
        assert!(empty.out.contains("nothing yet"), "{}", empty.out);
        assert_eq!(tell(home, &["profile", "delete", name]).code, 0);
        for gone in [
            ["show", &id],
            ["show", name],
            ["enable", &id],
            ["delete", &id],
        ] {
            let done = tell(home, &[&["profile"][..], &gone].concat());
            assert_eq!(done.code, 1, "{gone:?}");
            assert!(done.err.contains("there is no profile"), "{}", done.err);
        }
    };
    check("alone");
    let world = World::of(1).await;
    let _server = Server::serve(home, &world);
    check("beside a server");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_is_written_by_name_and_its_profiles_follow_it() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    with_static_data(home);
    write(
        home,
        "home.txt",
        "# where we live\nsystem jita\nsystem 30002187\nregion \"Domain\"\n",
    );
    let put = ask(home, &["list", "put", "home", "home.txt"]);
    let expected = json!([
        { "kind": "system", "id": 30_000_142, "name": "Jita" },
        { "kind": "system", "id": 30_002_187, "name": "Amarr" },
        { "kind": "region", "id": 10_000_043, "name": "Domain" },
    ]);
    assert_eq!(put.json()["entries"], expected, "{}", put.err);
    write(home, "wrong.txt", "system Jitta\n");
    let wrong = tell(home, &["list", "put", "home", "wrong.txt"]);
    assert_eq!(wrong.code, 1);
    assert!(wrong.err.contains("perhaps \"Jita\""), "{}", wrong.err);

    write(home, "near.txt", "system in list \"home\"");
    let made = ask(home, &["profile", "create", "near home", "near.txt"]).json();
    assert_eq!(made["fault"], Value::Null, "{made}");
    let in_use = tell(home, &["list", "delete", "home"]);
    assert_eq!(in_use.code, 1);
    assert!(
        in_use.err.contains("profiles use the list"),
        "{}",
        in_use.err
    );

    let world = World::of(KILLMAILS).await;
    let server = Server::serve(home, &world);
    let shown = tell(home, &["list", "show", "home"]);
    insta::assert_snapshot!(shown.out, @r"
    system        30000142  # Jita
    system        30002187  # Amarr
    region        10000043  # Domain
    ");
    write(home, "again.txt", &shown.out);
    let again = ask(home, &["list", "put", "home", "again.txt"]).json();
    assert_eq!(
        (&again["version"], &again["entries"]),
        (&json!(1), &expected)
    );
    let status = server
        .until("/status", |status| {
            status["feed"]["counts"]["new"] == KILLMAILS
                && status["surveillance"]["reader"]["lag"] == 0
        })
        .await;
    let log = server
        .json("/api/v1/events?after=0&limit=1000&kinds=new")
        .await;
    let events = log["events"].as_array().unwrap().iter();
    let near = events
        .filter(|event| [30_000_142, 30_002_187].contains(&event["system_id"].as_i64().unwrap()));
    assert_eq!(
        status["surveillance"]["matches"]["head"],
        near.count(),
        "{status}"
    );

    assert_eq!(tell(home, &["profile", "delete", "near home"]).code, 0);
    assert_eq!(tell(home, &["list", "delete", "home"]).code, 0);
    assert_eq!(ask(home, &["list", "show"]).json(), json!({ "lists": [] }));
    let gone = tell(home, &["list", "show", "home"]);
    assert_eq!(gone.code, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pilot_in_a_condition_is_asked_of_esi_and_keeps_the_id() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    let world = World::of(5).await;
    let server = Server::serve(home, &world);
    server
        .until("/status", |status| status["log"]["head"] == 5)
        .await;
    let (id, name) = (90_000_000..97_000_000)
        .step_by(1_733)
        .find_map(|id| Some((id, world.sim.name_of(id)?)))
        .unwrap();
    write(
        home,
        "pilot.txt",
        &format!("attacker.character = {:?}", name.to_lowercase()),
    );
    let checked = ask(home, &["profile", "check", "pilot.txt"]);
    let text = checked.json()["text"].as_str().unwrap().to_owned();
    assert!(text.ends_with(&format!("#{id}")), "{text}");
    write(
        home,
        "nobody.txt",
        "attacker.character in [\"Nobody At All\", \"No One Either\"]",
    );
    let nobody = tell(home, &["profile", "check", "nobody.txt"]);
    assert_eq!(nobody.code, 1);
    for name in ["Nobody At All", "No One Either"] {
        assert!(nobody.err.contains(name), "{}", nobody.err);
    }
    assert_eq!(world.sim.breaches(), []);
}

#[test]
fn an_address_of_zkillboard_becomes_a_profile() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    with_static_data(home);
    let page = "https://zkillboard.com/system/30000142/losses/";
    let imported = tell(home, &["profile", "import", "zkillboard", page]);
    assert_eq!(imported.code, 0, "{}", imported.err);
    assert!(
        imported.out.contains("\"Jita\"#30000142"),
        "{}",
        imported.out
    );
    let nameless = tell(home, &["profile", "import", "zkillboard", page, "--save"]);
    assert_eq!(nameless.code, 1);
    assert!(nameless.err.contains("--save NAME"), "{}", nameless.err);
    let saved = ask(
        home,
        &["profile", "import", "zkillboard", page, "--save", "Jita"],
    );
    assert_eq!(saved.json()["name"], "Jita", "{}", saved.err);
    let wrong = tell(
        home,
        &["profile", "import", "zkillboard", "https://example.org/"],
    );
    assert_eq!(wrong.code, 1);
}
