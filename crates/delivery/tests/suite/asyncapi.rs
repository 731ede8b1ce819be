//! `docs/asyncapi.json`: it names what the code knows and nothing else, and what goes over the wire
//! keeps to it.

use std::collections::{BTreeMap, BTreeSet};

use axum::body::Body;
use futures::StreamExt as _;
use http::Request;
use jsonschema::{Registry, Resource};
use killwire_delivery::{Limits, Vocabulary};
use killwire_store::{Retention, Scope};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::channel::{Client, LOBBY, STREAM, Server, V2};
use crate::sse::Stream;
use crate::world::{AMARR, JITA, PATIENCE, PILOT, World, killmail_at, killmail_worth};

/// Where the documents stand for each other.
const DOCS: &str = "https://github.com/killwire/killwire/docs/";

fn document(name: &str) -> Value {
    let file = format!("{}/../../docs/{name}", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap()
}

/// The description, and what follows from it.
struct Description(Value);

impl Description {
    fn read() -> Self {
        Self(document("asyncapi.json"))
    }

    /// What stands at a place, references followed.
    fn at(&self, pointer: &str) -> &Value {
        let mut found = self.0.pointer(pointer);
        while let Some(Value::String(to)) = found.and_then(|value| value.get("$ref")) {
            let to = to.strip_prefix('#').expect("a reference within");
            found = self.0.pointer(to);
        }
        found.unwrap_or_else(|| panic!("{pointer} leads nowhere"))
    }

    fn keys(&self, pointer: &str) -> BTreeSet<String> {
        self.at(pointer)
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect()
    }

    /// The names of the messages of all Phoenix channels, by who sends them.
    fn events(&self, action: &str) -> BTreeSet<String> {
        self.events_where(action, |channel| {
            let servers = format!("{channel}/servers/0");
            self.0.pointer(&servers).unwrap()["$ref"] == "#/servers/channels"
        })
    }

    /// The names of the events of one event stream.
    fn events_of(&self, stream: &str) -> BTreeSet<String> {
        self.events_where("send", |channel| channel == format!("/channels/{stream}"))
    }

    fn events_where(&self, action: &str, wanted: impl Fn(&str) -> bool) -> BTreeSet<String> {
        let operations = self.at("/operations").as_object().unwrap().values();
        let mut names = BTreeSet::new();
        for operation in operations.filter(|operation| operation["action"] == action) {
            if !wanted(&pointer(&operation["channel"])) {
                continue;
            }
            for message in operation["messages"].as_array().unwrap() {
                let name = &self.at(&pointer(message))["name"];
                names.insert(name.as_str().unwrap().to_owned());
            }
        }
        names
    }

    /// What is wrong with `payload` as the message of this key.
    fn violations(&self, message: &str, payload: &Value) -> Vec<String> {
        let resource = |name: &str| Resource::from_contents(document(name));
        let registry = Registry::new()
            .add(format!("{DOCS}asyncapi.json"), resource("asyncapi.json"))
            .unwrap()
            .add(
                format!("{DOCS}schema/killmail.schema.json"),
                resource("schema/killmail.schema.json"),
            )
            .unwrap();
        let registry = registry.prepare().unwrap();
        let place = format!("{DOCS}asyncapi.json#/components/messages/{message}/payload");
        let validator = jsonschema::options()
            .with_registry(&registry)
            .should_validate_formats(true)
            .build(&json!({ "$ref": place }))
            .unwrap();
        let errors = validator.iter_errors(payload);
        errors
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect()
    }

    /// The key of the message that is called `event` on the channel `channel`.
    fn message(&self, channel: &str, event: &str) -> String {
        let messages = self.at(&format!("/channels/{channel}/messages"));
        let mut keys = messages.as_object().unwrap().keys();
        let named = |key: &&String| {
            self.at(&format!("/channels/{channel}/messages/{key}"))["name"] == event
        };
        let key = keys.find(named);
        key.unwrap_or_else(|| panic!("{event} is not on {channel}"))
            .clone()
    }
}

/// The place that `reference` names in the description.
fn pointer(reference: &Value) -> String {
    let to = reference["$ref"].as_str().expect("a reference");
    to.strip_prefix('#').expect("a reference within").to_owned()
}

/// All local references in `value`.
fn references(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            if let Some(Value::String(to)) = members.get("$ref") {
                into.push(to.clone());
            }
            members.values().for_each(|member| references(member, into));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, into)),
        _ => {}
    }
}

