//! One connection is enough for a whole feed.

use jiff::Timestamp;
use killwire_clock::Clock;
use killwire_sim::{FaultPlan, Feed, Sim, SimConfig};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::client::FIRST;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thousands_of_entries_are_served_over_one_connection() {
    const ENTRIES: u64 = 2_000;
    let sim = Sim::start(SimConfig {
        feed: Feed::Generated {
            per_hour: 1e6,
            total: Some(ENTRIES + 10),
        },
        backlog: ENTRIES,
        faults: FaultPlan::none(),
        ..SimConfig::new(Clock::scaled(Timestamp::now(), 1_000))
    })
    .await
    .unwrap();
    let mut stream = tokio::net::TcpStream::connect(sim.address()).await.unwrap();
    let mut buffer = vec![0; 1 << 20];
    for sequence in FIRST..FIRST + ENTRIES {
        let request = format!(
            "GET /r2z2/ephemeral/{sequence}.json HTTP/1.1\r\nHost: sim\r\nUser-Agent: a@b\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        read_answer(&mut stream, &mut buffer).await;
    }
}

async fn read_answer(stream: &mut tokio::net::TcpStream, buffer: &mut [u8]) {
    let mut filled = 0;
    loop {
        let read = stream.read(&mut buffer[filled..]).await.unwrap();
        assert_ne!(read, 0, "the simulator closed the connection");
        filled += read;
        let Some(head) = buffer[..filled]
            .windows(4)
            .position(|four| four == b"\r\n\r\n")
        else {
            continue;
        };
        let text = std::str::from_utf8(&buffer[..head])
            .unwrap()
            .to_ascii_lowercase();
        assert!(text.starts_with("http/1.1 200"), "{text}");
        let length = text.split("content-length: ").nth(1).unwrap();
        let length: usize = length.split("\r\n").next().unwrap().parse().unwrap();
        if filled >= head + 4 + length {
            return;
        }
    }
}
