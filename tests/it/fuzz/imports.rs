//! Fuzzes CSV files that are imported into a wave.

use axum::http::StatusCode;
use survey_defs::api::paths::{IMPORTS, fill};
use survey_defs::wave::Takes;
use tests::app::TestApp;

use super::mutations::{Draws, damaged_lines, damages};

const CASES: usize = 400;

const MICRODATA: &str = "\
id,unit,date,channel,stratum,psu,weight,fpc,access_overall,officials_overall,staff_helped,waiting_minutes,comment
1,00004,2026-01-15,paper_entry,A,x,1.5,40,5,4,no,15,\"Tốt, nhanh\"
2,00004@2025-07-01,2026-02-15,kiosk,A,y,2,40,na,2,yes,,
3/b,SNV,2026-02-16,,B,z,0.5,,,3,,no,0,
";

const LEVEL_COUNTS: &str = "\
unit,month,item,very_dissatisfied,dissatisfied,neither,satisfied,very_satisfied,not_applicable,no_answer
00004,2026-01,officials_polite,1,2,3,4,5,0,1
00004,2026-02,officials_polite,0,0,7,40,500,6,0
00008@2025-07-01,2026-01,officials_polite,1,1,1,1,1,1,1
";

const DOSSIERS: &str = "\
unit,procedure_group,dossiers
00004,,120
00008,land,30
";

#[tokio::test]
async fn damaged_files_are_imported_or_refused() {
    let app = TestApp::start().await;
    app.take("counter", Takes::Sample).await;
    app.take("ward", Takes::LevelCounts).await;
    let (mut draws, damages) = (Draws::of_seed(8), damages());
    let (mut taken, mut refused) = (0, 0);
    let files = [("counter", MICRODATA), ("ward", LEVEL_COUNTS), ("counter", DOSSIERS)];
    for case in 0..CASES {
        let (wave, file) = files[case % files.len()];
        let separator = if case % 5 == 0 { '\n' } else { ',' };
        let body = damaged_lines(file, separator, &draws.draw(&damages));
        let reply = app.post(&fill(IMPORTS, &[wave]), "text/csv", body.clone()).await;
        let shown = String::from_utf8_lossy(&body);
        assert!(!reply.status.is_server_error(), "{} to {shown:.2000}", reply.body);
        if reply.status == StatusCode::CREATED {
            taken += 1;
        } else {
            reply.problem();
            refused += 1;
        }
    }
    assert!(taken >= 10 && refused >= CASES / 2, "{taken} taken, {refused} refused");
}
