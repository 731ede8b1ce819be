#![allow(clippy::unwrap_used, clippy::panic)]

use std::path::Path;

use jiff::Timestamp;
use tokio::sync::oneshot;

use super::*;
use crate::sql::Sql;
use crate::{Store, StoreConfig};

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
        fault: Arc::default(),
        deposed: false,
    }
}

type Answer = oneshot::Receiver<Result<Done, StoreError>>;

fn request(sql: Sql) -> (Request, Answer) {
    let (reply, answer) = oneshot::channel();
    let request = Request {
        change: Change::statement(sql),
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
