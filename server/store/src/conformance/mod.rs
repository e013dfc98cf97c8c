//! What every backend must do, as tests against `&dyn Store`.
//!
//! Each check gets a store of its own, empty, and knows nothing of the backend. A check that is
//! missing from the list is dead code, which the compiler reports.

mod fixture;

mod break_offs;
mod catalogue;
mod concurrency;
mod devices;
mod dossiers;
mod history;
mod imports;
mod level_counts;
mod log;
mod quarantine;
mod segments;

pub(crate) use self::fixture::{comment_of, entry, other_content, wave};

use crate::store::Store;

/// A fresh store, and whatever must live as long as it.
struct Fresh {
    store: Box<dyn Store>,
    _folder: tempfile::TempDir,
}

async fn sqlite() -> Fresh {
    let folder = tempfile::tempdir().unwrap();
    let store =
        crate::SqliteStore::open(&folder.path().join("new").join("store.db")).await.unwrap();
    Fresh { store: Box::new(store), _folder: folder }
}

macro_rules! conformance {
    ($backend:ident: $($group:ident { $($check:ident,)* })*) => {
        mod $backend {$(
            mod $group {$(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $check() {
                    let fresh = crate::conformance::$backend().await;
                    crate::conformance::$group::$check(fresh.store.as_ref()).await;
                }
            )*}
        )*}
    };
    ($($backend:ident)*) => {$(
        conformance! { $backend:
            catalogue {
                a_published_version_never_changes,
                a_wave_is_created_once,
                points_are_added_once,
                points_come_all_or_none,
                a_telephone_number_may_change,
                what_is_not_there_is_none,
            }
            log {
                submissions_are_numbered_from_1,
                the_same_again_gets_the_first_receipt,
                other_content_is_a_conflict_and_the_first_stands,
                repeats_within_a_call_count_once,
                a_refused_call_leaves_nothing,
                what_is_read_is_what_was_written,
                the_sample_plan_names_each_unit_once,
                receipt_times_are_cut_to_milliseconds,
                a_wave_is_read_page_by_page,
                an_id_is_unique_across_waves,
                recorded_tells_without_writing,
            }
            history {
                a_long_history_agrees_with_a_map,
            }
            concurrency {
                of_64_identical_posts_one_is_created,
                parallel_calls_leave_no_gap,
                a_reader_misses_nothing_while_others_write,
                a_dropped_call_leaves_all_or_nothing,
            }
            imports {
                a_file_is_imported_once,
                an_import_is_all_or_nothing,
                rows_in_the_log_are_left_alone,
                rows_of_another_wave_are_refused,
                an_import_needs_its_wave,
                a_file_without_rows_leaves_the_wave_empty,
            }
            level_counts {
                counts_are_read_as_they_were_written,
                counts_move_the_end_of_the_wave,
                a_cell_is_counted_once,
                counts_that_cannot_be_stored_are_refused,
                a_wave_holds_one_kind_of_content,
            }
            dossiers {
                the_last_version_holds,
                a_file_of_dossiers_is_published_once,
                dossiers_that_cannot_be_stored_are_refused,
            }
            segments {
                segments_are_listed_by_position,
                a_listing_that_changed_is_a_conflict,
            }
            devices {
                a_device_is_added_once,
                a_device_that_contradicts_is_refused,
                a_code_enrols_one_key_before_it_expires,
                of_16_enrolments_with_one_code_one_wins,
                a_revocation_is_for_ever,
                the_last_heartbeat_is_kept,
            }
            break_offs {
                a_break_off_is_recorded_once,
                a_break_off_needs_its_wave,
                break_offs_are_counted_where_they_ended,
            }
            quarantine {
                a_body_is_kept_once,
                quarantine_is_counted_by_reason,
                a_body_is_not_shown_by_debug,
            }
        }
    )*};
}

conformance! { sqlite }
