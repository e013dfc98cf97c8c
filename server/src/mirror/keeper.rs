use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use scoring::{Forms, Mirror, MirrorError, Policy, Segment, Step, Writer};
use store::{Contents, Store};
use survey_defs::ids::WaveId;
use survey_defs::instrument::Instrument;
use survey_defs::wave::Wave;
use tokio::time::{MissedTickBehavior, interval};
use tracing::{info, warn};

use super::copy::{PageError, read_page};
use super::{KeeperError, listed, stored};
use crate::definitions::Definitions;
use crate::tasks::spawn_blocking;

/// How often the background job looks at the log.
const PERIOD: Duration = Duration::from_secs(30);
/// Forms of the log that become one segment at most.
const PIECE: usize = 500_000;

/// Keeps the mirror: writes what is missing, merges what is small, drops what is damaged.
#[derive(Debug, Clone)]
pub struct Keeper {
    mirror: Mirror,
    policy: Policy,
}

/// How closely segments are looked at before they are trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Check {
    /// Names, manifests and sizes.
    Sizes,
    /// All contents against their SHA-256.
    Contents,
}

/// What a run has done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Kept {
    /// Segments written from the log.
    pub written: usize,
    /// Segments that were merged into others.
    pub merged: usize,
    /// Damaged segments that were taken out of the listing.
    pub dropped: usize,
    /// Folders that were removed because nobody lists them.
    pub removed: usize,
}

/// Where a run works.
#[derive(Clone, Copy)]
struct Run<'a> {
    store: &'a dyn Store,
    writer: &'a Arc<Writer>,
    wave: &'a WaveId,
    instrument: &'a Arc<Instrument>,
}

impl Keeper {
    /// A keeper of a mirror.
    pub fn new(mirror: Mirror, policy: Policy) -> Self {
        Self { mirror, policy }
    }

    /// Runs now, checking all contents, and then regularly, for ever.
    pub async fn run_for_ever(self, store: Arc<dyn Store>, definitions: Arc<Definitions>) {
        let mut check = Check::Contents;
        let mut ticks = interval(PERIOD);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            match self.run(&*store, &definitions, check).await {
                Ok(kept) => {
                    check = Check::Sizes;
                    if kept != Kept::default() {
                        info!(?kept, "the columnar mirror is up to date");
                    }
                }
                Err(error) => {
                    // What is damaged inside is found by its contents only.
                    check = Check::Contents;
                    warn!(%error, "the columnar mirror could not be kept");
                }
            }
        }
    }

    /// Brings the mirror of all waves up to date. A wave that cannot be mirrored is passed over
    /// with a warning.
    ///
    /// # Errors
    /// [`KeeperError`], after which the mirror is as useful as before.
    pub async fn run(
        &self,
        store: &dyn Store,
        definitions: &Definitions,
        check: Check,
    ) -> Result<Kept, KeeperError> {
        let writer = self.writer().await?;
        let (mut kept, mut failed) = (Kept::default(), None);
        for wave in store.waves().await? {
            match self.keep(store, definitions, &writer, (&wave, check)).await {
                Ok(one) => {
                    kept.written += one.written;
                    kept.merged += one.merged;
                    kept.dropped += one.dropped;
                }
                Err(KeeperError::Data(error)) => {
                    warn!(wave = %wave.id, %error, "the wave cannot be mirrored");
                }
                Err(error @ KeeperError::Mirror(_)) => {
                    warn!(wave = %wave.id, %error, "the wave could not be mirrored");
                    failed = Some(error);
                }
                Err(error) => return Err(error),
            }
        }
        kept.removed = remove_unlisted(store, &writer).await?;
        failed.map_or(Ok(kept), Err)
    }

    /// Makes all segments of a wave again from the log, and lists them in the place of the old
    /// ones in one transaction. Returns how many there are.
    ///
    /// # Errors
    /// [`KeeperError`], after which the old ones are still listed.
    pub async fn rebuild(
        &self,
        store: &dyn Store,
        definitions: &Definitions,
        wave: &Wave,
    ) -> Result<usize, KeeperError> {
        let writer = self.writer().await?;
        let end = store.log_end(&wave.id).await?;
        let segments = match definitions.instrument(&wave.instrument) {
            Some(instrument) if end.contents == Some(Contents::Submissions) => {
                let run = Run { store, writer: &writer, wave: &wave.id, instrument };
                run.write(0..end.position).await?
            }
            _ => Vec::new(),
        };
        let old = store.segments(&wave.id).await?.into_iter().map(|one| one.name).collect();
        list(store, &writer, &wave.id, (old, &segments)).await?;
        remove_unlisted(store, &writer).await?;
        Ok(segments.len())
    }

    async fn writer(&self) -> Result<Arc<Writer>, KeeperError> {
        let mirror = self.mirror.clone();
        Ok(Arc::new(spawn_blocking(move || mirror.writer()).await??))
    }

    async fn keep(
        &self,
        store: &dyn Store,
        definitions: &Definitions,
        writer: &Arc<Writer>,
        (wave, check): (&Wave, Check),
    ) -> Result<Kept, KeeperError> {
        let end = store.log_end(&wave.id).await?;
        let Some(instrument) = definitions.instrument(&wave.instrument) else {
            return Ok(Kept::default());
        };
        if end.contents != Some(Contents::Submissions) {
            return Ok(Kept::default());
        }
        let run = Run { store, writer, wave: &wave.id, instrument };
        let (mut segments, dropped) = self.check(run, check).await?;
        let mut written = 0;
        for gap in self.gaps(&segments, end) {
            let new = run.write(gap).await?;
            list(store, writer, run.wave, (Vec::new(), &new)).await?;
            written += new.len();
            segments.extend(new);
        }
        segments.sort_by_key(|segment| segment.listed().first_position);
        let merged = self.merge(run, segments).await?;
        Ok(Kept { written, merged, dropped, removed: 0 })
    }

    /// Opens what is listed, and takes what cannot be opened out of the listing.
    async fn check(
        &self,
        run: Run<'_>,
        check: Check,
    ) -> Result<(Vec<Segment>, usize), KeeperError> {
        let (mut good, mut damaged) = (Vec::new(), Vec::new());
        for one in run.store.segments(run.wave).await? {
            let (mirror, instrument) = (self.mirror.clone(), Arc::clone(run.instrument));
            let one = listed(&one);
            let name = one.name.clone();
            let opened = spawn_blocking(move || {
                let segment = mirror.open(&one, &instrument)?;
                match check {
                    Check::Sizes => Ok(segment),
                    Check::Contents => segment.verify().map(|()| segment),
                }
            });
            match opened.await? {
                Ok(segment) => good.push(segment),
                Err(error @ MirrorError::Damaged { .. }) => {
                    warn!(wave = %run.wave, %error, "a segment is dropped and made again");
                    damaged.push(name);
                }
                Err(error) => return Err(error.into()),
            }
        }
        let dropped = damaged.len();
        if dropped > 0 {
            list(run.store, run.writer, run.wave, (damaged, &[])).await?;
        }
        Ok((good, dropped))
    }

    /// The ranges of the log that are to become segments, as the position before the first and the
    /// last one: what damaged segments covered, and the tail if it is long enough.
    fn gaps(&self, segments: &[Segment], end: store::LogEnd) -> Vec<std::ops::Range<u64>> {
        let mut gaps = Vec::new();
        let (mut covered, mut rows) = (0, 0);
        for segment in segments.iter().map(Segment::listed) {
            if segment.first_position > covered + 1 {
                gaps.push(covered..segment.first_position - 1);
            }
            covered = segment.last_position;
            rows += segment.rows;
        }
        // Without gaps the rest of the submissions is the tail; with gaps it is shorter than that,
        // and becoming a segment early does no harm.
        if end.position > covered && end.submissions.saturating_sub(rows) > self.policy.tail {
            gaps.push(covered..end.position);
        }
        gaps
    }

    async fn merge(&self, run: Run<'_>, mut segments: Vec<Segment>) -> Result<usize, KeeperError> {
        let mut merged = 0;
        loop {
            let rows: Vec<u64> = segments.iter().map(|segment| segment.listed().rows).collect();
            let Some(range) = self.policy.next_merge(&rows) else {
                return Ok(merged);
            };
            let neighbours = segments[range.clone()].to_vec();
            let (writer, instrument) = (Arc::clone(run.writer), Arc::clone(run.instrument));
            let old = neighbours.iter().map(|segment| segment.listed().name.clone()).collect();
            let new = spawn_blocking(move || writer.merge(&neighbours, &instrument)).await??;
            list(run.store, run.writer, run.wave, (old, std::slice::from_ref(&new))).await?;
            merged += range.len();
            segments.splice(range, [new]);
        }
    }
}

