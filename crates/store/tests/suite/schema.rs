//! The schema guard: an older program does not touch a newer database.

use killwire_killmail::{Facts, killmail_json};
use killwire_store::{Outcome, Seq, Store, StoreError};

use crate::arena::Arena;
use crate::fixture::{Kill, id, ids, kill, naming, of_version_1, whole_log};
use crate::scan::{ever, scanned};

on_both_backends! {
    a_newer_schema_is_refused_with_a_word_about_what_to_do,
    opening_again_changes_nothing,
    a_database_of_version_1_is_brought_up_with_its_killmails,
    a_database_of_version_3_is_brought_up_and_can_be_scanned,
    a_list_of_version_4_belongs_to_whoever_runs_the_machine,
}

async fn a_newer_schema_is_refused_with_a_word_about_what_to_do(arena: &Arena) {
    let store = arena.open().await;
    store.insert_event(kill(1).offer()).await.unwrap();
    store.close().await;
    let known = arena
        .number("SELECT MAX(version) FROM schema_version")
        .await;
    let newer = known + 7;
    arena
        .sql(&format!(
            "INSERT INTO schema_version (version, applied_at) VALUES ({newer}, 0)"
        ))
        .await;
    let epoch = arena.number("SELECT epoch FROM log_head").await;

    let refused = Store::open(arena.config(), arena.clock.clone()).await;
    let Err(error) = refused.map(|_| ()) else {
        panic!("a newer database was opened");
    };
    assert!(
        matches!(error, StoreError::NewerSchema { found, known: to } if found == newer && to == known),
        "{error:?}"
    );
    let words = error.to_string();
    assert!(
        words.contains(&newer.to_string()) && words.contains("upgrade Killwire"),
        "{words}"
    );
    let untouched = arena.number("SELECT epoch FROM log_head").await;
    assert_eq!(untouched, epoch, "nothing was written");

    arena
        .sql(&format!(
            "DELETE FROM schema_version WHERE version = {newer}"
        ))
        .await;
    assert_eq!(arena.open().await.head(), Seq(1), "and nothing was lost");
}

async fn opening_again_changes_nothing(arena: &Arena) {
    for round in 1..=3 {
        let store = arena.open().await;
        assert_eq!(
            store.insert_event(kill(round).offer()).await.unwrap(),
            killwire_store::Outcome::New(Seq(round))
        );
        assert_eq!(
            ids(&whole_log(&store).await),
            (1..=round).collect::<Vec<i64>>()
        );
        store.close().await;
        let versions = arena.number("SELECT COUNT(*) FROM schema_version").await;
        let newest = arena
            .number("SELECT MAX(version) FROM schema_version")
            .await;
        assert_eq!(versions, newest, "each step once");
    }
}

/// The steps of the schema before the last, for SQLite and PostgreSQL.
const STEPS: [(&str, &str); 4] = [
    (
        include_str!("../../src/schema/001.sqlite.sql"),
        include_str!("../../src/schema/001.postgres.sql"),
    ),
    (
        include_str!("../../src/schema/002.sqlite.sql"),
        include_str!("../../src/schema/002.postgres.sql"),
    ),
    (
        include_str!("../../src/schema/003.sqlite.sql"),
        include_str!("../../src/schema/003.postgres.sql"),
    ),
    (
        include_str!("../../src/schema/004.sqlite.sql"),
        include_str!("../../src/schema/004.postgres.sql"),
    ),
];

/// A database as an earlier version of the schema had it, with these killmails announced.
async fn make_version(version: usize, arena: &Arena, kills: &[Kill]) {
    arena
        .sql("CREATE TABLE schema_version (version BIGINT PRIMARY KEY, applied_at BIGINT NOT NULL)")
        .await;
    for (number, (sqlite, postgres)) in (1..).zip(&STEPS[..version]) {
        arena
            .sql(if arena.is_sqlite() { sqlite } else { postgres })
            .await;
        arena
            .sql(&format!("INSERT INTO schema_version VALUES ({number}, 0)"))
            .await;
    }
    for (seq, kill) in (1_i64..).zip(kills) {
        let parsed = kill.parsed();
        let killmail = &parsed.killmail;
        let (number, time) = (killmail.id.get(), killmail.time.as_second());
        let system = killmail.system_id.get();
        let stored_at = arena.clock.now().as_microsecond();
        let hash = parsed
            .hash
            .map_or("NULL".to_owned(), |hash| arena.bytes(hash.as_bytes()));
        let zkb = parsed.zkb.as_ref().map_or("NULL".to_owned(), |zkb| {
            arena.bytes(&serde_json::to_vec(zkb).unwrap())
        });
        let facts = arena.bytes(&of_version_1(&Facts::of(&parsed, None)));
        let esi = arena.bytes(&parsed.esi);
        arena
            .sql(&format!(
                "INSERT INTO killmail \
                 (killmail_id, time, system_id, origin, stored_at, hash, zkb, facts, esi) VALUES \
                 ({number}, {time}, {system}, 0, {stored_at}, {hash}, {zkb}, {facts}, {esi}); \
                 INSERT INTO seen VALUES ({number}, 2); \
                 INSERT INTO event \
                 (seq, kind, origin, killmail_id, system_id, time, appended_at, imported) VALUES \
                 ({seq}, 0, 0, {number}, {system}, {time}, {stored_at}, 0); \
                 UPDATE log_head SET seq = {seq}, killmails = {seq}"
            ))
            .await;
    }
}

