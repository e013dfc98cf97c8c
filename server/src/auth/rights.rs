//! What a caller of the staff's side may do.

use survey_defs::caller::{Actor, Caller};

/// A right that an operation needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Right {
    /// Open the console.
    OpenConsole,
    /// Read waves, service points, and how many forms they have.
    ReadWaves,
    /// Read scores and what is computed beside them.
    ReadResults,
    /// Read where people stopped who did not finish the form.
    ReadBreakOffs,
    /// Print posters of service points.
    PrintPosters,
    /// Read the devices at counters.
    ReadDevices,
    /// Add and revoke devices.
    ManageDevices,
    /// Import files into a wave.
    ImportFiles,
    /// Read counters and gauges.
    ReadMetrics,
}

impl Right {
    /// Every right.
    pub const ALL: &[Self] = &[
        Self::OpenConsole,
        Self::ReadWaves,
        Self::ReadResults,
        Self::ReadBreakOffs,
        Self::PrintPosters,
        Self::ReadDevices,
        Self::ManageDevices,
        Self::ImportFiles,
        Self::ReadMetrics,
    ];

    /// Whether it lets somebody change something.
    pub fn changes(self) -> bool {
        match self {
            Self::ManageDevices | Self::ImportFiles => true,
            Self::OpenConsole
            | Self::ReadWaves
            | Self::ReadResults
            | Self::ReadBreakOffs
            | Self::PrintPosters
            | Self::ReadDevices
            | Self::ReadMetrics => false,
        }
    }

    /// The word in the description of the interface.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OpenConsole => "open_console",
            Self::ReadWaves => "read_waves",
            Self::ReadResults => "read_results",
            Self::ReadBreakOffs => "read_break_offs",
            Self::PrintPosters => "print_posters",
            Self::ReadDevices => "read_devices",
            Self::ManageDevices => "manage_devices",
            Self::ImportFiles => "import_files",
            Self::ReadMetrics => "read_metrics",
        }
    }
}

/// Whether a caller has a right. Until there are accounts, whoever has logged in has all
/// of them; an account has none.
pub fn permits(caller: &Caller, right: Right) -> bool {
    let _ = right;
    match caller.actor() {
        Actor::UnnamedStaff | Actor::LocalOperator { .. } => true,
        Actor::Account(_) | Actor::System { .. } => false,
    }
}
