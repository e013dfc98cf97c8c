//! Writing, merging and dropping segments.

use std::sync::Arc;
use std::time::Duration;

use scoring::{Forms, MirrorError, Policy, Segment, Step, Writer};
use store::Store;
use survey_defs::ids::WaveId;
use survey_defs::instrument::Instrument;
use survey_defs::wave::Wave;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep};
use tracing::{info, warn};

use super::leader::Leader;
use super::shared_storage::ObjectListing;
use super::wave_columns::{PageError, read_page};
use super::{MirrorJobError, Segments, SharedStorageError, listed, stored};
use crate::catalogue::definitions::Definitions;
use crate::system::metrics::Metrics;
use crate::system::tasks::spawn_blocking;

/// How often the background job looks at the log.
const PERIOD: Duration = Duration::from_secs(30);
/// Forms of the log that become one segment at most, so that few are in memory at a time. The policy
/// merges segments later.
const MAX_SEGMENT_ROWS: usize = 100_000;
/// How many times as long as it works the reading of the log rests while answers wait.
const BACKOFF_FACTOR: u32 = 9;

/// Keeps the mirror: writes what is missing, merges what is small, drops what is damaged.
#[derive(Debug, Clone)]
pub struct MirrorJob {
    segments: Segments,
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
pub struct RunReport {
    /// Segments written from the log.
    pub written: usize,
    /// Segments that were merged into others.
    pub merged: usize,
    /// Damaged segments that were taken out of the listing.
    pub dropped: usize,
    /// Folders that were removed because nobody lists them.
    pub removed: usize,
    /// Listed segments that the shared storage was missing and has now.
    pub shared: usize,
    /// Segments that were removed from the shared storage because nobody has listed them for an hour.
    pub discarded: usize,
}

/// What a tick came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tick {
    /// This server keeps the mirror.
    Ran(RunReport),
    /// Another one does, or may.
    Followed,
}

/// The right to write: in the folder, and for all servers.
struct WriteLease<'a> {
    writer: Arc<Writer>,
    leader: &'a Leader,
}

/// Where a run works.
#[derive(Clone, Copy)]
struct WaveRun<'a> {
    store: &'a dyn Store,
    lease: &'a WriteLease<'a>,
    objects: &'a ObjectListing,
    wave: &'a WaveId,
    instrument: &'a Arc<Instrument>,
}

impl MirrorJob {
    /// A job of a mirror, or of a mirror with shared storage.
    pub fn new(segments: impl Into<Segments>, policy: Policy) -> Self {
        Self { segments: segments.into(), policy }
    }

