//! The table of how each upstream is treated. Everything that limits an outbound call is here; the
//! layers in `http` only carry it out. `docs/outbound.md` shows it to people.

use std::time::Duration;

use crate::Upstream;

/// How one upstream is treated.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Policy {
    /// Calls inside the stack at once.
    pub(crate) concurrency: usize,
    /// Calls of each priority that may wait for their turn.
    pub(crate) queue: usize,
    /// When calls stop by themselves.
    pub(crate) breaker: Breaker,
    /// No request begins sooner than this after the one before it was answered.
    pub(crate) spacing: Duration,
    /// What may be spent.
    pub(crate) budgets: &'static [Budget],
    /// Repeats of a failed request inside the stack; none where the caller repeats by itself.
    pub(crate) retry: Option<Retry>,
    /// For the connection to stand, TLS included.
    pub(crate) connect: Duration,
    /// Between two pieces of an answer.
    pub(crate) read: Duration,
    /// For a whole answer; for a streamed one, until its head is there.
    pub(crate) total: Duration,
}

/// When calls stop by themselves, and how long.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Breaker {
    /// Failed calls in a row that open it.
    pub(crate) failures: u32,
    /// The first pause; each further one doubles.
    pub(crate) first: Duration,
    /// The longest pause.
    pub(crate) longest: Duration,
    /// Whether only a request that says that it is the probe may find out whether the upstream is
    /// back. Otherwise the next call does.
    pub(crate) own_probe: bool,
}

/// How failed requests are repeated: exponentially longer, with full jitter.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Retry {
    /// Requests in all, the first included.
    pub(crate) attempts: u32,
    /// The longest wait before the second request; doubles from there.
    pub(crate) first: Duration,
    /// The longest wait at all.
    pub(crate) longest: Duration,
    /// Whether also a request is repeated that got no answer in time. It has taken long already.
    pub(crate) timeouts: bool,
}

/// So much may be spent in a floating window. Any fixed window of the same length, wherever it
/// begins, then sees no more.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Budget {
    /// Its name in metrics and in the memory.
    pub(crate) name: &'static str,
    /// Who pays: every request, or those of the group of the same name.
    pub(crate) payer: Payer,
    /// What the upstream grants.
    pub(crate) limit: u32,
    /// What Killwire spends of it; the rest is left to other programs on the same address.
    pub(crate) ours: u32,
    /// The window.
    pub(crate) window: Duration,
    /// What an answer costs.
    pub(crate) price: Price,
    /// What is written down ahead as spent, so that a restart never forgets more.
    pub(crate) ahead: u32,
    /// The header in which the upstream says what is left.
    pub(crate) remaining: Option<&'static str>,
}

/// Who pays into a budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Payer {
    /// Every request.
    All,
    /// The requests of the group that has the budget's name.
    Group,
}

/// What an answer costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Price {
    /// ESI's tokens: 2 (2xx), 1 (3xx), 5 (4xx other than 429), nothing (429, 5xx).
    EsiTokens,
    /// 1 for everything but 2xx and 3xx.
    Errors,
}

impl Price {
    /// The price of the dearest answer: what is spent before a request leaves.
    pub(crate) const fn dearest(self) -> u32 {
        match self {
            Self::EsiTokens => 5,
            Self::Errors => 1,
        }
    }

    /// What an answer of `status` costs.
    pub(crate) const fn of(self, status: u16) -> u32 {
        match (self, status) {
            (Self::EsiTokens, 200..=299) => 2,
            (Self::EsiTokens, 300..=399) => 1,
            (Self::EsiTokens, 400..=428 | 430..=499) => 5,
            (Self::Errors, 200..=399) | (Self::EsiTokens, _) => 0,
            (Self::Errors, _) => 1,
        }
    }
}

const fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

const fn secs(secs: u64) -> Duration {
    Duration::from_secs(secs)
}

/// The group of `GET /killmails/{id}/{hash}`.
pub(crate) const ESI_KILLMAIL: &str = "killmail";
/// The group of `GET /status`.
pub(crate) const ESI_STATUS: &str = "status";
/// The budget of errors.
pub(crate) const ERRORS: &str = "errors";

