//! What a single reader can rely on.

use super::*;

#[tokio::test]
async fn a_killmail_that_comes_to_match_later_is_delivered_then_and_only_once() {
    let mut world = World::new().await;
    let dear = Filter {
        min_value: Some("2m".parse().unwrap()),
        ..Filter::default()
    };
    let mut reader = world.open(dear.clone(), Seq::START, None);
    let kill = |millions| Kill {
        system: 30_000_001,
        pilot: 90_000_001,
        millions,
    };
    world.append(&[kill(1)]).await;
    world.patch(0, kill(3)).await;
    world.patch(0, kill(1)).await;
    world.patch(0, kill(4)).await;
    world.append(&[kill(5)]).await;
    let mut given = Vec::new();
    for _ in 0..2 {
        match reader.next().await.unwrap() {
            Reading::Parcel(parcel) => given.push(parcel.event.seq.0),
            gap @ Reading::Gap { .. } => panic!("{gap:?}"),
        }
    }
    assert_eq!(given, [2, 5]);
}

#[tokio::test]
async fn the_position_of_a_reader_does_not_pass_what_it_has_not_taken() {
    let mut world = World::new().await;
    let mut reader = world.open(Filter::default(), Seq::START, None);
    assert!(reader.next().now_or_never().is_none(), "it is live");
    let kill = Kill {
        system: 30_000_001,
        pilot: 90_000_001,
        millions: 1,
    };
    world.append(&[kill]).await;
    while world.hub.handed() < Seq(1) {
        tokio::task::yield_now().await;
    }
    assert_eq!(reader.position(), Seq::START);
    reader.next().await.unwrap();
    assert_eq!(reader.position(), Seq(1));
    assert_eq!(reader.halt(), Seq(1));
}

#[tokio::test]
async fn a_reader_that_leaves_is_forgotten() {
    let world = World::new().await;
    let reader = world.open(Filter::default(), Seq::START, None);
    assert_eq!(world.hub.report().readers, 1);
    drop(reader);
    assert_eq!(world.hub.report().readers, 0);
}

#[tokio::test]
async fn readers_beyond_the_limits_are_refused_by_name() {
    let world = World::new().await;
    let limits = HubLimits {
        readers_per_address: 1,
        keys: 2,
        ..HubLimits::default()
    };
    let universe = CurrentUniverse::new(Universe::empty());
    let hub = Hub::new(world.store.clone(), world.clock, universe, limits);
    let caller = |host| Caller {
        protocol: Protocol::Sse,
        address: Some(IpAddr::from([10, 0, 0, host])),
        sink: None,
    };
    let systems = |count| Filter {
        systems: (1..=count).map(|id| SystemId::new(id).unwrap()).collect(),
        ..Filter::default()
    };
    let mut first = hub.open(caller(1), systems(1), Seq::START).unwrap();
    let refused = |caller, filter| hub.open(caller, filter, Seq::START).err();
    assert_eq!(refused(caller(1), systems(1)), Some(Full::Address(1)));
    assert_eq!(refused(caller(2), systems(2)), Some(Full::Keys(2)));
    assert_eq!(first.ask_for(systems(3)), Err(Full::Keys(2)));
    assert!(first.ask_for(systems(2)).is_ok());
}