#[test]
fn every_reference_leads_somewhere_and_everything_is_referred_to() {
    let description = Description::read();
    assert_eq!(description.0["asyncapi"], "3.0.0");
    let mut all = Vec::new();
    references(&description.0, &mut all);
    for to in &all {
        match to.strip_prefix('#') {
            Some(place) => assert!(description.0.pointer(place).is_some(), "{to}"),
            None => assert_eq!(to, "schema/killmail.schema.json"),
        }
    }
    for kind in ["messages", "schemas"] {
        for name in description.keys(&format!("/components/{kind}")) {
            let place = format!("#/components/{kind}/{name}");
            let is_frame = ["arrayFrame", "objectFrame"].contains(&&name[..]);
            assert!(is_frame || all.contains(&place), "{place} is not used");
        }
    }
}

#[test]
fn it_names_what_the_code_knows_and_nothing_else() {
    let description = Description::read();
    let code = Vocabulary::of_code();
    let channels = description.at("/channels").as_object().unwrap().values();
    let mut topics: BTreeSet<String> = channels
        .map(|channel| channel["address"].as_str().unwrap().to_owned())
        .collect();
    for stream in [
        "/api/v1/kills/stream",
        "/api/v1/profiles/{id}/stream",
        "/api/v1/profiles/stream",
    ] {
        assert!(topics.remove(stream), "{stream}");
    }
    assert_eq!(topics, code.topics);
    assert_eq!(description.events("receive"), code.client_events);
    assert_eq!(description.events("send"), code.server_events);
    assert_eq!(description.events_of("kills"), code.stream_events);
    assert_eq!(description.events_of("matches"), code.match_stream_events);
    let mut of_all = description.events_of("allMatches");
    of_all.extend(["deleted", "disabled"].map(str::to_owned));
    assert_eq!(of_all, code.match_stream_events);
    let schema = "/components/schemas";
    for (join, members) in [
        ("lobbyJoin", &code.lobby_join),
        ("streamJoin", &code.stream_join),
        ("systemJoin", &code.system_join),
        ("profileJoin", &code.profile_join),
        ("preload/oneOf/1", &code.preload),
    ] {
        assert_eq!(
            &description.keys(&format!("{schema}/{join}/properties")),
            members,
            "{join}"
        );
    }
    let query = "query/properties";
    assert_eq!(
        description.keys(&format!("/channels/lobby/bindings/ws/{query}")),
        code.socket_parameters
    );
    assert_eq!(
        description.keys(&format!("/operations/killsSend/bindings/http/{query}")),
        code.stream_parameters
    );
    for operation in ["matchesSend", "allMatchesSend"] {
        let bindings = description.at(&format!("/operations/{operation}/bindings"));
        let query = bindings["http"]["query"]["properties"].as_object().unwrap();
        let known: BTreeSet<String> = query.keys().cloned().collect();
        assert_eq!(known, code.match_stream_parameters, "{operation}");
    }
}

/// Holds what a channel's client says and hears against the description.
struct Witness {
    description: Description,
    /// How often each event was seen, the server's and the client's.
    seen: BTreeMap<String, usize>,
}

impl Witness {
    fn see(&mut self, topic: &str, event: &str, payload: &Value) {
        let channel = match topic {
            LOBBY => "lobby",
            STREAM => "stream",
            "phoenix" => "phoenix",
            _ if topic.starts_with("profiles:") => "profile",
            _ => "system",
        };
        let message = self.description.message(channel, event);
        let violations = self.description.violations(&message, payload);
        assert_eq!(violations, [""; 0], "{event} on {topic}: {payload}");
        *self.seen.entry(event.to_owned()).or_default() += 1;
    }

