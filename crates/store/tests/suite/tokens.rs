//! API tokens: made, listed, revoked, found by their hash.

use killwire_store::{Scope, Store, StoreError, TokenKey, TokenName, TokenRow};

use crate::arena::Arena;

on_both_backends! {
    a_token_is_found_by_its_hash_and_by_no_other,
    a_token_survives_a_restart,
    a_revoked_token_is_not_found_but_listed,
    a_name_is_free_again_when_its_token_is_revoked,
    two_tokens_in_force_never_share_a_name,
    a_secret_makes_one_token_for_ever,
    a_token_is_revoked_by_number_or_by_name,
    there_is_a_bound_on_tokens_in_force,
    revoked_tokens_are_forgotten_above_a_cap,
}

fn name(text: &str) -> TokenName {
    TokenName::new(text).unwrap()
}

/// The hash of a secret, told by its number.
fn hash(number: u16) -> [u8; 32] {
    let mut hash = [7; 32];
    hash[..2].copy_from_slice(&number.to_be_bytes());
    hash
}

async fn create(store: &Store, called: &str, number: u16) -> Result<TokenRow, StoreError> {
    let (name, hash) = (name(called), hash(number));
    store.create_token(&name, &hash, Scope::Write).await
}

async fn make(store: &Store, called: &str, number: u16) -> TokenRow {
    create(store, called, number).await.unwrap()
}

async fn refused(store: &Store, called: &str, number: u16) -> StoreError {
    create(store, called, number).await.unwrap_err()
}

async fn revoke(store: &Store, which: &str) -> bool {
    let key: TokenKey = which.parse().unwrap();
    store.revoke_token(&key).await.unwrap()
}

async fn a_token_is_found_by_its_hash_and_by_no_other(arena: &Arena) {
    let store = arena.open().await;
    let made = make(&store, "mapper", 1).await;
    assert_eq!((made.name.as_str(), made.scope), ("mapper", Scope::Write));
    assert_eq!(made.created_at, arena.clock.now());
    assert_eq!(made.revoked_at, None);
    let found = store.token_by_hash(&hash(1)).await.unwrap();
    assert_eq!(found.as_ref(), Some(&made));
    assert_eq!(store.token_by_hash(&hash(2)).await.unwrap(), None);
    assert_eq!(store.tokens().await.unwrap(), [made]);
}

async fn a_token_survives_a_restart(arena: &Arena) {
    let store = arena.open().await;
    let made = make(&store, "mapper", 1).await;
    drop(store);
    let store = arena.open().await;
    let found = store.token_by_hash(&hash(1)).await.unwrap();
    assert_eq!(found, Some(made));
}

async fn a_revoked_token_is_not_found_but_listed(arena: &Arena) {
    let store = arena.open().await;
    let made = make(&store, "mapper", 1).await;
    arena.days_pass(1);
    assert!(revoke(&store, "mapper").await);
    assert_eq!(store.token_by_hash(&hash(1)).await.unwrap(), None);
    let revoked = TokenRow {
        revoked_at: Some(arena.clock.now()),
        ..made
    };
    assert_eq!(store.tokens().await.unwrap(), [revoked]);
    assert!(!revoke(&store, "mapper").await, "there is no more of it");
}

async fn a_name_is_free_again_when_its_token_is_revoked(arena: &Arena) {
    let store = arena.open().await;
    let first = make(&store, "mapper", 1).await;
    revoke(&store, "mapper").await;
    let second = make(&store, "mapper", 2).await;
    assert_ne!(first.id, second.id);
    let found = store.token_by_hash(&hash(2)).await.unwrap();
    assert_eq!(found, Some(second));
}

async fn two_tokens_in_force_never_share_a_name(arena: &Arena) {
    let store = arena.open().await;
    make(&store, "mapper", 1).await;
    let error = refused(&store, "mapper", 2).await;
    assert!(matches!(&error, StoreError::TokenNameTaken(taken) if *taken == name("mapper")));
    assert!(error.to_string().contains("mapper"), "{error}");
    assert_eq!(store.token_by_hash(&hash(2)).await.unwrap(), None);

    let at_once = (10..20).map(|number| create(&store, "bot", number));
    let made = futures::future::join_all(at_once).await;
    assert_eq!(made.iter().filter(|made| made.is_ok()).count(), 1);
}

async fn a_secret_makes_one_token_for_ever(arena: &Arena) {
    let store = arena.open().await;
    make(&store, "mapper", 1).await;
    let error = refused(&store, "other", 1).await;
    assert!(matches!(error, StoreError::TokenExists), "{error:?}");
    revoke(&store, "mapper").await;
    let error = refused(&store, "other", 1).await;
    assert!(matches!(error, StoreError::TokenExists), "{error:?}");
}

async fn a_token_is_revoked_by_number_or_by_name(arena: &Arena) {
    let store = arena.open().await;
    let by_number = make(&store, "one", 1).await;
    make(&store, "two", 2).await;
    make(&store, "three", 3).await;
    assert!(revoke(&store, &by_number.id.to_string()).await);
    assert!(revoke(&store, "two").await);
    for nobody in ["four", "9999", &by_number.id.to_string()] {
        assert!(!revoke(&store, nobody).await, "{nobody}");
    }
    let tokens = store.tokens().await.unwrap();
    let in_force = tokens.iter().filter(|token| token.revoked_at.is_none());
    let names: Vec<&str> = in_force.map(|token| token.name.as_str()).collect();
    assert_eq!(names, ["three"]);
}

/// So many tokens in one statement, as the store would have made them.
async fn fill(arena: &Arena, from: i64, to: i64, revoked_at: &str) {
    let digest = if arena.is_sqlite() {
        "CAST('hash ' || n AS BLOB)"
    } else {
        "CAST('hash ' || n AS BYTEA)"
    };
    arena
        .sql(&format!(
            "WITH RECURSIVE number(n) AS \
             (SELECT {from} UNION ALL SELECT n + 1 FROM number WHERE n < {to}) \
             INSERT INTO token (name, hash, scope, created_at, revoked_at) \
             SELECT 'token ' || n, {digest}, 0, 0, {revoked_at} FROM number"
        ))
        .await;
}

async fn there_is_a_bound_on_tokens_in_force(arena: &Arena) {
    let store = arena.open().await;
    fill(arena, 1, 999, "NULL").await;
    make(&store, "the last", 1).await;
    let error = refused(&store, "one more", 2).await;
    assert!(
        matches!(error, StoreError::TooManyTokens(1_000)),
        "{error:?}"
    );
    assert!(error.to_string().contains("revoke"), "{error}");
    revoke(&store, "token 7").await;
    make(&store, "one more", 2).await;
}

async fn revoked_tokens_are_forgotten_above_a_cap(arena: &Arena) {
    let store = arena.open().await;
    fill(arena, 1, 1_000, "5").await;
    make(&store, "mapper", 1).await;
    let revoked = "SELECT COUNT(*) FROM token WHERE revoked_at IS NOT NULL";
    assert_eq!(arena.number(revoked).await, 1_000);
    assert!(revoke(&store, "mapper").await);
    assert_eq!(arena.number(revoked).await, 1_000);
    let tokens = store.tokens().await.unwrap();
    assert_eq!(tokens[0].name, name("token 2"), "the first made is gone");
}
