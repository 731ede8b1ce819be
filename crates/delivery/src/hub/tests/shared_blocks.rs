//! What readers that are behind share.

use super::*;

const KILL: Kill = Kill {
    system: 30_000_001,
    pilot: 90_000_001,
    millions: 1,
};

#[tokio::test]
async fn after_a_restart_all_read_the_same_block_at_the_logs_end_also_when_more_comes() {
    let mut world = World::new().await;
    world.append(&[KILL; 20]).await;
    world.restart().await;
    let universe = world.hub.universe();
    let history = |position| world.hub.history.after(Seq(position), &universe);
    let first = history(0).await.unwrap();
    let later = history(19).await.unwrap();
    assert!(Arc::ptr_eq(&first, &later));

    world.append(&[KILL; 3]).await;
    while world.hub.handed() < Seq(23) {
        tokio::task::yield_now().await;
    }
    let history = |position| world.hub.history.after(Seq(position), &universe);
    let still = history(7).await.unwrap();
    assert!(Arc::ptr_eq(&first, &still));
    let sent = history(20).await.unwrap();
    assert!(!Arc::ptr_eq(&first, &sent));
}

#[tokio::test]
async fn a_reader_takes_a_long_block_in_small_pieces_and_all_of_it() {
    let mut world = World::new().await;
    world.append(&[KILL; 200]).await;
    world.restart().await;
    let mut reader = world.open(Filter::default(), Seq::START, None);
    for seq in 1..=200 {
        let Reading::Parcel(parcel) = reader.next().await.unwrap() else {
            panic!("nothing is missing");
        };
        assert_eq!(parcel.event.seq, Seq(seq));
        assert_eq!(reader.position(), Seq(seq));
    }
    assert!(reader.next().now_or_never().is_none(), "it is live");
}
