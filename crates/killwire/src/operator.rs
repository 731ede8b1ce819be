//! How a command works on the state: through the server that runs, or alone where none does.

mod profiles;

use std::path::{Path, PathBuf};

use killwire_intake::import::{ImportDocument, ImportMode, ImportTotals};
use killwire_killmail::KillmailId;
use killwire_lookup::StaticDataStatus;
use killwire_store::{Gap, QuarantineId, Quarantined, Store, TokenKey};
use tokio::sync::OnceCell;

use crate::config::Config;
use crate::control::ControlClient;
use crate::data_dir;
use crate::desk::{
    Desk, EntryWithBytes, NewToken, Repaired, RetryReport, Revoked, Selection, Token,
};
use crate::failure::Failure;
use crate::inquiry::{Inquiry, Match, Priced, Worth};
use crate::knowledge::Knowledge;
use crate::lock::{Lock, LockError};
use crate::profile_desk::ProfileAnswers;

/// The one who does what a command asks for.
pub(crate) enum Operator {
    /// A running server, through its control socket.
    Server(ControlClient),
    /// This process, which holds the data directory meanwhile.
    Alone(Box<Alone>),
}

/// The state in this process's own hands.
pub(crate) struct Alone {
    config: Config,
    store: Store,
    desk: Desk,
    knowledge: OnceCell<Knowledge>,
    inquiry: OnceCell<Inquiry>,
    profiles: OnceCell<ProfileAnswers>,
    /// Dropped last: the directory is ours until the store is closed.
    _lock: Lock,
}

impl Operator {
    /// Finds the running server, or takes the data directory for `command`.
    pub(crate) async fn find(config: &Config, command: &str) -> Result<Self, Failure> {
        data_dir::make(&config.data_dir)?;
        let clock = config.upstream.clock();
        match Lock::take(&config.data_dir, command, clock.now()) {
            Ok(lock) => {
                let store = Store::open(config.store(), clock).await?;
                Ok(Self::Alone(Box::new(Alone {
                    config: config.clone(),
                    desk: Desk::new(store.clone(), None),
                    knowledge: OnceCell::new(),
                    inquiry: OnceCell::new(),
                    profiles: OnceCell::new(),
                    store,
                    _lock: lock,
                })))
            }
            Err(LockError::Held { dir, holder }) => match &holder.socket {
                Some(socket) => Ok(Self::Server(ControlClient::new(socket)?)),
                None => Err(LockError::Held { dir, holder }.into()),
            },
            Err(other) => Err(other.into()),
        }
    }

    /// Closes what this process has opened.
    pub(crate) async fn close(self) {
        if let Self::Alone(alone) = self {
            if let Some(knowledge) = alone.knowledge.get() {
                knowledge.lookup.flush().await;
            }
            alone.store.close().await;
        }
    }

    pub(crate) async fn import(
        &self,
        documents: Vec<ImportDocument>,
        mode: ImportMode,
    ) -> Result<ImportTotals, Failure> {
        Ok(match self {
            Self::Server(server) => server.import(&documents, mode).await?,
            Self::Alone(alone) => alone.desk.import(documents, mode).await?,
        })
    }

    pub(crate) async fn quarantined(&self, limit: usize) -> Result<Vec<Quarantined>, Failure> {
        Ok(match self {
            Self::Server(server) => server.quarantined(limit).await?,
            Self::Alone(alone) => alone.desk.quarantined(limit).await?,
        })
    }

    pub(crate) async fn entry(&self, id: QuarantineId) -> Result<Option<EntryWithBytes>, Failure> {
        Ok(match self {
            Self::Server(server) => server.entry(id).await?,
            Self::Alone(alone) => alone.desk.entry(id).await?,
        })
    }

    pub(crate) async fn retry(&self, which: Selection) -> Result<RetryReport, Failure> {
        Ok(match self {
            Self::Server(server) => server.retry(which).await?,
            Self::Alone(alone) => alone.desk.retry(which).await?,
        })
    }