async fn a_database_of_version_1_is_brought_up_with_its_killmails(arena: &Arena) {
    let kills = [kill(1).worth(627_868_229), kill(2).without_zkb(), kill(3)];
    make_version(1, arena, &kills).await;
    let store = arena.open().await;
    assert_eq!(
        arena.copies(),
        if arena.is_sqlite() { 1 } else { 0 },
        "an SQLite file is copied before"
    );
    let log = whole_log(&store).await;
    assert_eq!(ids(&log), [1, 2, 3]);
    for (kill, event) in kills.iter().zip(&log) {
        let parsed = kill.parsed();
        let stored = store.get(parsed.killmail.id).await.unwrap().unwrap();
        assert_eq!(stored.esi, parsed.esi, "byte for byte");
        assert_eq!((stored.hash, &stored.zkb), (parsed.hash, &parsed.zkb));
        assert_eq!(stored.facts, Facts::of(&parsed, None));
        assert_eq!(stored.enrichment, None);
        let (hash, zkb) = (parsed.hash.as_ref(), parsed.zkb.as_ref());
        let shown = killmail_json(&parsed.killmail, hash, zkb, None);
        assert_eq!(event.killmail.as_deref(), Some(shown.as_slice()));
    }
    assert_eq!(store.unfinished_count().await.unwrap(), 0);
    let named = naming(killwire_killmail::Progress::Complete, "Vera");
    let outcomes = store.enrich(vec![(id(2), named.clone())]).await.unwrap();
    assert_eq!(outcomes, [Outcome::Updated(Seq(4))]);
    let stored = store.get(id(2)).await.unwrap().unwrap();
    assert_eq!(stored.enrichment, Some(named));
    let rewritten = store.insert_event(kill(3).worth(9).offer()).await.unwrap();
    assert_eq!(rewritten, Outcome::Updated(Seq(5)));
    store.close().await;
    let store = arena.open().await;
    let log = whole_log(&store).await;
    assert_eq!(log.len(), 5);
    let before = Facts::of(&kills[2].parsed(), None);
    assert_eq!(log[2].facts.as_deref(), Some(&before), "as it was then");
    assert_eq!(log[4].earlier, [before.into()]);
}

async fn a_database_of_version_3_is_brought_up_and_can_be_scanned(arena: &Arena) {
    let kills = [kill(1).worth(5), kill(2).without_zkb(), kill(3)];
    make_version(3, arena, &kills).await;
    let store = arena.open().await;
    assert_eq!(
        arena.copies(),
        if arena.is_sqlite() { 1 } else { 0 },
        "an SQLite file is copied before"
    );
    let found = scanned(&store, ever()).await;
    let facts: Vec<Facts> = found.into_iter().map(|row| row.facts).collect();
    assert_eq!(facts, kills.map(|kill| Facts::of(&kill.parsed(), None)));
    let ends = (store.match_oldest().0, store.match_head().0);
    assert_eq!(ends, (1, 0));
    assert!(store.profiles().await.unwrap().is_empty());
    assert!(store.named_lists().await.unwrap().is_empty());
}

async fn a_list_of_version_4_belongs_to_whoever_runs_the_machine(arena: &Arena) {
    make_version(4, arena, &[]).await;
    // Version 1 of the record, without entries.
    let entries = arena.bytes(&[1, 0]);
    arena
        .sql(&format!(
            "INSERT INTO named_list (name, version, changed_at, size, entries) \
             VALUES ('blues', 7, 0, 0, {entries})"
        ))
        .await;
    let store = arena.open().await;
    let lists = store.named_lists().await.unwrap();
    let [blues] = &lists[..] else {
        panic!("{lists:?}")
    };
    assert_eq!((blues.version, blues.owner), (7, None));
}
