//! The killfeed's clients: an offset per client and system, kept by the store.

use std::collections::BTreeSet;

use killwire_store::{AckMode, ClientPoll, Seq, Store, StoreError};

use crate::arena::Arena;
use crate::fixture::{
    AMARR, J_SPACE, JITA, appending, client, gist, ids, kill, manual_poll, poll, system,
};

on_both_backends! {
    a_new_client_gets_all_retained_events_of_its_systems,
    a_second_poll_brings_only_what_is_new,
    only_new_events_are_offered,
    the_offset_is_kept_per_system,
    a_system_added_later_brings_its_retained_events,
    a_limit_takes_the_oldest_and_leaves_the_rest_for_later,
    the_next_event_is_the_lowest_that_the_client_has_not_seen,
    clients_do_not_disturb_each_other,
    polls_at_the_same_time_never_share_an_event,
    offsets_survive_a_restart,
    a_manual_client_is_offered_the_same_until_it_acknowledges,
    an_acknowledgement_moves_only_the_named_systems,
    an_acknowledgement_never_moves_back,
    an_acknowledgement_beyond_the_head_moves_to_the_head_only,
    a_manual_clients_next_event_is_offered_again_until_acknowledged,
    a_client_beyond_the_cap_is_refused_while_known_ones_go_on,
    a_client_too_far_behind_in_a_system_is_told_what_it_missed,
    a_client_is_told_once_what_it_missed,
    a_client_that_missed_nothing_is_told_nothing,
}

async fn fetch(store: &Store, poll: &ClientPoll) -> Vec<i64> {
    ids(&store.fetch_for_client(poll).await.unwrap().events)
}

async fn next(store: &Store, poll: &ClientPoll) -> Option<i64> {
    let event = store.fetch_one_event(poll).await.unwrap();
    event.map(|event| gist(&event).2)
}

/// 1, 3, 5 in Jita; 2, 4, 6 in Amarr.
async fn two_systems(arena: &Arena) -> Store {
    let store = arena.open().await;
    let kills: Vec<_> = (1..=6)
        .map(|id| kill(id).in_system(if id % 2 == 1 { JITA } else { AMARR }))
        .collect();
    store.append(appending(&kills)).await.unwrap();
    store
}

async fn a_new_client_gets_all_retained_events_of_its_systems(arena: &Arena) {
    let store = two_systems(arena).await;
    assert_eq!(fetch(&store, &poll("jita", &[JITA])).await, [1, 3, 5]);
    let both = poll("both", &[JITA, AMARR]);
    assert_eq!(fetch(&store, &both).await, [1, 2, 3, 4, 5, 6]);
    assert!(fetch(&store, &poll("none", &[J_SPACE])).await.is_empty());
}

async fn a_second_poll_brings_only_what_is_new(arena: &Arena) {
    let store = two_systems(arena).await;
    let bot = poll("bot", &[JITA]);
    fetch(&store, &bot).await;
    assert!(fetch(&store, &bot).await.is_empty());
    store
        .append(appending(&[kill(7), kill(8).in_system(AMARR)]))
        .await
        .unwrap();
    assert_eq!(fetch(&store, &bot).await, [7]);
    assert!(fetch(&store, &bot).await.is_empty());
}

async fn only_new_events_are_offered(arena: &Arena) {
    let store = two_systems(arena).await;
    store.insert_event(kill(1).worth(9).offer()).await.unwrap();
    store.import(vec![kill(50).parsed()]).await.unwrap();
    assert_eq!(fetch(&store, &poll("bot", &[JITA])).await, [1, 3, 5]);
}

async fn the_offset_is_kept_per_system(arena: &Arena) {
    let store = two_systems(arena).await;
    assert_eq!(fetch(&store, &poll("bot", &[JITA])).await, [1, 3, 5]);
    assert_eq!(fetch(&store, &poll("bot", &[AMARR])).await, [2, 4, 6]);
    store
        .append(appending(&[kill(7), kill(8).in_system(AMARR)]))
        .await
        .unwrap();
    assert_eq!(fetch(&store, &poll("bot", &[AMARR])).await, [8]);
    assert_eq!(fetch(&store, &poll("bot", &[AMARR, JITA])).await, [7]);
}

async fn a_system_added_later_brings_its_retained_events(arena: &Arena) {
    let store = two_systems(arena).await;
    fetch(&store, &poll("bot", &[JITA])).await;
    store.append(appending(&[kill(7)])).await.unwrap();
    let both = poll("bot", &[JITA, AMARR]);
    assert_eq!(fetch(&store, &both).await, [2, 4, 6, 7]);
    assert!(fetch(&store, &both).await.is_empty());
}

