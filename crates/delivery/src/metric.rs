//! The names of this crate's metrics.

use metrics::{Unit, describe_counter, describe_gauge, describe_histogram};

pub(crate) const REQUESTS: &str = "killwire_http_requests_total";
pub(crate) const REQUEST_SECONDS: &str = "killwire_http_request_seconds";
pub(crate) const LONG_POLLS: &str = "killwire_http_long_polls";
pub(crate) const EVENTS_RETURNED: &str = "killwire_http_events_returned_total";
pub(crate) const KILLFEED_POLLS: &str = "killwire_http_killfeed_polls_total";
pub(crate) const CONNECTIONS: &str = "killwire_http_connections";
pub(crate) const CONNECTIONS_REFUSED: &str = "killwire_http_connections_refused_total";
pub(crate) const READERS: &str = "killwire_hub_readers";
pub(crate) const DELIVERIES: &str = "killwire_hub_deliveries_total";
pub(crate) const BLOCKS_READ: &str = "killwire_hub_blocks_read_total";

/// Registers what each metric means. Call it once, after the recorder is installed.
pub fn describe() {
    describe_counter!(REQUESTS, "Requests answered, by route and status");
    describe_histogram!(
        REQUEST_SECONDS,
        Unit::Seconds,
        "Time from a request's head to its answer's head, by route; long polls include their wait"
    );
    describe_gauge!(LONG_POLLS, "Long polls waiting");
    describe_counter!(EVENTS_RETURNED, "Events handed to clients, by route");
    describe_counter!(
        KILLFEED_POLLS,
        "Killfeed clients served, by whether there was something for them"
    );
    describe_gauge!(CONNECTIONS, "Connections open");
    describe_counter!(
        CONNECTIONS_REFUSED,
        "Connections turned away because too many were open, by where: on the server, from the address"
    );
    describe_gauge!(READERS, "Readers connected, by protocol");
    describe_counter!(DELIVERIES, "Events handed to readers, by protocol");
    describe_counter!(
        BLOCKS_READ,
        "Blocks of the log read from the store for readers that are behind"
    );
}
