//! Tests a device whose storage fails, hangs or answers late: at its start, at a form, at a heartbeat
//! and its staff's panel, at its enrolment.

use anyhow::{Context, Result, ensure};
use jiff::{SignedDuration, Timestamp};
use survey_defs::api::{AddedDevice, NewDevice, paths};
use survey_defs::device::DeviceState;
use tests::app::TestApp;
use tests::chrome::{PATIENCE, StorageCall, StorageFault};
use tests::{devices, waves};

use super::super::filling::{Filling, Which};
use super::super::outcome::{drained, recorded};
use super::staff::open_panel;
use super::{Kiosk, enter};

/// One question is enough for what happens at “start” and at “send”.
const WAVE: &str = "single-2";

/// Longer than the deadlines of a read and of a piece of advice.
const LATE: StorageFault = StorageFault::Late(3_000);
const FAULTS: [StorageFault; 3] = [StorageFault::Throws, StorageFault::Hangs, LATE];

/// What a device asks for at its start and at each heartbeat. To be kept, it asks when it is enrolled.
const ASKED: [StorageCall; 7] = [
    StorageCall::Open,
    StorageCall::Read,
    StorageCall::Write,
    StorageCall::Complete,
    StorageCall::Estimate,
    StorageCall::Persisted,
    StorageCall::Lock,
];

/// Whether nothing can be read meanwhile, so that a device that starts does not know who it is. A
/// transaction that is taken back takes what it reads with it.
fn blinds(call: StorageCall, fault: StorageFault) -> bool {
    match call {
        StorageCall::Open | StorageCall::Read => true,
        StorageCall::Complete => fault == StorageFault::Throws,
        StorageCall::Write
        | StorageCall::Estimate
        | StorageCall::Persisted
        | StorageCall::Persist
        | StorageCall::Lock => false,
    }
}

/// A device to be added, with the form of one question.
fn device() -> Result<NewDevice> {
    Ok(NewDevice { wave: WAVE.parse()?, ..devices::new() })
}

impl Kiosk {
    /// A device with the form of one question, whose storage can fail.
    async fn with_storage_faults() -> Result<Self> {
        let kiosk = Self::of(TestApp::with_wave(WAVE).await, device()?).await?;
        kiosk.chrome.with_storage_faults().await?;
        Ok(kiosk)
    }

    async fn fails(&self, call: StorageCall, fault: StorageFault) -> Result<()> {
        self.chrome.storage_fault(call, fault).await
    }