async fn a_limit_takes_the_oldest_and_leaves_the_rest_for_later(arena: &Arena) {
    let store = two_systems(arena).await;
    let two_at_a_time = ClientPoll {
        limit: 2,
        ..poll("bot", &[JITA, AMARR])
    };
    for expected in [[1, 2], [3, 4], [5, 6]] {
        assert_eq!(fetch(&store, &two_at_a_time).await, expected);
    }
    assert!(fetch(&store, &two_at_a_time).await.is_empty());
}

async fn the_next_event_is_the_lowest_that_the_client_has_not_seen(arena: &Arena) {
    let store = two_systems(arena).await;
    fetch(&store, &poll("bot", &[AMARR])).await;
    store
        .append(appending(&[kill(7).in_system(AMARR)]))
        .await
        .unwrap();
    let both = poll("bot", &[JITA, AMARR]);
    for expected in [Some(1), Some(3), Some(5), Some(7), None, None] {
        assert_eq!(next(&store, &both).await, expected);
    }
}

async fn clients_do_not_disturb_each_other(arena: &Arena) {
    let store = two_systems(arena).await;
    fetch(&store, &poll("one", &[JITA])).await;
    assert_eq!(fetch(&store, &poll("two", &[JITA])).await, [1, 3, 5]);
    assert_eq!(next(&store, &poll("One", &[JITA])).await, Some(1));
}

async fn polls_at_the_same_time_never_share_an_event(arena: &Arena) {
    let store = arena.open().await;
    let kills: Vec<_> = (1..=60).map(kill).collect();
    store.append(appending(&kills)).await.unwrap();
    let pollers: Vec<_> = (0..6)
        .map(|poller| {
            let store = store.clone();
            tokio::spawn(async move {
                let mut got = Vec::new();
                let three = ClientPoll {
                    limit: 3,
                    ..poll("bot", &[JITA])
                };
                loop {
                    let more = if poller % 2 == 0 {
                        fetch(&store, &three).await
                    } else {
                        next(&store, &three).await.into_iter().collect()
                    };
                    if more.is_empty() {
                        return got;
                    }
                    got.extend(more);
                }
            })
        })
        .collect();
    let mut all = Vec::new();
    for poller in pollers {
        all.extend(poller.await.unwrap());
    }
    assert_eq!(all.len(), 60, "none twice");
    let distinct: BTreeSet<i64> = all.into_iter().collect();
    assert_eq!(distinct, (1..=60).collect(), "and none lost");
}

async fn offsets_survive_a_restart(arena: &Arena) {
    let store = two_systems(arena).await;
    fetch(&store, &poll("bot", &[JITA])).await;
    let first_of_amarr = ClientPoll {
        limit: 1,
        ..poll("bot", &[AMARR])
    };
    fetch(&store, &first_of_amarr).await;
    store
        .acknowledge(&client("careful"), Seq(3), &[system(JITA)])
        .await
        .unwrap();
    drop(store);
    let store = arena.open().await;
    assert_eq!(fetch(&store, &poll("bot", &[JITA, AMARR])).await, [4, 6]);
    assert_eq!(fetch(&store, &manual_poll("careful", &[JITA])).await, [5]);
}

async fn a_manual_client_is_offered_the_same_until_it_acknowledges(arena: &Arena) {
    let store = two_systems(arena).await;
    let bot = manual_poll("bot", &[JITA, AMARR]);
    for _ in 0..3 {
        assert_eq!(fetch(&store, &bot).await, [1, 2, 3, 4, 5, 6]);
    }
    store
        .acknowledge(&bot.client, Seq(4), &bot.systems)
        .await
        .unwrap();
    assert_eq!(fetch(&store, &bot).await, [5, 6]);
    assert_eq!(fetch(&store, &bot).await, [5, 6]);
    store
        .acknowledge(&bot.client, Seq(6), &bot.systems)
        .await
        .unwrap();
    assert!(fetch(&store, &bot).await.is_empty());
}

async fn an_acknowledgement_moves_only_the_named_systems(arena: &Arena) {
    let store = two_systems(arena).await;
    let bot = manual_poll("bot", &[JITA, AMARR]);
    store
        .acknowledge(&bot.client, Seq(4), &[system(AMARR)])
        .await
        .unwrap();
    assert_eq!(fetch(&store, &bot).await, [1, 3, 5, 6]);
}

