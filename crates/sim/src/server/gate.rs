//! A request at the door: what it is, and whether the rules let it in.

use std::net::SocketAddr;

use axum::http::{HeaderMap, header};
use jiff::{SignedDuration, Timestamp};

use super::Shared;
use super::reply::Reply;
use crate::faults::{Fault, Service, WireRequest};
use crate::rules::{Arrival, Refusal};
use crate::server::State;

/// A request to one of the services.
pub(super) struct Incoming {
    pub(super) service: Service,
    /// Without the service's own prefix: `ephemeral/96000000.json`.
    pub(super) path: String,
    /// The feed's number, where an entry is asked for.
    pub(super) sequence: Option<u64>,
    /// What of the service a 429 is about.
    pub(super) part: Option<&'static str>,
    pub(super) connection: SocketAddr,
    pub(super) headers: HeaderMap,
    pub(super) in_flight: SignedDuration,
    pub(super) at: Timestamp,
}

impl Incoming {
    pub(super) fn new(
        shared: &Shared,
        service: Service,
        path: String,
        connection: SocketAddr,
        headers: HeaderMap,
    ) -> Self {
        Self {
            service,
            path,
            sequence: None,
            part: None,
            connection,
            headers,
            in_flight: shared.time.in_flight(),
            at: shared.time.now(),
        }
    }

    pub(super) fn arrival(&self) -> Arrival<'_> {
        Arrival {
            service: self.service,
            path: &self.path,
            sequence: self.sequence,
            part: self.part,
            connection: self.connection,
            user_agent: self.header(&header::USER_AGENT),
            conditional: self.headers.contains_key(header::IF_NONE_MATCH)
                || self.headers.contains_key(header::IF_MODIFIED_SINCE),
            in_flight: self.in_flight,
            at: self.at,
        }
    }

    pub(super) fn header(&self, name: &header::HeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Whether the client reads gzip.
    pub(super) fn accepts_gzip(&self) -> bool {
        self.header(&header::ACCEPT_ENCODING)
            .is_some_and(|accepted| accepted.contains("gzip"))
    }

    /// Lets the request in, or answers as the upstream would refuse it.
    pub(super) fn enter(&mut self, shared: &Shared, state: &mut State) -> Result<(), Reply> {
        // Under the lock, so that requests are counted in the order of their times.
        self.at = shared.time.now();
        state.rules.arrive(&self.arrival()).map_err(refused)
    }

    /// What goes wrong with this request, with its consequences for the rules. `exists` says
    /// whether there is something to read.
    pub(super) fn fault(
        &self,
        shared: &Shared,
        state: &mut State,
        key: u64,
        exists: bool,
    ) -> Option<Fault> {
        let request = WireRequest {
            service: self.service,
            path: &self.path,
            sequence: self.sequence,
            key,
            exists,
        };
        let fault = state.world.script.wire_fault(&request)?;
        let arrival = Arrival {
            at: shared.time.now(),
            ..self.arrival()
        };
        match fault {
            Fault::Status { code: 403, .. } => state.rules.block(&arrival, shared.block),
            Fault::Status { code: 420, .. } => {
                let span = state.rules.esi.error_reset(arrival.at);
                state.rules.error_limited(&arrival, span);
            }
            Fault::Status {
                retry_after: Some(seconds),
                ..
            } => {
                let seconds = i64::try_from(seconds).unwrap_or(i64::MAX);
                let span = SignedDuration::from_secs(seconds);
                state.rules.ask_to_wait(&arrival, span);
            }
            _ => {}
        }
        Some(fault)
    }

    /// Tells what is read at this path from everything else.
    pub(super) fn path_key(&self) -> u64 {
        fnv(self.path.as_bytes())
    }
}

/// FNV-1a: the same in every build, as the seed's promise asks.
pub(super) fn fnv(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01B3)
    })
}

fn refused(refusal: Refusal) -> Reply {
    let reply = Reply::error(refusal.status);
    match refusal.retry_after {
        Some(seconds) => reply.with(header::RETRY_AFTER, seconds.to_string()),
        None => reply,
    }
}
