#![allow(clippy::unwrap_used, clippy::panic)]

use std::path::Path;

use jiff::Timestamp;
use killwire_killmail::{
    Document, Enrichment, Facts, Figure, Parsed, PriceSource, Progress, Valued, parse,
};
use tokio::sync::oneshot;

use super::*;
use crate::prepared::{Prepared, PreparedOffer};
use crate::sql::Sql;
use crate::{LogEvent, MatchSeq, Offer, SourceName, Store, StoreConfig};

/// A writer of a new database, without its task.
async fn writer(folder: &Path) -> Writer {
    let backend = Backend::Sqlite(folder.join("killwire.db"));
    let clock = Clock::manual(Timestamp::UNIX_EPOCH);
    let store = Store::open(StoreConfig::new(backend.clone()), clock.clone());
    store.await.unwrap().close().await;
    let limits = StoreConfig::new(backend.clone()).window;
    Writer {
        connection: Some(Connection::open(&backend).await.unwrap()),
        readers: Readers::open(&backend).unwrap(),
        backend,
        epoch: 1,
        clock,
        recent: Arc::new(Recent::new(limits, 10, Seq(1), Seq::START)),
        matches: Arc::new(MatchEnds::new((MatchSeq::START, MatchSeq(1)))),
        endings: Arc::default(),
        fault: Arc::default(),
        deposed: false,
    }
}

type Answer = oneshot::Receiver<Result<Done, StoreError>>;

fn request(sql: Sql) -> (Request, Answer) {
    asking(Change::statement(sql))
}

fn asking(change: Change) -> (Request, Answer) {
    let (reply, answer) = oneshot::channel();
    let request = Request {
        change,
        reply,
        arrived: Instant::now(),
    };
    (request, answer)
}

fn remember(key: &str) -> Sql {
    sql("INSERT INTO memory (key, value) VALUES ($1, 'x')").bind(key)
}

async fn remembered(writer: &Writer) -> Vec<String> {
    let keys = sql("SELECT key FROM memory ORDER BY key");
    let rows: Vec<(String,)> = writer.readers.fetch_all(&keys).await.unwrap();
    rows.into_iter().map(|(key,)| key).collect()
}

#[tokio::test]
async fn a_change_at_fault_does_not_take_its_neighbours_down() {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = writer(folder.path()).await;
    let (first, first_answer) = request(remember("a"));
    let (bad, bad_answer) = request(sql("INSERT INTO memory (key, value) VALUES ('b', NULL)"));
    let (last, last_answer) = request(remember("c"));
    writer.write(vec![first, bad, last]).await;
    assert!(first_answer.await.unwrap().is_ok());
    assert!(bad_answer.await.unwrap().is_err());
    assert!(last_answer.await.unwrap().is_ok());
    assert_eq!(remembered(&writer).await, ["a", "c"]);
}

#[tokio::test]
async fn a_full_disk_fails_every_change_of_the_group_until_there_is_room_again() {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = writer(folder.path()).await;
    // The limit is the connection's own, and the failure replaces the connection: that is the disk
    // with room again.
    let (limit, limited) = request(sql("PRAGMA max_page_count = 1"));
    writer.write(vec![limit]).await;
    assert!(limited.await.unwrap().is_ok());

    let large = "x".repeat(1 << 20);
    let fill = || sql("INSERT INTO memory (key, value) VALUES ($1, 'x')").bind(large.as_str());
    let (one, one_answer) = request(fill());
    let (two, two_answer) = request(remember("b"));
    writer.write(vec![one, two]).await;
    for answer in [one_answer, two_answer] {
        let refused = answer.await.unwrap();
        assert!(
            matches!(refused, Err(StoreError::NotWritable(_))),
            "{refused:?}"
        );
    }
    assert!(writer.fault.get().is_some());
    assert!(remembered(&writer).await.is_empty());

    let (again, again_answer) = request(remember("c"));
    writer.write(vec![again]).await;
    assert!(again_answer.await.unwrap().is_ok());
    assert_eq!(writer.fault.get(), None);
    assert_eq!(remembered(&writer).await, ["c"]);
}

#[tokio::test]
async fn a_deposed_writer_never_writes_again() {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = writer(folder.path()).await;
    let (depose, deposed) = request(sql("UPDATE log_head SET epoch = epoch + 1"));
    writer.write(vec![depose]).await;
    assert!(deposed.await.unwrap().is_ok());
    for key in ["a", "b"] {
        let (refused, answer) = request(remember(key));
        writer.write(vec![refused]).await;
        assert!(matches!(answer.await.unwrap(), Err(StoreError::Deposed)));
    }
    assert!(remembered(&writer).await.is_empty());
}

#[tokio::test]
async fn what_was_committed_though_the_answer_was_lost_is_shown_after_reconnecting() {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = writer(folder.path()).await;
    let mut connection = writer.connection.take().unwrap();
    for statement in [
        "INSERT INTO event (seq, kind, origin, time, appended_at, imported) \
         VALUES (1, 2, 2, 0, 0, 5)",
        "UPDATE log_head SET seq = 1",
    ] {
        connection.execute(&sql(statement)).await.unwrap();
    }
    drop(connection);
    let (next, answer) = request(remember("a"));
    writer.write(vec![next]).await;
    assert!(answer.await.unwrap().is_ok());
    assert_eq!(writer.recent.ends().head, Seq(1));
    let shown = writer.recent.scan(Seq::START, 10, |_| true).unwrap();
    assert_eq!(shown.events[0].imported, 5);
}

