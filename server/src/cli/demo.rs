//! `thuocdo demo`: the server on simulated waves.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use survey_defs::api::paths;

use super::{output, serve, storage};
use crate::clock::SystemClock;
use crate::definitions::Definitions;
use crate::scores::Scoreboard;
use crate::simulate;
use crate::state::{AppState, StaffAccess};

/// Where the simulated waves live.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The address to listen on.
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// The folder of the simulated waves; never that of real ones.
    #[arg(long, default_value = "data/demo")]
    data_dir: PathBuf,
    /// The seed of the simulation.
    #[arg(long, default_value_t = simulate::DEFAULT_SEED)]
    seed: u64,
}

/// Creates the waves if need be, and runs the server.
pub(super) async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let Arguments { listen, data_dir, seed } = arguments;
    let storage = storage::Options { data_dir };
    let mirror = storage.mirror();
    let store = storage::open(&storage).await?;
    if let Some(real) = store.waves().await?.iter().find(|wave| !wave.simulated) {
        anyhow::bail!(
            "this folder holds a real wave, {}; the demo needs a folder of its own",
            real.id
        );
    }
    let definitions = Arc::new(Definitions::embedded());
    simulate::fill(&*store, &definitions, seed, &|done, of| {
        if done % 10_000 == 0 || done == of {
            output::line(&format!("simulated answers: {done} of {of}"));
        }
    })
    .await?;
    let listener = serve::bind(listen).await?;
    let address = listener.local_addr()?;
    let form = |wave: &str, point: &str| {
        format!("http://{address}{}", paths::fill(paths::FORM_PAGE, &[wave, point]))
    };
    output::line("");
    output::line("Thước Đo – bản dùng thử với dữ liệu mô phỏng / demo on simulated data");
    output::line(&format!("  console              http://{address}{}", paths::CONSOLE_PAGE));
    output::line(&format!(
        "  counter form         {}",
        form(simulate::COUNTER_WAVE, "00004-kiosk")
    ));
    output::line(&format!(
        "  national form        {}",
        form(simulate::NATIONAL_TRIAL, "00004-interviewer")
    ));
    output::line(&format!(
        "  ward form            {}",
        form(simulate::WARD_TRIAL, "00004-wall_qr")
    ));
    output::line(&format!("  HTTP interface       http://{address}{}", paths::OPENAPI));
    output::line("Ctrl-C stops it.");
    let state = AppState {
        store,
        definitions,
        scoreboard: Arc::new(Scoreboard::new(mirror.clone())),
        clock: Arc::new(SystemClock),
        staff: StaffAccess::Demo,
    };
    serve::until_stopped(listener, state, mirror).await
}
