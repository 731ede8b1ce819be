//! A connection that breaks: the write says so, the next one works, nothing is lost or doubled.

use killwire_store::{Outcome, Seq, StoreError};

use crate::arena::Arena;
use crate::fixture::{ids, kill, whole_log};

/// Ends every session on the database but the one that asks.
const HANG_UP: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
     WHERE datname = current_database() AND pid <> pg_backend_pid()";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_connection_pauses_writing_and_loses_nothing() {
    let test = "a_lost_connection_pauses_writing_and_loses_nothing";
    let Some(arena) = Arena::postgres(test).await else {
        return;
    };
    let store = arena.open().await;
    store.insert_event(kill(1).offer()).await.unwrap();
    for round in 2..=4 {
        arena.sql(HANG_UP).await;
        let refused = store.insert_event(kill(round).offer()).await;
        assert!(
            matches!(refused, Err(StoreError::Database { .. })),
            "{refused:?}"
        );
        assert!(store.write_fault().is_some(), "health tells of it");
        let again = store.insert_event(kill(round).offer()).await.unwrap();
        assert_eq!(again, Outcome::New(Seq(round)));
        assert_eq!(store.write_fault(), None);
    }
    assert_eq!(ids(&whole_log(&store).await), [1, 2, 3, 4]);
    store.close().await;
    let store = arena.open().await;
    assert_eq!(ids(&whole_log(&store).await), [1, 2, 3, 4]);
    drop(store);
    arena.remove().await;
}
