//! Objects in pieces of bounded size.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::PathBuf;

use object_store::path::Path;
use object_store::{MultipartUpload, ObjectStoreExt as _, PutPayload};
use scoring::{MirrorError, SegmentFile};

use super::{SharedStorage, SharedStorageError};
use crate::system::tasks::spawn_blocking;

/// Bytes of one request: what is in memory at a time, and what a time-out has to be enough for.
/// Not less than the 5 MiB that S3 wants, and in 10,000 pieces more than any segment.
const PART_BYTES: u64 = 8 << 20;

impl SharedStorage {
    /// Copies a file of this machine to an object, which has all of it or does not change.
    pub(super) async fn send(
        &self,
        file: SegmentFile,
        object: &Path,
    ) -> Result<(), SharedStorageError> {
        if file.bytes <= PART_BYTES {
            let sent = self.objects.put(object, part(&file, 0).await?).await;
            return sent.map(|_| ()).map_err(self.failed());
        }
        let mut upload = self.objects.put_multipart(object).await.map_err(self.failed())?;
        let sent = self.send_pieces(&file, &mut *upload).await;
        if sent.is_err() {
            // The error that matters is the one before.
            upload.abort().await.ok();
        }
        sent
    }

    async fn send_pieces(
        &self,
        file: &SegmentFile,
        upload: &mut dyn MultipartUpload,
    ) -> Result<(), SharedStorageError> {
        let mut sent = 0;
        while sent < file.bytes {
            upload.put_part(part(file, sent).await?).await.map_err(self.failed())?;
            sent += PART_BYTES;
        }
        upload.complete().await.map(|_| ()).map_err(self.failed())
    }

    /// Copies an object, whose size was checked, to a new file of this machine.
    pub(super) async fn receive(
        &self,
        object: &Path,
        file: SegmentFile,
    ) -> Result<(), SharedStorageError> {
        let mut received = 0;
        while received < file.bytes {
            let end = file.bytes.min(received + PART_BYTES);
            let content = self.objects.get_range(object, received..end).await;
            let content = content.map_err(self.failed())?;
            let write = move |path: &PathBuf| {
                File::options().create(true).append(true).open(path)?.write_all(&content)
            };
            on_disk(&file, write).await?;
            received = end;
        }
        Ok(())
    }
}

/// The bytes of a file from somewhere on.
async fn part(file: &SegmentFile, start: u64) -> Result<PutPayload, SharedStorageError> {
    let bytes = PART_BYTES.min(file.bytes - start);
    let read = move |path: &PathBuf| -> io::Result<PutPayload> {
        let mut file = File::open(path)?;
        file.seek(SeekFrom::Start(start))?;
        let mut content = Vec::new();
        file.take(bytes).read_to_end(&mut content)?;
        Ok(content.into())
    };
    on_disk(file, read).await
}

async fn on_disk<T: Send + 'static>(
    file: &SegmentFile,
    work: impl FnOnce(&PathBuf) -> io::Result<T> + Send + 'static,
) -> Result<T, SharedStorageError> {
    let path = file.path.clone();
    let done =
        spawn_blocking(move || work(&path).map_err(|source| MirrorError::Disk { path, source }));
    Ok(done.await??)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::sync::Arc;

    use super::*;
    use crate::analysis::mirror::Location;
    use crate::system::clock::SystemClock;

    #[tokio::test]
    async fn files_of_any_size_go_and_come_back() {
        let folder = tempfile::tempdir().unwrap();
        let location = Location::Folder(folder.path().to_owned());
        let shared = SharedStorage::new(location, Arc::new(SystemClock)).unwrap();
        for bytes in
            [1, PART_BYTES - 1, PART_BYTES, PART_BYTES + 1, 2 * PART_BYTES, 2 * PART_BYTES + 7]
        {
            let content: Vec<u8> = (0..bytes).map(|place| (place % 251) as u8).collect();
            let there = shared.prefix.clone().join(format!("{bytes} there"));
            let file = |name| SegmentFile { name, path: folder.path().join(name), bytes };
            fs::write(folder.path().join("from"), &content).unwrap();
            shared.send(file("from"), &there).await.unwrap();
            shared.receive(&there, file("to")).await.unwrap();
            assert!(fs::read(folder.path().join("to")).unwrap() == content, "{bytes} bytes");
            fs::remove_file(folder.path().join("to")).unwrap();
        }
    }
}
