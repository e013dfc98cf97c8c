//! What every backend must do, as tests against `&dyn Store`.
//!
//! Each check gets a store of its own, empty, and knows nothing of the backend. A check that is
//! missing from the list is dead code, which the compiler reports.

mod fixture;

mod backup;
mod break_offs;
mod catalogue;
mod concurrency;
mod decisions;
mod devices;
mod dossiers;
mod expiry;
mod history;
mod imports;
mod lead;
mod level_counts;
mod log;
mod marks;
mod quarantine;
mod redaction;
mod segments;

pub(crate) use self::fixture::{accept, comment_of, entry, other_content, wave};

use crate::store::Store;

/// A fresh store, and whatever must live as long as it.
struct Fresh {
    store: Box<dyn Store>,
    _folder: Option<tempfile::TempDir>,
}

async fn sqlite() -> Fresh {
    let folder = tempfile::tempdir().unwrap();
    let store =
        crate::SqliteStore::open(&folder.path().join("new").join("store.db")).await.unwrap();
    Fresh { store: Box::new(store), _folder: Some(folder) }
}

async fn postgres() -> Fresh {
    let url = crate::postgres::fresh_database().await;
    let store = crate::PostgresStore::open(&url).await.unwrap();
    Fresh { store: Box::new(store), _folder: None }
}

macro_rules! conformance {
    ($backend:ident: $($group:ident { $($check:ident,)* })*) => {
        mod $backend {$(
            mod $group {$(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $check() {
                    let fresh = crate::conformance::$backend().await;
                    crate::conformance::$group::$check(fresh.store.as_ref()).await;
                    crate::conformance::backup::agrees(fresh.store.as_ref()).await;
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
                each_wave_has_a_log_of_its_own,
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
            backup {
                a_dump_is_what_was_loaded,
                only_an_empty_database_is_loaded,
                definitions_may_be_published_before_a_load,
                a_load_is_all_or_nothing,
                a_load_keeps_the_rules_of_the_tables,
                a_dump_is_of_one_moment,
                work_goes_on_after_a_load,
            }
            quarantine {
                a_body_is_kept_once,
                a_batch_is_kept_together,
                quarantine_is_counted_by_reason,
                a_body_is_not_shown_by_debug,
            }
            decisions {
                quarantine_is_read_page_by_page,
                what_is_late_is_found_by_device,
                a_release_records_and_is_told,
                a_decision_stands,
                what_is_rejected_is_not_recorded,
                a_session_gets_known_while_it_waits,
                a_release_of_what_is_recorded,
                a_release_that_is_refused_changes_nothing,
                of_concurrent_decisions_one_holds,
                acts_are_numbered_in_each_wave,
            }
            redaction {
                a_redaction_takes_text_out_and_is_told,
                a_repetition_of_the_original_is_the_same,
                a_redaction_changes_nothing_else,
                a_submission_is_found_by_its_id,
            }
            marks {
                without_heartbeats_nothing_is_known,
                heartbeats_bound_a_session,
                a_clock_that_jumps_leaves_a_mark,
                old_heartbeats_prove_nothing,
                receipts_bound_a_session,
                a_device_that_numbers_anew_is_marked,
                a_number_that_is_used_again_is_told,
                what_was_released_is_no_receipt,
                marks_say_what_all_heartbeats_say,
            }
            expiry {
                codes_are_dropped_after_they_expired,
                texts_of_the_rejected_are_dropped,
                a_text_is_dropped_before_its_time,
            }
            lead {
                one_leads_a_job,
                a_lead_passes_on,
            }
        }
    )*};
}

conformance! { sqlite postgres }
