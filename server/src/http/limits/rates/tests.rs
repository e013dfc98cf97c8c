//! Who is counted with whom, and who is never refused.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use governor::clock::FakeRelativeClock;
use uuid::Uuid;

use super::*;

const SMALL: Quotas = Quotas { requests: 2, records: 20, device_records: 20, machine_records: 100 };

fn at(address: &str) -> Client {
    Client::Address(address.parse().unwrap())
}

fn device(number: u128) -> DeviceId {
    DeviceId::new(Uuid::from_u128(number))
}

/// A post that has not come before.
fn post(device: DeviceId) -> DevicePost {
    static LAST: AtomicU64 = AtomicU64::new(0);
    let number = LAST.fetch_add(1, Ordering::Relaxed);
    DevicePost { device, digest: number.into() }
}

fn rates(quotas: Quotas) -> (FakeRelativeClock, Rates<FakeRelativeClock>) {
    let clock = FakeRelativeClock::default();
    let rates = Rates::at(&clock, quotas);
    (clock, rates)
}

/// How often something is taken before it is refused.
fn how_often(mut take: impl FnMut(u128) -> Result<(), TooMany>) -> usize {
    (0..100_000).take_while(|number| take(*number).is_ok()).count()
}

fn limit(outcome: Result<(), TooMany>) -> Option<Limit> {
    outcome.err().map(|too_many| too_many.limit)
}

#[test]
fn each_caller_has_buckets() {
    let (_, rates) = rates(SMALL);
    for address in ["198.51.100.1", "198.51.100.2", "2001:db8::1"] {
        let client = at(address);
        assert_eq!(limit(rates.take_request(client)), None, "{address}");
        assert_eq!(limit(rates.take_request(client)), Some(Limit::AddressRequests), "{address}");
        assert_eq!(limit(rates.take_records(client, 10)), None, "{address}");
        assert_eq!(limit(rates.take_records(client, 1)), Some(Limit::Records), "{address}");
    }
    assert!(rates.take_request(at("2001:db8::ffff:1")).is_err(), "the same /64");
    assert!(rates.take_records(at("2001:db8::ffff:1"), 1).is_err(), "the same /64");
    let of_device =
        |device, records| limit(rates.take_device_records(at("::1"), post(device), records));
    assert_eq!(of_device(device(1), 10), None);
    assert_eq!(of_device(device(1), 1), Some(Limit::DeviceRecords));
    assert_eq!(of_device(device(2), 10), None);
}

#[test]
fn a_post_that_comes_again_takes_nothing_of_what_its_device_has() {
    let (clock, rates) = rates(Quotas::default());
    let (office, elsewhere) = (at("198.51.100.1"), at("203.0.113.1"));
    let first = post(device(1));
    rates.take_device_records(office, first, 10).unwrap();
    let again = how_often(|_| rates.take_device_records(elsewhere, first, 10));
    assert_eq!(again, 30);
    let refused = limit(rates.take_device_records(elsewhere, first, 10));
    assert_eq!(refused, Some(Limit::DeviceRepetitions));
    assert_eq!(rates.take_device_records(office, first, 10), Ok(()), "it may have lost the answer");
    for _ in 0..59 {
        assert_eq!(rates.take_device_records(office, post(device(1)), 10), Ok(()));
    }
    // What was refused is no repetition.
    let later = post(device(1));
    for _ in 0..40 {
        let refused = limit(rates.take_device_records(office, later, 10));
        assert_eq!(refused, Some(Limit::DeviceRecords));
    }
    clock.advance(Duration::from_secs(1));
    assert_eq!(rates.take_device_records(office, later, 10), Ok(()));
    assert!(rates.take_device_records(office, post(device(1)), 20).is_err());
}

#[test]
fn posts_that_come_again_count_by_their_records_at_each_address() {
    let (_, rates) = rates(Quotas::default());
    let (office, elsewhere) = (at("198.51.100.1"), at("203.0.113.1"));
    let posts = [post(device(1)), post(device(1)), post(device(1))];
    for post in posts {
        rates.take_device_records(office, post, 200).unwrap();
    }
    let mut turns = posts.iter().cycle();
    let again = how_often(|_| rates.take_device_records(elsewhere, *turns.next().unwrap(), 200));
    assert_eq!(again, 3, "600 records at once, as of the device itself");
    assert_eq!(rates.take_device_records(office, posts[0], 200), Ok(()));
}

