//! Profiles: made, changed, turned off, listed and deleted, within their limits.

use killwire_store::{
    NewProfile, ProfileEnd, ProfileError, ProfileId, ProfileLimits, ProfileName, ProfileRow, Store,
    TokenId,
};

use crate::arena::Arena;

on_both_backends! {
    a_profile_is_found_by_its_number_and_survives_a_restart,
    the_version_goes_up_with_the_condition_only,
    a_profile_is_turned_off_and_on_again,
    what_is_not_there_is_not_changed,
    an_owner_has_each_name_once,
    a_replaced_profile_does_not_take_anothers_name,
    several_profiles_are_made_all_or_none,
    a_token_has_a_bound_and_the_operator_only_the_one_of_all,
    there_is_a_bound_on_all_profiles,
    a_condition_has_a_bound,
    profiles_are_listed_in_the_order_in_which_they_were_made,
    a_deleted_profile_is_gone_and_its_number_is_not_given_again,
    ten_thousand_profiles_are_made_in_one_call,
    who_follows_a_profile_is_told_when_it_ends,
}

pub(crate) fn name(text: &str) -> ProfileName {
    ProfileName::new(text).unwrap()
}

/// A profile of the operator's that is on.
pub(crate) fn profile(called: &str) -> NewProfile {
    NewProfile {
        owner: None,
        name: name(called),
        condition: "solo".to_owned(),
        enabled: true,
    }
}

fn of_token(owner: TokenId, called: &str) -> NewProfile {
    NewProfile {
        owner: Some(owner),
        ..profile(called)
    }
}

/// Makes one within the default limits.
pub(crate) async fn make(store: &Store, profile: NewProfile) -> ProfileRow {
    create(store, profile).await.unwrap()
}

async fn create(store: &Store, profile: NewProfile) -> Result<ProfileRow, ProfileError> {
    store
        .create_profile(profile, ProfileLimits::default())
        .await
}

async fn replace(store: &Store, id: ProfileId, called: &str, condition: &str) -> ProfileRow {
    store
        .replace_profile(id, name(called), condition.to_owned())
        .await
        .unwrap()
        .unwrap()
}

fn names(profiles: &[ProfileRow]) -> Vec<&str> {
    profiles.iter().map(|row| row.name.as_str()).collect()
}

async fn a_profile_is_found_by_its_number_and_survives_a_restart(arena: &Arena) {
    let store = arena.open().await;
    let made = make(&store, of_token(7, "Süper 🚀")).await;
    let expected = ProfileRow {
        id: ProfileId(1),
        owner: Some(7),
        name: name("Süper 🚀"),
        condition: "solo".to_owned(),
        version: 1,
        enabled: true,
        created_at: arena.clock.now(),
        changed_at: arena.clock.now(),
    };
    assert_eq!(made, expected);
    drop(store);
    let store = arena.open().await;
    assert_eq!(store.profile(made.id).await.unwrap(), Some(made));
    assert_eq!(store.profile(ProfileId(2)).await.unwrap(), None);
}

async fn the_version_goes_up_with_the_condition_only(arena: &Arena) {
    let store = arena.open().await;
    let made = make(&store, profile("one")).await;
    arena.days_pass(1);
    let same = replace(&store, made.id, "one", "solo").await;
    assert_eq!(same, made, "nothing has changed");
    let renamed = replace(&store, made.id, "two", "solo").await;
    assert_eq!((renamed.version, renamed.name.as_str()), (1, "two"));
    assert_eq!(renamed.changed_at, arena.clock.now());
    let changed = replace(&store, made.id, "two", "npc").await;
    assert_eq!((changed.version, changed.condition.as_str()), (2, "npc"));
    let back = replace(&store, made.id, "two", "solo").await;
    assert_eq!(back.version, 3, "a version is never used twice");
    assert_eq!(back.created_at, made.created_at);
    assert_eq!(store.profile(made.id).await.unwrap(), Some(back));
}