    /// Says something, and hears up to its reply.
    async fn say(&mut self, client: &mut Client, topic: &str, event: &str, payload: Value) {
        self.see(topic, event, &payload);
        let frame = json!(["1", "1", topic, event, payload]);
        client.socket.text(&frame.to_string()).await;
        self.hear(client, "phx_reply").await;
    }

    /// Hears up to this event.
    async fn hear(&mut self, client: &mut Client, event: &str) {
        loop {
            let message = client.message().await;
            self.see(&message.topic, &message.event, &message.payload);
            if message.event == event {
                return;
            }
        }
    }
}

#[tokio::test]
async fn what_channels_say_and_hear_keeps_to_it() {
    let world = World::with_a_gap().await;
    let owner = world.watcher("owner", Scope::Read).await;
    let profile = world.profile(Some(&owner), "mine").await;
    let server = Server::of(world).await;
    let mut witness = Witness {
        description: Description::read(),
        seen: BTreeMap::new(),
    };
    let path = format!("{V2}&token={}", owner.secret.reveal());
    let mut client = server.connect_at(&path).await;
    let systems = json!({ "systems": [JITA, "30002187", "x"], "max_age": "7d", "preload": {
        "enabled": true, "limit_per_system": 3, "since_hours": "168",
        "delivery_batch_size": 1, "delivery_interval_ms": 0 } });
    witness.say(&mut client, LOBBY, "phx_join", systems).await;
    witness.hear(&mut client, "preload_complete").await;
    let systems = json!({ "systems": [30_002_659] });
    let characters = json!({ "character_ids": [PILOT] });
    for (event, payload) in [
        ("subscribe_systems", &systems),
        ("subscribe_systems", &systems),
        ("unsubscribe_systems", &systems),
        ("subscribe_characters", &characters),
        ("unsubscribe_characters", &characters),
        ("unsubscribe_characters", &characters),
        ("get_status", &json!({})),
        ("phx_join", &json!({ "min_value": "lots" })),
        ("phx_leave", &json!({})),
    ] {
        witness
            .say(&mut client, LOBBY, event, payload.clone())
            .await;
    }
    let beat = json!({});
    witness.say(&mut client, "phoenix", "heartbeat", beat).await;

    let all = json!({ "resume_from": 0, "updates": true, "system_ids": [JITA, AMARR] });
    witness.say(&mut client, STREAM, "phx_join", all).await;
    witness.hear(&mut client, "gap").await;
    witness.hear(&mut client, "new_killmail").await;
    server.world.append(killmail_worth(2, JITA, 5)).await;
    witness.hear(&mut client, "new_killmail").await;
    let now = format!("{:.0}", server.world.clock.now());
    server.world.append(killmail_at(3, AMARR, 1, &now)).await;
    witness.hear(&mut client, "new_killmail").await;
    witness
        .say(&mut client, STREAM, "phx_leave", json!({}))
        .await;

    let topic = format!("system:{AMARR}");
    let narrow = json!({ "npc": false, "solo": ["false"], "preload": false, "updates": true });
    witness.say(&mut client, &topic, "phx_join", narrow).await;
    witness.hear(&mut client, "kill_count_update").await;
    server.world.append(killmail_at(4, AMARR, 1, &now)).await;
    witness.hear(&mut client, "killmail_update").await;

    let topic = format!("profiles:{profile}");
    let from = json!({ "resume_from": "0" });
    witness.say(&mut client, &topic, "phx_join", from).await;
    server.world.match_of(profile, 5).await;
    witness.hear(&mut client, "match").await;
    let disabled = server.world.store.set_profile_enabled(profile, false).await;
    assert!(disabled.unwrap().is_some());
    witness.hear(&mut client, "disabled").await;
    witness.hear(&mut client, "phx_close").await;
    witness
        .say(&mut client, &topic, "phx_join", json!({}))
        .await;
    assert!(server.world.store.delete_profile(profile).await.unwrap());
    witness.hear(&mut client, "deleted").await;
    witness.hear(&mut client, "phx_close").await;

    let seen: BTreeSet<String> = witness.seen.keys().cloned().collect();
    let code = Vocabulary::of_code();
    let known: BTreeSet<String> = code
        .client_events
        .union(&code.server_events)
        .cloned()
        .collect();
    assert_eq!(seen, known, "each event was seen");
}

