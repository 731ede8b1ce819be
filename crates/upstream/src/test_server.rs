//! A server that answers as a test wants, also badly.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, Method, Response};
use axum::routing::any;
use killwire_clock::Clock;

use crate::http::Http;
use crate::policy::Policy;
use crate::{Contact, Memory, Secret, Upstream, UpstreamConfig, Upstreams, Volatile};

/// The key for Janice in tests.
pub(crate) const KEY: &str = "G9-never-to-be-seen";

/// What the server was asked.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    /// How many requests came before.
    pub(crate) number: usize,
    pub(crate) method: Method,
    /// The path with its query.
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// A server that remembers what it was asked.
pub(crate) struct Server {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<Asked>>>,
}

impl Server {
    /// Answers each request by what was asked.
    pub(crate) async fn serving<F, Fut>(answer: F) -> Self
    where
        F: Fn(Asked) -> Fut + Clone + Send + Sync + 'static,
        Fut: Future<Output = Response<Body>> + Send,
    {
        let seen: Arc<Mutex<Vec<Asked>>> = Arc::default();
        let app = Router::new().fallback(any({
            let seen = seen.clone();
            async move |request: Request| {
                let (head, body) = request.into_parts();
                let body = axum::body::to_bytes(body, 1 << 20).await.unwrap();
                let asked = {
                    let mut seen = seen.lock().unwrap();
                    let asked = Asked {
                        number: seen.len(),
                        method: head.method,
                        path: head.uri.to_string(),
                        headers: head.headers,
                        body,
                    };
                    seen.push(asked.clone());
                    asked
                };
                answer(asked).await
            }
        }));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { address, seen }
    }

    /// Answers each request by how many came before.
    pub(crate) async fn answering<F, Fut>(answer: F) -> Self
    where
        F: Fn(usize) -> Fut + Clone + Send + Sync + 'static,
        Fut: Future<Output = Response<Body>> + Send,
    {
        Self::serving(move |asked| answer(asked.number)).await
    }

    pub(crate) async fn with_status(status: u16) -> Self {
        Self::answering(move |_| async move { reply(status, "") }).await
    }

    /// How many requests came.
    pub(crate) fn asked(&self) -> usize {
        self.seen.lock().unwrap().len()
    }

    /// The requests that came.
    pub(crate) fn seen(&self) -> Vec<Asked> {
        self.seen.lock().unwrap().clone()
    }

    /// The paths that were asked for, below the upstream's own.
    pub(crate) fn paths(&self) -> Vec<String> {
        self.seen().into_iter().map(|asked| asked.path).collect()
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn config(&self, clock: &Clock) -> UpstreamConfig {
        let contact = Contact::new("tests@killwire.space").unwrap();
        let config = UpstreamConfig::simulated(&self.url(), contact, clock.clone());
        UpstreamConfig {
            janice_key: Some(Secret::new(KEY).unwrap()),
            ..config.unwrap()
        }
    }

    /// A bare stack with this server at its end.
    pub(crate) async fn http(&self, policy: Policy) -> Http {
        self.http_at(policy, &Clock::system()).await
    }

    pub(crate) async fn http_at(&self, policy: Policy, clock: &Clock) -> Http {
        let config = self.config(clock);
        let opened = Http::open(Upstream::R2z2, policy, &config, volatile());
        opened.await.unwrap()
    }

    /// All adapters, each with this server at its end.
    pub(crate) async fn upstreams(&self, clock: &Clock, memory: Arc<dyn Memory>) -> Upstreams {
        Upstreams::open(self.config(clock), memory).await.unwrap()
    }
}

/// A memory of its own.
pub(crate) fn volatile() -> Arc<dyn Memory> {
    Arc::new(Volatile::default())
}

pub(crate) fn reply(status: u16, body: impl Into<Body>) -> Response<Body> {
    let response = Response::builder().status(status);
    response.body(body.into()).unwrap()
}

pub(crate) fn with_header(status: u16, name: &str, value: &str) -> Response<Body> {
    let mut response = reply(status, "");
    response.headers_mut().insert(
        name.parse::<axum::http::HeaderName>().unwrap(),
        value.parse().unwrap(),
    );
    response
}