async fn a_profile_is_turned_off_and_on_again(arena: &Arena) {
    let store = arena.open().await;
    let made = make(&store, profile("one")).await;
    arena.days_pass(1);
    let set = async |enabled| {
        let changed = store.set_profile_enabled(made.id, enabled).await;
        changed.unwrap().unwrap()
    };
    assert_eq!(set(true).await, made, "it is on already");
    let off = set(false).await;
    assert_eq!((off.enabled, off.version), (false, 1));
    assert_eq!(off.changed_at, arena.clock.now());
    assert!(set(true).await.enabled);
    let asleep = NewProfile {
        enabled: false,
        ..profile("asleep")
    };
    assert!(!make(&store, asleep).await.enabled);
}

async fn what_is_not_there_is_not_changed(arena: &Arena) {
    let store = arena.open().await;
    let nobody = ProfileId(9);
    let replaced = store.replace_profile(nobody, name("a"), "solo".to_owned());
    assert_eq!(replaced.await.unwrap(), None);
    let enabled = store.set_profile_enabled(nobody, true).await;
    assert_eq!(enabled.unwrap(), None);
    assert!(!store.delete_profile(nobody).await.unwrap());
}

async fn an_owner_has_each_name_once(arena: &Arena) {
    let store = arena.open().await;
    make(&store, of_token(1, "supers")).await;
    let error = create(&store, of_token(1, "supers")).await.unwrap_err();
    assert!(matches!(&error, ProfileError::NameTaken(taken) if *taken == name("supers")));
    assert!(error.to_string().contains("supers"), "{error}");
    make(&store, of_token(2, "supers")).await;
    make(&store, profile("supers")).await;
    assert!(create(&store, profile("supers")).await.is_err());
    make(&store, of_token(1, "Supers")).await;
    assert_eq!(store.write_fault(), None, "a refusal is no fault");
}

async fn a_replaced_profile_does_not_take_anothers_name(arena: &Arena) {
    let store = arena.open().await;
    make(&store, of_token(1, "one")).await;
    let two = make(&store, of_token(1, "two")).await;
    make(&store, of_token(2, "three")).await;
    let taken = store.replace_profile(two.id, name("one"), "npc".to_owned());
    assert!(matches!(taken.await, Err(ProfileError::NameTaken(_))));
    assert_eq!(store.profile(two.id).await.unwrap(), Some(two.clone()));
    replace(&store, two.id, "three", "npc").await;
}

async fn several_profiles_are_made_all_or_none(arena: &Arena) {
    let store = arena.open().await;
    make(&store, profile("b")).await;
    let limits = ProfileLimits::default();
    for refused in [["a", "b"], ["c", "c"]] {
        let profiles = refused.map(profile).to_vec();
        let error = store.create_profiles(profiles, limits).await.unwrap_err();
        assert!(matches!(&error, ProfileError::NameTaken(taken) if *taken == name(refused[1])));
    }
    let profiles = vec![profile("d"), of_token(5, "b"), profile("a")];
    let made = store.create_profiles(profiles, limits).await.unwrap();
    assert_eq!(names(&made), ["d", "b", "a"]);
    let ids: Vec<i64> = made.iter().map(|row| row.id.0).collect();
    assert_eq!(ids, [2, 3, 4], "nothing was given to those refused");
    let none = store.create_profiles(Vec::new(), limits).await.unwrap();
    assert!(none.is_empty());
}

async fn a_token_has_a_bound_and_the_operator_only_the_one_of_all(arena: &Arena) {
    let store = arena.open().await;
    let limits = ProfileLimits {
        per_token: 2,
        total: 100,
    };
    let create = async |profiles| store.create_profiles(profiles, limits).await;
    let three = |owner| {
        ["a", "b", "c"]
            .map(|called| of_token(owner, called))
            .to_vec()
    };
    let error = create(three(1)).await.unwrap_err();
    assert!(
        matches!(error, ProfileError::TooManyOfToken(2)),
        "{error:?}"
    );
    create(three(1)[..2].to_vec()).await.unwrap();
    let error = create(vec![of_token(1, "c")]).await.unwrap_err();
    assert!(
        matches!(error, ProfileError::TooManyOfToken(2)),
        "{error:?}"
    );
    create(three(2)[..2].to_vec()).await.unwrap();
    create(["a", "b", "c"].map(profile).to_vec()).await.unwrap();
    let first = store.profiles_of(Some(1)).await.unwrap()[0].id;
    store.delete_profile(first).await.unwrap();
    create(vec![of_token(1, "c")]).await.unwrap();
}