impl Run<'_> {
    /// Writes a range of the log as segments, which are on disk and not yet listed.
    async fn write(self, range: std::ops::Range<u64>) -> Result<Vec<Segment>, KeeperError> {
        let mut segments = Vec::new();
        let mut position = range.start;
        while position < range.end {
            let first = position + 1;
            let mut forms = Forms::new(Arc::clone(self.instrument));
            while position < range.end && forms.len() < PIECE {
                let unread = position..range.end;
                let page = read_page(self.store, self.wave, unread, self.instrument).await?;
                position = page.last().map_or(range.end, |last| last.position);
                forms.append(&page)?;
            }
            if forms.is_empty() {
                break;
            }
            let last = position;
            let (writer, wave) = (Arc::clone(self.writer), self.wave.clone());
            let written = spawn_blocking(move || writer.write(&wave, first..=last, &forms));
            let segment = written.await??;
            info!(segment = segment.listed().name, rows = segment.listed().rows, "mirrored");
            segments.push(segment);
        }
        Ok(segments)
    }
}

/// Lists segments in the place of others, in one transaction.
async fn list(
    store: &dyn Store,
    writer: &Writer,
    wave: &WaveId,
    (old, new): (Vec<String>, &[Segment]),
) -> Result<(), KeeperError> {
    writer.before(Step::List)?;
    let new: Vec<store::Segment> = new.iter().map(|segment| stored(segment.listed())).collect();
    Ok(store.replace_segments(wave, &old, &new).await?)
}

async fn remove_unlisted(store: &dyn Store, writer: &Arc<Writer>) -> Result<usize, KeeperError> {
    let mut names = BTreeSet::new();
    for wave in store.waves().await? {
        names.extend(store.segments(&wave.id).await?.into_iter().map(|segment| segment.name));
    }
    let writer = Arc::clone(writer);
    Ok(spawn_blocking(move || writer.remove_unlisted(&names)).await??.len())
}

impl From<PageError> for KeeperError {
    fn from(error: PageError) -> Self {
        match error {
            PageError::Store(error) => Self::Store(error),
            PageError::Task(error) => Self::Task(error),
        }
    }
}
