//! `GET /api/v1/kills/stream`, packed.

use std::io::Write as _;

use axum::body::{Body, BodyDataStream};
use flate2::write::GzDecoder;
use futures::StreamExt as _;
use http::Request;
use http::header::ACCEPT_ENCODING;
use tower::ServiceExt as _;

use crate::sse::Stream;
use crate::world::{AMARR, JITA, PATIENCE, World, fleet_fight};

const PATH: &str = "/api/v1/kills/stream";

/// A stream that is open, unpacked as it comes.
struct Packed {
    body: BodyDataStream,
    unpacked: GzDecoder<Vec<u8>>,
    bytes: usize,
}

impl Packed {
    async fn open(world: &World, last: i64) -> Self {
        let request = Request::get(PATH)
            .header(ACCEPT_ENCODING, "gzip, deflate")
            .header("last-event-id", last);
        let request = request.body(Body::empty()).unwrap();
        let response = world.router.clone().oneshot(request).await.unwrap();
        assert_eq!(response.headers()["content-encoding"], "gzip");
        assert_eq!(response.headers()["vary"], "accept-encoding");
        Self {
            body: response.into_body().into_data_stream(),
            unpacked: GzDecoder::new(Vec::new()),
            bytes: 0,
        }
    }

    /// What is unpacked once the stream has sent `end`, or is over.
    async fn until(&mut self, end: &str) -> String {
        loop {
            let text = String::from_utf8(self.unpacked.get_ref().clone()).unwrap();
            if text.ends_with(end) {
                return text;
            }
            let next = tokio::time::timeout(PATIENCE, self.body.next()).await;
            let Some(bytes) = next.expect("something comes") else {
                return text;
            };
            let bytes = bytes.unwrap();
            self.bytes += bytes.len();
            self.unpacked.write_all(&bytes).unwrap();
            self.unpacked.flush().unwrap();
        }
    }
}

/// What a client that takes no gzip gets.
async fn plain(world: &World, last: i64, events: usize) -> String {
    let mut stream = Stream::at(world, PATH, Some(last), None).await;
    let mut text = String::new();
    for _ in 0..=events {
        text.push_str(&stream.block().await);
        text.push_str("\n\n");
    }
    text
}

#[tokio::test]
async fn what_is_unpacked_is_what_others_get_and_each_event_comes_at_once() {
    let world = World::new().await;
    let mut live = Packed::open(&world, 0).await;
    for (id, system) in [(1, JITA), (2, AMARR), (3, JITA)] {
        world.append(fleet_fight(id, system, 20)).await;
        // Nothing more has to come for this one to be there.
        let expected = plain(&world, 0, usize::try_from(id).unwrap()).await;
        assert!(expected.contains(&format!("\"killmail_id\":{id}")));
        assert_eq!(live.until(&expected).await, expected);
    }
    // Whoever reads the same of the log gets the same, in fewer pieces.
    let expected = plain(&world, 1, 2).await;
    let mut late = Packed::open(&world, 1).await;
    assert_eq!(late.until(&expected).await, expected);
    assert!(late.bytes * 2 < expected.len(), "{} bytes", late.bytes);
}

#[tokio::test]
async fn a_packed_stream_ends_as_gzip_does() {
    let world = World::new().await;
    let mut stream = Packed::open(&world, 0).await;
    world.kill(1, JITA).await;
    let expected = plain(&world, 0, 1).await;
    stream.until(&expected).await;
    world.stop.cancel();
    stream.until("nothing more").await;
    // Length and checksum are right.
    assert_eq!(stream.unpacked.finish().unwrap(), expected.into_bytes());
}