async fn there_is_a_bound_on_all_profiles(arena: &Arena) {
    let store = arena.open().await;
    let limits = ProfileLimits {
        per_token: 100,
        total: 2,
    };
    let create = async |profile| store.create_profile(profile, limits).await;
    create(profile("a")).await.unwrap();
    create(of_token(1, "a")).await.unwrap();
    let error = create(profile("b")).await.unwrap_err();
    assert!(matches!(error, ProfileError::TooMany(2)), "{error:?}");
    assert!(error.to_string().contains("delete"), "{error}");
}

async fn a_condition_has_a_bound(arena: &Arena) {
    let store = arena.open().await;
    let long = |bytes| NewProfile {
        condition: "x".repeat(bytes),
        ..profile("long")
    };
    let most = ProfileRow::MAX_CONDITION_BYTES;
    let error = create(&store, long(most + 1)).await.unwrap_err();
    assert!(
        matches!(error, ProfileError::ConditionTooLong(_)),
        "{error:?}"
    );
    let made = make(&store, long(most)).await;
    let error = store.replace_profile(made.id, name("long"), "x".repeat(most + 1));
    assert!(matches!(
        error.await,
        Err(ProfileError::ConditionTooLong(_))
    ));
    let stored = store.profile(made.id).await.unwrap().unwrap();
    assert_eq!(stored.condition.len(), most);
}

async fn profiles_are_listed_in_the_order_in_which_they_were_made(arena: &Arena) {
    let store = arena.open().await;
    for (owner, called) in [(1, "z"), (2, "a"), (1, "m")] {
        make(&store, of_token(owner, called)).await;
    }
    make(&store, profile("mine")).await;
    assert_eq!(
        names(&store.profiles().await.unwrap()),
        ["z", "a", "m", "mine"]
    );
    let of = async |owner| store.profiles_of(owner).await.unwrap();
    assert_eq!(names(&of(Some(1)).await), ["z", "m"]);
    assert_eq!(names(&of(None).await), ["mine"]);
    assert!(of(Some(3)).await.is_empty());
}

async fn a_deleted_profile_is_gone_and_its_number_is_not_given_again(arena: &Arena) {
    let store = arena.open().await;
    let first = make(&store, profile("one")).await;
    assert!(store.delete_profile(first.id).await.unwrap());
    assert!(!store.delete_profile(first.id).await.unwrap());
    assert_eq!(store.profile(first.id).await.unwrap(), None);
    assert!(store.profiles().await.unwrap().is_empty());
    assert_eq!(arena.number("SELECT COUNT(*) FROM profile").await, 0);
    drop(store);
    let store = arena.open().await;
    let second = make(&store, profile("one")).await;
    assert_ne!(second.id, first.id);
}

async fn ten_thousand_profiles_are_made_in_one_call(arena: &Arena) {
    let store = arena.open().await;
    let profiles = (0..10_000).map(|number| profile(&format!("profile {number}")));
    let limits = ProfileLimits::default();
    let made = store.create_profiles(profiles.collect(), limits).await;
    let made = made.unwrap();
    assert_eq!(made.len(), 10_000);
    assert_eq!(store.profiles().await.unwrap(), made);
}

async fn who_follows_a_profile_is_told_when_it_ends(arena: &Arena) {
    let store = arena.open().await;
    let (one, other) = (
        make(&store, profile("a")).await,
        make(&store, profile("b")).await,
    );
    let mut follows = store.watch_profile(one.id);
    let mut follows_other = store.watch_profile(other.id);
    replace(&store, one.id, "c", "npc").await;
    store.set_profile_enabled(one.id, true).await.unwrap();
    assert_eq!(follows.take_end(), None, "it goes on");
    store.set_profile_enabled(one.id, false).await.unwrap();
    assert_eq!(follows.ended().await, ProfileEnd::Disabled);
    // Whoever comes later has nothing to do with what was before.
    let mut late = store.watch_profile(one.id);
    assert_eq!(late.take_end(), None);
    assert!(store.delete_profile(one.id).await.unwrap());
    assert_eq!(late.ended().await, ProfileEnd::Deleted);
    assert_eq!(follows.take_end(), Some(ProfileEnd::Deleted));
    assert!(!store.delete_profile(one.id).await.unwrap());
    assert_eq!(late.take_end(), None);
    assert_eq!(follows_other.take_end(), None);
}
