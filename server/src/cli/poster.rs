//! `thuocdo poster`: the posters of service points, one file each.

use std::path::PathBuf;

use anyhow::{Context, bail};
use posters::{Format, PageFormat, PublicUrl, Size};
use survey_defs::ids::{PointId, WaveId};
use survey_defs::text::Language;

use super::output;
use super::storage::{self, Access};
use crate::catalogue::definitions::Definitions;
use crate::documents::poster::{self, Print, Subject};

/// Which posters, and how.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The wave.
    #[arg(long)]
    wave: WaveId,
    /// One service point; the default is all of the wave that people come to by themselves.
    #[arg(long)]
    point: Option<PointId>,
    /// The address under which people reach the server, such as https://hailong.example.vn.
    #[arg(long, env = "THUOCDO_PUBLIC_URL")]
    public_url: PublicUrl,
    /// The paper.
    #[arg(long, value_enum, default_value = "a4")]
    size: SizeWord,
    /// The large language; the poster shows the other one small.
    #[arg(long, value_enum, default_value = "vi")]
    language: LanguageWord,
    /// The format of the files.
    #[arg(long, value_enum, default_value = "pdf")]
    format: FormatWord,
    /// The folder for the files; the command creates it if necessary.
    #[arg(long)]
    out: PathBuf,
    #[command(flatten)]
    storage: storage::Options,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum SizeWord {
    /// 210 × 297 mm.
    A4,
    /// 148 × 210 mm.
    A5,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum LanguageWord {
    /// Vietnamese.
    Vi,
    /// English.
    En,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum FormatWord {
    /// For the printer.
    Pdf,
    /// For further use.
    Svg,
}

impl Arguments {
    fn print(&self) -> Print {
        let size = match self.size {
            SizeWord::A4 => Size::A4,
            SizeWord::A5 => Size::A5,
        };
        let language = match self.language {
            LanguageWord::Vi => Language::Vi,
            LanguageWord::En => Language::En,
        };
        let format = match self.format {
            FormatWord::Pdf => Format::Pdf,
            FormatWord::Svg => Format::Svg,
        };
        Print { page: PageFormat { size, language }, format }
    }
}

/// Writes the files.
pub(super) async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let print = arguments.print();
    let Arguments { wave, point, public_url, out, storage, .. } = arguments;
    storage::with(&storage, Access::Work, async |store| {
        let Some(wave) = store.wave(&wave).await? else { bail!("there is no wave {wave}") };
        let mut points = store.points(&wave.id).await?;
        if let Some(id) = point {
            points.retain(|point| point.id == id);
            let [one] = &points[..] else { bail!("wave {} has no service point {id}", wave.id) };
            poster::check(one)?;
        }
        let definitions = Definitions::embedded();
        let instrument = definitions.instrument(&wave.instrument);
        let instrument =
            instrument.with_context(|| format!("no instrument {}", wave.instrument))?;
        let codes = store.short_codes(&wave.id).await?;
        std::fs::create_dir_all(&out)
            .with_context(|| format!("cannot create {}", out.display()))?;
        let mut printed = 0;
        for point in &points {
            if let Err(none) = poster::check(point) {
                output::line(&format!("left out: {none}"));
                continue;
            }
            let code = codes.get(&point.id).copied();
            let code = code.with_context(|| format!("no code for service point {}", point.id))?;
            let poster = Subject { wave: &wave, point, instrument, code }.poster(&public_url);
            let file = poster
                .draw(print.page, print.format)
                .with_context(|| format!("no poster for service point {}", point.id))?;
            let path = out.join(print.file_name(point));
            std::fs::write(&path, file)
                .with_context(|| format!("cannot write {}", path.display()))?;
            output::line(&format!("{}  {}", path.display(), poster.address));
            printed += 1;
        }
        output::line(&format!("{printed} posters"));
        Ok(())
    })
    .await
}
