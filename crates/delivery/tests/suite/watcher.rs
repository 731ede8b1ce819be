//! Those who have profiles: tokens, profiles in the store, and what these have found.

use axum::body::Body;
use http::header::AUTHORIZATION;
use http::{Method, Request};
use killwire_delivery::TokenSecret;
use killwire_killmail::KillmailId;
use killwire_store::{
    MatchSeq, NewMatch, NewProfile, ProfileId, ProfileLimits, ProfileName, ReaderName, Scope, Seq,
    TokenId, TokenKey, TokenName,
};

use crate::world::{Answer, World, send};

/// A token, and its secret.
pub(crate) struct Watcher {
    pub(crate) token: TokenId,
    pub(crate) secret: TokenSecret,
}

impl World {
    /// Somebody with a token of this scope.
    pub(crate) async fn watcher(&self, name: &str, scope: Scope) -> Watcher {
        let secret = TokenSecret::generate().unwrap();
        let name = TokenName::new(name).unwrap();
        let made = self.store.create_token(&name, &secret.hash(), scope).await;
        let token = made.unwrap().id;
        Watcher { token, secret }
    }

    pub(crate) async fn revoke(&self, watcher: &Watcher) {
        let revoked = self.store.revoke_token(&TokenKey::Id(watcher.token)).await;
        assert!(revoked.unwrap());
    }

    /// A profile of theirs; of the operator where there is nobody.
    pub(crate) async fn profile(&self, owner: Option<&Watcher>, name: &str) -> ProfileId {
        let profile = NewProfile {
            owner: owner.map(|watcher| watcher.token),
            name: ProfileName::new(name).unwrap(),
            condition: "solo".to_owned(),
            enabled: true,
        };
        let limits = ProfileLimits::default();
        let made = self.store.create_profile(profile, limits).await;
        made.unwrap().id
    }

    /// Stores that a profile has found a killmail, which was the event `seq`.
    pub(crate) async fn found(&self, profile: ProfileId, killmail: i64, seq: Seq) -> MatchSeq {
        let stage = ReaderName("surveillance".to_owned());
        let position = self.store.reader_position(&stage).await.unwrap();
        let through = Seq(position.map_or(0, |position| position.0) + 1);
        let found = NewMatch {
            profile_id: profile,
            profile_version: 1,
            killmail_id: KillmailId::new(killmail).unwrap(),
            seq,
            reason: r#"{"true":["solo"]}"#.to_owned(),
        };
        let recorded = self.store.record_matches(&stage, through, vec![found]);
        match recorded.await.unwrap()[..] {
            [(match_seq, _)] => match_seq,
            ref other => panic!("{other:?}"),
        }
    }

    /// Appends a killmail in Jita that the profile finds.
    pub(crate) async fn match_of(&self, profile: ProfileId, killmail: i64) -> MatchSeq {
        let seq = self.kill(killmail, crate::world::JITA).await;
        self.found(profile, killmail, seq).await
    }

    /// Asks with somebody's token.
    pub(crate) async fn ask_as(
        &self,
        watcher: &Watcher,
        method: Method,
        path: &str,
        body: &str,
    ) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(AUTHORIZATION, format!("Bearer {}", watcher.secret.reveal()));
        let request = request.body(Body::from(body.to_owned())).unwrap();
        send(self.router.clone(), request).await
    }

    pub(crate) async fn get_as(&self, watcher: &Watcher, path: &str) -> Answer {
        self.ask_as(watcher, Method::GET, path, "").await
    }
}
