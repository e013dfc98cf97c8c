//! `thuocdo demo`: the server on simulated waves.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use store::Store;
use survey_defs::api::{NewDevice, paths};
use survey_defs::device::{DeviceSettings, DeviceState};
use survey_defs::short_code::ShortCode;

use crate::analysis::service::Analysis;
use crate::auth::staff::Guests;
use crate::cli::storage::{self, Access};
use crate::cli::{operator, output};
use crate::demo;
use crate::http::limits::Quotas;
use crate::http::state::AppState;
use crate::intake::Intake;
use crate::intake::devices;
use crate::system::clock::SystemClock;
use crate::system::randomness::SystemRandomness;

use super::console_link;

/// Where the simulated waves live.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The address to listen on.
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// The folder of the simulated waves; never that of real ones.
    #[arg(long, default_value = "data/demo")]
    data_dir: PathBuf,
    /// The seed of the simulation.
    #[arg(long, default_value_t = demo::DEFAULT_SEED)]
    seed: u64,
}

/// Creates the waves if need be, and runs the server.
pub(crate) async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let Arguments { listen, data_dir, seed } = arguments;
    let storage = storage::Options { database: None, data_dir, segments: None };
    storage::with(&storage, Access::Prepare, async |store| {
        serve(store, &storage, (listen, seed)).await
    })
    .await
}

async fn serve(
    store: Arc<dyn Store>,
    storage: &storage::Options,
    (listen, seed): (SocketAddr, u64),
) -> anyhow::Result<()> {
    let segments = storage.segments()?;
    if let Some(real) = store.waves().await?.iter().find(|wave| !wave.simulated) {
        anyhow::bail!(
            "this folder holds a real wave, {}; the demo needs a folder of its own",
            real.id
        );
    }
    let analysis = Analysis::new(segments.clone());
    let mut state =
        AppState::new(store, analysis, Arc::new(SystemClock), Arc::new(SystemRandomness));
    state.recordings = storage.recordings();
    // Everything is simulated, so everybody may look; what the network can reach, it does not change.
    state.guests = if listen.ip().is_loopback() { Guests::MayDoAll } else { Guests::MayRead };
    demo::fill(&*state.store, &state.catalogue.definitions, seed, &|done, of| {
        if done % 10_000 == 0 || done == of {
            output::line(&format!("simulated answers: {done} of {of}"));
        }
    })
    .await?;
    let listener = super::bind(listen).await?;
    let address = listener.local_addr()?;
    let page = |path: &str, arguments: &[&str]| {
        format!("http://{address}{}", paths::fill(path, arguments))
    };
    let form = |wave: &str, point: &str| page(paths::FORM_PAGE, &[wave, point]);
    let codes = state.store.short_codes(&demo::COUNTER_WAVE.parse()?).await?;
    let code = codes.get(&demo::WALL_POINT.parse()?).map_or("", ShortCode::as_str);
    let rows = [
        ("console", page(paths::CONSOLE_PAGE, &[])),
        ("counter form", form(demo::COUNTER_WAVE, demo::WALL_POINT)),
        ("the same, from paper", page(paths::CODE_PAGE, &[code])),
        ("national form", form(demo::NATIONAL_TRIAL, "00004-interviewer")),
        ("ward form", form(demo::WARD_TRIAL, "00004-wall_qr")),
        ("kiosk", page(paths::KIOSK_PAGE, &[])),
        ("code for the kiosk", kiosk_code(&state.intake).await?),
        ("HTTP interface", page(paths::OPENAPI, &[])),
    ];
    output::line("");
    output::line("Thước Đo – bản dùng thử với dữ liệu mô phỏng / demo on simulated data");
    for (what, where_) in rows {
        output::line(&format!("  {what:<20} {where_}"));
    }
    if state.guests == Guests::MayDoAll {
        output::line(
            "The console is open to everybody who reaches this address: all is simulated.",
        );
    } else {
        output::line("Everybody may look at the console. To add devices and to import, log in:");
        for line in console_link::lines(&state, address).await {
            output::line(&line);
        }
    }
    let forms = Quotas::default().machine_records;
    output::line(&format!("All who come through this machine may send {forms} forms a minute."));
    output::line("Ctrl-C stops it.");
    super::until_stopped(super::Sockets::one(listener), state, segments).await
}

/// A code that enrols a kiosk, unless there is one. One that was added by an earlier start and
/// never enrolled is revoked, because its code is nowhere to be read any more.
async fn kiosk_code(intake: &Intake) -> anyhow::Result<String> {
    let (wave, point) = (demo::COUNTER_WAVE.parse()?, demo::KIOSK_POINT.parse()?);
    let caller = operator::caller(None);
    let all = devices::list(intake).await?;
    for device in all.iter().filter(|one| one.wave == wave && one.point == point) {
        match device.state {
            DeviceState::Enrolled => {
                return Ok("used already; “thuocdo device add” makes another".to_owned());
            }
            DeviceState::Waiting | DeviceState::Expired | DeviceState::CodeEnded => {
                devices::revoke(intake, device.id, &caller).await?;
            }
            DeviceState::Revoked => {}
        }
    }
    let name = "Máy tại quầy (dùng thử)".to_owned();
    let new = NewDevice { name, wave, point, settings: DeviceSettings::default() };
    let added = devices::add(intake, new, &caller).await?;
    Ok(added.code.into())
}
