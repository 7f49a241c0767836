//! Clean-up that happens however this program ends: at the end, on Ctrl-C, or killed.

use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result};

/// Runs a shell command when it is dropped or when this process is gone.
///
/// A small shell waits on a pipe that only this process holds; the pipe closes with the process, whatever
/// ended it. No signal handler is needed, and even SIGKILL leaves nothing behind.
pub struct Guard {
    shell: Child,
}

impl Guard {
    /// Arranges for `command` to be run once.
    pub fn new(command: &str) -> Result<Self> {
        let shell = Command::new("sh")
            .arg("-c")
            .arg(format!("trap '' INT TERM HUP; cat >/dev/null; {command}"))
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("starting sh")?;
        Ok(Self { shell })
    }

    /// Stops a child process that would otherwise outlive this one.
    pub fn over(child: &Child) -> Result<Self> {
        Self::new(&format!("kill {}", child.id()))
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        drop(self.shell.stdin.take());
        // Nothing sensible can be done when waiting fails.
        let _ = self.shell.wait();
    }
}
