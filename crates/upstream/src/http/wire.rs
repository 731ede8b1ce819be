//! HTTP itself: one client per upstream, with connect and read timeouts, gzip, redirects on the same
//! host only, and no cache.

use std::error::Error;
use std::sync::Once;
use std::time::Duration;

use reqwest::header::{HeaderMap, USER_AGENT};
use reqwest::redirect;

use super::{Answer, Body, Exchange, Request};
use crate::policy::Policy;
use crate::{ContactError, Upstream, UpstreamConfig, UpstreamError};

/// Redirects followed at most.
const MAX_REDIRECTS: usize = 3;

pub(super) struct Wire {
    client: reqwest::Client,
    upstream: Upstream,
    /// Nothing leaves without saying who asks.
    has_contact: bool,
    /// For the error's text, in real time.
    connect: Duration,
}

impl Wire {
    pub(super) fn new(
        upstream: Upstream,
        policy: Policy,
        config: &UpstreamConfig,
    ) -> Result<Self, UpstreamError> {
        install_crypto();
        let connect = config.clock.real_timeout(policy.connect);
        let mut headers = HeaderMap::new();
        if let Some(contact) = &config.contact {
            headers.insert(USER_AGENT, contact.header()?);
        }
        let mut builder = reqwest::Client::builder()
            .default_headers(headers)
            .connect_timeout(connect)
            .read_timeout(config.clock.real_timeout(policy.read))
            .pool_max_idle_per_host(policy.concurrency)
            .gzip(true)
            .redirect(redirect::Policy::custom(same_host));
        if config.base(upstream).is_loopback() {
            // A simulator: no proxy, and no CA certificates, which a bare machine may not have.
            builder = builder.no_proxy().tls_certs_only([]);
        }
        Ok(Self {
            client: builder
                .build()
                .map_err(|error| UpstreamError::Client(reason(error)))?,
            upstream,
            has_contact: config.contact.is_some(),
            connect,
        })
    }
}

/// One TLS provider in the whole program: ring.
fn install_crypto() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // An error means that the program has installed one before; that one serves as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
}

fn same_host(attempt: redirect::Attempt<'_>) -> redirect::Action {
    let same = attempt.previous().first().is_some_and(|first| {
        first.scheme() == attempt.url().scheme() && first.host_str() == attempt.url().host_str()
    });
    if same && attempt.previous().len() <= MAX_REDIRECTS {
        attempt.follow()
    } else {
        // The redirect itself becomes the answer, and its status an error.
        attempt.stop()
    }
}

/// An error's innermost cause, without the URL that the caller names anyway.
pub(super) fn reason(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut cause: &dyn Error = &error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string()
}

impl Exchange for Wire {
    async fn exchange(&self, request: &Request) -> Result<Answer, UpstreamError> {
        if !self.has_contact {
            return Err(ContactError::Empty.into());
        }
        let mut builder = self
            .client
            .request(request.method.clone(), &request.url)
            .headers(request.headers.clone());
        if let Some(body) = &request.body {
            builder = builder.body(body.clone());
        }
        let sent = builder.send().await;
        let upstream = self.upstream;
        let url = || request.url.clone();
        match sent {
            Ok(response) => Ok(Answer {
                status: response.status(),
                headers: response.headers().clone(),
                path: response.url().path().to_owned(),
                body: Body::Open(response),
            }),
            Err(error) if error.is_timeout() => Err(UpstreamError::Timeout {
                upstream,
                url: url(),
                after: self.connect,
            }),
            Err(error) if error.is_connect() => Err(UpstreamError::Connect {
                upstream,
                url: url(),
                reason: reason(error),
            }),
            Err(error) => Err(UpstreamError::Broken {
                upstream,
                url: url(),
                reason: reason(error),
            }),
        }
    }
}
