//! Tests a device whose storage does not answer.

use anyhow::{Context, Result, ensure};
use survey_defs::device::DeviceSettings;
use tests::chrome::{StorageCall, StorageFault};

use super::super::filling::Which;
use super::super::outcome::{drained, recorded};
use super::{Kiosk, WAVE};

#[tokio::test(flavor = "multi_thread")]
async fn a_device_whose_storage_is_silent_says_so_and_comes_back() -> Result<()> {
    let kiosk = Kiosk::start(DeviceSettings::default()).await?;
    let chrome = &kiosk.chrome;
    chrome.with_storage_faults().await?;
    chrome.storage_fault_at_opening(StorageCall::Open, StorageFault::Hangs).await?;
    kiosk.open().await?;
    chrome.find("[data-testid='trouble'][data-trouble='storage']").await?;
    chrome.check_page().await?;
    chrome.screenshot("kiosk-silent-storage").await?;
    chrome.storage_heals().await?;
    kiosk.waits().await.context("after the storage works again")?;
    kiosk.chrome.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_whose_storage_fails_on_the_way_posts_past_it() -> Result<()> {
    let kiosk = Kiosk::start(DeviceSettings::default()).await?;
    let chrome = &kiosk.chrome;
    chrome.with_storage_faults().await?;
    kiosk.open().await?;
    kiosk.waits().await?;
    let mut forms = 0;
    for (call, fault) in [
        (StorageCall::Open, StorageFault::Hangs),
        (StorageCall::Open, StorageFault::Throws),
        (StorageCall::Write, StorageFault::Hangs),
        (StorageCall::Write, StorageFault::Throws),
    ] {
        for is_from_start in [true, false] {
            let context = || format!("{call:?} {fault:?}, from the start: {is_from_start}");
            if is_from_start {
                chrome.storage_fault(call, fault).await?;
            }
            let mut filling = kiosk.begin().await?;
            filling.start().await.with_context(context)?;
            filling.review(Which::Required).await?;
            if !is_from_start {
                chrome.storage_fault(call, fault).await?;
            }
            filling.send().await.with_context(context)?;
            chrome.storage_heals().await?;
            kiosk.waits().await.with_context(context)?;
            drained(chrome).await?;
            forms += 1;
            let rows = recorded(&kiosk.app, WAVE).await?.len();
            ensure!(rows == forms, "{rows} rows after {forms} forms: {}", context());
        }
    }
    let aside = kiosk.app.state.store.quarantined(&WAVE.parse()?).await?;
    ensure!(aside.is_empty(), "kept aside: {aside:?}");
    kiosk.chrome.quit().await
}
