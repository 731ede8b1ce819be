//! Scopes, and whether a stream may go on. The rest is in the suite.

use jiff::Timestamp;
use killwire_store::{Backend, StoreConfig, TokenKey, TokenName};
use tempfile::TempDir;

use super::*;

struct Desk {
    store: Store,
    clock: Clock,
    access: Access,
    _dir: TempDir,
}

impl Desk {
    async fn new(read_open: bool) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let clock = Clock::manual(Timestamp::UNIX_EPOCH);
        let config = StoreConfig::new(Backend::Sqlite(dir.path().join("killwire.db")));
        let store = Store::open(config, clock.clone()).await.unwrap();
        let policy = AccessPolicy {
            read_open,
            ..AccessPolicy::default()
        };
        Self {
            access: Access::new(&policy, store.clone(), clock.clone()),
            store,
            clock,
            _dir: dir,
        }
    }

    async fn token(&self, scope: Scope) -> TokenSecret {
        let secret = TokenSecret::generate().unwrap();
        let name = TokenName::new(scope.name()).unwrap();
        let made = self.store.create_token(&name, &secret.hash(), scope).await;
        made.unwrap();
        secret
    }

    async fn may(&self, needs: Needs, secret: Option<&TokenSecret>) -> bool {
        let secret = secret.map(TokenSecret::reveal);
        self.access.allow(needs, secret).await.is_ok()
    }
}

#[tokio::test]
async fn writing_needs_a_token_also_where_reading_is_open() {
    let desk = Desk::new(true).await;
    assert!(desk.may(Needs::Reading, None).await);
    assert!(!desk.may(Needs::Token(Scope::Write), None).await);
    assert!(!desk.may(Needs::Token(Scope::Admin), None).await);
    let token = desk.token(Scope::Write).await;
    assert!(desk.may(Needs::Token(Scope::Write), Some(&token)).await);
}

#[tokio::test]
async fn a_scope_includes_the_smaller_ones() {
    let desk = Desk::new(false).await;
    for (scope, allowed) in [
        (Scope::Read, [true, false, false]),
        (Scope::Write, [true, true, false]),
        (Scope::Admin, [true, true, true]),
    ] {
        let token = desk.token(scope).await;
        for (needed, allowed) in [Scope::Read, Scope::Write, Scope::Admin]
            .into_iter()
            .zip(allowed)
        {
            let may = desk.may(Needs::Token(needed), Some(&token)).await;
            assert_eq!(may, allowed, "{scope} for {needed}");
        }
    }
}

#[tokio::test]
async fn where_nobody_needs_a_token_nobodys_is_looked_at() {
    let desk = Desk::new(true).await;
    let somebody_elses = desk.access.allow(Needs::Reading, Some("of something else"));
    assert!(matches!(somebody_elses.await, Ok(Pass::Open)));
}

#[tokio::test]
async fn where_reading_is_open_a_token_of_ours_says_who_reads_and_any_other_says_nothing() {
    let desk = Desk::new(true).await;
    let ours = desk.token(Scope::Write).await;
    let stranger = TokenSecret::generate().unwrap();
    let asker = async |secret: Option<&str>| {
        let allowed = desk.access.allow(Needs::ReadingByName, secret).await;
        let asker = allowed.unwrap().asker();
        (asker.token, asker.scope)
    };
    assert_eq!(asker(Some(ours.reveal())).await, (Some(1), Scope::Write));
    for nobodys in [None, Some("of something else"), Some(stranger.reveal())] {
        assert_eq!(asker(nobodys).await, (None, Scope::Read));
    }
}

#[tokio::test]
async fn what_needs_a_token_needs_it_also_where_reading_is_open() {
    let desk = Desk::new(true).await;
    assert!(!desk.may(Needs::Token(Scope::Read), None).await);
    let token = desk.token(Scope::Read).await;
    assert!(desk.may(Needs::Token(Scope::Read), Some(&token)).await);
}

#[tokio::test]
async fn what_goes_on_for_long_learns_that_its_token_was_revoked() {
    let desk = Desk::new(false).await;
    let secret = desk.token(Scope::Read).await;
    let pass = desk
        .access
        .allow(Needs::Reading, Some(secret.reveal()))
        .await
        .unwrap();
    assert!(desk.access.still_allows(pass).await.unwrap());
    let key = TokenKey::Name(TokenName::new("read").unwrap());
    assert!(desk.store.revoke_token(&key).await.unwrap());
    desk.clock.advance(KNOWN_FOR);
    assert!(!desk.access.still_allows(pass).await.unwrap());
}

#[tokio::test]
async fn a_wrong_token_is_looked_up_once_and_takes_a_place_of_those_that_are_bounded() {
    let desk = Desk::new(false).await;
    let wrong = TokenSecret::generate().unwrap();
    for _ in 0..3 {
        assert!(!desk.may(Needs::Reading, Some(&wrong)).await);
    }
    let stats = desk.access.0.known.stats();
    assert_eq!((stats.entries, stats.weight, stats.misses), (1, 1, 1));
    assert_eq!(stats.max_weight, MOST_KNOWN);
}

#[test]
fn a_pass_shows_no_secret() {
    let secret = TokenSecret::generate().unwrap();
    let pass = Pass::Token {
        hash: secret.hash(),
        needed: Scope::Read,
        holder: Holder {
            token: 1,
            scope: Scope::Read,
        },
    };
    assert!(!format!("{pass:?}").contains(&secret.reveal()[3..]));
}