#[tokio::test]
async fn what_the_event_stream_sends_keeps_to_it() {
    let description = Description::read();
    let world = World::with_a_gap().await;
    let request = Request::get("/api/v1/kills/stream?updates=1&last_event_id=0");
    let request = request.body(Body::empty()).unwrap();
    let response = world.router.clone().oneshot(request).await.unwrap();
    world.append(killmail_worth(2, JITA, 5)).await;
    let mut body = response.into_body().into_data_stream();
    let mut seen = BTreeSet::new();
    while seen.len() < Vocabulary::of_code().stream_events.len() {
        let next = tokio::time::timeout(PATIENCE, body.next()).await;
        let bytes = next.expect("something comes").unwrap().unwrap();
        let block = std::str::from_utf8(&bytes).unwrap();
        let line = |name| block.lines().find_map(|line| line.strip_prefix(name));
        let Some(data) = line("data: ") else { continue };
        let event = line("event: ").unwrap_or("message");
        let message = description.message("kills", event);
        let payload: Value = serde_json::from_str(data).unwrap();
        assert_eq!(description.violations(&message, &payload), [""; 0]);
        seen.insert(event.to_owned());
    }
    assert_eq!(seen, Vocabulary::of_code().stream_events);
}

#[tokio::test]
async fn what_the_streams_of_matches_send_keeps_to_it() {
    let description = Description::read();
    let retention = Retention {
        max_matches: 1,
        ..Retention::default()
    };
    let world = World::with(Limits::default(), retention).await;
    let owner = world.watcher("owner", Scope::Read).await;
    let profile = world.profile(Some(&owner), "mine").await;
    for killmail in 1..=2 {
        world.match_of(profile, killmail).await;
    }
    world.store.collect_garbage().await.unwrap();
    let path = format!("/api/v1/profiles/{profile}/stream");
    let mut stream = Stream::at(&world, &path, Some(0), Some(&owner.secret)).await;
    let mut blocks = Vec::new();
    for _ in 0..3 {
        blocks.push(stream.block().await);
    }
    let disabled = world.store.set_profile_enabled(profile, false).await;
    assert!(disabled.unwrap().is_some());
    blocks.push(stream.block().await);
    stream.ended().await;
    let mut stream = Stream::at(&world, &path, None, Some(&owner.secret)).await;
    stream.block().await;
    assert!(world.store.delete_profile(profile).await.unwrap());
    blocks.push(stream.block().await);
    stream.ended().await;
    let mut seen = BTreeSet::new();
    for block in &blocks {
        let line = |name| block.lines().find_map(|line| line.strip_prefix(name));
        let Some(data) = line("data: ") else { continue };
        let event = line("event: ").unwrap();
        let message = description.message("matches", event);
        let payload: Value = serde_json::from_str(data).unwrap();
        assert_eq!(description.violations(&message, &payload), [""; 0]);
        seen.insert(event.to_owned());
    }
    assert_eq!(seen, Vocabulary::of_code().match_stream_events);
}

#[test]
fn what_it_does_not_describe_is_noticed() {
    let description = Description::read();
    let undocumented = json!({ "killmail": {}, "seq": 1 });
    assert!(
        !description
            .violations("newKillmail", &undocumented)
            .is_empty()
    );
    let more = json!({ "after": 1, "oldest": 3, "timestamp": "2026-11-20T12:00:00Z", "id": 1 });
    assert!(!description.violations("channelGap", &more).is_empty());
    let no_time = json!({ "system_id": JITA, "count": 1, "timestamp": "noon" });
    assert!(
        !description
            .violations("killCountUpdate", &no_time)
            .is_empty()
    );
}