#[test]
fn records_are_counted_and_not_the_requests_that_bring_them() {
    let (_, rates) = rates(Quotas::default());
    let client = at("198.51.100.1");
    let taken = how_often(|_| rates.take_records(client, 10));
    assert_eq!(taken, 20, "200 records at once, in whatever batches");
}

#[test]
fn in_no_minute_does_an_address_bring_more_than_600_records() {
    let (clock, rates) = rates(Quotas::default());
    let client = at("198.51.100.1");
    clock.advance(Duration::from_hours(1));
    let mut taken = 0;
    for _ in 0..600 {
        while rates.take_records(client, 1).is_ok() {
            taken += 1;
        }
        clock.advance(Duration::from_millis(100));
    }
    assert!((590..=600).contains(&taken), "{taken}");
}

#[test]
fn bytes_are_counted_too() {
    let (_, rates) = rates(Quotas::default());
    let client = at("198.51.100.1");
    let large = 64 * 1024;
    assert_eq!(how_often(|_| rates.take_bytes(client, large)), 50, "3.2 MB at once");
    assert_eq!(limit(rates.take_bytes(client, large)), Some(Limit::RecordBytes));
    assert_eq!(how_often(|_| rates.take_bytes(Client::ThisMachine, large)), 750);
}

#[test]
fn the_networks_around_an_address_have_quotas_of_their_own() {
    let (_, rates) = rates(Quotas::default());
    let taken_from = |address: &dyn Fn(u32) -> String| {
        (0..200)
            .map(|n| at(&address(n)))
            .filter(|one| rates.take_records(*one, 200).is_ok())
            .count()
    };
    assert_eq!(taken_from(&|n| format!("2001:db8:0:{n:x}::1")), 2, "a /56 has 400 at once");
    // Two of the four of this /48 are gone.
    assert_eq!(taken_from(&|n| format!("2001:db8:0:1{n:02x}::1")), 2, "a /48 has 800 at once");
    assert_eq!(taken_from(&|n| format!("2001:db8:0:{n:x}00::1")), 0);
    assert_eq!(taken_from(&|n| format!("198.51.100.{n}")), 200, "IPv4 has no networks around");
}

#[test]
fn a_device_that_has_proved_itself_is_not_pushed_aside_by_those_who_name_others() {
    let (_, rates) = rates(Quotas { requests: 200, ..Quotas::default() });
    let client = at("198.51.100.1");
    assert_eq!(rates.take_device_records(client, post(device(1)), 1), Ok(()));
    let invented = how_often(|number| rates.take_named(client, device(number + 2)));
    assert_eq!(invented, 200, "what names a device in half a minute");
    assert_eq!(limit(rates.take_named(client, device(999))), Some(Limit::AddressRequests));
    let of_kiosk = how_often(|_| rates.take_named(client, device(1)));
    assert_eq!(of_kiosk, 5);
    assert_eq!(rates.take_named(at("198.51.100.2"), device(1)), Ok(()), "it has another address");
}

#[test]
fn a_device_goes_on_although_somebody_at_its_address_sends_under_its_name() {
    let (_, rates) = rates(Quotas::default());
    let client = at("198.51.100.1");
    for kiosk in [1, 2] {
        rates.take_device_records(client, post(device(kiosk)), 1).unwrap();
    }
    // Its own bucket, and then that of all who name a device there.
    assert_eq!(how_often(|_| rates.take_named(client, device(1))), 300 + 12_000);
    assert_eq!(how_often(|_| rates.take_named(client, device(2))), 300, "another one has its own");
    // One that has proved nothing has no more than before.
    let elsewhere = at("198.51.100.2");
    assert_eq!(how_often(|_| rates.take_named(elsewhere, device(3))), 300);
}

#[test]
fn this_machine_has_one_bucket_for_all_behind_it() {
    let (clock, rates) = rates(Quotas::default());
    let here = Client::ThisMachine;
    let taken = how_often(|_| rates.take_records(here, 10));
    assert_eq!(taken, 300);
    assert_eq!(limit(rates.take_records(here, 1)), Some(Limit::MachineRecords));
    clock.advance(Duration::from_mins(1));
    let taken = how_often(|_| rates.take_request(here));
    assert_eq!(taken, 30_000);
    assert_eq!(limit(rates.take_request(here)), Some(Limit::MachineRequests));
}

