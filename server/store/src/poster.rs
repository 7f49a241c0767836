//! Pictures of what we do not read ourselves, drawn by tools where they are set: `pdftoppm` for the first page of a PDF,
//! `ffmpeg` for a frame of a video. A tool runs by itself with a short time and answers with a picture, which is read
//! as carefully as one that somebody uploaded.

use std::{
    io,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use tokio::{io::AsyncReadExt, process::Command, time::timeout};

use crate::picture::MAX_BYTES;

/// How long a tool may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// The tools of this machine.
#[derive(Debug, Clone, Default)]
pub struct Tools {
    /// `pdftoppm` of Poppler.
    pub pdftoppm: Option<PathBuf>,
    /// `ffmpeg`.
    pub ffmpeg: Option<PathBuf>,
}

/// The largest file that a tool is given; it is copied for it.
pub const MAX_FILE_BYTES: u64 = 512 * 1024 * 1024;

impl Tools {
    /// Whether there is a tool for files of this type.
    pub fn draws(&self, media_type: &str) -> bool {
        self.command(media_type, Path::new("")).is_some()
    }

    /// Draws a picture of a file. The error is for people.
    pub async fn draw(&self, media_type: &str, file: &Path) -> Result<Vec<u8>, String> {
        let Some(command) = self.command(media_type, file) else {
            return Err("No tool is set for files of this type.".into());
        };
        match timeout(PATIENCE, run(command)).await {
            Ok(Ok(picture)) => Ok(picture),
            Ok(Err(cause)) => Err(format!("The tool that draws it failed: {cause}")),
            Err(_) => Err("The tool that draws it took too long.".into()),
        }
    }

    fn command(&self, media_type: &str, file: &Path) -> Option<Command> {
        if media_type == "application/pdf" {
            let mut command = Command::new(self.pdftoppm.as_ref()?);
            command.args(["-png", "-singlefile", "-f", "1", "-l", "1", "-scale-to", "1024"]).arg(file);
            Some(command)
        } else if media_type.starts_with("video/") {
            let mut command = Command::new(self.ffmpeg.as_ref()?);
            // A video may name other files or addresses; only the file itself is read.
            command.args(["-v", "error", "-nostdin", "-protocol_whitelist", "file,pipe", "-i"]).arg(file);
            // Made small first: the filter that chooses a frame keeps a hundred of them.
            command.args(["-frames:v", "1", "-vf", "scale=1024:-2,thumbnail", "-f", "image2pipe"]);
            command.args(["-c:v", "png", "pipe:1"]);
            Some(command)
        } else {
            None
        }
    }
}

async fn run(mut command: Command) -> io::Result<Vec<u8>> {
    let mut tool = command
        .env_clear()
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()?;
    let mut picture = Vec::new();
    if let Some(output) = tool.stdout.take() {
        output.take(MAX_BYTES).read_to_end(&mut picture).await?;
    }
    let status = tool.wait().await?;
    if status.success() && !picture.is_empty() {
        Ok(picture)
    } else {
        Err(io::Error::other(format!("it ended with {status}")))
    }
}
