//! Reading an object piece by piece.

use std::{io, ops::Range, pin::Pin, sync::Arc};

use futures::{Stream, StreamExt, TryStreamExt, stream::BoxStream};
use object_store::{GetOptions, GetRange, GetResultPayload, ObjectStore};
use tokio::io::{AsyncReadExt, AsyncSeekExt};
use tokio_util::io::ReaderStream;

pub use bytes::Bytes;

use crate::{Error, Key, Result};

/// What is read of a file at once. Pieces of twice the size are no longer small to the allocator, which then keeps tens of
/// megabytes of them while a large file passes.
const PIECE: usize = 64 * 1024;

/// An object that is being read.
pub struct Reading {
    /// The size of the whole object.
    pub size: u64,
    pieces: BoxStream<'static, Result<Bytes>>,
}

impl std::fmt::Debug for Reading {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reading").field("size", &self.size).finish_non_exhaustive()
    }
}

impl Reading {
    /// All of it, for small objects.
    pub async fn all(self) -> Result<Vec<u8>> {
        self.pieces
            .try_fold(Vec::new(), async |mut all, piece| {
                all.extend_from_slice(&piece);
                Ok(all)
            })
            .await
    }
}

impl Stream for Reading {
    type Item = Result<Bytes>;

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        self.pieces.poll_next_unpin(context)
    }
}

pub(crate) async fn open(
    objects: &Arc<dyn ObjectStore>,
    key: &Key,
    range: Option<Range<u64>>,
) -> Result<Reading> {
    let options = GetOptions { range: range.map(GetRange::Bounded), ..GetOptions::default() };
    let found = objects.get_opts(key.path(), options).await?;
    let size = found.meta.size;
    let range = found.range.clone();
    let pieces = match found.payload {
        // The stream of the store itself takes pieces of 8 KiB, each through another thread.
        GetResultPayload::File(file, _) => of_file(file, range).await?,
        GetResultPayload::Stream(pieces) => pieces.map_err(Error::from).boxed(),
    };
    Ok(Reading { size, pieces })
}

async fn of_file(file: std::fs::File, range: Range<u64>) -> Result<BoxStream<'static, Result<Bytes>>> {
    let failed = |cause: io::Error| Error::of_io(&cause);
    let mut file = tokio::fs::File::from_std(file);
    file.set_max_buf_size(PIECE);
    file.seek(io::SeekFrom::Start(range.start)).await.map_err(failed)?;
    let part = file.take(range.end.saturating_sub(range.start));
    Ok(ReaderStream::with_capacity(part, PIECE).map_err(move |cause| Error::of_io(&cause)).boxed())
}
