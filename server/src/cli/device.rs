//! `thuocdo device`: add, list and revoke the devices at counters.

use survey_defs::answer::Finite;
use survey_defs::api::{AddedDevice, DeviceView, NewDevice, paths};
use survey_defs::caller::Caller;
use survey_defs::device::DeviceSettings;
use survey_defs::ids::{DeviceId, PointId, WaveId};

use super::moment::shown;
use super::output::{self, Format};
use super::storage;
use crate::intake::{Intake, devices};

/// What to do with devices.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
    #[command(flatten)]
    storage: storage::Options,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Add a device at a service point and print the code that enrols it.
    Add(New),
    /// List the devices: state, last heartbeat, what waits on them.
    List {
        /// The output format.
        #[arg(long, value_enum, default_value = "table")]
        format: Format,
    },
    /// Revoke a device for ever; what it sends afterwards goes into quarantine.
    Revoke {
        /// The id of the device, from `thuocdo device list`.
        device: DeviceId,
    },
}

#[derive(Debug, clap::Args)]
struct New {
    /// The wave whose answers it collects.
    #[arg(long)]
    wave: WaveId,
    /// The service point where it stands.
    #[arg(long)]
    point: PointId,
    /// The name that staff use for it.
    #[arg(long)]
    name: String,
    /// Seconds without a touch before the countdown starts.
    #[arg(long, default_value_t = DeviceSettings::default().idle_seconds)]
    idle_seconds: u16,
    /// Seconds of the countdown.
    #[arg(long, default_value_t = DeviceSettings::default().countdown_seconds)]
    countdown_seconds: u16,
    /// Seconds for which the thank-you screen stays.
    #[arg(long, default_value_t = DeviceSettings::default().thanks_seconds)]
    thanks_seconds: u16,
    /// CSS pixels per millimetre of the screen: its width in pixels divided by its width in
    /// millimetres.
    #[arg(long, default_value_t = DeviceSettings::default().pixels_per_mm.get())]
    pixels_per_mm: f64,
    /// Show a keyboard in the form, because the device's operating system has no Vietnamese one.
    #[arg(long)]
    keyboard: bool,
}

/// Adds, lists or revokes devices.
pub(super) async fn run(arguments: Arguments, caller: &Caller) -> anyhow::Result<()> {
    let Arguments { action, storage } = arguments;
    storage::with_intake(&storage, async |intake| act(&intake, action, caller).await).await
}

async fn act(intake: &Intake, action: Action, caller: &Caller) -> anyhow::Result<()> {
    match action {
        Action::Add(new) => {
            let added = devices::add(intake, new.device()?, caller).await?;
            print_added(&added);
            Ok(())
        }
        Action::List { format } => print(&devices::list(intake).await?, format),
        Action::Revoke { device } => {
            let device = devices::revoke(intake, device, caller).await?;
            output::line(&format!("device {} ({}) is revoked", device.id, device.name));
            Ok(())
        }
    }
}

impl New {
    fn device(self) -> anyhow::Result<NewDevice> {
        let Self { wave, point, name, .. } = self;
        let settings = DeviceSettings {
            idle_seconds: self.idle_seconds,
            countdown_seconds: self.countdown_seconds,
            thanks_seconds: self.thanks_seconds,
            pixels_per_mm: Finite::try_from(self.pixels_per_mm)?,
            keyboard: self.keyboard,
        };
        Ok(NewDevice { name, wave, point, settings })
    }
}

fn print_added(added: &AddedDevice) {
    let AddedDevice { device, code, code_expires_at } = added;
    output::line(&format!(
        "device {} ({}) at service point {} of wave {}",
        device.id, device.name, device.point, device.wave
    ));
    output::line(&format!("  code   {}", String::from(code.clone())));
    output::line(&format!("  valid  once, until {code_expires_at} (24 hours)"));
    output::line(&format!(
        "  next   open {} of this server on the device and enter the code; it is not shown again",
        paths::KIOSK_PAGE
    ));
}

fn print(devices: &[DeviceView], format: Format) -> anyhow::Result<()> {
    let header = [
        "device",
        "name",
        "wave",
        "point",
        "state",
        "last_heartbeat_at",
        "queued",
        "refused",
        "clock_skew_s",
        "last_success_at",
        "app_version",
    ];
    output::rows(format, header, devices, cells)
}

fn cells(device: &DeviceView) -> Vec<String> {
    let mut cells = vec![
        device.id.to_string(),
        device.name.clone(),
        device.wave.to_string(),
        device.point.to_string(),
        device.state.to_string(),
    ];
    match &device.last {
        Some(last) => cells.extend([
            shown(last.received_at),
            last.heartbeat.queued.to_string(),
            last.heartbeat.refused.to_string(),
            last.clock_skew_s.to_string(),
            last.heartbeat.last_success_at.map(shown).unwrap_or_default(),
            last.heartbeat.app_version.clone().into(),
        ]),
        None => cells.extend(std::iter::repeat_n(String::new(), 6)),
    }
    cells
}
