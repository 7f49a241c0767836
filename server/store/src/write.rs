//! Writing an object piece by piece, so that no more than one part of it is in memory.

use std::{collections::VecDeque, sync::Arc};

use bytes::Bytes;
use object_store::{MultipartUpload, ObjectStore, ObjectStoreExt, PutPayload};

use crate::{Key, Result};

/// An object that is being written. Dropped before [`Writer::finish`], it never was.
#[derive(Debug)]
pub struct Writer {
    objects: Arc<dyn ObjectStore>,
    key: Key,
    part_bytes: usize,
    pending: VecDeque<Bytes>,
    pending_bytes: usize,
    upload: Option<Box<dyn MultipartUpload>>,
    size: u64,
}

impl Writer {
    pub(crate) fn new(objects: Arc<dyn ObjectStore>, key: Key, part_bytes: usize) -> Self {
        Writer { objects, key, part_bytes, pending: VecDeque::new(), pending_bytes: 0, upload: None, size: 0 }
    }

    /// Appends a piece.
    pub async fn write(&mut self, piece: Bytes) -> Result<()> {
        self.size = self.size.saturating_add(u64::try_from(piece.len()).unwrap_or(u64::MAX));
        self.pending_bytes = self.pending_bytes.saturating_add(piece.len());
        self.pending.push_back(piece);
        // Not when it is just full: an object of one part is one request.
        while self.part_bytes < self.pending_bytes {
            let part = self.take_part();
            let upload = match &mut self.upload {
                Some(upload) => upload,
                none => none.insert(self.objects.put_multipart(self.key.path()).await?),
            };
            upload.put_part(part).await?;
        }
        Ok(())
    }

    /// Makes the object be there, and tells its size.
    pub async fn finish(mut self) -> Result<u64> {
        let rest: PutPayload = self.pending.drain(..).collect();
        match &mut self.upload {
            None => {
                self.objects.put(self.key.path(), rest).await?;
            }
            Some(upload) => {
                upload.put_part(rest).await?;
                upload.complete().await?;
            }
        }
        Ok(self.size)
    }

    /// Takes back what was written. Without it the rest of a failed upload may stay in S3, where it costs.
    pub async fn abort(mut self) {
        if let Some(upload) = &mut self.upload
            && let Err(error) = upload.abort().await
        {
            tracing::warn!(%error, "A write that was broken off could not be taken back");
        }
    }

    /// Exactly one part from the front.
    fn take_part(&mut self) -> PutPayload {
        let mut part = Vec::new();
        let mut wanted = self.part_bytes;
        while 0 < wanted
            && let Some(mut piece) = self.pending.pop_front()
        {
            if wanted < piece.len() {
                let rest = piece.split_off(wanted);
                self.pending.push_front(rest);
            }
            wanted = wanted.saturating_sub(piece.len());
            part.push(piece);
        }
        self.pending_bytes = self.pending_bytes.saturating_sub(self.part_bytes);
        part.into_iter().collect()
    }
}