/// A killmail with what zKillboard says of its value.
fn parsed(worth: Option<i64>) -> Arc<Parsed> {
    let zkb = worth.map_or(String::new(), |isk| {
        format!(r#","zkb":{{"totalValue":{isk}}}"#)
    });
    let document = format!(
        r#"{{"killmail_id":1,"killmail_time":"2026-10-31T23:50:00Z","solar_system_id":30000142,
            "attackers":[{{"character_id":90000002,"final_blow":true,"damage_done":1}}],
            "victim":{{"ship_type_id":587,"damage_taken":1}}{zkb}}}"#
    );
    match parse(document.as_bytes()).unwrap() {
        Document::Killmail(parsed) => parsed.into(),
        other => panic!("{other:?}"),
    }
}

/// What is known besides, with a value of our own.
fn valued(progress: Progress, isk: i64) -> Arc<Enrichment> {
    let figure = Figure {
        isk: isk.to_string().parse().unwrap(),
        source: PriceSource::Janice,
        priced_at: Timestamp::UNIX_EPOCH,
    };
    let valued = Valued {
        hull: None,
        fitted: None,
        dropped: None,
        destroyed: None,
        total: Some(figure),
        unpriced: 0,
    };
    Arc::new(Enrichment {
        progress,
        valued: Some(valued),
        ..Enrichment::default()
    })
}

fn offering(worth: Option<i64>) -> Change {
    let offer = Offer {
        parsed: parsed(worth),
        source: SourceName("r2z2".to_owned()),
        origin: Origin::Live,
        trace: None,
        enrichment: None,
    };
    let killmail = Arc::new(Prepared::for_event(Arc::clone(&offer.parsed), None));
    Change::Append {
        offers: vec![PreparedOffer { killmail, offer }],
        also: Vec::new(),
    }
}

fn enriching(found: Arc<Enrichment>) -> Change {
    Change::Enrich(vec![Arc::new(Prepared::for_event(
        parsed(None),
        Some(found),
    ))])
}

/// Number, value in the facts, values in the earlier facts; -1 for none.
fn told(events: &[Arc<LogEvent>]) -> Vec<(i64, i64, Vec<i64>)> {
    let worth = |facts: &Facts| -> i64 {
        let total = facts.total_value;
        total.map_or(-1, |isk| isk.to_string().parse().unwrap())
    };
    let tell = |event: &Arc<LogEvent>| {
        let earlier = event.earlier.iter().map(|facts| worth(facts)).collect();
        (event.seq.0, worth(event.facts.as_deref().unwrap()), earlier)
    };
    events.iter().map(tell).collect()
}

async fn on_disk(writer: &Writer) -> Vec<(i64, i64, Vec<i64>)> {
    let mut connection = Connection::open(&writer.backend).await.unwrap();
    let all = event_row::by_range(&mut connection, Seq::START, Seq(100));
    told(&all.await.unwrap())
}

fn in_window(writer: &Writer) -> Vec<Arc<LogEvent>> {
    let all = writer.recent.scan(Seq::START, 100, |_| true);
    all.unwrap().events
}

#[tokio::test]
async fn changes_of_one_killmail_in_one_transaction_keep_the_facts_of_each_event() {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = writer(folder.path()).await;
    let mut expected = Vec::new();
    for (changes, events) in [
        // Announced with nothing known, then something without an event, then a patch.
        (
            vec![
                offering(None),
                enriching(valued(Progress::Partial, 7)),
                offering(Some(2)),
            ],
            vec![(1, -1, vec![]), (2, 2, vec![-1])],
        ),
        // Completed, and patched twice.
        (
            vec![
                offering(Some(3)),
                enriching(valued(Progress::Complete, 8)),
                offering(Some(4)),
            ],
            vec![(3, 4, vec![-1, 2])],
        ),
        // A patch that is taken back.
        (
            vec![offering(Some(5)), offering(Some(4))],
            vec![(4, 4, vec![-1, 2, 4])],
        ),
    ] {
        let (group, answers): (Vec<_>, Vec<_>) = changes.into_iter().map(asking).unzip();
        writer.write(group).await;
        for answer in answers {
            assert!(answer.await.unwrap().is_ok());
        }
        expected.extend(events);
        assert_eq!(told(&in_window(&writer)), expected, "live");
        assert_eq!(on_disk(&writer).await, expected, "from disk");
    }
}

#[tokio::test]
async fn an_update_whose_answer_was_lost_is_shown_as_if_it_had_not_been() {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = writer(folder.path()).await;
    for worth in [1, 2] {
        let (change, answer) = asking(offering(Some(worth)));
        writer.write(vec![change]).await;
        assert!(answer.await.unwrap().is_ok());
    }
    let mut connection = writer.connection.take().unwrap();
    let patch = offering(Some(3));
    let now = Timestamp::UNIX_EPOCH;
    let committed = transaction::run(&mut connection, 1, now, &[&patch]).await;
    assert_eq!(committed.unwrap().events.len(), 1);
    drop(connection);
    assert_eq!(in_window(&writer).len(), 2);

    let (next, answer) = request(remember("a"));
    writer.write(vec![next]).await;
    assert!(answer.await.unwrap().is_ok());
    let shown = in_window(&writer);
    let expected = [(1, 1, vec![]), (2, 2, vec![1]), (3, 3, vec![1, 2])];
    assert_eq!(told(&shown), expected);
    assert_eq!(on_disk(&writer).await, expected);
    for event in &shown {
        let json = String::from_utf8_lossy(event.killmail.as_deref().unwrap());
        assert!(json.contains("\"totalValue\":3"), "{json}");
    }
}
