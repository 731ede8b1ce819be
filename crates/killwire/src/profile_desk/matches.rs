//! What a profile found, for the person at the machine; clients read it from the store themselves.

use jiff::Timestamp;
use killwire_delivery::{Asker, ProfileFault};
use killwire_killmail::KillmailId;
use killwire_store::{MatchRow, MatchSeq, ProfileId};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{ProfileAnswers, fault};

/// The most matches that one question answers.
const MOST: usize = 1_000;

/// Which matches of a profile are asked for.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct MatchesRequest {
    /// The profile.
    pub(crate) id: i64,
    /// How many; the newest.
    pub(crate) limit: usize,
}

/// A match with what is shown of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct MatchShown {
    pub(crate) match_seq: MatchSeq,
    pub(crate) profile_id: ProfileId,
    pub(crate) profile_version: i64,
    pub(crate) killmail_id: KillmailId,
    /// The event in which it was found.
    pub(crate) seq: i64,
    pub(crate) matched_at: Timestamp,
    /// Why, condition by condition.
    pub(crate) because: Vec<String>,
    /// The killmail as clients read it; null where it has gone.
    pub(crate) killmail: Value,
}

#[derive(Default, Deserialize)]
struct Reason {
    #[serde(default)]
    because: Vec<String>,
}

impl ProfileAnswers {
    /// The newest matches of a profile, the oldest of them first.
    pub(crate) async fn matches(
        &self,
        request: MatchesRequest,
    ) -> Result<Vec<MatchShown>, ProfileFault> {
        let profile = self.seen(&Asker::OPERATOR, request.id).await?;
        let newest = self
            .store
            .newest_matches(profile.id, request.limit.min(MOST));
        let newest = newest.await.map_err(fault::store)?;
        let mut shown = Vec::with_capacity(newest.len());
        for row in newest.into_iter().rev() {
            shown.push(self.match_shown(row).await?);
        }
        Ok(shown)
    }

    async fn match_shown(&self, row: MatchRow) -> Result<MatchShown, ProfileFault> {
        let reason: Reason = serde_json::from_str(&row.reason).unwrap_or_default();
        Ok(MatchShown {
            match_seq: row.match_seq,
            profile_id: row.profile_id,
            profile_version: row.profile_version,
            killmail_id: row.killmail_id,
            seq: row.seq.0,
            matched_at: row.matched_at,
            because: reason.because,
            killmail: self.killmail(row.killmail_id).await?,
        })
    }
}