async fn an_acknowledgement_never_moves_back(arena: &Arena) {
    let store = two_systems(arena).await;
    let bot = manual_poll("bot", &[JITA]);
    for seq in [5, 1, 0, -3] {
        store
            .acknowledge(&bot.client, Seq(seq), &bot.systems)
            .await
            .unwrap();
        assert!(fetch(&store, &bot).await.is_empty(), "after {seq}");
    }
}

async fn an_acknowledgement_beyond_the_head_moves_to_the_head_only(arena: &Arena) {
    let store = two_systems(arena).await;
    let bot = manual_poll("bot", &[JITA]);
    store
        .acknowledge(&bot.client, Seq(i64::MAX), &bot.systems)
        .await
        .unwrap();
    assert!(fetch(&store, &bot).await.is_empty());
    store.append(appending(&[kill(7)])).await.unwrap();
    assert_eq!(fetch(&store, &bot).await, [7], "what came later is offered");
}

async fn a_manual_clients_next_event_is_offered_again_until_acknowledged(arena: &Arena) {
    let store = two_systems(arena).await;
    let bot = manual_poll("bot", &[JITA]);
    assert_eq!(next(&store, &bot).await, Some(1));
    assert_eq!(next(&store, &bot).await, Some(1));
    store
        .acknowledge(&bot.client, Seq(1), &bot.systems)
        .await
        .unwrap();
    assert_eq!(next(&store, &bot).await, Some(3));
    let on_fetch = ClientPoll {
        ack: AckMode::OnFetch,
        ..bot
    };
    assert_eq!(next(&store, &on_fetch).await, Some(3), "both ways share it");
    assert_eq!(next(&store, &on_fetch).await, Some(5));
}

async fn a_client_beyond_the_cap_is_refused_while_known_ones_go_on(arena: &Arena) {
    let store = arena
        .open_with(|config| config.retention.max_clients = 2)
        .await;
    store.append(appending(&[kill(1), kill(2)])).await.unwrap();
    let one_event = |name| ClientPoll {
        limit: 1,
        ..poll(name, &[JITA])
    };
    fetch(&store, &one_event("one")).await;
    fetch(&store, &one_event("two")).await;
    let refused = store.fetch_for_client(&one_event("three")).await;
    assert!(
        matches!(refused, Err(StoreError::TooManyClients(2))),
        "{refused:?}"
    );
    let refused = store
        .acknowledge(&client("four"), Seq(1), &[system(JITA)])
        .await;
    assert!(
        matches!(refused, Err(StoreError::TooManyClients(2))),
        "{refused:?}"
    );
    assert_eq!(fetch(&store, &one_event("one")).await, [2]);
    assert_eq!(store.stats().await.unwrap().clients, 2);
}

async fn a_client_too_far_behind_in_a_system_is_told_what_it_missed(arena: &Arena) {
    let store = arena
        .open_with(|config| config.retention.max_events_per_system = 3)
        .await;
    store.append(appending(&[kill(1)])).await.unwrap();
    let bot = poll("bot", &[JITA]);
    fetch(&store, &bot).await;
    let kills: Vec<_> = (2..=10).map(kill).collect();
    store.append(appending(&kills)).await.unwrap();
    let fetched = store.fetch_for_client(&bot).await.unwrap();
    assert_eq!(ids(&fetched.events), [8, 9, 10]);
    assert_eq!(fetched.missed_before, Some(Seq(8)));
}

async fn a_client_is_told_once_what_it_missed(arena: &Arena) {
    let store = arena
        .open_with(|config| config.retention.max_events_per_system = 3)
        .await;
    store.append(appending(&[kill(1)])).await.unwrap();
    let bot = poll("bot", &[JITA]);
    fetch(&store, &bot).await;
    let kills: Vec<_> = (2..=10).map(kill).collect();
    store.append(appending(&kills)).await.unwrap();
    store.fetch_for_client(&bot).await.unwrap();
    store.append(appending(&[kill(11)])).await.unwrap();
    let fetched = store.fetch_for_client(&bot).await.unwrap();
    assert_eq!(
        (ids(&fetched.events), fetched.missed_before),
        (vec![11], None)
    );
}

async fn a_client_that_missed_nothing_is_told_nothing(arena: &Arena) {
    let store = arena
        .open_with(|config| config.retention.max_events_per_system = 3)
        .await;
    let bot = poll("bot", &[JITA, AMARR]);
    for round in 0..4 {
        let kills: Vec<_> = (1..=3)
            .map(|id| kill(round * 10 + id).in_system(if id == 2 { AMARR } else { JITA }))
            .collect();
        store.append(appending(&kills)).await.unwrap();
        let fetched = store.fetch_for_client(&bot).await.unwrap();
        assert_eq!((fetched.events.len(), fetched.missed_before), (3, None));
    }
}
