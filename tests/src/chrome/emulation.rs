//! Emulates networks, devices and media.

use anyhow::Result;
use serde_json::json;

use super::{Chrome, Screen};
use crate::page::clock_shift;

/// The network between the page and everything else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Network {
    /// As fast as the machine.
    Full,
    /// 1.6 Mbit/s down, 750 kbit/s up, 150 ms until an answer begins.
    Slow4G,
    /// None, and the page is told so.
    Offline,
}

/// What a respondent has set in the system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Media {
    /// Nothing.
    Standard,
    /// Dark colours.
    Dark,
    /// The system's own colours, few and strong.
    ForcedColours,
    /// Nothing moves.
    ReducedMotion,
}

impl Chrome {
    /// Changes the size of the screen.
    pub async fn resize(&self, screen: Screen) -> Result<()> {
        let metrics = json!({
            "width": screen.width,
            "height": screen.height,
            "deviceScaleFactor": 1,
            "mobile": screen.width < 1000,
        });
        self.cdp("Emulation.setDeviceMetricsOverride", metrics).await?;
        Ok(())
    }

    /// Changes the network of the page. Its service worker, if it has one, has a network of its
    /// own: what must reach that as well is a fault of the server.
    pub async fn network(&self, network: Network) -> Result<()> {
        let (offline, latency_ms, down, up) = match network {
            Network::Full => (false, 0, -1, -1),
            Network::Slow4G => (false, 150, 200_000, 93_750),
            Network::Offline => (true, 0, 0, 0),
        };
        self.cdp("Network.enable", json!({})).await?;
        let conditions = json!({
            "offline": offline,
            "latency": latency_ms,
            "downloadThroughput": down,
            "uploadThroughput": up,
        });
        self.cdp("Network.emulateNetworkConditions", conditions).await?;
        Ok(())
    }

    /// Moves the clock that pages see, from the next page on. They start with that of the tests'
    /// server.
    pub async fn shift_clock(&self, milliseconds: i64) -> Result<()> {
        self.before_each_page(&clock_shift(milliseconds)).await
    }

    /// Takes the service worker away; what it has kept stays.
    pub async fn drop_workers(&self) -> Result<()> {
        let script = "const done = arguments[0]; navigator.serviceWorker.getRegistrations() \
            .then((all) => Promise.all(all.map((one) => one.unregister()))).then(() => done(true));";
        self.run_async::<bool>(script, vec![]).await?;
        Ok(())
    }

    /// Whether pages ask the network past their service worker.
    pub async fn bypass_worker(&self, bypass: bool) -> Result<()> {
        self.cdp("Network.enable", json!({})).await?;
        self.cdp("Network.setBypassServiceWorker", json!({ "bypass": bypass })).await?;
        Ok(())
    }

    /// Makes the processor slower by a factor.
    pub async fn slow_processor(&self, factor: u32) -> Result<()> {
        self.cdp("Emulation.setCPUThrottlingRate", json!({ "rate": factor })).await?;
        Ok(())
    }

    /// Changes what the respondent has set in the system.
    pub async fn media(&self, media: Media) -> Result<()> {
        let features = match media {
            Media::Standard => json!([]),
            Media::Dark => json!([{ "name": "prefers-color-scheme", "value": "dark" }]),
            Media::ForcedColours => json!([{ "name": "forced-colors", "value": "active" }]),
            Media::ReducedMotion => {
                json!([{ "name": "prefers-reduced-motion", "value": "reduce" }])
            }
        };
        self.cdp("Emulation.setEmulatedMedia", json!({ "features": features })).await?;
        Ok(())
    }
}
