//! What commands ask about profiles.

use killwire_delivery::{Asker, ProfileAsk, ProfileDesk as _};
use killwire_store::ListEntry;
use serde_json::Value;

use super::{Alone, Operator};
use crate::failure::Failure;
use crate::profile_desk::{
    MatchShown, MatchesRequest, ProfileAnswers, Scanned, TrialRequest, Wanted,
};
use crate::surveillance::open_profiles;

impl Operator {
    /// Whatever clients ask, too.
    pub(crate) async fn ask(&self, ask: ProfileAsk) -> Result<Value, Failure> {
        match self {
            Self::Server(server) => server.profiles(&ask).await,
            Self::Alone(alone) => Ok(alone.profiles().await?.ask(Asker::OPERATOR, ask).await?),
        }
    }

    /// Tries a condition on the past, and tells how far it is.
    pub(crate) async fn try_on_past(
        &self,
        request: TrialRequest,
        progress: impl FnMut(Scanned) + Send,
    ) -> Result<Value, Failure> {
        match self {
            Self::Server(server) => server.try_on_past(&request, progress).await,
            Self::Alone(alone) => {
                let profiles = alone.profiles().await?;
                Ok(profiles
                    .try_on_past(&Asker::OPERATOR, request, progress)
                    .await?)
            }
        }
    }

    /// The newest matches of a profile, the oldest of them first.
    pub(crate) async fn matches(
        &self,
        request: MatchesRequest,
    ) -> Result<Vec<MatchShown>, Failure> {
        match self {
            Self::Server(server) => server.matches(request).await,
            Self::Alone(alone) => Ok(alone.profiles().await?.matches(request).await?),
        }
    }

    /// The entries of a list that somebody means who writes names.
    pub(crate) async fn entries(&self, wanted: Vec<Wanted>) -> Result<Vec<ListEntry>, Failure> {
        match self {
            Self::Server(server) => server.entries(&wanted).await,
            Self::Alone(alone) => Ok(alone.profiles().await?.entries(wanted).await?),
        }
    }
}

impl Alone {
    /// The one who answers about profiles, set up when first asked.
    async fn profiles(&self) -> Result<&ProfileAnswers, Failure> {
        self.profiles
            .get_or_try_init(|| async {
                let knowledge = self.knowledge().await?;
                let profiles = open_profiles(&self.config, &self.store, knowledge).await?;
                let clock = self.config.upstream.clock();
                let store = self.store.clone();
                Ok(ProfileAnswers::new(profiles, store, knowledge, clock))
            })
            .await
    }
}
