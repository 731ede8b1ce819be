//! The store's behaviour, on SQLite and on PostgreSQL alike.
//!
//! Every test is written once, over an [`arena::Arena`], and runs on both. The PostgreSQL half
//! needs `KILLWIRE_TEST_POSTGRES_URL`, a URL that may create databases; without it those tests say
//! that they are skipped, and pass.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::needless_pass_by_value
)]

/// Makes of each named test, an `async fn(&Arena)` beside it, one test per backend.
macro_rules! on_both_backends {
    ($($test:ident,)+) => {
        mod sqlite {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $test() {
                    let arena = crate::arena::Arena::sqlite();
                    super::$test(&arena).await;
                    arena.remove().await;
                }
            )+
        }
        mod postgres {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $test() {
                    if let Some(arena) = crate::arena::Arena::postgres(stringify!($test)).await {
                        super::$test(&arena).await;
                        arena.remove().await;
                    }
                }
            )+
        }
    };
}

mod arena;
mod backup;
mod by_time;
mod enrich;
mod epoch;
mod facts;
mod facts_property;
mod faults;
mod feed;
mod fixture;
mod killfeed;
mod killmails;
mod learned;
mod lists;
mod log;
mod matches;
mod matches_property;
mod model;
mod profiles;
mod property;
mod reading;
mod retention;
mod scan;
mod schema;
mod stages;
mod static_data;
mod tokens;
mod window;
