//! All upstreams together.

use std::sync::Arc;

use crate::{
    Esi, EveRef, Janice, Memory, MutaMarket, R2z2, StaticDataSite, UpstreamConfig, UpstreamError,
    UpstreamReport, Zkillboard,
};

/// One object per upstream. Clones share them, and with them all floors and budgets.
#[derive(Clone)]
pub struct Upstreams {
    /// zKillboard's feed and history.
    pub r2z2: Arc<R2z2>,
    /// CCP's API.
    pub esi: Arc<Esi>,
    /// EVE Ref's archives.
    pub everef: Arc<EveRef>,
    /// Janice's prices; none without a key.
    pub janice: Option<Arc<Janice>>,
    /// MutaMarket's estimates.
    pub mutamarket: Arc<MutaMarket>,
    /// CCP's static data export.
    pub static_data: Arc<StaticDataSite>,
    /// zKillboard's REST API.
    pub zkillboard: Arc<Zkillboard>,
}

impl Upstreams {
    /// Sets the clients up and recalls what they had to remember. Asks nobody anything.
    ///
    /// # Errors
    /// [`UpstreamError::ScaledClock`], [`UpstreamError::Contact`], [`UpstreamError::Secret`],
    /// [`UpstreamError::Client`].
    pub async fn open(
        config: UpstreamConfig,
        memory: Arc<dyn Memory>,
    ) -> Result<Self, UpstreamError> {
        config.check_clock()?;
        let janice = match &config.janice_key {
            Some(key) => Some(Arc::new(Janice::open(&config, key, memory.clone()).await?)),
            None => None,
        };
        Ok(Self {
            r2z2: Arc::new(R2z2::open(&config, memory.clone()).await?),
            esi: Arc::new(Esi::open(&config, memory.clone()).await?),
            everef: Arc::new(EveRef::open(&config, memory.clone()).await?),
            janice,
            mutamarket: Arc::new(MutaMarket::open(&config, memory.clone()).await?),
            static_data: Arc::new(StaticDataSite::open(&config, memory.clone()).await?),
            zkillboard: Arc::new(Zkillboard::open(&config, memory).await?),
        })
    }

    /// The state of each upstream now, in a fixed order.
    #[must_use]
    pub fn report(&self) -> Vec<UpstreamReport> {
        let mut reports = vec![
            self.r2z2.report(),
            self.esi.report(),
            self.everef.report(),
            self.mutamarket.report(),
            self.static_data.report(),
            self.zkillboard.report(),
        ];
        reports.extend(self.janice.iter().map(|janice| janice.report()));
        reports
    }
}
