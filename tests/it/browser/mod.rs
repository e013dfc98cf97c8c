use anyhow::{Context, Result, ensure};
use survey_defs::answer::Answer;
use survey_defs::api::{ScoreTable, paths};
use survey_defs::engine::{Answers, Event, Form, Step};
use survey_defs::instrument::{Question, QuestionKind};
use tests::app::TestApp;
use tests::chrome::{Chrome, LiveServer, Screen};
use tests::drafts::{complete, instrument};

/// A citizen fills in the form of a wave at one screen size, with an English interlude; the
/// answers in the database are exactly those given.
async fn journey(name: &str, wave: &str, point: &str, screen: Screen) -> Result<()> {
    let app = TestApp::start().await;
    let server = LiveServer::start(&app).await?;
    let chrome = Chrome::start(screen).await?;
    let path = paths::fill(paths::FORM_PAGE, &[wave, point]);
    chrome.open(&format!("{}{path}", server.origin)).await?;

    chrome.press("[data-testid='lang-en']").await?;
    chrome.wait_for_text("[data-testid='start']", |text| text.contains("Start")).await?;
    chrome.press("[data-testid='lang-vi']").await?;
    chrome.check_page().await?;
    chrome.screenshot(&format!("{name}-welcome")).await?;
    chrome.press("[data-testid='start']").await?;

    // The same engine, driven beside the browser, says what must be on each screen.
    let mut form = Form::start(instrument(wave).into()).apply(Event::Next);
    while let Step::Section(section) = form.step() {
        let definition = form.instrument().sections()[section].clone();
        chrome.find(&format!("[data-testid='step'][data-section='{}']", definition.id)).await?;
        for question in &definition.questions {
            if !form.evaluation().is_visible(&question.id) {
                continue;
            }
            let answer = answer_to(&form, question);
            give(&chrome, question, &answer)
                .await
                .with_context(|| format!("answering {}", question.id))?;
            form = form.apply(Event::Answer(question.id.clone(), answer));
        }
        chrome.check_page().await?;
        chrome.screenshot(&format!("{name}-{section:02}-{}", definition.id)).await?;
        chrome.press("[data-testid='next']").await?;
        form = form.apply(Event::Next);
    }
    chrome.test_id("review").await?;
    chrome.check_page().await?;
    chrome.screenshot(&format!("{name}-review")).await?;
    chrome.press("[data-testid='send']").await?;
    chrome.test_id("thanks").await?;
    chrome.find("[data-testid='outbox-status'][data-pending='0']").await?;
    chrome.screenshot(&format!("{name}-thanks")).await?;

    let expected: &Answers = &form.apply(Event::Send).evaluation().answers.clone();
    let records = app.state.store.submissions_after(&wave.parse()?, 0, 10).await?;
    ensure!(records.len() == 1, "{} rows instead of one", records.len());
    assert_eq!(&records[0].draft.answers, expected);
    assert_eq!(records[0].draft.id.uuid().get_version_num(), 7);
    chrome.quit().await
}

/// An answer that shows follow-up questions where there are any.
fn answer_to(form: &Form, question: &Question) -> Answer {
    match &question.kind {
        QuestionKind::Satisfaction { not_applicable: true }
            if question.id.as_str() == "feedback_notified" =>
        {
            Answer::NotApplicable
        }
        QuestionKind::Satisfaction { .. } => tests::drafts::level(2),
        QuestionKind::Single { options } => {
            Answer::Option(form.instrument().choices(options)[0].id.clone())
        }
        QuestionKind::Multiple { options, .. } => {
            let choices = form.instrument().choices(options).iter();
            Answer::Options(choices.take(2).map(|choice| choice.id.clone()).collect())
        }
        QuestionKind::Number { .. } => Answer::Number(3.into()),
        QuestionKind::ShortText { .. } => Answer::Text("Cấp bản sao giấy khai sinh".into()),
        QuestionKind::LongText { .. } => Answer::Text("Cán bộ tận tình.\nCảm ơn.".into()),
        QuestionKind::Date { .. } => Answer::Date(jiff::civil::date(2026, 2, 10)),
    }
}

async fn give(chrome: &Chrome, question: &Question, answer: &Answer) -> Result<()> {
    let id = &question.id;
    let choice = |value: &str| format!("label:has(input[name='{id}'][value='{value}'])");
    let field = format!("[name='{id}']");
    match answer {
        Answer::Level(level) => chrome.press(&choice(&level.get().to_string())).await,
        Answer::NotApplicable => chrome.press(&choice("na")).await,
        Answer::Option(option) => chrome.press(&choice(option.as_str())).await,
        Answer::Options(options) => {
            for option in options {
                chrome.press(&choice(option.as_str())).await?;
            }
            Ok(())
        }
        Answer::Number(number) => chrome.type_into(&field, &number.get().to_string()).await,
        Answer::Text(text) => chrome.type_into(&field, text).await,
        Answer::Date(day) => chrome.choose(&field, &day.to_string()).await,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_citizen_completes_the_counter_form_on_a_small_phone() -> Result<()> {
    journey("counter-phone", "counter", "p1", Screen { width: 360, height: 640 }).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_citizen_completes_the_counter_form_on_a_kiosk() -> Result<()> {
    journey("counter-kiosk", "counter", "kiosk", Screen { width: 1080, height: 1920 }).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_citizen_completes_the_national_form_on_a_phone() -> Result<()> {
    journey("national-phone", "national", "p1", Screen { width: 412, height: 915 }).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_console_shows_a_new_answer_after_the_next_refresh() -> Result<()> {
    let app = TestApp::start().await;
    for number in 1..=30 {
        app.post_json(paths::SUBMISSIONS, &complete("counter", number, 5)).await;
    }
    let server = LiveServer::start(&app).await?;
    let chrome = Chrome::start(Screen { width: 1440, height: 900 }).await?;
    chrome.open(&format!("{}{}", server.origin, paths::CONSOLE_PAGE)).await?;
    chrome.choose("[data-testid='wave']", "counter").await?;
    chrome.choose("[data-testid='by']", "ward").await?;
    let cell = "[data-testid='overall-00004@2025-07-01']";
    chrome.wait_for_text(cell, |text| text.contains("100")).await?;
    chrome.screenshot("console-before").await?;

    app.post_json(paths::SUBMISSIONS, &complete("counter", 31, 1)).await;
    let table: ScoreTable = app.get("/api/v1/scores?wave=counter&by=ward").await.json();
    assert_eq!(table.groups[0].cells[0].score, Some(96.77));
    chrome.press("[data-testid='refresh']").await?;
    chrome.wait_for_text(cell, |text| text.contains("96,77")).await?;
    chrome.press("[data-testid='row-00004@2025-07-01'] button").await?;
    chrome.test_id("bars").await?;
    chrome.screenshot("console-after").await?;
    chrome.quit().await
}