/// CCP's documentation of ESI's rate limits, and `x-rate-limit` in its specification of 2026-08-18:
/// tokens per 15 minutes for each group; and, on routes without one, 100 errors per fixed minute,
/// above which every route answers 420. Errors on grouped routes are counted along: CCP does not,
/// but it costs nothing to be careful.
const ESI_BUDGETS: &[Budget] = &[
    Budget {
        name: ESI_KILLMAIL,
        payer: Payer::Group,
        limit: 3_600,
        ours: 3_000,
        window: secs(900),
        price: Price::EsiTokens,
        ahead: 200,
        remaining: Some("x-ratelimit-remaining"),
    },
    Budget {
        name: ESI_STATUS,
        payer: Payer::Group,
        limit: 600,
        ours: 400,
        window: secs(900),
        price: Price::EsiTokens,
        ahead: 50,
        remaining: Some("x-ratelimit-remaining"),
    },
    Budget {
        name: ERRORS,
        payer: Payer::All,
        limit: 100,
        ours: 60,
        window: secs(60),
        price: Price::Errors,
        ahead: 10,
        // In headers of its own, which also say when the window turns; see `refusal`.
        remaining: None,
    },
];

/// zKillboard's API sends whoever made more than 40 errors in 5 minutes to a page that says
/// "blocked".
const ZKILLBOARD_BUDGETS: &[Budget] = &[Budget {
    name: ERRORS,
    payer: Payer::All,
    limit: 40,
    ours: 20,
    window: secs(300),
    price: Price::Errors,
    ahead: 4,
    remaining: None,
}];

/// For upstreams that nothing live waits for: a look after half a minute, then more and more rarely.
const PATIENT: Breaker = Breaker {
    failures: 4,
    first: secs(30),
    longest: secs(600),
    own_probe: false,
};

/// The table.
pub(crate) const fn policy(upstream: Upstream) -> Policy {
    match upstream {
        // zKillboard documents 15 requests/s per address; clients are advised to plan for 10. One at
        // a time and 100 ms after the last answer keeps below that whatever the latency. No retry
        // here: a second look at a missing number too soon earns a block, so the follower decides.
        // The breaker is short: the follower itself waits longer and longer after failures.
        Upstream::R2z2 => Policy {
            concurrency: 1,
            queue: 64,
            breaker: Breaker {
                failures: 5,
                first: secs(5),
                longest: secs(30),
                own_probe: false,
            },
            spacing: ms(100),
            budgets: &[],
            retry: None,
            connect: secs(10),
            read: secs(15),
            total: secs(30),
        },
        // The budgets are the real limit. The spacing keeps bursts small; peers were told of 8
        // requests/s as the most before there were budgets. Every call is a question, POST included,
        // so asking again is safe. Few failures open the breaker: each counts at CCP, and with four
        // calls under way at most ten requests reach an ESI that is down before it is left alone.
        Upstream::Esi => Policy {
            concurrency: 4,
            queue: 512,
            breaker: Breaker {
                failures: 2,
                first: secs(30),
                longest: secs(120),
                own_probe: true,
            },
            spacing: ms(125),
            budgets: ESI_BUDGETS,
            retry: Some(Retry {
                attempts: 2,
                first: secs(1),
                longest: secs(10),
                timeouts: false,
            }),
            connect: secs(10),
            read: secs(15),
            total: secs(20),
        },
        // A volunteer's file server: one file at a time, a second apart. Archives are streamed, so
        // `total` covers only the head of the answer.
        Upstream::EveRef => Policy {
            concurrency: 1,
            queue: 16,
            breaker: PATIENT,
            spacing: secs(1),
            budgets: &[],
            retry: Some(Retry {
                attempts: 3,
                first: secs(2),
                longest: secs(30),
                timeouts: true,
            }),
            connect: secs(10),
            read: secs(30),
            total: secs(60),
        },
        // No limit is published; peers assumed 100 a minute. One at a time and a second apart is
        // less, and carries 100 types each.
        Upstream::Janice => Policy {
            concurrency: 1,
            queue: 64,
            breaker: PATIENT,
            spacing: secs(1),
            budgets: &[],
            retry: Some(Retry {
                attempts: 3,
                first: secs(2),
                longest: secs(20),
                timeouts: false,
            }),
            connect: secs(10),
            read: secs(15),
            total: secs(30),
        },
        // No limit is published; a volunteer's server with one page per type.
        Upstream::MutaMarket => Policy {
            concurrency: 1,
            queue: 256,
            breaker: PATIENT,
            spacing: secs(1),
            budgets: &[],
            retry: Some(Retry {
                attempts: 3,
                first: secs(2),
                longest: secs(20),
                timeouts: false,
            }),
            connect: secs(10),
            read: secs(15),
            total: secs(30),
        },
        // A file of 100 MB a few times a month. Streamed, so `total` covers only the head.
        Upstream::StaticData => Policy {
            concurrency: 1,
            queue: 8,
            breaker: PATIENT,
            spacing: secs(1),
            budgets: &[],
            retry: Some(Retry {
                attempts: 3,
                first: secs(2),
                longest: secs(30),
                timeouts: true,
            }),
            connect: secs(10),
            read: secs(30),
            total: secs(60),
        },
        // No rate is published; a request per second is what well-behaved clients keep to. Its
        // queries run up to 30 s. A repeat would be another error in its count, so there is none.
        Upstream::Zkillboard => Policy {
            concurrency: 1,
            queue: 64,
            breaker: PATIENT,
            spacing: secs(1),
            budgets: ZKILLBOARD_BUDGETS,
            retry: None,
            connect: secs(10),
            read: secs(35),
            total: secs(45),
        },
    }
}

