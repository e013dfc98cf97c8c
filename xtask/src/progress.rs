//! Prints numbered progress lines such as `[2/5] building the app for the browser…`.

/// Counts the steps of one chore. Chores that contain others share one counter.
#[derive(Debug)]
pub(crate) struct Steps {
    total: usize,
    done: usize,
}

impl Steps {
    pub(crate) fn new(total: usize) -> Self {
        Self { total, done: 0 }
    }

    /// Announces the next step.
    pub(crate) fn next(&mut self, what: &str) {
        self.done += 1;
        eprintln!("[{}/{}] {what}", self.done, self.total);
    }

    /// Announces that the next `count` steps have nothing to do.
    pub(crate) fn skip(&mut self, count: usize, why: &str) {
        self.done += count;
        eprintln!("[{}/{}] {why}", self.done, self.total);
    }
}

/// A remark below the current step.
pub(crate) fn note(text: &str) {
    eprintln!("      {text}");
}
