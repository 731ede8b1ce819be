//! A command's side of the control socket.

use std::path::{Path, PathBuf};
use std::time::Duration;

use bytes::Bytes;
use killwire_intake::import::{ImportDocument, ImportMode, ImportTotals};
use killwire_killmail::KillmailId;
use killwire_lookup::StaticDataStatus;
use killwire_store::{Gap, QuarantineId, Quarantined, TokenKey};
use reqwest::{Client, Method, RequestBuilder, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::server::{Asked, BackupRequest, Complaint, Revocation, SdeImport};
use super::{ControlError, MAX_ANSWER_BYTES};
use crate::desk::{EntryWithBytes, NewToken, Repaired, RetryReport, Revoked, Selection, Token};
use crate::inquiry::{Match, Priced, Worth};

/// A backup of a large database takes a while; anything else is done long before.
const TIMEOUT: Duration = Duration::from_secs(600);

/// A running server, reached through its control socket.
pub(crate) struct ControlClient {
    http: Client,
    socket: PathBuf,
}

impl ControlClient {
    /// The server behind `socket`.
    pub(crate) fn new(socket: &Path) -> Result<Self, ControlError> {
        let http = Client::builder()
            .unix_socket(socket)
            .timeout(TIMEOUT)
            .build()
            .map_err(|error| unreachable(socket, &error))?;
        Ok(Self {
            http,
            socket: socket.to_owned(),
        })
    }

    pub(crate) async fn import(
        &self,
        documents: &[ImportDocument],
        mode: ImportMode,
    ) -> Result<ImportTotals, ControlError> {
        let mut body = Vec::new();
        for document in documents {
            serde_json::to_writer(&mut body, document)
                .map_err(|error| ControlError::Unknown(error.to_string()))?;
            body.push(b'\n');
        }
        let mode = match mode {
            ImportMode::Archive => "archive",
            ImportMode::Live => "live",
        };
        let request = self.request(Method::POST, &format!("import?mode={mode}"));
        self.ask(request.body(body)).await
    }

    pub(crate) async fn quarantined(&self, limit: usize) -> Result<Vec<Quarantined>, ControlError> {
        self.ask(self.request(Method::GET, &format!("quarantine?limit={limit}")))
            .await
    }

    pub(crate) async fn entry(
        &self,
        id: QuarantineId,
    ) -> Result<Option<EntryWithBytes>, ControlError> {
        self.ask(self.request(Method::GET, &format!("quarantine/{id}")))
            .await
    }

    pub(crate) async fn retry(&self, which: Selection) -> Result<RetryReport, ControlError> {
        self.post("quarantine/retry", &which).await
    }

    pub(crate) async fn gaps(&self, open: bool) -> Result<Vec<Gap>, ControlError> {
        self.ask(self.request(Method::GET, &format!("gaps?open={open}")))
            .await
    }

    pub(crate) async fn repair(&self, which: Selection) -> Result<Repaired, ControlError> {
        self.post("gaps/repair", &which).await
    }

    pub(crate) async fn backup(&self, file: &Path) -> Result<(), ControlError> {
        let request = BackupRequest {
            file: file.to_owned(),
        };
        self.send(self.request(Method::POST, "backup").json(&request))
            .await
            .map(|_| ())
    }

    pub(crate) async fn static_data(&self) -> Result<StaticDataStatus, ControlError> {
        self.ask(self.request(Method::GET, "sde")).await
    }

    pub(crate) async fn begin_import(&self, file: Option<PathBuf>) -> Result<u64, ControlError> {
        self.post("sde/import", &SdeImport { file }).await
    }

    pub(crate) async fn lookup(&self, what: &str, limit: u32) -> Result<Vec<Match>, ControlError> {
        self.question("lookup", what, limit).await
    }

    pub(crate) async fn price(&self, what: &str) -> Result<Priced, ControlError> {
        self.question("price", what, 0).await
    }

    pub(crate) async fn value(&self, id: KillmailId) -> Result<Option<Worth>, ControlError> {
        self.ask(self.request(Method::GET, &format!("value/{id}")))
            .await
    }

    pub(crate) async fn create_token(&self, new: &NewToken) -> Result<Token, ControlError> {
        self.post("tokens", new).await
    }

    pub(crate) async fn tokens(&self) -> Result<Vec<Token>, ControlError> {
        self.ask(self.request(Method::GET, "tokens")).await
    }

    pub(crate) async fn revoke_token(
        &self,
        which: &TokenKey,
    ) -> Result<Option<Revoked>, ControlError> {
        let which = match which {
            TokenKey::Id(id) => id.to_string(),
            TokenKey::Name(name) => name.to_string(),
        };
        self.post("tokens/revoke", &Revocation { which }).await
    }

    async fn question<T: DeserializeOwned>(
        &self,
        path: &str,
        what: &str,
        limit: u32,
    ) -> Result<T, ControlError> {
        let what = what.to_owned();
        self.post(path, &Asked { what, limit }).await
    }

    pub(crate) async fn status(&self) -> Result<serde_json::Value, ControlError> {
        self.ask(self.request(Method::GET, "status")).await
    }

    pub(super) async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, ControlError> {
        self.ask(self.request(Method::POST, path).json(body)).await
    }

    /// The host's name is of no meaning on a Unix socket.
    pub(super) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("http://killwire/{path}"))
    }

    async fn ask<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, ControlError> {
        let answer = self.send(request).await?;
        serde_json::from_slice(&answer).map_err(|error| ControlError::Unknown(error.to_string()))
    }

    async fn send(&self, request: RequestBuilder) -> Result<Bytes, ControlError> {
        let mut response = self.open(request).await?;
        self.whole(&mut response).await
    }

    /// Sends a request; the answer's head has come, and says that all is well.
    pub(super) async fn open(&self, request: RequestBuilder) -> Result<Response, ControlError> {
        let answered = request.send().await;
        let mut response = answered.map_err(|error| unreachable(&self.socket, &error))?;
        if response.status().is_success() {
            return Ok(response);
        }
        let answer = self.whole(&mut response).await?;
        Err(match serde_json::from_slice::<Complaint>(&answer) {
            Ok(complaint) => ControlError::Refused(complaint.error),
            Err(_) => ControlError::Unknown(String::from_utf8_lossy(&answer).into_owned()),
        })
    }

    /// What comes next of an answer; none at its end.
    pub(super) async fn part(
        &self,
        response: &mut Response,
    ) -> Result<Option<Bytes>, ControlError> {
        let part = response.chunk().await;
        part.map_err(|error| unreachable(&self.socket, &error))
    }

    async fn whole(&self, response: &mut Response) -> Result<Bytes, ControlError> {
        let mut answer = Vec::new();
        while let Some(part) = self.part(response).await? {
            if answer.len() + part.len() > MAX_ANSWER_BYTES {
                return Err(ControlError::Unknown("it is too long".to_owned()));
            }
            answer.extend_from_slice(&part);
        }
        Ok(answer.into())
    }
}

/// The innermost reason: the outer ones only say that a request failed.
fn unreachable(socket: &Path, error: &reqwest::Error) -> ControlError {
    let mut reason: &dyn std::error::Error = error;
    while let Some(inner) = reason.source() {
        reason = inner;
    }
    ControlError::Unreachable {
        socket: socket.to_owned(),
        reason: reason.to_string(),
    }
}
