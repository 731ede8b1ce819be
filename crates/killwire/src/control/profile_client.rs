//! A command's side of the control socket, about profiles.

use http::Method;
use killwire_delivery::ProfileAsk;
use killwire_store::ListEntry;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::said::Said;
use super::{ControlClient, ControlError, MAX_ANSWER_BYTES};
use crate::failure::Failure;
use crate::profile_desk::{MatchShown, MatchesRequest, Scanned, TrialRequest, Wanted};

impl ControlClient {
    pub(crate) async fn profiles(&self, ask: &ProfileAsk) -> Result<Value, Failure> {
        self.said("profiles/ask", ask).await
    }

    pub(crate) async fn matches(
        &self,
        request: MatchesRequest,
    ) -> Result<Vec<MatchShown>, Failure> {
        self.said("profiles/matches", &request).await
    }

    pub(crate) async fn entries(&self, wanted: &[Wanted]) -> Result<Vec<ListEntry>, Failure> {
        self.said("profiles/entries", &wanted).await
    }

    async fn said<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, Failure> {
        match self.post(path, body).await? {
            Said::Answer(answer) => Ok(answer),
            Said::Fault(fault) => Err(fault.into()),
            Said::Progress(_) => Err(unfinished().into()),
        }
    }

    /// Tries a condition on the past, and tells how far it is.
    pub(crate) async fn try_on_past(
        &self,
        request: &TrialRequest,
        mut progress: impl FnMut(Scanned),
    ) -> Result<Value, Failure> {
        let request = self.request(Method::POST, "profiles/test").json(request);
        let mut response = self.open(request).await?;
        let mut unread: Vec<u8> = Vec::new();
        while let Some(part) = self.part(&mut response).await? {
            unread.extend_from_slice(&part);
            if unread.len() > MAX_ANSWER_BYTES {
                return Err(ControlError::Unknown("it is too long".to_owned()).into());
            }
            while let Some(end) = unread.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = unread.drain(..=end).collect();
                let said: Said<Value> = serde_json::from_slice(&line)
                    .map_err(|error| ControlError::Unknown(error.to_string()))?;
                match said {
                    Said::Progress(scanned) => progress(scanned),
                    Said::Answer(answer) => return Ok(answer),
                    Said::Fault(fault) => return Err(fault.into()),
                }
            }
        }
        Err(unfinished().into())
    }
}

fn unfinished() -> ControlError {
    ControlError::Unknown("it ends before its end".to_owned())
}
