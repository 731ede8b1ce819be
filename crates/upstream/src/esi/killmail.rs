//! Killmails by id and hash.

use bytes::Bytes;
use killwire_killmail::{KillmailHash, KillmailId};

use super::{Esi, held};
use crate::http::Request;
use crate::policy::{ESI_KILLMAIL, MAX_KILLMAIL};
use crate::{Priority, Upstream, UpstreamError};

impl Esi {
    /// The body of one killmail. It never changes: whoever has it does not ask again.
    ///
    /// # Errors
    /// [`UpstreamError::Refused`] also while the budget of killmails is spent;
    /// [`UpstreamError::NotFound`] and [`UpstreamError::Status`] (422: wrong hash), repeated without
    /// asking while that answer holds; the pauses and what can happen on the wire.
    pub async fn killmail(
        &self,
        id: KillmailId,
        hash: KillmailHash,
        priority: Priority,
    ) -> Result<Bytes, UpstreamError> {
        let url = self.url(&format!("killmails/{id}/{hash}"));
        if let Some((_, held::Answer::Bad(error))) = self.gate.held(&url) {
            return Err(error);
        }
        let mut request = Request::get(url, MAX_KILLMAIL);
        request.group = Some(ESI_KILLMAIL);
        request.priority = priority;
        let answer = self.gate.send(&mut request).await?;
        if !answer.status.is_success() {
            self.gate.keep(&request.url, &answer);
        }
        answer.into_success(Upstream::Esi, &request.url, self.now())
    }
}