#[test]
fn no_rate_is_no_limit() {
    let (_, rates) = rates(Quotas::NONE);
    for _ in 0..1_000 {
        for client in [at("198.51.100.1"), Client::ThisMachine] {
            assert_eq!(rates.take_request(client), Ok(()));
            assert_eq!(rates.take_records(client, 200), Ok(()));
        }
        let again = post(device(1));
        for _ in 0..100 {
            assert_eq!(rates.take_device_records(at("198.51.100.1"), again, 200), Ok(()));
        }
    }
}

#[test]
fn an_address_enters_twenty_wrong_codes_in_a_minute() {
    let (clock, rates) = rates(Quotas::default());
    let take = |address| rates.take_wrong_code(at(address));
    for _ in 0..20 {
        assert_eq!(take("198.51.100.1"), Ok(()));
    }
    let too_many = TooMany { limit: Limit::Enrolments, wait: Duration::from_secs(3) };
    assert_eq!(take("198.51.100.1"), Err(too_many));
    assert_eq!(take("198.51.100.2"), Ok(()));
    clock.advance(Duration::from_millis(2_999));
    assert!(take("198.51.100.1").is_err());
    clock.advance(Duration::from_millis(1));
    assert_eq!(take("198.51.100.1"), Ok(()));
    assert_eq!(take("198.51.100.1"), Err(too_many));
    clock.advance(Duration::from_mins(1));
    for _ in 0..20 {
        assert_eq!(take("198.51.100.1"), Ok(()));
    }
    assert!(take("198.51.100.1").is_err(), "no more than a minute is saved");
}

/// A phone that opens the form for the first time asks for the page, what it loads, the package, and
/// all of it once more for the worker; on the way it asks a few times whether it is on line.
const REQUESTS_OF_VISIT: u32 = 40;

/// What people do in a minute, spread over it.
struct Minute {
    visits: u32,
    forms: u32,
    break_offs: u32,
    /// Kiosks, each of which sends a form, and a sign of life.
    kiosks: u32,
}

fn is_never_refused(rates: &Rates<FakeRelativeClock>, clock: &FakeRelativeClock, minute: &Minute) {
    const TICKS: u32 = 600;
    let client = at("198.51.100.7");
    let due = |of: u32, tick: u32| of * (tick + 1) / TICKS - of * tick / TICKS;
    for tick in 0..TICKS {
        for _ in 0..due(minute.visits * REQUESTS_OF_VISIT, tick) {
            rates.take_request(client).unwrap();
        }
        for _ in 0..due(minute.forms + minute.break_offs, tick) {
            rates.take_request(client).unwrap();
            rates.take_bytes(client, 8 * 1024).unwrap();
            rates.take_records(client, 1).unwrap();
        }
        for kiosk in 0..minute.kiosks {
            // Each at its own moments: a form, and half a minute later a sign of life.
            if (tick + kiosk) % (TICKS / 2) != 0 {
                continue;
            }
            let kiosk = device(kiosk.into());
            rates.take_named(client, kiosk).unwrap();
            rates.take_device_records(client, post(kiosk), 1).unwrap();
        }
        clock.advance(Duration::from_millis(100));
    }
}

#[test]
fn a_ward_office_in_its_busiest_minutes_is_never_refused() {
    let (clock, rates) = rates(Quotas::default());
    // All 60 phones open the form, 40 are sent, some give up; for an hour on end.
    let minute = Minute { visits: 60, forms: 40, break_offs: 20, kiosks: 4 };
    for _ in 0..60 {
        is_never_refused(&rates, &clock, &minute);
    }
}

#[test]
fn an_address_of_a_mobile_operator_in_its_busiest_minutes_is_never_refused() {
    let (clock, rates) = rates(Quotas::default());
    // 300 phones open the form at once, then 100 forms a minute are sent, for an hour on end.
    let client = at("198.51.100.7");
    let all_at_once = 300 * REQUESTS_OF_VISIT / 2;
    for _ in 0..all_at_once {
        rates.take_request(client).unwrap();
    }
    clock.advance(Duration::from_millis(100));
    let minute = Minute { visits: 100, forms: 100, break_offs: 50, kiosks: 0 };
    for _ in 0..60 {
        is_never_refused(&rates, &clock, &minute);
    }
}