    pub(crate) async fn gaps(&self, open: bool) -> Result<Vec<Gap>, Failure> {
        Ok(match self {
            Self::Server(server) => server.gaps(open).await?,
            Self::Alone(alone) => alone.desk.gaps(open).await?,
        })
    }

    pub(crate) async fn repair(&self, which: Selection) -> Result<Repaired, Failure> {
        match self {
            Self::Server(server) => Ok(server.repair(which).await?),
            Self::Alone(alone) => alone.repair(which).await,
        }
    }

    /// What static data there is, and how an import goes.
    pub(crate) async fn static_data(&self) -> Result<StaticDataStatus, Failure> {
        Ok(match self {
            Self::Server(server) => server.static_data().await?,
            Self::Alone(alone) => alone.inquiry().await?.static_data(),
        })
    }

    /// Begins an import of static data; [`Operator::static_data`] tells under its number how it goes.
    pub(crate) async fn begin_import(&self, file: Option<PathBuf>) -> Result<u64, Failure> {
        Ok(match self {
            Self::Server(server) => server.begin_import(file).await?,
            Self::Alone(alone) => alone.inquiry().await?.begin_import(file),
        })
    }

    pub(crate) async fn lookup(&self, what: &str, limit: u32) -> Result<Vec<Match>, Failure> {
        Ok(match self {
            Self::Server(server) => server.lookup(what, limit).await?,
            Self::Alone(alone) => alone.inquiry().await?.lookup(what, limit).await?,
        })
    }

    pub(crate) async fn price(&self, what: &str) -> Result<Priced, Failure> {
        Ok(match self {
            Self::Server(server) => server.price(what).await?,
            Self::Alone(alone) => alone.inquiry().await?.price(what).await,
        })
    }

    pub(crate) async fn value(&self, id: KillmailId) -> Result<Option<Worth>, Failure> {
        Ok(match self {
            Self::Server(server) => server.value(id).await?,
            Self::Alone(alone) => alone.inquiry().await?.value(id).await?,
        })
    }

    /// Makes a token known.
    pub(crate) async fn create_token(&self, new: &NewToken) -> Result<Token, Failure> {
        Ok(match self {
            Self::Server(server) => server.create_token(new).await?,
            Self::Alone(alone) => alone.desk.create_token(new).await?,
        })
    }

    pub(crate) async fn tokens(&self) -> Result<Vec<Token>, Failure> {
        Ok(match self {
            Self::Server(server) => server.tokens().await?,
            Self::Alone(alone) => alone.desk.tokens().await?,
        })
    }

    /// Revokes a token and says which it was and what it leaves; none where there is no such one in
    /// force.
    pub(crate) async fn revoke_token(&self, which: &TokenKey) -> Result<Option<Revoked>, Failure> {
        Ok(match self {
            Self::Server(server) => server.revoke_token(which).await?,
            Self::Alone(alone) => alone.desk.revoke_token(which).await?,
        })
    }

    pub(crate) async fn backup(&self, file: &Path) -> Result<(), Failure> {
        match self {
            Self::Server(server) => server.backup(file).await?,
            Self::Alone(alone) => alone.desk.backup(file).await?,
        }
        Ok(())
    }
}

impl Alone {
    /// The one who answers questions, set up when the first is asked.
    async fn inquiry(&self) -> Result<&Inquiry, Failure> {
        self.inquiry
            .get_or_try_init(|| async {
                let knowledge = self.knowledge().await?.clone();
                Ok(Inquiry::new(self.store.clone(), knowledge))
            })
            .await
    }

    /// What is known, taken into use when somebody needs it first.
    async fn knowledge(&self) -> Result<&Knowledge, Failure> {
        self.knowledge
            .get_or_try_init(|| Knowledge::open(&self.config, &self.store))
            .await
    }

    async fn repair(&self, which: Selection) -> Result<Repaired, Failure> {
        let repairer = self.inquiry().await?.repairer();
        let report = repairer.repair_now(which.id).await?;
        Ok(Repaired {
            finished: true,
            gaps: report.gaps,
        })
    }
}