    /// Looks now, checking all contents, and then regularly, for ever. Of the servers on one database
    /// one keeps the mirror; the others only clear their folders.
    pub async fn run_for_ever(
        self,
        store: Arc<dyn Store>,
        definitions: Arc<Definitions>,
        metrics: Arc<Metrics>,
    ) {
        let leader = Leader::default();
        let mut check = Check::Contents;
        let mut ticks = interval(PERIOD);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            match self.tick(&leader, &*store, &definitions, check).await {
                Ok(Tick::Ran(report)) => {
                    check = Check::Sizes;
                    metrics.mirrored();
                    if report != RunReport::default() {
                        info!(?report, "the columnar mirror is up to date");
                    }
                }
                // When this server takes over, it begins with a check of all contents.
                Ok(Tick::Followed) => check = Check::Contents,
                Err(error @ MirrorJobError::SharedStorage(_)) => {
                    warn!(%error, "the columnar mirror waits for the shared storage");
                }
                Err(error) => {
                    // What is damaged inside is found by its contents only.
                    check = Check::Contents;
                    warn!(%error, "the columnar mirror could not be kept");
                }
            }
        }
    }

    /// Keeps the mirror if this server leads, and follows if it does not.
    pub(super) async fn tick(
        &self,
        leader: &Leader,
        store: &dyn Store,
        definitions: &Definitions,
        check: Check,
    ) -> Result<Tick, MirrorJobError> {
        // Missing is not damaged: where each server has a folder of its own and no shared
        // storage, another one may have the files.
        let leads = leader.lead(store).await?;
        if leads && leader.may_keep(self.segments.count_missing(store).await?).await {
            return self.run_as(leader, store, definitions, check).await.map(Tick::Ran);
        }
        self.follow(store).await?;
        Ok(Tick::Followed)
    }

    /// Brings the mirror of all waves up to date, as the one who keeps it. A wave that cannot be
    /// mirrored is passed over with a warning.
    ///
    /// # Errors
    /// [`MirrorJobError`], after which the mirror is as useful as before.
    pub async fn run(
        &self,
        store: &dyn Store,
        definitions: &Definitions,
        check: Check,
    ) -> Result<RunReport, MirrorJobError> {
        let leader = Leader::require(store).await?;
        self.run_as(&leader, store, definitions, check).await
    }

    async fn run_as(
        &self,
        leader: &Leader,
        store: &dyn Store,
        definitions: &Definitions,
        check: Check,
    ) -> Result<RunReport, MirrorJobError> {
        let lease = self.lease(leader).await?;
        let objects = self.segments.objects().await?;
        let (mut report, mut failed) = (RunReport::default(), None);
        for wave in store.waves().await? {
            match self.keep(store, definitions, (&lease, &objects), (&wave, check)).await {
                Ok(one) => {
                    report.written += one.written;
                    report.merged += one.merged;
                    report.dropped += one.dropped;
                    report.shared += one.shared;
                }
                Err(MirrorJobError::Data(error)) => {
                    warn!(wave = %wave.id, %error, "the wave cannot be mirrored");
                }
                Err(error @ (MirrorJobError::Mirror(_) | MirrorJobError::SharedStorage(_))) => {
                    warn!(wave = %wave.id, %error, "the wave could not be mirrored");
                    failed = Some(error);
                }
                Err(error) => return Err(error),
            }
        }
        lease.leader.confirm().await?;
        let gone = self.segments.remove_unlisted(store, &lease.writer, &objects).await?;
        (report.removed, report.discarded) = (gone.removed, gone.discarded);
        failed.map_or(Ok(report), Err)
    }

    /// What a server does that reads the mirror and leaves keeping it to another one: removes from
    /// its own folder what is no longer listed. Returns how many segments that were; none while
    /// another process writes to the folder.
    ///
    /// # Errors
    /// [`MirrorJobError`]
    pub async fn follow(&self, store: &dyn Store) -> Result<usize, MirrorJobError> {
        match self.writer().await {
            Ok(writer) => self.segments.remove_unlisted_here(store, &writer).await,
            Err(MirrorJobError::Mirror(MirrorError::Locked(_))) => Ok(0),
            Err(error) => Err(error),
        }
    }

    /// Makes all segments of a wave again from the log, and lists them in the place of the old
    /// ones in one transaction. Returns how many there are.
    ///
    /// # Errors
    /// [`MirrorJobError`], after which the old ones are still listed.
    pub async fn rebuild(
        &self,
        store: &dyn Store,
        definitions: &Definitions,
        wave: &Wave,
    ) -> Result<usize, MirrorJobError> {
        let leader = Leader::require(store).await?;
        let lease = self.lease(&leader).await?;
        let objects = self.segments.objects().await?;
        let end = store.log_end(&wave.id).await?;
        let segments = match definitions.instrument(&wave.instrument) {
            Some(instrument) if end.submissions > 0 => {
                let (objects, wave) = (&objects, &wave.id);
                let run = WaveRun { store, lease: &lease, objects, wave, instrument };
                run.write(0..end.position).await?
            }
            _ => Vec::new(),
        };
        let old = store.segments(&wave.id).await?.into_iter().map(|one| one.name).collect();
        self.list(store, &lease, &wave.id, (old, &segments)).await?;
        lease.leader.confirm().await?;
        self.segments.remove_unlisted(store, &lease.writer, &objects).await?;
        Ok(segments.len())
    }

    async fn lease<'a>(&self, leader: &'a Leader) -> Result<WriteLease<'a>, MirrorJobError> {
        Ok(WriteLease { writer: self.writer().await?, leader })
    }

    async fn writer(&self) -> Result<Arc<Writer>, MirrorJobError> {
        let mirror = self.segments.mirror().clone();
        Ok(Arc::new(spawn_blocking(move || mirror.writer()).await??))
    }

    async fn keep(
        &self,
        store: &dyn Store,
        definitions: &Definitions,
        (lease, objects): (&WriteLease<'_>, &ObjectListing),
        (wave, check): (&Wave, Check),
    ) -> Result<RunReport, MirrorJobError> {
        let end = store.log_end(&wave.id).await?;
        let Some(instrument) = definitions.instrument(&wave.instrument) else {
            return Ok(RunReport::default());
        };
        if end.submissions == 0 {
            return Ok(RunReport::default());
        }
        let run = WaveRun { store, lease, objects, wave: &wave.id, instrument };
        let (mut segments, dropped) = self.check(run, check).await?;
        let shared = self.share(run, &segments).await?;
        let mut written = 0;
        for gap in self.gaps(&segments, end) {
            let new = run.write(gap).await?;
            self.list(store, lease, run.wave, (Vec::new(), &new)).await?;
            written += new.len();
            segments.extend(new);
        }
        segments.sort_by_key(|segment| segment.listed().first_position);
        let merged = self.merge(run, segments).await?;
        Ok(RunReport { written, merged, dropped, shared, ..RunReport::default() })
    }

    /// Opens what is listed, and takes what cannot be opened out of the listing.
    async fn check(
        &self,
        run: WaveRun<'_>,
        check: Check,
    ) -> Result<(Vec<Segment>, usize), MirrorJobError> {
        let (mut good, mut damaged) = (Vec::new(), Vec::new());
        for one in run.store.segments(run.wave).await? {
            let one = listed(&one);
            match self.segments.open(&one, run.instrument, check).await {
                Ok(segment) => good.push(segment),
                Err(SharedStorageError::Mirror(error @ MirrorError::Damaged { .. })) => {
                    warn!(wave = %run.wave, %error, "a segment is dropped and made again");
                    damaged.push(one.name);
                }
                Err(error) => return Err(error.into()),
            }
        }
        let dropped = damaged.len();
        if dropped > 0 {
            self.list(run.store, run.lease, run.wave, (damaged, &[])).await?;
        }
        Ok((good, dropped))
    }

    /// Puts into the shared storage what is listed and not there, as when the shared storage is new.
    async fn share(&self, run: WaveRun<'_>, segments: &[Segment]) -> Result<usize, MirrorJobError> {
        let Some(shared) = self.segments.shared_storage() else { return Ok(0) };
        let mut n_shared = 0;
        for segment in segments.iter().filter(|segment| !run.objects.has(segment)) {
            shared.put(segment).await?;
            n_shared += 1;
        }
        Ok(n_shared)
    }

    /// Lists segments in the place of others, in one transaction, once they are in shared storage.
    async fn list(
        &self,
        store: &dyn Store,
        lease: &WriteLease<'_>,
        wave: &WaveId,
        (old, new): (Vec<String>, &[Segment]),
    ) -> Result<(), MirrorJobError> {
        if let Some(shared) = self.segments.shared_storage() {
            for segment in new {
                lease.writer.before(Step::Share)?;
                shared.put(segment).await?;
            }
        }
        lease.writer.before(Step::List)?;
        lease.leader.confirm().await?;
        let new: Vec<store::Segment> = new.iter().map(|segment| stored(segment.listed())).collect();
        Ok(store.replace_segments(wave, &old, &new).await?)
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

    async fn merge(
        &self,
        run: WaveRun<'_>,
        mut segments: Vec<Segment>,
    ) -> Result<usize, MirrorJobError> {
        let mut merged = 0;
        loop {
            let rows: Vec<u64> = segments.iter().map(|segment| segment.listed().rows).collect();
            let Some(range) = self.policy.next_merge(&rows) else {
                return Ok(merged);
            };
            let neighbours = segments[range.clone()].to_vec();
            let (writer, instrument) = (Arc::clone(&run.lease.writer), Arc::clone(run.instrument));
            let old = neighbours.iter().map(|segment| segment.listed().name.clone()).collect();
            let new = spawn_blocking(move || writer.merge(&neighbours, &instrument)).await??;
            let listing = (old, std::slice::from_ref(&new));
            self.list(run.store, run.lease, run.wave, listing).await?;
            merged += range.len();
            segments.splice(range, [new]);
        }
    }
}

impl WaveRun<'_> {
    /// Writes a range of the log as segments, which are on disk and not yet listed.
    async fn write(self, range: std::ops::Range<u64>) -> Result<Vec<Segment>, MirrorJobError> {
        let mut segments = Vec::new();
        let mut position = range.start;
        while position < range.end {
            let first = position + 1;
            let mut forms = Forms::new(Arc::clone(self.instrument));
            while position < range.end && forms.len() < MAX_SEGMENT_ROWS {
                let unread = position..range.end;
                let started = Instant::now();
                let page = read_page(self.store, self.wave, unread, self.instrument).await?;
                position = page.last().map_or(range.end, |last| last.position);
                forms.append(&page)?;
                self.give_way(started.elapsed()).await;
            }
            if forms.is_empty() {
                break;
            }
            let last = position;
            let (writer, wave) = (Arc::clone(&self.lease.writer), self.wave.clone());
            let written = spawn_blocking(move || writer.write(&wave, first..=last, &forms));
            let segment = written.await??;
            info!(segment = segment.listed().name, rows = segment.listed().rows, "mirrored");
            segments.push(segment);
        }
        Ok(segments)
    }

    /// Answers come first: the mirror may be late.
    async fn give_way(self, worked: Duration) {
        if self.store.stats().waiting_rows > 0 {
            sleep(worked * BACKOFF_FACTOR).await;
        }
    }
}

impl From<PageError> for MirrorJobError {
    fn from(error: PageError) -> Self {
        match error {
            PageError::Store(error) => Self::Store(error),
            PageError::Task(error) => Self::Task(error),
        }
    }
}
