//! One writer at a time: whoever takes over writes, and the one before writes nothing more.

use killwire_store::{Append, Lead, NewQuarantine, Outcome, Seq, StoreError};

use crate::arena::Arena;
use crate::fixture::{
    JITA, appending, client, id, ids, kill, poll, position, r2z2, system, whole_log,
};

on_both_backends! {
    a_deposed_writer_writes_nothing_and_says_so,
    two_writers_that_race_leave_one_dense_log,
}

async fn a_deposed_writer_writes_nothing_and_says_so(arena: &Arena) {
    let first = arena.open().await;
    let mut append = appending(&[kill(1)]);
    append.position = Some(position(100));
    first.append(append).await.unwrap();

    let second = arena.open_with(|config| config.lead = Lead::TakeOver).await;
    let deposed = first
        .append(Append {
            offers: vec![kill(2).offer()],
            position: Some(position(200)),
            gaps: Vec::new(),
            quarantined: vec![NewQuarantine {
                source: r2z2(),
                place: "199".into(),
                reason: "not a killmail".into(),
                bytes: b"<".to_vec(),
            }],
        })
        .await;
    assert!(matches!(deposed, Err(StoreError::Deposed)), "{deposed:?}");
    let deposed = first.import(vec![kill(3).parsed()]).await;
    assert!(matches!(deposed, Err(StoreError::Deposed)), "{deposed:?}");
    let deposed = first.delete(id(1)).await;
    assert!(matches!(deposed, Err(StoreError::Deposed)), "{deposed:?}");
    let deposed = first.fetch_for_client(&poll("bot", &[JITA])).await;
    assert!(matches!(deposed, Err(StoreError::Deposed)), "{deposed:?}");
    let deposed = first
        .acknowledge(&client("bot"), Seq(1), &[system(JITA)])
        .await;
    assert!(matches!(deposed, Err(StoreError::Deposed)), "{deposed:?}");

    assert_eq!(ids(&whole_log(&second).await), [1]);
    assert_eq!(second.position(&r2z2()).await.unwrap(), Some(position(100)));
    assert!(second.quarantined(10).await.unwrap().is_empty());
    assert!(second.get(id(1)).await.unwrap().is_some());
    assert!(second.get(id(2)).await.unwrap().is_none());
    assert!(second.get(id(3)).await.unwrap().is_none());
    assert_eq!(second.stats().await.unwrap().clients, 0);
    let outcome = second.insert_event(kill(2).offer()).await.unwrap();
    assert_eq!(outcome, Outcome::New(Seq(2)));
}

async fn two_writers_that_race_leave_one_dense_log(arena: &Arena) {
    let first = arena.open().await;
    let before = tokio::spawn({
        let first = first.clone();
        async move {
            let mut written = Vec::new();
            for number in 1..=200 {
                match first.insert_event(kill(number).offer()).await {
                    Ok(_) => written.push(number),
                    Err(StoreError::Deposed) => break,
                    Err(error) => panic!("{error}"),
                }
            }
            written
        }
    });
    let mut changes = first.head_changes();
    changes.wait_for(|head| *head >= Seq(20)).await.unwrap();
    let second = arena.open_with(|config| config.lead = Lead::TakeOver).await;
    for number in 1_001..=1_010 {
        second.insert_event(kill(number).offer()).await.unwrap();
    }
    let mut expected = before.await.unwrap();
    assert!(expected.len() < 200, "the first was deposed");
    expected.extend(1_001..=1_010);
    let log = whole_log(&second).await;
    assert_eq!(ids(&log), expected, "all that was acknowledged, in order");
    let seqs: Vec<i64> = log.iter().map(|event| event.seq.0).collect();
    assert_eq!(seqs, (1..=log.len() as i64).collect::<Vec<i64>>());
}