/// The largest killmail document, decompressed. The largest known (3,753 attackers) has 1.5 MB.
pub(crate) const MAX_KILLMAIL: u64 = 8 << 20;
/// The largest `sequence.json`: one number.
pub(crate) const MAX_HEAD: u64 = 4 << 10;
/// The largest day index: 100,000 killmails, four times the busiest day, at 60 bytes each.
pub(crate) const MAX_HISTORY_DAY: u64 = 8 << 20;
/// The largest `totals.json`: 7,000 days at 20 bytes each so far.
pub(crate) const MAX_TOTALS: u64 = 2 << 20;
/// The largest day archive, compressed. A day of 2026 has 3 MB.
pub(crate) const MAX_ARCHIVE: u64 = 256 << 20;
/// The largest day archive, decompressed.
pub(crate) const MAX_ARCHIVE_UNPACKED: u64 = 4 << 30;
/// The largest answer about one entity of ESI: a corporation with the longest description.
pub(crate) const MAX_ENTITY: u64 = 256 << 10;
/// The largest answer about up to 1,000 ids: some 100 bytes each.
pub(crate) const MAX_ENTITIES: u64 = 1 << 20;
/// The largest answer about up to 500 names: each may be borne by one of ten kinds of things, at
/// some 200 bytes with a name of the longest.
pub(crate) const MAX_IDS_OF_NAMES: u64 = 1 << 20;
/// The largest history of a character: 10,000 corporations at 100 bytes each.
pub(crate) const MAX_CORPORATION_HISTORY: u64 = 1 << 20;
/// The largest list of ESI's prices: 20,000 types at 90 bytes each so far.
pub(crate) const MAX_MARKET_PRICES: u64 = 16 << 20;
/// The largest answer of Janice: 100 types at some 2 KB each.
pub(crate) const MAX_JANICE: u64 = 4 << 20;
/// The largest page of MutaMarket: 100 modules at some 10 KB each.
pub(crate) const MAX_MUTAMARKET: u64 = 8 << 20;
/// The largest note on the newest static data: one line.
pub(crate) const MAX_LATEST_BUILD: u64 = 4 << 10;
/// The largest static data export, compressed. September 2026: 99 MB.
pub(crate) const MAX_STATIC_DATA: u64 = 512 << 20;
/// The largest list of killmails: 200 of them; a page of nothing but fleet fights has 30 MB.
pub(crate) const MAX_KILLMAIL_LIST: u64 = 64 << 20;
/// How much of an error's body is read, so that the connection can be used again.
pub(crate) const MAX_ERROR_BODY: u64 = 64 << 10;
/// The longest pause that an upstream's `Retry-After` can impose.
pub(crate) const MAX_RETRY_AFTER: Duration = Duration::from_secs(3_600);
