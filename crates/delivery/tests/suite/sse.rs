//! An event stream from a client's side.

use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use futures::StreamExt as _;
use http::Request;
use http::header::AUTHORIZATION;
use killwire_delivery::TokenSecret;
use tower::ServiceExt as _;

use crate::world::{PATIENCE, World};

/// A stream that is open.
pub(crate) struct Stream {
    body: BodyDataStream,
    text: String,
}

impl Stream {
    pub(crate) async fn at(
        world: &World,
        path: &str,
        last: Option<i64>,
        secret: Option<&TokenSecret>,
    ) -> Self {
        let mut request = Request::get(path);
        if let Some(last) = last {
            request = request.header("last-event-id", last);
        }
        if let Some(secret) = secret {
            request = request.header(AUTHORIZATION, format!("Bearer {}", secret.reveal()));
        }
        let request = request.body(Body::empty()).unwrap();
        let response = world.router.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(
            response.headers()["content-type"],
            "text/event-stream; charset=utf-8"
        );
        assert_eq!(response.headers()["x-accel-buffering"], "no");
        assert!(!response.headers().contains_key("content-encoding"));
        Self {
            body: response.into_body().into_data_stream(),
            text: String::new(),
        }
    }

    /// The next block, up to its empty line.
    pub(crate) async fn block(&mut self) -> String {
        self.next_block().await.expect("something comes")
    }

    /// The same; none where the stream is over.
    async fn next_block(&mut self) -> Option<String> {
        loop {
            if let Some((block, rest)) = self.text.split_once("\n\n") {
                let block = block.to_owned();
                self.text = rest.to_owned();
                return Some(block);
            }
            let next = tokio::time::timeout(PATIENCE, self.body.next()).await;
            let bytes = next.expect("something comes")?.unwrap();
            self.text.push_str(std::str::from_utf8(&bytes).unwrap());
        }
    }

    /// The next block, with time passing.
    pub(crate) async fn block_in_time(&mut self, world: &World) -> String {
        let block = self.next_block();
        let mut block = std::pin::pin!(block);
        loop {
            tokio::select! {
                biased;
                block = &mut block => return block.expect("something comes"),
                () = tokio::task::yield_now() => world.clock.advance(Duration::from_secs(1)),
            }
        }
    }

    /// The ids of the next blocks that carry data.
    pub(crate) async fn ids(&mut self, count: usize) -> Vec<i64> {
        let mut ids = Vec::new();
        while ids.len() < count {
            let block = self.block().await;
            let id = block.lines().find_map(|line| line.strip_prefix("id: "));
            if block.contains("data: ") {
                ids.push(id.unwrap().parse().unwrap());
            }
        }
        ids
    }

    /// Waits for its end, before which nothing comes.
    pub(crate) async fn ended(&mut self) {
        assert_eq!(self.next_block().await, None);
    }

    /// Lets time pass until it ends; answers what came before.
    pub(crate) async fn ended_in_time(&mut self, world: &World) -> Vec<String> {
        let reading = async {
            let mut before = Vec::new();
            while let Some(block) = self.next_block().await {
                before.push(block);
            }
            before
        };
        let mut reading = std::pin::pin!(reading);
        loop {
            tokio::select! {
                biased;
                before = &mut reading => return before,
                () = tokio::task::yield_now() => world.clock.advance(Duration::from_secs(1)),
            }
        }
    }
}