    async fn meets_the_fault(&self) -> Result<()> {
        self.chrome.wait_until("the fault is met", "return window.__hits > 0;").await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_starts_whatever_its_storage_does_or_says_why_not() -> Result<()> {
    let kiosk = Kiosk::with_storage_faults().await?;
    let chrome = &kiosk.chrome;
    kiosk.open().await?;
    for (call, fault) in ASKED.into_iter().flat_map(|call| FAULTS.map(|fault| (call, fault))) {
        let context = || format!("{call:?} {fault:?}");
        chrome.storage_fault_at_opening(call, fault).await?;
        kiosk.open().await?;
        match (blinds(call, fault), fault) {
            (false, _) => kiosk.waits().await.with_context(context)?,
            // Where nothing can be kept, no device is enrolled: its enrolment says why.
            (true, StorageFault::Throws) => {
                chrome.test_id("enrol").await.with_context(context)?;
            }
            (true, StorageFault::Hangs | StorageFault::Late(_)) => {
                let said = "[data-testid='trouble'][data-trouble='storage']";
                chrome.find(said).await.with_context(context)?;
                chrome.check_page().await?;
                chrome.screenshot("kiosk-silent-storage").await?;
            }
        }
        kiosk.meets_the_fault().await.with_context(context)?;
        chrome.storage_heals().await?;
        if fault == StorageFault::Throws {
            kiosk.open().await?;
        }
        kiosk.waits().await.with_context(|| format!("{} is over", context()))?;
    }
    kiosk.chrome.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_whose_storage_fails_on_the_way_posts_past_it() -> Result<()> {
    let kiosk = Kiosk::with_storage_faults().await?;
    let chrome = &kiosk.chrome;
    kiosk.open().await?;
    kiosk.waits().await?;
    let mut forms = 0;
    for (call, fault) in [
        (StorageCall::Open, StorageFault::Hangs),
        (StorageCall::Open, StorageFault::Throws),
        (StorageCall::Read, StorageFault::Hangs),
        (StorageCall::Write, StorageFault::Hangs),
        (StorageCall::Write, StorageFault::Throws),
        (StorageCall::Complete, StorageFault::Hangs),
        (StorageCall::Complete, StorageFault::Throws),
    ] {
        for is_from_start in [true, false] {
            let context = || format!("{call:?} {fault:?}, from the start: {is_from_start}");
            if is_from_start {
                kiosk.fails(call, fault).await?;
            }
            chrome.press_id("attract-start").await?;
            let mut filling = Filling::here(chrome, WAVE).await.with_context(context)?;
            filling.start().await.with_context(context)?;
            filling.review(Which::Required).await?;
            if !is_from_start {
                kiosk.fails(call, fault).await?;
            }
            filling.send().await.with_context(context)?;
            kiosk.meets_the_fault().await.with_context(context)?;
            chrome.storage_heals().await?;
            kiosk.waits().await.with_context(context)?;
            drained(chrome).await.with_context(context)?;
            forms += 1;
            let rows = recorded(&kiosk.app, WAVE).await?.len();
            ensure!(rows == forms, "{rows} rows after {forms} forms: {}", context());
            chrome.run::<()>("window.__hits = 0;", vec![]).await?;
        }
    }
    let aside = kiosk.app.state.store.quarantined(&WAVE.parse()?).await?;
    ensure!(aside.is_empty(), "kept aside: {aside:?}");
    kiosk.chrome.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_whose_storage_fails_still_reports_and_answers_its_staff() -> Result<()> {
    let kiosk = Kiosk::with_storage_faults().await?;
    let chrome = &kiosk.chrome;
    for (number, (call, fault)) in
        ASKED.into_iter().flat_map(|call| FAULTS.map(|fault| (call, fault))).enumerate()
    {
        let context = || format!("{call:?} {fault:?}");
        kiosk.open().await?;
        kiosk.waits().await?;
        kiosk.fails(call, fault).await?;
        // From now on heartbeats come at another minute.
        let minutes = SignedDuration::from_mins(1 + i64::try_from(number)?);
        let now = waves::now() + minutes;
        kiosk.app.clock.set(now);
        open_panel(chrome).await?;
        chrome.press_id("staff-send").await?;
        let expected = if blinds(call, fault) {
            "bộ nhớ không trả lời"
        } else {
            "Không có phiếu nào chờ gửi"
        };
        let said = "[data-testid='staff-said']";
        let is_said = |text: &str| text.contains(expected);
        chrome.wait_for_text(said, is_said).await.with_context(context)?;
        let is_known = |text: &str| text == "có" || text == "không";
        let persisted = "[data-testid='staff-persisted']";
        chrome.wait_for_text(persisted, is_known).await.with_context(context)?;
        kiosk.is_heard_of(now).await.with_context(context)?;
        kiosk.meets_the_fault().await.with_context(context)?;
        chrome.storage_heals().await?;
        chrome.press_id("staff-close").await?;
        kiosk.waits().await.with_context(context)?;
        chrome.check_page().await?;
    }
    kiosk.chrome.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_is_enrolled_whatever_the_browser_says_to_keeping_its_data() -> Result<()> {
    let mut kiosk = Kiosk::with_storage_faults().await?;
    for fault in FAULTS {
        kiosk.revoke().await;
        kiosk.open().await?;
        kiosk.chrome.press_id("enrol-again").await?;
        let added: AddedDevice = kiosk.app.post_json(paths::DEVICES, &device()?).await.json();
        kiosk.device = added.device.id;
        kiosk.fails(StorageCall::Persist, fault).await?;
        enter(&kiosk.chrome, added.code.as_str()).await?;
        kiosk.waits().await.with_context(|| format!("{fault:?}"))?;
        kiosk.meets_the_fault().await.with_context(|| format!("{fault:?}"))?;
        ensure!(kiosk.seen_by_staff().await?.state == DeviceState::Enrolled, "{fault:?}");
    }
    kiosk.chrome.quit().await
}

impl Kiosk {
    /// Waits for a heartbeat that the server gets at this moment.
    async fn is_heard_of(&self, at: Timestamp) -> Result<()> {
        let mut ticks = tokio::time::interval(std::time::Duration::from_millis(50));
        let deadline = tokio::time::Instant::now() + PATIENCE;
        while self.seen_by_staff().await?.last.is_none_or(|last| last.received_at != at) {
            ensure!(tokio::time::Instant::now() < deadline, "no heartbeat arrives");
            ticks.tick().await;
        }
        Ok(())
    }
}
